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
enum { descent_scratch_floats = 160 * 256 + 16 };
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
#endif
