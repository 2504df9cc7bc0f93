// How a loop gets the widest vectors of the machine it runs on, without compiler flags.
#ifndef CK_DISPATCH_H
#define CK_DISPATCH_H

#include <stdint.h>
#include <string.h>

// CK_CLONES compiles a function for AVX-512, AVX2 with FMA, and baseline x86-64; the loader picks one.
// It works on plain functions whose loops the compiler vectorises; helpers they inline must be scalar.
// Elsewhere (arm64, where NEON is the baseline; systems whose loader lacks ifunc; sanitizers, which cannot
// instrument a resolver) it is empty.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define CK_SANITIZED 1
#endif
#endif
#if !defined(CK_CLONES) && defined(__x86_64__) && defined(__GLIBC__) && !defined(CK_SANITIZED)
#define CK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#ifndef CK_CLONES
#define CK_CLONES
#endif

// Elements a vectorised loop takes at once: one AVX-512 register, two of AVX2, four of NEON or SSE.
#define CK_LANES 16

// Before a loop whose iterations are independent: the arrays it touches are the same or do not overlap.
#define CK_VECTOR_LOOP _Pragma("clang loop vectorize(assume_safety) vectorize_width(16) interleave_count(1)")

// A helper that a loop must swallow whole to be vectorised.
#define CK_INLINE static inline __attribute__((always_inline))

CK_INLINE uint32_t ck_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

CK_INLINE float ck_float(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

CK_INLINE int64_t ck_minimum(int64_t a, int64_t b) { return a < b ? a : b; }

// `count` rounded up to whole vectors.
CK_INLINE int64_t ck_round_up(int64_t count) { return (count + CK_LANES - 1) & -(int64_t)CK_LANES; }

#endif
