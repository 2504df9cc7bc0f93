// Any convolution by matrix products over patches, in one of two forms. Gathering multiplies patches of its input by
// the weights. Scattering multiplies single pixels of the input by the weights of all taps, and adds the results into
// patches of the output. Gathering's patches have the input's channels and scattering's the output's, so fewer channels
// decide. Both directions of a convolution with stride 1 can take either form, with weights turned by half a turn in
// one of them; with other strides, forward gathers from x and the input gradient scatters into dx.
#include "convolution_products.h"

#include "dispatch.h"
#include "patches.h"

// Floats of patches that are held at a time (192 KiB), and the heights of blocks: whole tiles of a matrix product.
#define PATCH_FLOATS 49152
#define TILE_ROWS 14
#define LEAST_TILES 1
#define MOST_TILES 32
// For the weight gradient, where each block visits all sums.
#define LEAST_TILES_OF_SUMS 4

static int64_t taps_of(const ck_convolution *shape) { return shape->kernel_height * shape->kernel_width; }

// Patches of x for the pixels of y.
static ck_window window_on_x(const ck_convolution *shape) {
  return (ck_window){
    .height = shape->height, .width = shape->width, .channels = shape->inputs,
    .rows = shape->output_height, .columns = shape->output_width,
    .kernel_height = shape->kernel_height, .kernel_width = shape->kernel_width,
    .stride = shape->stride, .top = shape->padding_top, .left = shape->padding_left,
  };
}

// Patches of y for the pixels of x, when the stride is 1: tap (r, s) here is the last one minus (r, s) there.
static ck_window window_on_y(const ck_convolution *shape) {
  return (ck_window){
    .height = shape->output_height, .width = shape->output_width, .channels = shape->outputs,
    .rows = shape->height, .columns = shape->width,
    .kernel_height = shape->kernel_height, .kernel_width = shape->kernel_width,
    .stride = 1, .top = shape->kernel_height - 1 - shape->padding_top,
    .left = shape->kernel_width - 1 - shape->padding_left,
  };
}

static bool is_plain(const ck_convolution *shape) {
  const ck_window window = window_on_x(shape);
  return ck_window_is_plain(&window);
}

static bool forward_gathers(const ck_convolution *shape) {
  return shape->stride != 1 || is_plain(shape) || shape->inputs <= shape->outputs;
}

static bool input_gradient_gathers(const ck_convolution *shape) {
  return shape->stride == 1 && (is_plain(shape) || shape->outputs <= shape->inputs);
}

// Whether the weight gradient is summed over patches of x, as [outputs, taps, inputs]; else over patches of dy, as
// [inputs, taps, outputs] with the taps in reverse.
static bool sums_gather_from_x(const ck_convolution *shape) { return forward_gathers(shape); }

// ---- Weights -----------------------------------------------------------------------------------

static void product_sizes(const ck_convolution *shape, ck_convolution_use use, int64_t *k, int64_t *n) {
  const bool forward = use == CK_CONVOLUTION_FORWARD;
  const bool gathers = forward ? forward_gathers(shape) : input_gradient_gathers(shape);
  *k = (forward ? shape->inputs : shape->outputs) * (gathers ? taps_of(shape) : 1);
  *n = (forward ? shape->outputs : shape->inputs) * (gathers ? 1 : taps_of(shape));
}

int64_t ck_products_weights_size(const ck_convolution *shape, ck_convolution_use use) {
  int64_t k, n;
  product_sizes(shape, use, &k, &n);
  return ck_packed_size(k, n);
}

int64_t ck_products_weights_scratch(const ck_convolution *shape) {
  return shape->outputs * taps_of(shape) * shape->inputs;
}

void ck_products_weights(float *prepared, const float *w, const ck_convolution *shape, ck_convolution_use use,
                         float *scratch) {
  const int64_t taps = taps_of(shape), inputs = shape->inputs, outputs = shape->outputs;
  const bool forward = use == CK_CONVOLUTION_FORWARD;
  const bool gathers = forward ? forward_gathers(shape) : input_gradient_gathers(shape);
  int64_t k, n;
  product_sizes(shape, use, &k, &n);
  if (forward && gathers) {
    ck_pack(prepared, w, k, n, 1, k);
  } else if (!forward && !gathers) {
    ck_pack(prepared, w, k, n, n, 1);
  } else {
    // scratch[tap, o, c] = w[o, taps - 1 - tap, c]
    for (int64_t t = 0; t < taps; t++) {
      for (int64_t o = 0; o < outputs; o++) {
        memcpy(scratch + (t * outputs + o) * inputs, w + (o * taps + taps - 1 - t) * inputs,
               (size_t)inputs * sizeof *w);
      }
    }
    ck_pack(prepared, scratch, k, n, forward ? 1 : inputs, forward ? inputs : 1);
  }
}

// ---- The two forms -----------------------------------------------------------------------------

static int64_t block_rows(const ck_window *window, int64_t images, int64_t least_tiles) {
  const int64_t tiles = PATCH_FLOATS / (TILE_ROWS * ck_window_depth(window) + 1);
  const int64_t rows = TILE_ROWS * (tiles < least_tiles ? least_tiles : ck_minimum(tiles, MOST_TILES));
  return ck_minimum(rows, images * window->rows * window->columns);
}

