// The kernels of the matrix product in terms of a vector type, included once for each instruction set with
//   VECTOR, LANES           the type and its number of floats
//   TARGET, INLINE          the function attribute that enables it; before functions that callers must swallow whole
//   TILE_ROWS               rows of the largest tile, 6 or 14: TILE_ROWS * 2 sums, two vectors of B and one of A in
//                           registers
//   KERNELS                 the name of the table
//   vector_zero, vector_splat, vector_load, vector_store, vector_multiply_add
//   vector_load_part, vector_store_part   the first `count` lanes alone, the rest zero or untouched
//   vector_transpose        of a LANES x LANES block in place

CK_INLINE int64_t clamp_lanes(int64_t count) { return count < 0 ? 0 : count < LANES ? count : LANES; }

// ---- Tiles -------------------------------------------------------------------------------------

// One term of the sums of a tile.
INLINE void tile_step(VECTOR sums[TILE_ROWS][4], const float *a, int64_t a_row_stride, const float *b,
                      int64_t b_pair_stride, const int rows, const int vectors) {
  VECTOR right[4];
  CK_UNROLL for (int v = 0; v < vectors; v++) right[v] = vector_load(b + (v / 2) * b_pair_stride + (v % 2) * LANES);
  CK_UNROLL for (int i = 0; i < rows; i++) {
    VECTOR left = vector_splat(a[i * a_row_stride]);
    CK_UNROLL for (int v = 0; v < vectors; v++) sums[i][v] = vector_multiply_add(left, right[v], sums[i][v]);
  }
}

INLINE void tile(float *c, int64_t c_stride, const float *a, int64_t a_stride, const float *b, int64_t b_stride,
                 int64_t b_pair_stride, int64_t columns, int64_t depth, bool accumulate, const ck_layout layout,
                 const int rows, const int vectors) {
  VECTOR sums[TILE_ROWS][4];
  const bool whole = columns == vectors * LANES;
  CK_UNROLL for (int i = 0; i < rows; i++) {
    CK_UNROLL for (int v = 0; v < vectors; v++) {
      const float *from = c + i * c_stride + v * LANES;
      sums[i][v] = !accumulate ? vector_zero()
                   : whole     ? vector_load(from)
                               : vector_load_part(from, clamp_lanes(columns - v * LANES));
    }
  }
  if (layout == CK_ROWS_ADJACENT) {
    _Pragma("clang loop unroll_count(4)") for (int64_t p = 0; p < depth; p++) {
      tile_step(sums, a + p * a_stride, 1, b + p * b_stride, b_pair_stride, rows, vectors);
    }
  } else {
    // Unrolled, each row would need its own pointer, more than there are registers for.
    _Pragma("clang loop unroll(disable)") for (int64_t p = 0; p < depth; p++) {
      tile_step(sums, a + p, a_stride, b + p * b_stride, b_pair_stride, rows, vectors);
    }
  }
  CK_UNROLL for (int i = 0; i < rows; i++) {
    CK_UNROLL for (int v = 0; v < vectors; v++) {
      float *to = c + i * c_stride + v * LANES;
      if (whole) {
        vector_store(to, sums[i][v]);
      } else {
        vector_store_part(to, sums[i][v], clamp_lanes(columns - v * LANES));
      }
    }
  }
}

#define DEFINE_TILE(layout, rows, vectors)                                                                        \
  TARGET static void tile_##layout##_##rows##_##vectors(                                                          \
      float *c, int64_t c_stride, const float *a, int64_t a_stride, const float *b, int64_t b_stride,             \
      int64_t b_pair_stride, int64_t columns, int64_t depth, bool accumulate) {                                   \
    tile(c, c_stride, a, a_stride, b, b_stride, b_pair_stride, columns, depth, accumulate, layout, rows, vectors); \
  }
#define DEFINE_TILES(rows)                          \
  DEFINE_TILE(CK_ROWS_ADJACENT_IN_DEPTH, rows, 1)   \
  DEFINE_TILE(CK_ROWS_ADJACENT_IN_DEPTH, rows, 2)   \
  DEFINE_TILE(CK_ROWS_ADJACENT, rows, 1)            \
  DEFINE_TILE(CK_ROWS_ADJACENT, rows, 2)
#define DEFINE_WIDE_TILES(rows)                   \
  DEFINE_TILE(CK_ROWS_ADJACENT_IN_DEPTH, rows, 4) \
  DEFINE_TILE(CK_ROWS_ADJACENT, rows, 4)
