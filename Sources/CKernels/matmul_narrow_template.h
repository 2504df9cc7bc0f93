// Products of few columns in terms of a vector type: the lanes are rows of C. Included by matmul_template.h alone.

INLINE void narrow_load(VECTOR *sums, const float *c, int64_t c_stride, int64_t rows, const int columns) {
  float lanes[LANES] = {0};
  CK_UNROLL for (int j = 0; j < columns; j++) {
    if (c_stride == 1) {
      sums[j] = vector_load_part(c + j, clamp_lanes(rows));
    } else {
      for (int64_t i = 0; i < clamp_lanes(rows); i++) lanes[i] = c[i * c_stride + j];
      sums[j] = vector_load(lanes);
    }
  }
}

INLINE void narrow_store(float *c, int64_t c_stride, const VECTOR *sums, int64_t rows, const int columns) {
  float lanes[LANES];
  CK_UNROLL for (int j = 0; j < columns; j++) {
    if (c_stride == 1) {
      vector_store_part(c + j, sums[j], clamp_lanes(rows));
    } else {
      vector_store(lanes, sums[j]);
      for (int64_t i = 0; i < clamp_lanes(rows); i++) c[i * c_stride + j] = lanes[i];
    }
  }
}

// Rows adjacent: `groups` vectors of rows, each with `columns` sums.
INLINE void narrow_adjacent(float *c, int64_t c_stride, const float *a, int64_t a_stride, const float *b,
                            int64_t b_stride, int64_t rows, int64_t depth, bool accumulate, const int columns,
                            const int groups) {
  VECTOR sums[8][CK_NARROW_COLUMNS];
  CK_UNROLL for (int g = 0; g < groups; g++) {
    CK_UNROLL for (int j = 0; j < columns; j++) sums[g][j] = vector_zero();
    if (accumulate) narrow_load(sums[g], c + g * LANES * c_stride, c_stride, rows - g * LANES, columns);
  }
  for (int64_t p = 0; p < depth; p++) {
    VECTOR left[8];
    CK_UNROLL for (int g = 0; g < groups; g++) {
      const float *from = a + p * a_stride + g * LANES;
      left[g] = rows >= groups * LANES ? vector_load(from) : vector_load_part(from, clamp_lanes(rows - g * LANES));
    }
    CK_UNROLL for (int j = 0; j < columns; j++) {
      const VECTOR right = vector_splat(b[p * b_stride + j]);
      CK_UNROLL for (int g = 0; g < groups; g++) sums[g][j] = vector_multiply_add(left[g], right, sums[g][j]);
    }
  }
  CK_UNROLL for (int g = 0; g < groups; g++) {
    narrow_store(c + g * LANES * c_stride, c_stride, sums[g], rows - g * LANES, columns);
  }
}

// Rows adjacent in depth: one vector of rows, transposed for LANES terms or the fewer that are left.
INLINE void narrow_square(VECTOR *sums, const float *a, int64_t a_stride, const float *b, int64_t b_stride,
                          int64_t rows, int64_t depth, const int columns) {
  VECTOR left[LANES];
  load_transposed(left, a, a_stride, rows, depth);
  if (depth >= LANES) {
    CK_UNROLL for (int q = 0; q < LANES; q++) {
      CK_UNROLL for (int j = 0; j < columns; j++) {
        sums[j] = vector_multiply_add(left[q], vector_splat(b[q * b_stride + j]), sums[j]);
      }
    }
    return;
  }
  float last[LANES * LANES];
  CK_UNROLL for (int q = 0; q < LANES; q++) vector_store(last + q * LANES, left[q]);
  for (int64_t q = 0; q < depth; q++) {
    CK_UNROLL for (int j = 0; j < columns; j++) {
      sums[j] = vector_multiply_add(vector_load(last + q * LANES), vector_splat(b[q * b_stride + j]), sums[j]);
    }
  }
}

// The sums of eight vectors of rows wait in L1 while others take their turn: the chains of several overlap.
INLINE void narrow_in_depth(float *c, int64_t c_stride, const float *a, int64_t a_stride, const float *b,
                            int64_t b_stride, int64_t rows, int64_t depth, bool accumulate, const int columns) {
  VECTOR sums[8][CK_NARROW_COLUMNS];
  for (int64_t g = 0; g * LANES < rows; g++) {
    CK_UNROLL for (int j = 0; j < columns; j++) sums[g][j] = vector_zero();
    if (accumulate) narrow_load(sums[g], c + g * LANES * c_stride, c_stride, rows - g * LANES, columns);
  }
  for (int64_t p = 0; p < depth; p += LANES) {
    _Pragma("clang loop unroll(disable)") for (int64_t g = 0; g * LANES < rows; g++) {
      narrow_square(sums[g], a + g * LANES * a_stride + p, a_stride, b + p * b_stride, b_stride, rows - g * LANES,
                    depth - p, columns);
    }
  }
  for (int64_t g = 0; g * LANES < rows; g++) {
    narrow_store(c + g * LANES * c_stride, c_stride, sums[g], rows - g * LANES, columns);
  }
}

// `groups` is as many as give the multipliers eight sums to alternate between, their latency times their number;
// the rows left after whole groups go one vector at a time.
#define DEFINE_NARROW(columns, groups)                                                                             \
  TARGET static void narrow_CK_ROWS_ADJACENT_##columns(float *c, int64_t c_stride, const float *a,                 \
                                                       int64_t a_stride, const float *b, int64_t b_stride,         \
                                                       int64_t m, int64_t depth, bool accumulate) {                \
    int64_t i = 0;                                                                                                 \
    for (; i + (groups) * LANES <= m; i += (groups) * LANES) {                                                     \
      narrow_adjacent(c + i * c_stride, c_stride, a + i, a_stride, b, b_stride, (groups) * LANES, depth,           \
                      accumulate, columns, groups);                                                                \
    }                                                                                                              \
    for (; i < m; i += LANES) {                                                                                    \
      narrow_adjacent(c + i * c_stride, c_stride, a + i, a_stride, b, b_stride, m - i, depth, accumulate, columns, \
                      1);                                                                                          \
    }                                                                                                              \
  }                                                                                                                \
  TARGET static void narrow_CK_ROWS_ADJACENT_IN_DEPTH_##columns(                                                   \
      float *c, int64_t c_stride, const float *a, int64_t a_stride, const float *b, int64_t b_stride, int64_t m,   \
      int64_t depth, bool accumulate) {                                                                            \
    for (int64_t i = 0; i < m; i += 8 * LANES) {                                                                   \
      narrow_in_depth(c + i * c_stride, c_stride, a + i * a_stride, a_stride, b, b_stride,                         \
                      ck_minimum(8 * LANES, m - i), depth, accumulate, columns);                                   \
    }                                                                                                              \
  }
DEFINE_NARROW(1, 8)
DEFINE_NARROW(2, 4)
DEFINE_NARROW(3, 3)
DEFINE_NARROW(4, 2)
DEFINE_NARROW(5, 2)
DEFINE_NARROW(6, 2)
DEFINE_NARROW(7, 1)
DEFINE_NARROW(8, 1)
#define NARROW_KERNELS(layout)                                                           \
  {                                                                                      \
    narrow_##layout##_1, narrow_##layout##_2, narrow_##layout##_3, narrow_##layout##_4,  \
    narrow_##layout##_5, narrow_##layout##_6, narrow_##layout##_7, narrow_##layout##_8   \
  }
