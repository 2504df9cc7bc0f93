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

void ck_pack_by(const ck_matmul_kernels *kernels, float *packed, const float *b, int64_t k, int64_t n,
                int64_t row_stride, int64_t column_stride) {
  if (n <= CK_NARROW_COLUMNS) {
    pack_panel(packed, n, b, k, n, row_stride, column_stride);
    return;
  }
  for (int64_t j = 0; j < n; j += CK_PANEL) {
    const int64_t columns = ck_minimum(CK_PANEL, n - j);
    const int64_t width = ck_panel_width(n - j);
    const float *from = b + j * column_stride;
    float *panel = packed + j * k;
    if (columns < width) memset(panel, 0, (size_t)(k * width) * sizeof *panel);
    if (kernels != NULL && column_stride == 1) {
      kernels->copy(panel, width, from, row_stride, k, columns);
    } else if (kernels != NULL && row_stride == 1) {
      kernels->transpose(panel, width, from, column_stride, columns, k);
    } else {
      pack_panel(panel, width, from, k, columns, row_stride, column_stride);
    }
  }
}

void ck_pack(float *packed, const float *b, int64_t k, int64_t n, int64_t row_stride, int64_t column_stride) {
  if (k <= 0 || n <= 0) return;
  ck_pack_by(ck_matmul_kernels_here(), packed, b, k, n, row_stride, column_stride);
}
