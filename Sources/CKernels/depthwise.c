// Convolutions of as many groups as channels: each channel by itself, so the lanes are channels.
#include "convolution_geometry.h"
#include "convolution_products.h"

bool ck_convolution_is_depthwise(const ck_convolution *shape) {
  return shape->groups == shape->inputs && shape->groups == shape->outputs && shape->groups > 1;
}

// prepared[tap, c] = w[c, tap]
void ck_depthwise_weights(float *prepared, const float *w, const ck_convolution *shape) {
  const int64_t taps = ck_convolution_taps(shape), channels = shape->inputs;
  for (int64_t t = 0; t < taps; t++) {
    for (int64_t c = 0; c < channels; c++) prepared[t * channels + c] = w[c * taps + t];
  }
}

CK_LEVELS(static, void, multiply_add_channels,
          (float *out, const float *a, const float *b, int64_t channels), (out, a, b, channels)) {
  CK_VECTOR_LOOP for (int64_t c = 0; c < channels; c++) out[c] = __builtin_fmaf(a[c], b[c], out[c]);
}

// The pixel of an axis where position g and tap t meet, or a negative number where there is none.
static int64_t pixel_at(const ck_axis *axis, int64_t position, int64_t tap) {
  const int64_t at = position * axis->step + tap * axis->tap_step + axis->first;
  return at < axis->extent ? at : -1;
}

// The convolution is a sum of products over channels, pixels and taps of three arrays, one of which each use adds to.
typedef enum depthwise_result { RESULT_Y, RESULT_X, RESULT_W } depthwise_result;

// result += the products of the two others; `w` lies as prepared weights do.
static void add_terms(depthwise_result result, float *y, float *x, float *w, const ck_convolution *shape,
                      int64_t images) {
  const ck_window window = ck_window_on_x(shape);
  const int64_t channels = shape->inputs, columns = window.columns.taps, of_image = ck_window_pixels(&window);
  for (int64_t p = 0; p < images * of_image; p++, y += channels) {
    const int64_t image = p / of_image, i = p % of_image / window.columns.grid, j = p % window.columns.grid;
    for (int64_t tap = 0; tap < ck_window_taps(&window); tap++) {
      const int64_t row = pixel_at(&window.rows, i, tap / columns);
      const int64_t column = pixel_at(&window.columns, j, tap % columns);
      if (row < 0 || column < 0) continue;
      float *pixel = x + ((image * window.rows.extent + row) * window.columns.extent + column) * channels;
      float *weights = w + tap * channels;
      switch (result) {
        case RESULT_Y: multiply_add_channels(y, pixel, weights, channels); break;
        case RESULT_X: multiply_add_channels(pixel, y, weights, channels); break;
        case RESULT_W: multiply_add_channels(weights, pixel, y, channels); break;
      }
    }
  }
}

void ck_depthwise_forward(float *y, const float *x, const float *prepared, const ck_convolution *shape,
                          int64_t images) {
  memset(y, 0, (size_t)(images * shape->rows.output * shape->columns.output * shape->outputs) * sizeof *y);
  add_terms(RESULT_Y, y, (float *)x, (float *)prepared, shape, images);
}

void ck_depthwise_input_gradient(float *dx, const float *dy, const float *prepared, const ck_convolution *shape,
                                 int64_t images) {
  memset(dx, 0, (size_t)(images * shape->rows.input * shape->columns.input * shape->inputs) * sizeof *dx);
  add_terms(RESULT_X, (float *)dy, dx, (float *)prepared, shape, images);
}

void ck_depthwise_sums(float *sums, const float *x, const float *dy, const ck_convolution *shape, int64_t images,
                       bool accumulate, float *scratch) {
  const int64_t taps = ck_convolution_taps(shape), channels = shape->inputs;
  if (accumulate) {
    ck_depthwise_weights(scratch, sums, shape);
  } else {
    memset(scratch, 0, (size_t)(taps * channels) * sizeof *scratch);
  }
  add_terms(RESULT_W, (float *)dy, (float *)x, scratch, shape, images);
  for (int64_t t = 0; t < taps; t++) {
    for (int64_t c = 0; c < channels; c++) sums[c * taps + t] = scratch[t * channels + c];
  }
}
