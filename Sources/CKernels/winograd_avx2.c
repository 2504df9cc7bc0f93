// Winograd transforms for AVX2 with FMA.
#include "winograd.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET CK_TARGET_AVX2
#define INLINE static inline __attribute__((always_inline)) TARGET
#define VECTOR __m256
#define LANES 8
#define KERNELS ck_winograd_avx2

INLINE __m256 vector_splat(float x) { return _mm256_set1_ps(x); }
INLINE __m256 vector_load(const float *from) { return _mm256_loadu_ps(from); }
INLINE void vector_store(float *to, __m256 x) { _mm256_storeu_ps(to, x); }
INLINE __m256 vector_multiply_add(__m256 a, __m256 b, __m256 c) { return _mm256_fmadd_ps(a, b, c); }

#include "winograd_template.h"
#endif
