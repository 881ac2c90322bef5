// Vector instructions that Swift's SIMD types have, but that compile to scalar code: `squareRoot()` becomes one
// call of sqrtf per lane. Swift imports these vector types as SIMD4, SIMD8 and SIMD16.
#ifndef DESCENT_VECTOR_H
#define DESCENT_VECTOR_H
// Swift has no prefetch.
static inline void descent_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

// The same pointer, about which the compiler then knows nothing: it keeps the few pointers it is given instead of
// making one for every row, which would not fit the registers.
static inline const float *descent_opaque(const float *pointer) {
  __asm__("" : "+r"(pointer));
  return pointer;
}

// A thread's own memory for what a kernel copies to read it again: 144 rows and a panel of 16 columns, 256 steps deep.
#if defined(__AVX512BF16__)
// Words of 512 rows and a panel of 48 columns, a chain of 256 steps deep.
enum { descent_scratch_floats = 560 * 128 + 16 };
#else
enum { descent_scratch_floats = 160 * 256 + 16 };
#endif
static inline float *_Nonnull descent_scratch(void) {
  static _Thread_local _Alignas(64) float scratch[descent_scratch_floats];
  return scratch;
}

typedef float descent_float4 __attribute__((ext_vector_type(4)));
typedef float descent_float8 __attribute__((ext_vector_type(8)));
typedef float descent_float16 __attribute__((ext_vector_type(16)));

static inline descent_float4 descent_square_root_4(descent_float4 v) {
  return __builtin_elementwise_sqrt(v);
}
#if defined(__AVX__)
static inline descent_float8 descent_square_root_8(descent_float8 v) {
  return __builtin_elementwise_sqrt(v);
}
#endif
#if defined(__AVX512F__)
static inline descent_float16 descent_square_root_16(descent_float16 v) {
  return __builtin_elementwise_sqrt(v);
}
#endif

// Pairs of bfloat16 numbers in words, the earlier one in the lower half.
typedef unsigned descent_words4 __attribute__((ext_vector_type(4)));
typedef unsigned descent_words8 __attribute__((ext_vector_type(8)));
typedef unsigned descent_words16 __attribute__((ext_vector_type(16)));

// Words from any address. (What Swift has for that becomes weak symbols in kernels.)
static inline unsigned descent_word(const void *_Nonnull address) {
  unsigned word;
  __builtin_memcpy(&word, address, sizeof word);
  return word;
}
static inline descent_words4 descent_words_4(const void *_Nonnull address) {
  descent_words4 words;
  __builtin_memcpy(&words, address, sizeof words);
  return words;
}
#if defined(__AVX__)
static inline descent_words8 descent_words_8(const void *_Nonnull address) {
  descent_words8 words;
  __builtin_memcpy(&words, address, sizeof words);
  return words;
}
#endif
#if defined(__AVX512F__)
static inline descent_words16 descent_words_16(const void *_Nonnull address) {
  descent_words16 words;
  __builtin_memcpy(&words, address, sizeof words);
  return words;
}
#endif
#if defined(__AVX512BF16__)
typedef float descent_floats64 __attribute__((__vector_size__(64)));
typedef __bf16 descent_pairs64 __attribute__((__vector_size__(64)));
typedef unsigned short descent_halves64 __attribute__((__vector_size__(64)));

// c + a·b of the later numbers, and then of the earlier ones (VDPBF16PS).
static inline descent_float16 descent_add_products(descent_float16 c, descent_words16 a, descent_words16 b) {
  return (descent_float16)__builtin_ia32_dpbf16ps_512((descent_floats64)c, (descent_pairs64)a, (descent_pairs64)b);
}

// Words of numbers that follow one another, in the lanes of the first vector and then of the second (VCVTNE2PS2BF16).
static inline descent_words16 descent_neighbours(descent_float16 first, descent_float16 second) {
  return (descent_words16)__builtin_ia32_cvtne2ps2bf16_512((descent_floats64)second, (descent_floats64)first);
}

// Words of the lanes of two rows.
static inline descent_words16 descent_pairs(descent_float16 earlier, descent_float16 later) {
  descent_halves64 halves = (descent_halves64)descent_neighbours(earlier, later);
  return (descent_words16)__builtin_shufflevector(
      halves, halves, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13,
      29, 14, 30, 15, 31);
}
#endif
#endif
