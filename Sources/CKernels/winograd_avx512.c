// Winograd transforms for AVX-512.
#include "winograd.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET CK_TARGET_AVX512
#define INLINE static inline __attribute__((always_inline)) TARGET
#define VECTOR __m512
#define LANES 16
#define KERNELS ck_winograd_avx512

INLINE __m512 vector_splat(float x) { return _mm512_set1_ps(x); }
INLINE __m512 vector_load(const float *from) { return _mm512_loadu_ps(from); }
INLINE void vector_store(float *to, __m512 x) { _mm512_storeu_ps(to, x); }
INLINE __m512 vector_multiply_add(__m512 a, __m512 b, __m512 c) { return _mm512_fmadd_ps(a, b, c); }

#include "winograd_template.h"
#endif
