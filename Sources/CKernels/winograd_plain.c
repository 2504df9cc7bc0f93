// Winograd transforms in vectors of four floats, which NEON and every x86-64 have, and others do without.
#include "winograd.h"

typedef float four_floats __attribute__((vector_size(16)));

#define TARGET
#define INLINE static inline __attribute__((always_inline))
#define VECTOR four_floats
#define LANES 4
#define KERNELS ck_winograd_plain

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

#include "winograd_template.h"