// out[grid pixel, :] = its patch of `in` times the weights.
static void multiply_gathered(float *out, int64_t channels, const float *in, const float *prepared,
                              const ck_window *window, int64_t images, float *scratch) {
  const int64_t pixels = images * window->rows * window->columns, depth = ck_window_depth(window);
  if (ck_window_is_plain(window)) {
    ck_matmul_packed(out, channels, in, depth, 1, prepared, pixels, channels, depth, false);
    return;
  }
  const int64_t most = block_rows(window, images, LEAST_TILES);
  for (int64_t first = 0; first < pixels; first += most) {
    const int64_t count = ck_minimum(most, pixels - first);
    ck_gather_patches(scratch, in, window, first, count);
    ck_matmul_packed(out + first * channels, channels, scratch, depth, 1, prepared, count, channels, depth, false);
  }
}

// out = the sum of patches, each a grid pixel in[pixel, :] times the weights.
static void multiply_scattered(float *out, const float *in, int64_t channels, const float *prepared,
                               const ck_window *window, int64_t images, float *scratch) {
  const int64_t pixels = images * window->rows * window->columns, depth = ck_window_depth(window);
  const int64_t most = block_rows(window, images, LEAST_TILES);
  memset(out, 0, (size_t)(images * window->height * window->width * window->channels) * sizeof *out);
  for (int64_t first = 0; first < pixels; first += most) {
    const int64_t count = ck_minimum(most, pixels - first);
    ck_matmul_packed(scratch, depth, in + first * channels, channels, 1, prepared, count, depth, channels, false);
    ck_scatter_patches(out, scratch, window, first, count);
  }
}

int64_t ck_products_scratch(const ck_convolution *shape, int64_t images) {
  const ck_window on_x = window_on_x(shape), on_y = window_on_y(shape);
  const int64_t for_x = block_rows(&on_x, images, LEAST_TILES_OF_SUMS) * ck_window_depth(&on_x);
  const int64_t for_y = block_rows(&on_y, images, LEAST_TILES_OF_SUMS) * ck_window_depth(&on_y);
  return shape->stride == 1 && for_y > for_x ? for_y : for_x;
}

void ck_products_forward(float *y, const float *x, const float *prepared, const ck_convolution *shape, int64_t images,
                         float *scratch) {
  const ck_window on_x = window_on_x(shape), on_y = window_on_y(shape);
  if (forward_gathers(shape)) {
    multiply_gathered(y, shape->outputs, x, prepared, &on_x, images, scratch);
  } else {
    multiply_scattered(y, x, shape->inputs, prepared, &on_y, images, scratch);
  }
}

void ck_products_input_gradient(float *dx, const float *dy, const float *prepared, const ck_convolution *shape,
                                int64_t images, float *scratch) {
  const ck_window on_x = window_on_x(shape), on_y = window_on_y(shape);
  if (input_gradient_gathers(shape)) {
    multiply_gathered(dx, shape->inputs, dy, prepared, &on_y, images, scratch);
  } else {
    multiply_scattered(dx, dy, shape->outputs, prepared, &on_x, images, scratch);
  }
}

// ---- The weight gradient -----------------------------------------------------------------------

int64_t ck_products_sums_size(const ck_convolution *shape) { return shape->outputs * taps_of(shape) * shape->inputs; }

void ck_products_sums(float *sums, const float *x, const float *dy, const ck_convolution *shape, int64_t images,
                      bool accumulate, float *scratch) {
  const bool from_x = sums_gather_from_x(shape);
  const ck_window window = from_x ? window_on_x(shape) : window_on_y(shape);
  const float *patched = from_x ? x : dy, *single = from_x ? dy : x;
  const int64_t channels = from_x ? shape->outputs : shape->inputs;
  const int64_t pixels = images * window.rows * window.columns, depth = ck_window_depth(&window);
  const bool plain = ck_window_is_plain(&window);
  const int64_t most = plain ? pixels : block_rows(&window, images, LEAST_TILES_OF_SUMS);
  if (pixels == 0 && !accumulate) memset(sums, 0, (size_t)(channels * depth) * sizeof *sums);
  for (int64_t first = 0; first < pixels; first += most) {
    const int64_t count = ck_minimum(most, pixels - first);
    if (!plain) ck_gather_patches(scratch, patched, &window, first, count);
    ck_matmul(sums, depth, single + first * channels, 1, channels, plain ? patched : scratch, depth, channels, depth,
              count, accumulate || first > 0);
  }
}

void ck_products_weight_gradient(float *dw, const float *sums, const ck_convolution *shape, bool accumulate) {
  const int64_t taps = taps_of(shape), inputs = shape->inputs, outputs = shape->outputs;
  const bool from_x = sums_gather_from_x(shape);
  for (int64_t o = 0; o < outputs; o++) {
    for (int64_t t = 0; t < taps; t++) {
      float *to = dw + (o * taps + t) * inputs;
      const float *from = from_x ? sums + (o * taps + t) * inputs : sums + (taps - 1 - t) * outputs + o;
      const int64_t step = from_x ? 1 : taps * outputs;
      for (int64_t c = 0; c < inputs; c++) to[c] = accumulate ? to[c] + from[c * step] : from[c * step];
    }
  }
}
