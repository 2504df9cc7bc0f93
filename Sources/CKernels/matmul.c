// Matrix products: the public functions, and how a product is cut into blocks for the kernels.
#include "matmul_private.h"

#include <stddef.h>

// Rows of a scattered A that are copied at a time, CK_DEPTH floats of each.
#define CK_SCATTERED_ROWS 32

typedef struct ck_left_side {
  const float *elements;
  int64_t row_stride;
  int64_t column_stride;
} ck_left_side;

typedef struct ck_output {
  float *elements;
  int64_t row_stride;
} ck_output;

static const float *column_of(const ck_block *b, int64_t j) {
  return b->elements + (j / CK_PANEL) * b->panel_stride + j % CK_PANEL;
}

// Columns of a packed B that are in panels of full width: all but a last one of half of it.
static int64_t columns_in_panels(int64_t n) {
  const int64_t last = n % CK_PANEL;
  return last != 0 && last <= CK_HALF_PANEL ? n - last : n;
}

static int64_t rounded_up(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

// ---- A, by its strides -------------------------------------------------------------------------

static ck_left_side part_of(ck_left_side a, int64_t i, int64_t p) {
  a.elements += i * a.row_stride + p * a.column_stride;
  return a;
}

// Neither rows nor columns of A are adjacent: it has to be copied, into rows that are adjacent in depth.
static bool is_scattered(ck_left_side a, int64_t m, int64_t k) {
  return a.column_stride != 1 && a.row_stride != 1 && m > 1 && k > 1;
}

static ck_layout layout_of(ck_left_side a, int64_t m, int64_t k) {
  if (a.column_stride == 1 || k == 1 || is_scattered(a, m, k)) return CK_ROWS_ADJACENT_IN_DEPTH;
  return CK_ROWS_ADJACENT;
}

static void copy_scattered(float *out, ck_left_side a, int64_t rows, int64_t depth) {
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t p = 0; p < depth; p++) out[i * depth + p] = a.elements[i * a.row_stride + p * a.column_stride];
  }
}

// ---- Tiles -------------------------------------------------------------------------------------

void ck_multiply_row_tile(const ck_matmul_kernels *kernels, float *c, int64_t c_stride, ck_tile_side a,
                          const ck_block *b, int64_t columns, int64_t depth, bool accumulate) {
  const int64_t pair = 2 * kernels->lanes;
  int64_t j = 0;
  if (a.rows <= 3) {
    for (; j + 2 * pair <= columns; j += 2 * pair) {
      const float *right = column_of(b, j);
      kernels->wide_tiles[a.layout][a.rows - 1](c + j, c_stride, a.elements, a.stride, right, b->row_stride,
                                                column_of(b, j + pair) - right, 2 * pair, depth, accumulate);
    }
  }
  for (; j < columns; j += pair) {
    const int64_t width = ck_minimum(pair, columns - j);
    ck_tile *tile = kernels->tiles[a.layout][a.rows - 1][width > kernels->lanes];
    tile(c + j, c_stride, a.elements, a.stride, column_of(b, j), b->row_stride, 0, width, depth, accumulate);
  }
}

void ck_multiply_row_tile_packed(const ck_matmul_kernels *kernels, float *c, int64_t c_stride, ck_tile_side a,
                                 const float *packed, ck_packed_part part, bool accumulate) {
  if (part.n <= CK_NARROW_COLUMNS) {
    kernels->narrow[a.layout][part.n - 1](c, c_stride, a.elements, a.stride, packed + part.first * part.n, part.n,
                                          a.rows, part.depth, accumulate);
    return;
  }
  const int64_t even = columns_in_panels(part.n), in_panels = ck_minimum(part.columns, even - part.column);
  if (in_panels > 0) {
    const ck_block panels = {packed + part.column * part.k + part.first * CK_PANEL, CK_PANEL, CK_PANEL * part.k};
    ck_multiply_row_tile(kernels, c, c_stride, a, &panels, in_panels, part.depth, accumulate);
  }
  if (in_panels < part.columns) {
    const ck_block half = {packed + even * part.k + part.first * CK_HALF_PANEL, CK_HALF_PANEL, 0};
    ck_multiply_row_tile(kernels, c + in_panels, c_stride, a, &half, part.columns - in_panels, part.depth, accumulate);
  }
}

