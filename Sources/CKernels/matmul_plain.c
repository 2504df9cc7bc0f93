// The matrix product in plain C, for machines without kernels of their own: the same chains, the same bits.
#include "matmul_private.h"

// One row of one panel's columns.
static void multiply_row(float *c, const float *a, int64_t a_stride, const float *b, int64_t b_stride, int64_t columns,
                         int64_t k, bool accumulate) {
  float sums[CK_PANEL];
  for (int64_t j = 0; j < columns; j++) sums[j] = accumulate ? c[j] : 0;
  for (int64_t p = 0; p < k; p++) {
    const float left = a[p * a_stride];
    for (int64_t j = 0; j < columns; j++) sums[j] = __builtin_fmaf(left, b[p * b_stride + j], sums[j]);
  }
  for (int64_t j = 0; j < columns; j++) c[j] = sums[j];
}

void ck_matmul_plain(float *c, int64_t c_stride, const float *a, int64_t a_row_stride, int64_t a_column_stride,
                     ck_right_side b, int64_t m, int64_t n, int64_t k, bool accumulate) {
  for (int64_t j = 0; j < n; j += CK_PANEL) {
    const float *panel = b.elements + (b.packed ? j * k : j);
    const int64_t panel_width = n <= CK_NARROW_COLUMNS ? n : ck_panel_width(n - j);
    const int64_t stride = b.packed ? panel_width : b.row_stride;
    for (int64_t i = 0; i < m; i++) {
      multiply_row(c + i * c_stride + j, a + i * a_row_stride, a_column_stride, panel, stride,
                   ck_minimum(CK_PANEL, n - j), k, accumulate);
    }
  }
}
