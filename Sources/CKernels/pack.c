// Packing the right-hand side of a matrix product into panels; their shape is in matmul_private.h.
#include "matmul_private.h"

#include <string.h>

int64_t ck_packed_size(int64_t k, int64_t n) {
  if (k <= 0 || n <= 0) return 0;
  if (n <= CK_NARROW_COLUMNS) return k * n;
  return k * ((n + CK_HALF_PANEL - 1) / CK_HALF_PANEL * CK_HALF_PANEL);
}

static void pack_panel(float *panel, int64_t width, const float *b, int64_t k, int64_t columns, int64_t row_stride,
                       int64_t column_stride) {
  for (int64_t p = 0; p < k; p++) {
    for (int64_t j = 0; j < width; j++) {
      panel[p * width + j] = j < columns ? b[p * row_stride + j * column_stride] : 0;
    }
  }
}

void ck_pack_part(const ck_matmul_kernels *kernels, float *packed, ck_packed_part part, const float *b,
                  int64_t row_stride, int64_t column_stride) {
  if (part.n <= CK_NARROW_COLUMNS) {
    pack_panel(packed + part.first * part.n, part.n, b, part.depth, part.n, row_stride, column_stride);
    return;
  }
  int64_t columns;
  for (int64_t j = part.column; j < part.column + part.columns; j += columns) {
    // As far as this panel goes; the lanes behind a last column are zero.
    const int64_t in_panel = j % CK_PANEL, width = ck_panel_width(part.n - (j - in_panel));
    columns = ck_minimum(width - in_panel, part.column + part.columns - j);
    const float *from = b + (j - part.column) * column_stride;
    float *panel = packed + (j - in_panel) * part.k + part.first * width + in_panel;
    if (j + columns == part.n && in_panel + columns < width) {
      for (int64_t p = 0; p < part.depth; p++) {
        memset(panel + p * width + columns, 0, (size_t)(width - in_panel - columns) * sizeof *panel);
      }
    }
    if (column_stride == 1) {
      kernels->copy(panel, width, from, row_stride, part.depth, columns);
    } else if (row_stride == 1) {
      kernels->transpose(panel, width, from, column_stride, columns, part.depth);
    } else {
      pack_panel(panel, width, from, part.depth, columns, row_stride, column_stride);
    }
  }
}

void ck_pack(float *packed, const float *b, int64_t k, int64_t n, int64_t row_stride, int64_t column_stride) {
  if (k <= 0 || n <= 0) return;
  const ck_packed_part all = {k, n, 0, k, 0, n};
  ck_pack_part(ck_matmul_kernels_here(), packed, all, b, row_stride, column_stride);
}
