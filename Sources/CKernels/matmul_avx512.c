// Matrix product kernels for AVX-512: tiles of 14 x 32, 28 of the 32 registers being sums.
#include "matmul_private.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET CK_TARGET_AVX512
#define VECTOR __m512
#define LANES 16
#define KERNELS ck_matmul_avx512
#define TILE_ROWS 14
#define INLINE static inline __attribute__((always_inline)) TARGET

INLINE __m512 vector_zero(void) { return _mm512_setzero_ps(); }
INLINE __m512 vector_splat(float x) { return _mm512_set1_ps(x); }
INLINE __m512 vector_load(const float *from) { return _mm512_loadu_ps(from); }
INLINE void vector_store(float *to, __m512 x) { _mm512_storeu_ps(to, x); }
INLINE __m512 vector_multiply_add(__m512 a, __m512 b, __m512 c) { return _mm512_fmadd_ps(a, b, c); }

INLINE __mmask16 first_lanes(int64_t count) { return (__mmask16)((1u << count) - 1); }
INLINE __m512 vector_load_part(const float *from, int64_t count) {
  return _mm512_maskz_loadu_ps(first_lanes(count), from);
}
INLINE void vector_store_part(float *to, __m512 x, int64_t count) {
  _mm512_mask_storeu_ps(to, first_lanes(count), x);
}

// 4 x 4 blocks within each 128-bit quarter, then a 4 x 4 transposition of the quarters themselves.
INLINE void vector_transpose(__m512 rows[16]) {
  __m512 pairs[16], quads[16], halves[16];
  CK_UNROLL for (int i = 0; i < 16; i += 2) {
    pairs[i] = _mm512_unpacklo_ps(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm512_unpackhi_ps(rows[i], rows[i + 1]);
  }
  CK_UNROLL for (int i = 0; i < 16; i += 4) {
    quads[i] = _mm512_shuffle_ps(pairs[i], pairs[i + 2], 0x44);
    quads[i + 1] = _mm512_shuffle_ps(pairs[i], pairs[i + 2], 0xee);
    quads[i + 2] = _mm512_shuffle_ps(pairs[i + 1], pairs[i + 3], 0x44);
    quads[i + 3] = _mm512_shuffle_ps(pairs[i + 1], pairs[i + 3], 0xee);
  }
  CK_UNROLL for (int i = 0; i < 4; i++) {
    halves[i] = _mm512_shuffle_f32x4(quads[i], quads[i + 4], 0x88);
    halves[i + 4] = _mm512_shuffle_f32x4(quads[i], quads[i + 4], 0xdd);
    halves[i + 8] = _mm512_shuffle_f32x4(quads[i + 8], quads[i + 12], 0x88);
    halves[i + 12] = _mm512_shuffle_f32x4(quads[i + 8], quads[i + 12], 0xdd);
  }
  CK_UNROLL for (int i = 0; i < 4; i++) {
    rows[i] = _mm512_shuffle_f32x4(halves[i], halves[i + 8], 0x88);
    rows[i + 4] = _mm512_shuffle_f32x4(halves[i + 4], halves[i + 12], 0x88);
    rows[i + 8] = _mm512_shuffle_f32x4(halves[i], halves[i + 8], 0xdd);
    rows[i + 12] = _mm512_shuffle_f32x4(halves[i + 4], halves[i + 12], 0xdd);
  }
}

#include "matmul_template.h"
#endif
