// Images of any other size: each output pixel is a mean of at most four pixels, by tables of rows and of columns.
#include "CKernels.h"
#include "vector_math.h"

#pragma STDC FP_CONTRACT OFF

// out[c] = the mean of a line's two pixels, in rows above and below, weighted
CK_LEVELS(static, void, mix,
          (float *restrict out, const float *a, const float *b, const float *c, const float *d, float below,
           float right, int64_t channels),
          (out, a, b, c, d, below, right, channels)) {
  CK_VECTOR_LOOP for (int64_t k = 0; k < channels; ++k) {
    const float left_mean = ck_fma(below, c[k] - a[k], a[k]);
    const float right_mean = ck_fma(below, d[k] - b[k], b[k]);
    out[k] = ck_fma(right, right_mean - left_mean, left_mean);
  }
}

// out[c] += x[c] weight
CK_LEVELS(static, void, add_scaled,
          (float *restrict out, const float *restrict x, float weight, int64_t channels), (out, x, weight, channels)) {
  CK_VECTOR_LOOP for (int64_t k = 0; k < channels; ++k) out[k] = ck_fma(x[k], weight, out[k]);
}

void ck_resize(float *out, const float *x, const ck_tap *rows, const ck_tap *columns, const ck_resizing *shape,
               int64_t images) {
  const int64_t channels = shape->channels, line = shape->width * channels;
  for (int64_t n = 0; n < images; ++n, x += shape->height * line) {
    for (int64_t i = 0; i < shape->output_height; ++i) {
      const ck_tap row = rows[i];
      const float *above = x + row.first * line, *below = x + row.second * line;
      for (int64_t j = 0; j < shape->output_width; ++j, out += channels) {
        const ck_tap column = columns[j];
        const int64_t left = column.first * channels, right = column.second * channels;
        if (row.weight == 0.0f && column.weight == 0.0f) {
          memcpy(out, above + left, (size_t)channels * sizeof(float));
        } else {
          mix(out, above + left, above + right, below + left, below + right, row.weight, column.weight, channels);
        }
      }
    }
  }
}

void ck_resize_adjoint(float *dx, const float *g, const ck_tap *rows, const ck_tap *columns, const ck_resizing *shape,
                       int64_t images) {
  const int64_t channels = shape->channels, line = shape->width * channels;
  memset(dx, 0, (size_t)(images * shape->height * line) * sizeof(float));
  for (int64_t n = 0; n < images; ++n, dx += shape->height * line) {
    for (int64_t i = 0; i < shape->output_height; ++i) {
      const ck_tap row = rows[i];
      for (int64_t j = 0; j < shape->output_width; ++j, g += channels) {
        const ck_tap column = columns[j];
        for (int corner = 0; corner < 4; ++corner) {
          const float weight = (corner & 2 ? row.weight : 1.0f - row.weight) *
                               (corner & 1 ? column.weight : 1.0f - column.weight);
          if (weight == 0.0f) continue;
          float *to = dx + (corner & 2 ? row.second : row.first) * line +
                      (corner & 1 ? column.second : column.first) * channels;
          add_scaled(to, g, weight, channels);
        }
      }
    }
  }
}