// One block of B, at most CK_DEPTH rows of it, against all rows of A. A tile's rows are read where they are, even when
// they are a large power of two apart: copying them first was measured, and gained nothing.
static void multiply_block(const ck_matmul_kernels *kernels, ck_output c, ck_left_side a, ck_block b, int64_t m,
                           int64_t columns, int64_t depth, bool accumulate) {
  float copied[CK_MAXIMUM_TILE_ROWS * CK_DEPTH];
  const int64_t tiles = (m + kernels->tile_rows - 1) / kernels->tile_rows;
  const ck_layout layout = layout_of(a, m, depth);
  const bool scattered = is_scattered(a, m, depth);
  int64_t first = 0;
  for (int64_t t = 0; t < tiles; t++) {
    // Tiles of nearly equal height: a last one of a row or two would run at a fraction of the speed.
    const int64_t rows = (m - first) / (tiles - t);
    const ck_left_side tile = part_of(a, first, 0);
    const float *left = tile.elements;
    int64_t stride = layout == CK_ROWS_ADJACENT ? a.column_stride : a.row_stride;
    if (scattered) {
      copy_scattered(copied, tile, rows, depth);
      left = copied;
      stride = depth;
    }
    const ck_tile_side side = {left, stride, layout, rows};
    ck_multiply_row_tile(kernels, c.elements + first * c.row_stride, c.row_stride, side, &b, columns, depth,
                         accumulate);
    first += rows;
  }
}

// Columns of B that can be read where they are, block by block.
static void multiply_in_place(const ck_matmul_kernels *kernels, ck_output c, ck_left_side a, ck_block b, int64_t m,
                              int64_t columns, int64_t k, bool accumulate) {
  for (int64_t j = 0; j < columns; j += CK_BLOCK_COLUMNS) {
    for (int64_t p = 0; p < k; p += CK_DEPTH) {
      const ck_output block_of_c = {c.elements + j, c.row_stride};
      const ck_block block = {column_of(&b, j) + p * b.row_stride, b.row_stride, b.panel_stride};
      multiply_block(kernels, block_of_c, part_of(a, 0, p), block, m, ck_minimum(CK_BLOCK_COLUMNS, columns - j),
                     ck_minimum(CK_DEPTH, k - p), accumulate || p > 0);
    }
  }
}

// The last columns of a row-major B, fewer than two vectors: copied first, for reading whole vectors would leave B.
static void multiply_last_columns(const ck_matmul_kernels *kernels, ck_output c, ck_left_side a, const float *b,
                                  int64_t b_stride, int64_t m, int64_t columns, int64_t k, bool accumulate) {
  float copied[CK_DEPTH * CK_PANEL];
  const int64_t width = rounded_up(columns, kernels->lanes);
  const ck_block block = {copied, width, 0};
  for (int64_t p = 0; p < k; p += CK_DEPTH) {
    const int64_t depth = ck_minimum(CK_DEPTH, k - p);
    kernels->copy(copied, width, b + p * b_stride, b_stride, depth, columns);
    multiply_block(kernels, c, part_of(a, 0, p), block, m, columns, depth, accumulate || p > 0);
  }
}

// ---- Few columns -------------------------------------------------------------------------------

// B of at most CK_NARROW_COLUMNS columns.
static void multiply_narrow(const ck_matmul_kernels *kernels, ck_output c, ck_left_side a, const float *b,
                            int64_t b_stride, int64_t m, int64_t n, int64_t k, bool accumulate) {
  const ck_layout layout = layout_of(a, m, k);
  ck_narrow *narrow = kernels->narrow[layout][n - 1];
  if (!is_scattered(a, m, k)) {
    const int64_t stride = layout == CK_ROWS_ADJACENT ? a.column_stride : a.row_stride;
    narrow(c.elements, c.row_stride, a.elements, stride, b, b_stride, m, k, accumulate);
    return;
  }
  float copied[CK_SCATTERED_ROWS * CK_DEPTH];
  for (int64_t i = 0; i < m; i += CK_SCATTERED_ROWS) {
    const int64_t rows = ck_minimum(CK_SCATTERED_ROWS, m - i);
    for (int64_t p = 0; p < k; p += CK_DEPTH) {
      const int64_t depth = ck_minimum(CK_DEPTH, k - p);
      copy_scattered(copied, part_of(a, i, p), rows, depth);
      narrow(c.elements + i * c.row_stride, c.row_stride, copied, depth, b + p * b_stride, b_stride, rows, depth,
             accumulate || p > 0);
    }
  }
}

