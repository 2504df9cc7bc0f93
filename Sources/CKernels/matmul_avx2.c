// Matrix product kernels for AVX2 with FMA: tiles of 6 x 16, 12 of the 16 registers being sums.
#include "matmul_private.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET CK_TARGET_AVX2
#define VECTOR __m256
#define LANES 8
#define KERNELS ck_matmul_avx2
#define TILE_ROWS 6
#define INLINE static inline __attribute__((always_inline)) TARGET

INLINE __m256 vector_zero(void) { return _mm256_setzero_ps(); }
INLINE __m256 vector_splat(float x) { return _mm256_set1_ps(x); }
INLINE __m256 vector_load(const float *from) { return _mm256_loadu_ps(from); }
INLINE void vector_store(float *to, __m256 x) { _mm256_storeu_ps(to, x); }
INLINE __m256 vector_multiply_add(__m256 a, __m256 b, __m256 c) { return _mm256_fmadd_ps(a, b, c); }

INLINE __m256i first_lanes(int64_t count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
INLINE __m256 vector_load_part(const float *from, int64_t count) {
  return _mm256_maskload_ps(from, first_lanes(count));
}
INLINE void vector_store_part(float *to, __m256 x, int64_t count) {
  _mm256_maskstore_ps(to, first_lanes(count), x);
}

// 4 x 4 blocks within each 128-bit half, then the halves.
INLINE void vector_transpose(__m256 rows[8]) {
  __m256 pairs[8], quads[8];
  CK_UNROLL for (int i = 0; i < 8; i += 2) {
    pairs[i] = _mm256_unpacklo_ps(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm256_unpackhi_ps(rows[i], rows[i + 1]);
  }
  CK_UNROLL for (int i = 0; i < 8; i += 4) {
    quads[i] = _mm256_shuffle_ps(pairs[i], pairs[i + 2], 0x44);
    quads[i + 1] = _mm256_shuffle_ps(pairs[i], pairs[i + 2], 0xee);
    quads[i + 2] = _mm256_shuffle_ps(pairs[i + 1], pairs[i + 3], 0x44);
    quads[i + 3] = _mm256_shuffle_ps(pairs[i + 1], pairs[i + 3], 0xee);
  }
  CK_UNROLL for (int i = 0; i < 4; i++) {
    rows[i] = _mm256_permute2f128_ps(quads[i], quads[i + 4], 0x20);
    rows[i + 4] = _mm256_permute2f128_ps(quads[i], quads[i + 4], 0x31);
  }
}

#include "matmul_template.h"
#endif
