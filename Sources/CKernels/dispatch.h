// How a loop gets the widest vectors of the machine it runs on, without compiler flags.
#ifndef CK_DISPATCH_H
#define CK_DISPATCH_H

#include <stdint.h>
#include <string.h>

// The instructions that kernels use: those of this machine, or fewer when the environment variable EBM_SIMD says so
// (instructions.c).
typedef enum ck_instructions { CK_BASELINE, CK_AVX2, CK_AVX512 } ck_instructions;
extern ck_instructions ck_instructions_here;

// What the two larger levels are. Not "arch=x86-64-v4": its tuning keeps to vectors of half the width.
#define CK_TARGET_AVX2 __attribute__((target("avx2,fma,bmi,bmi2,f16c,lzcnt,movbe,popcnt")))
#define CK_TARGET_AVX512 \
  __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512cd,fma,bmi,bmi2,f16c,lzcnt,movbe,popcnt")))

// CK_LEVELS(static, void, name, (int64_t a, float b), (a, b)) { ... } defines a function that is compiled for AVX-512,
// AVX2 with FMA, and baseline x86-64, and takes the one that ck_instructions_here names. The first word is static or
// extern. It works on plain functions whose loops the compiler vectorises; helpers they inline must be scalar. On other
// machines, where NEON is the baseline or nothing is known, it is the function alone.
#if defined(__x86_64__)
#define CK_LEVELS(storage, type, name, parameters, arguments)                                        \
  static inline __attribute__((always_inline)) type name##_body parameters;                          \
  CK_TARGET_AVX512 static type name##_avx512 parameters { return name##_body arguments; }            \
  CK_TARGET_AVX2 static type name##_avx2 parameters { return name##_body arguments; }                \
  static __attribute__((noinline)) type name##_baseline parameters { return name##_body arguments; } \
  storage type name parameters {                                                                     \
    switch (ck_instructions_here) {                                                                  \
      case CK_AVX512: return name##_avx512 arguments;                                                \
      case CK_AVX2: return name##_avx2 arguments;                                                    \
      case CK_BASELINE: break;                                                                       \
    }                                                                                                \
    return name##_baseline arguments;                                                                \
  }                                                                                                  \
  static inline __attribute__((always_inline)) type name##_body parameters
#else
#define CK_LEVELS(storage, type, name, parameters, arguments) storage type name parameters
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
