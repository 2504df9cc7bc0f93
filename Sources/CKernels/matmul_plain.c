// Matrix product kernels in vectors of four floats: NEON, whose 32 registers hold tiles of 14 x 8, and any machine
// without kernels of its own.
#include "matmul_private.h"

typedef float four_floats __attribute__((vector_size(16)));

#define TARGET
#define INLINE static inline __attribute__((always_inline))
#define VECTOR four_floats
#define LANES 4
#define KERNELS ck_matmul_plain
#define TILE_ROWS 14

INLINE four_floats vector_zero(void) { return (four_floats){0, 0, 0, 0}; }
INLINE four_floats vector_splat(float x) { return (four_floats){x, x, x, x}; }
INLINE four_floats vector_load(const float *from) {
  four_floats x;
  memcpy(&x, from, sizeof x);
  return x;
}
INLINE void vector_store(float *to, four_floats x) { memcpy(to, &x, sizeof x); }
INLINE four_floats vector_multiply_add(four_floats a, four_floats b, four_floats c) {
  return __builtin_elementwise_fma(a, b, c);
}
INLINE four_floats vector_load_part(const float *from, int64_t count) {
  float lanes[4] = {0, 0, 0, 0};
  for (int64_t k = 0; k < count; k++) lanes[k] = from[k];
  return vector_load(lanes);
}
INLINE void vector_store_part(float *to, four_floats x, int64_t count) {
  float lanes[4];
  vector_store(lanes, x);
  for (int64_t k = 0; k < count; k++) to[k] = lanes[k];
}
INLINE void vector_transpose(four_floats rows[4]) {
  const four_floats a = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);
  const four_floats b = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);
  const four_floats c = __builtin_shufflevector(rows[2], rows[3], 0, 4, 1, 5);
  const four_floats d = __builtin_shufflevector(rows[2], rows[3], 2, 6, 3, 7);
  rows[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
  rows[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  rows[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
  rows[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

#include "matmul_template.h"
