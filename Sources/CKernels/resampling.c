// Smaller and larger images by whole factors: average pooling, nearest upsampling, and their adjoints.
#include "CKernels.h"
#include "dispatch.h"

#pragma STDC FP_CONTRACT OFF

// One line of small pixels out of `factor` lines of large ones. With no terms left it only scales.
CK_LEVELS(static, void, sum_line,
          (float *out, const float *x, int64_t columns, int64_t width, int64_t channels, int64_t factor, float scale),
          (out, x, columns, width, channels, factor, scale)) {
  for (int64_t j = 0; j < columns; j++) {
    const float *from = x + j * factor * channels;
    float *to = out + j * channels;
    if (factor == 2) {
      const float *below = from + width * channels;
      CK_VECTOR_LOOP for (int64_t c = 0; c < channels; c++) {
        to[c] = (from[c] + from[channels + c] + below[c] + below[channels + c]) * scale;
      }
      continue;
    }
    for (int64_t r = 0; r < factor; r++) {
      for (int64_t s = 0; s < factor; s++) {
        const float *term = from + (r * width + s) * channels;
        const bool starts = r == 0 && s == 0;
        CK_VECTOR_LOOP for (int64_t c = 0; c < channels; c++) to[c] = starts ? term[c] : to[c] + term[c];
      }
    }
    CK_VECTOR_LOOP for (int64_t c = 0; c < channels; c++) to[c] *= scale;
  }
}

// One line of large pixels out of one line of small ones.
CK_LEVELS(static, void, spread_line,
          (float *out, const float *x, int64_t columns, int64_t width, int64_t channels, int64_t factor, float scale),
          (out, x, columns, width, channels, factor, scale)) {
  for (int64_t j = 0; j < columns; j++) {
    const float *from = x + j * channels;
    for (int64_t s = 0; s < factor; s++) {
      float *to = out + (j * factor + s) * channels;
      CK_VECTOR_LOOP for (int64_t c = 0; c < channels; c++) to[c] = from[c] * scale;
    }
  }
  for (int64_t k = columns * factor * channels; k < width * channels; k++) out[k] = 0;
}

void ck_downsample(float *out, const float *x, int64_t images, int64_t height, int64_t width, int64_t channels,
                   int64_t factor, float scale) {
  const int64_t rows = height / factor, columns = width / factor;
  for (int64_t n = 0; n < images; n++) {
    for (int64_t i = 0; i < rows; i++) {
      sum_line(out + (n * rows + i) * columns * channels, x + (n * height + i * factor) * width * channels, columns,
               width, channels, factor, scale);
    }
  }
}

void ck_upsample(float *out, const float *x, int64_t images, int64_t height, int64_t width, int64_t channels,
                 int64_t factor, float scale) {
  const int64_t rows = height / factor, columns = width / factor, line = width * channels;
  for (int64_t n = 0; n < images; n++) {
    for (int64_t i = 0; i < height; i++) {
      float *to = out + (n * height + i) * line;
      if (i >= rows * factor) {
        memset(to, 0, (size_t)line * sizeof *to);
      } else if (i % factor > 0) {
        memcpy(to, to - line, (size_t)line * sizeof *to);
      } else {
        spread_line(to, x + (n * rows + i / factor) * columns * channels, columns, width, channels, factor, scale);
      }
    }
  }
}
