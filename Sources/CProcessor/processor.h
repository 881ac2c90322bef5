// What Swift has no words for: which instructions the processor has, the spin-wait hint, CRC-32C, opening a file
// past the page cache, and how large threads' stacks are.
#ifndef DESCENT_PROCESSOR_H
#define DESCENT_PROCESSOR_H
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The flag of open() for transfers past the page cache, whose plain name is an extension; 0 where there is none.
static inline int descent_open_direct(void) {
#if defined(__O_DIRECT)
  return __O_DIRECT;
#elif defined(O_DIRECT)
  return O_DIRECT;
#else
  return 0;
#endif
}

// Gives threads that are started from now on a stack of so many bytes. The C libraries of Linux have the call, as an
// extension whose declaration Swift does not see.
static inline bool descent_set_default_stack(size_t bytes) {
#if defined(__linux__)
  extern int pthread_setattr_default_np(const pthread_attr_t *);
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  bool is_set = pthread_attr_setstacksize(&attributes, bytes) == 0 && pthread_setattr_default_np(&attributes) == 0;
  pthread_attr_destroy(&attributes);
  return is_set;
#else
  return false;
#endif
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <xmmintrin.h>

static inline uint64_t descent_xgetbv(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return ((uint64_t)high << 32) | low;
}

// The operating system must save the registers as well (XCR0), or the instructions trap.
static inline bool descent_has_avx2_fma(void) {
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return false;
  const uint32_t fma = 1u << 12, movbe = 1u << 22, osxsave = 1u << 27, avx = 1u << 28, f16c = 1u << 29;
  const uint32_t wanted = fma | movbe | osxsave | avx | f16c;
  if ((c & wanted) != wanted || (descent_xgetbv() & 0x6) != 0x6) return false;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  const uint32_t bmi1 = 1u << 3, avx2 = 1u << 5, bmi2 = 1u << 8;
  if ((b & (bmi1 | avx2 | bmi2)) != (bmi1 | avx2 | bmi2)) return false;
  if (!__get_cpuid(0x80000001, &a, &b, &c, &d)) return false;
  return (c & (1u << 5)) != 0;  // LZCNT
}

static inline bool descent_has_avx512(void) {
  uint32_t a, b, c, d;
  if (!descent_has_avx2_fma() || (descent_xgetbv() & 0xe6) != 0xe6) return false;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  const uint32_t f = 1u << 16, dq = 1u << 17, cd = 1u << 28, bw = 1u << 30, vl = 1u << 31;
  return (b & (f | dq | cd | bw | vl)) == (f | dq | cd | bw | vl);
}

// AVX512_BF16: products of pairs of bfloat16 numbers.
static inline bool descent_has_bfloat16(void) {
  uint32_t a, b, c, d;
  return descent_has_avx512() && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & (1u << 5)) != 0;
}

static inline void descent_spin_hint(void) { __asm__ volatile("pause"); }

// The control word of this thread's vector arithmetic, and the same with numbers below the normal range (1.2e-38)
// read and written as zero: processors take many times as long over such numbers.
static inline uint64_t descent_float_control(void) { return _mm_getcsr(); }
static inline void descent_set_float_control(uint64_t word) { _mm_setcsr((uint32_t)word); }
static inline uint64_t descent_without_subnormals(uint64_t word) { return word | 0x8040; }

// The CRC-32C instruction came with SSE4.2.
static inline bool descent_has_crc32c(void) {
  uint32_t a, b, c, d;
  return __get_cpuid(1, &a, &b, &c, &d) && (c & (1u << 20)) != 0;
}

static inline uint64_t descent_crc32c_u64(uint64_t crc, uint64_t value) {
  __asm__("crc32q %1, %0" : "+r"(crc) : "r"(value));
  return crc;
}

static inline uint32_t descent_crc32c_u8(uint32_t crc, uint8_t value) {
  __asm__("crc32b %1, %0" : "+r"(crc) : "r"(value));
  return crc;
}
#else
static inline bool descent_has_avx2_fma(void) { return false; }
static inline bool descent_has_avx512(void) { return false; }
static inline bool descent_has_bfloat16(void) { return false; }
static inline void descent_spin_hint(void) { __asm__ volatile("yield"); }
#if defined(__aarch64__)
static inline uint64_t descent_float_control(void) {
  uint64_t word;
  __asm__ volatile("mrs %0, fpcr" : "=r"(word));
  return word;
}
static inline void descent_set_float_control(uint64_t word) { __asm__ volatile("msr fpcr, %0" : : "r"(word)); }
static inline uint64_t descent_without_subnormals(uint64_t word) { return word | (1u << 24); }
#else
static inline uint64_t descent_float_control(void) { return 0; }
static inline void descent_set_float_control(uint64_t word) { (void)word; }
static inline uint64_t descent_without_subnormals(uint64_t word) { return word; }
#endif
static inline bool descent_has_crc32c(void) { return false; }
static inline uint64_t descent_crc32c_u64(uint64_t crc, uint64_t value) { (void)value; return crc; }
static inline uint32_t descent_crc32c_u8(uint32_t crc, uint8_t value) { (void)value; return crc; }
#endif
#endif