#define TILE_PAIR(layout, rows) {tile_##layout##_##rows##_1, tile_##layout##_##rows##_2}
#define WIDE_TILES(layout) {tile_##layout##_1_4, tile_##layout##_2_4, tile_##layout##_3_4}

// ---- Transposition -----------------------------------------------------------------------------

// The first `depth` columns of a block of LANES rows, the rest zero. Rows past the last of `rows` repeat it.
INLINE void load_transposed(VECTOR columns[LANES], const float *in, int64_t stride, int64_t rows, int64_t depth) {
  if (rows >= LANES && depth >= LANES) {
    CK_UNROLL for (int r = 0; r < LANES; r++) columns[r] = vector_load(in + r * stride);
  } else {
    CK_UNROLL for (int r = 0; r < LANES; r++) {
      columns[r] = vector_load_part(in + ck_minimum(r, rows - 1) * stride, clamp_lanes(depth));
    }
  }
  vector_transpose(columns);
}

TARGET static void transpose_block(float *out, int64_t out_stride, const float *in, int64_t in_stride, int64_t rows,
                                   int64_t depth) {
  for (int64_t i = 0; i < rows; i += LANES) {
    for (int64_t p = 0; p < depth; p += LANES) {
      VECTOR columns[LANES];
      load_transposed(columns, in + i * in_stride + p, in_stride, rows - i, depth - p);
      float *to = out + p * out_stride + i;
      CK_UNROLL for (int q = 0; q < LANES; q++) {
        if (q < depth - p) vector_store(to + q * out_stride, columns[q]);
      }
    }
  }
}

TARGET static void copy_block(float *out, int64_t out_stride, const float *in, int64_t in_stride, int64_t rows,
                              int64_t columns) {
  for (int64_t r = 0; r < rows; r++) {
    const float *from = in + r * in_stride;
    float *to = out + r * out_stride;
    int64_t j = 0;
    for (; j + LANES <= columns; j += LANES) vector_store(to + j, vector_load(from + j));
    if (j < columns) vector_store(to + j, vector_load_part(from + j, columns - j));
  }
}

#include "matmul_narrow_template.h"

// ---- The table ---------------------------------------------------------------------------------

DEFINE_TILES(1)
DEFINE_TILES(2)
DEFINE_TILES(3)
DEFINE_TILES(4)
DEFINE_TILES(5)
DEFINE_TILES(6)
#if TILE_ROWS == 14
DEFINE_TILES(7)
DEFINE_TILES(8)
DEFINE_TILES(9)
DEFINE_TILES(10)
DEFINE_TILES(11)
DEFINE_TILES(12)
DEFINE_TILES(13)
DEFINE_TILES(14)
#define MORE_TILE_PAIRS(layout)                                                             \
  , TILE_PAIR(layout, 7), TILE_PAIR(layout, 8), TILE_PAIR(layout, 9), TILE_PAIR(layout, 10), \
    TILE_PAIR(layout, 11), TILE_PAIR(layout, 12), TILE_PAIR(layout, 13), TILE_PAIR(layout, 14)
#else
#define MORE_TILE_PAIRS(layout)
#endif
DEFINE_WIDE_TILES(1)
DEFINE_WIDE_TILES(2)
DEFINE_WIDE_TILES(3)

#define TILE_PAIRS(layout)                                                                  \
  {                                                                                         \
    TILE_PAIR(layout, 1), TILE_PAIR(layout, 2), TILE_PAIR(layout, 3), TILE_PAIR(layout, 4), \
    TILE_PAIR(layout, 5), TILE_PAIR(layout, 6) MORE_TILE_PAIRS(layout)                      \
  }

const ck_matmul_kernels KERNELS = {
  .lanes = LANES,
  .tile_rows = TILE_ROWS,
  .tiles = {TILE_PAIRS(CK_ROWS_ADJACENT_IN_DEPTH), TILE_PAIRS(CK_ROWS_ADJACENT)},
  .wide_tiles = {WIDE_TILES(CK_ROWS_ADJACENT_IN_DEPTH), WIDE_TILES(CK_ROWS_ADJACENT)},
  .narrow = {NARROW_KERNELS(CK_ROWS_ADJACENT_IN_DEPTH), NARROW_KERNELS(CK_ROWS_ADJACENT)},
  .copy = copy_block,
  .transpose = transpose_block,
};
