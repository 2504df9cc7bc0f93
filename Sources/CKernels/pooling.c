// Pooling over windows of images, and its adjoints. Each output adds up its window in order of rows, then of columns.
#include "CKernels.h"
#include "row_reductions.h"

#pragma STDC FP_CONTRACT OFF

// The window of output i along one axis, as positions of the input: those inside the image.
typedef struct span {
  int64_t first, end;
} span;

static span window(int64_t i, int64_t stride, int64_t padding, int64_t size, int64_t input) {
  int64_t start = i * stride - padding;
  span inside = {start > 0 ? start : 0, ck_minimum(start + size, input)};
  return inside;
}

CK_LEVELS(static, void, add, (float *restrict out, const float *restrict x, int64_t count), (out, x, count)) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) out[i] += x[i];
}

CK_LEVELS(static, void, keep_larger, (float *restrict out, const float *restrict x, int64_t count), (out, x, count)) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) out[i] = ck_larger(out[i], x[i]);
}

CK_LEVELS(static, void, scale, (float *out, float factor, int64_t count), (out, factor, count)) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) out[i] *= factor;
}

// out[i] += x[i] factor
CK_LEVELS(static, void, add_scaled,
          (float *restrict out, const float *restrict x, float factor, int64_t count), (out, x, factor, count)) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) out[i] = ck_fma(x[i], factor, out[i]);
}

// count[i] += x[i] is the peak
CK_LEVELS(static, void, count_peaks,
          (float *restrict count, const float *restrict x, const float *restrict peak, int64_t channels),
          (count, x, peak, channels)) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < channels; ++i) count[i] += x[i] == peak[i] ? 1.0f : 0.0f;
}

// dx[i] += share[i] (x[i] is the peak), share being g over the number of peaks: NaN where the peak is
CK_LEVELS(static, void, add_shares,
          (float *restrict dx, const float *restrict x, const float *restrict peak, const float *restrict share,
           int64_t channels),
          (dx, x, peak, share, channels)) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < channels; ++i) {
    dx[i] += x[i] == peak[i] ? share[i] : peak[i] != peak[i] ? CK_NAN : 0.0f;
  }
}

// count[i] = g[i] over the number of peaks in count[i]; `outside` pixels around the image tie with a peak of -infinity.
CK_LEVELS(static, void, shares,
          (float *restrict count, const float *restrict g, const float *restrict peak, float outside, int64_t channels),
          (count, g, peak, outside, channels)) {
  CK_VECTOR_LOOP for (int64_t i = 0; i < channels; ++i) {
    count[i] = g[i] / (count[i] + (peak[i] == -CK_INFINITY ? outside : 0.0f));
  }
}

// Calls `body` for each output pixel of each image, with its window and the places of the output and the image.
#define EACH_WINDOW(body)                                                                                       \
  const int64_t channels = shape->channels, line = shape->width * channels, image = shape->height * line;       \
  for (int64_t n = 0; n < images; ++n) {                                                                        \
    const int64_t start = n * image;                                                                            \
    for (int64_t i = 0; i < shape->output_height; ++i) {                                                        \
      const span rows = window(i, shape->stride, shape->padding, shape->window, shape->height);                 \
      for (int64_t j = 0; j < shape->output_width; ++j) {                                                       \
        const span columns =                                                                                    \
            window(j, shape->stride, shape->padding, shape->window, shape->width);                              \
        const int64_t to = ((n * shape->output_height + i) * shape->output_width + j) * channels;               \
        body                                                                                                    \
      }                                                                                                         \
    }                                                                                                           \
  }

// Calls `body` for each pixel of the window; `from` is its place.
#define EACH_PIXEL(body)                                                                                        \
  for (int64_t r = rows.first; r < rows.end; ++r) {                                                             \
    for (int64_t s = columns.first; s < columns.end; ++s) {                                                     \
      const int64_t from = start + r * line + s * channels;                                                     \
      body                                                                                                      \
    }                                                                                                           \
  }

void ck_average_pool(float *out, const float *x, const ck_pooling *shape, int64_t images) {
  const float factor = 1.0f / (float)(shape->window * shape->window);
  EACH_WINDOW({
    memset(out + to, 0, (size_t)channels * sizeof(float));
    EACH_PIXEL({ add(out + to, x + from, channels); })
    scale(out + to, factor, channels);
  })
}

void ck_average_pool_adjoint(float *dx, const float *g, const ck_pooling *shape, int64_t images) {
  const float factor = 1.0f / (float)(shape->window * shape->window);
  memset(dx, 0, (size_t)(images * shape->height * shape->width * shape->channels) * sizeof(float));
  EACH_WINDOW({ EACH_PIXEL({ add_scaled(dx + from, g + to, factor, channels); }) })
}

CK_LEVELS(static, void, fill, (float *out, float value, int64_t count), (out, value, count)) {
  for (int64_t i = 0; i < count; ++i) out[i] = value;
}

void ck_max_pool(float *out, const float *x, const ck_pooling *shape, int64_t images) {
  EACH_WINDOW({
    fill(out + to, -CK_INFINITY, channels);
    EACH_PIXEL({ keep_larger(out + to, x + from, channels); })
  })
}

int64_t ck_max_pool_scratch(const ck_pooling *shape) { return 2 * ck_round_up(shape->channels); }

void ck_max_pool_gradient(float *dx, const float *x, const float *g, const ck_pooling *shape, int64_t images,
                          float *scratch) {
  float *peak = scratch, *count = scratch + ck_round_up(shape->channels);
  memset(dx, 0, (size_t)(images * shape->height * shape->width * shape->channels) * sizeof(float));
  EACH_WINDOW({
    fill(peak, -CK_INFINITY, channels);
    fill(count, 0.0f, channels);
    EACH_PIXEL({ keep_larger(peak, x + from, channels); })
    EACH_PIXEL({ count_peaks(count, x + from, peak, channels); })
    const int64_t inside = (rows.end - rows.first) * (columns.end - columns.first);
    shares(count, g + to, peak, (float)(shape->window * shape->window - inside), channels);
    EACH_PIXEL({ add_shares(dx + from, x + from, peak, count, channels); })
  })
}