// ---- All of a product --------------------------------------------------------------------------

void ck_matmul_by(const ck_matmul_kernels *kernels, float *c, int64_t c_stride, const float *a, int64_t a_row_stride,
                  int64_t a_column_stride, ck_right_side b, int64_t m, int64_t n, int64_t k, bool accumulate) {
  const ck_output output = {c, c_stride};
  const ck_left_side left = {a, a_row_stride, a_column_stride};
  if (n <= CK_NARROW_COLUMNS) {
    const int64_t stride = b.packed ? n : b.row_stride;
    multiply_narrow(kernels, output, left, b.elements, stride, m, n, k, accumulate);
  } else if (b.packed) {
    const int64_t even = columns_in_panels(n);
    const ck_block panels = {b.elements, CK_PANEL, CK_PANEL * k};
    const ck_block half = {b.elements + even * k, CK_HALF_PANEL, 0};
    multiply_in_place(kernels, output, left, panels, m, even, k, accumulate);
    multiply_in_place(kernels, (ck_output){c + even, c_stride}, left, half, m, n - even, k, accumulate);
  } else {
    const int64_t in_place = n % kernels->lanes == 0 ? n : n - n % (2 * kernels->lanes);
    const ck_block block = {b.elements, b.row_stride, CK_PANEL};
    multiply_in_place(kernels, output, left, block, m, in_place, k, accumulate);
    if (in_place < n) {
      multiply_last_columns(kernels, (ck_output){c + in_place, c_stride}, left, b.elements + in_place, b.row_stride, m,
                            n - in_place, k, accumulate);
    }
  }
}

const ck_matmul_kernels *ck_matmul_kernels_here(void) {
#if defined(__x86_64__)
  switch (ck_instructions_here) {
    case CK_AVX512: return &ck_matmul_avx512;
    case CK_AVX2: return &ck_matmul_avx2;
    case CK_BASELINE: break;
  }
#endif
  return &ck_matmul_plain;
}

bool ck_matmul_is_fast(void) {
#if defined(__x86_64__)
  // Of the machine, not of what EBM_SIMD leaves of it: BLAS would give other bits.
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#elif defined(__aarch64__)
  return true;
#else
  return false;
#endif
}

static void multiply(float *c, int64_t c_stride, const float *a, int64_t a_row_stride, int64_t a_column_stride,
                     ck_right_side b, int64_t m, int64_t n, int64_t k, bool accumulate) {
  if (m <= 0 || n <= 0) return;
  if (k <= 0) {
    if (accumulate) return;
    for (int64_t i = 0; i < m; i++) {
      for (int64_t j = 0; j < n; j++) c[i * c_stride + j] = 0;
    }
    return;
  }
  ck_matmul_by(ck_matmul_kernels_here(), c, c_stride, a, a_row_stride, a_column_stride, b, m, n, k, accumulate);
}

void ck_matmul_packed(float *c, int64_t c_stride, const float *a, int64_t a_row_stride, int64_t a_column_stride,
                      const float *packed, int64_t m, int64_t n, int64_t k, bool accumulate) {
  const ck_right_side b = {packed, 0, true};
  multiply(c, c_stride, a, a_row_stride, a_column_stride, b, m, n, k, accumulate);
}

void ck_matmul(float *c, int64_t c_stride, const float *a, int64_t a_row_stride, int64_t a_column_stride,
               const float *b, int64_t b_stride, int64_t m, int64_t n, int64_t k, bool accumulate) {
  const ck_right_side right = {b, b_stride, false};
  multiply(c, c_stride, a, a_row_stride, a_column_stride, right, m, n, k, accumulate);
}
