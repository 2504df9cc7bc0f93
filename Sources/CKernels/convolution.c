// The public functions of convolution, and which algorithm a convolution takes.
#include "convolution_geometry.h"
#include "convolution_products.h"
#include "winograd.h"

// Transformed weights that are many are slow to make and to read, which large patches repay over many tiles alone: with
// so many weights, images of at most so many large tiles take small patches. At 512 x 512 channels and 8 x 8 pixels, 8
// images, they halve the time.
#define MANY_WEIGHTS (1 << 17)
#define FEW_TILES 4

static int64_t patch_of(const ck_convolution *shape) {
  const int64_t tiles = ck_tiles_along(shape->rows.output, 4) * ck_tiles_along(shape->columns.output, 4);
  const bool small = shape->rows.kernel == 3 && tiles <= FEW_TILES && shape->inputs * shape->outputs >= MANY_WEIGHTS;
  return small ? 4 : 6;
}

static ck_winograd_shape winograd_shape(const ck_convolution *shape) {
  return (ck_winograd_shape){
    .height = shape->rows.input, .width = shape->columns.input, .inputs = shape->inputs,
    .output_height = shape->rows.output, .output_width = shape->columns.output, .outputs = shape->outputs,
    .top = shape->rows.padding, .left = shape->columns.padding, .kernel = shape->rows.kernel,
    .patch = patch_of(shape),
  };
}

// The weight gradient transforms no weights, and its products are made once for many tiles: large patches.
static ck_winograd_shape sums_shape(const ck_convolution *shape) {
  ck_winograd_shape winograd = winograd_shape(shape);
  winograd.patch = 6;
  return winograd;
}

// The input gradient is a convolution of dy by the exchanged weights.
static ck_winograd_shape exchanged_shape(const ck_convolution *shape) {
  return (ck_winograd_shape){
    .height = shape->rows.output, .width = shape->columns.output, .inputs = shape->outputs,
    .output_height = shape->rows.input, .output_width = shape->columns.input, .outputs = shape->inputs,
    .top = shape->rows.kernel - 1 - shape->rows.padding, .left = shape->columns.kernel - 1 - shape->columns.padding,
    .kernel = shape->rows.kernel, .patch = patch_of(shape),
  };
}

static bool is_plain_axis(const ck_convolution_axis *axis) { return axis->stride == 1 && axis->dilation == 1; }

bool ck_convolution_is_winograd(const ck_convolution *shape) {
  if (shape->method == CK_CONVOLUTION_PRODUCTS || shape->groups != 1) return false;
  const int64_t kernel = shape->rows.kernel;
  if ((kernel != 3 && kernel != 5) || shape->columns.kernel != kernel) return false;
  if (!is_plain_axis(&shape->rows) || !is_plain_axis(&shape->columns)) return false;
  if (shape->inputs < CK_WINOGRAD_CHANNELS || shape->outputs < CK_WINOGRAD_CHANNELS) return false;
  // A tile takes a product for each frequency, a pixel one for each tap: few pixels in many tiles would gain nothing.
  const ck_winograd_shape winograd = winograd_shape(shape);
  const int64_t products = ck_frequencies(winograd) * ck_tiles_of(winograd, 1);
  return 4 * products <= 3 * kernel * kernel * shape->rows.output * shape->columns.output;
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

// ---- Weights: of Winograd, followed by those for images whose result is not finite -------------

static int64_t transformed_size(const ck_convolution *shape, ck_convolution_use use) {
  return ck_round_up(ck_winograd_weights_size(winograd_shape(shape), use == CK_CONVOLUTION_INPUT_GRADIENT));
}

int64_t ck_convolution_weights_size(const ck_convolution *shape, ck_convolution_use use) {
  const int64_t products = ck_products_weights_size(shape, use);
  return ck_convolution_is_winograd(shape) ? transformed_size(shape, use) + products : products;
}

int64_t ck_convolution_weights_scratch(const ck_convolution *shape) {
  const int64_t products = ck_products_weights_scratch(shape);
  if (!ck_convolution_is_winograd(shape)) return products;
  return larger(ck_winograd_weights_scratch(winograd_shape(shape)), products);
}

void ck_convolution_weights(float *prepared, const float *w, const ck_convolution *shape, ck_convolution_use use,
                            float *scratch) {
  if (ck_convolution_is_winograd(shape)) {
    ck_winograd_weights(prepared, w, winograd_shape(shape), use == CK_CONVOLUTION_INPUT_GRADIENT, scratch);
    prepared += transformed_size(shape, use);
  }
  ck_products_weights(prepared, w, shape, use, scratch);
}

// ---- The convolution and its adjoint in x ------------------------------------------------------

// Scratch of direct convolution comes first.
static int64_t direct_scratch(const ck_convolution *shape, int64_t images) {
  return ck_round_up(larger(ck_products_scratch(shape, images), ck_products_sums_scratch(shape)));
}

int64_t ck_convolution_scratch(const ck_convolution *shape, int64_t images) {
  if (!ck_convolution_is_winograd(shape)) return direct_scratch(shape, images);
  const int64_t forward = ck_winograd_forward_scratch(winograd_shape(shape), images);
  const int64_t backward = ck_winograd_forward_scratch(exchanged_shape(shape), images);
  const int64_t sums = ck_winograd_sums_scratch(sums_shape(shape), images);
  return direct_scratch(shape, images) + larger(sums, larger(forward, backward));
}

void ck_convolution_forward(float *y, const float *x, const float *prepared, const ck_convolution *shape,
                            int64_t images, float *scratch) {
  if (!ck_convolution_is_winograd(shape)) {
    ck_products_forward(y, x, prepared, shape, images, scratch);
    return;
  }
  const float *direct_weights = prepared + transformed_size(shape, CK_CONVOLUTION_FORWARD);
  const ck_winograd_direct direct = {ck_products_forward, shape, direct_weights, scratch};
  ck_winograd_forward(y, x, prepared, winograd_shape(shape), images, direct, scratch + direct_scratch(shape, images));
}

void ck_convolution_input_gradient(float *dx, const float *dy, const float *prepared, const ck_convolution *shape,
                                   int64_t images, float *scratch) {
  if (!ck_convolution_is_winograd(shape)) {
    ck_products_input_gradient(dx, dy, prepared, shape, images, scratch);
    return;
  }
  const float *direct_weights = prepared + transformed_size(shape, CK_CONVOLUTION_INPUT_GRADIENT);
  const ck_winograd_direct direct = {ck_products_input_gradient, shape, direct_weights, scratch};
  ck_winograd_forward(dx, dy, prepared, exchanged_shape(shape), images, direct,
                      scratch + direct_scratch(shape, images));
}

// ---- The adjoint in w --------------------------------------------------------------------------

int64_t ck_convolution_sums_size(const ck_convolution *shape) {
  return shape->outputs * ck_convolution_taps(shape) * ck_group_inputs(shape);
}

int64_t ck_convolution_sums_images(const ck_convolution *shape) {
  return ck_convolution_is_winograd(shape) ? ck_winograd_sums_images(sums_shape(shape)) : 1;
}

CK_LEVELS(static, bool, is_small, (const float *x, int64_t count), (x, count)) {
  uint32_t worst = 0;
  for (int64_t i = 0; i < count; i++) {
    const uint32_t magnitude = ck_bits(x[i]) & 0x7fffffffu;
    worst = magnitude > worst ? magnitude : worst;
  }
  return worst < (uint32_t)CK_WINOGRAD_LIMIT_EXPONENT << 23;
}

void ck_convolution_sums(float *sums, const float *x, const float *dy, const ck_convolution *shape, int64_t images,
                         bool accumulate, float *scratch) {
  if (!ck_convolution_is_winograd(shape) || images == 0) {
    ck_products_sums(sums, x, dy, shape, images, accumulate, scratch);
    return;
  }
  const int64_t of_x = shape->rows.input * shape->columns.input * shape->inputs;
  const int64_t of_y = shape->rows.output * shape->columns.output * shape->outputs;
  const int64_t most = ck_convolution_sums_images(shape);
  for (int64_t first = 0; first < images; first += most) {
    const int64_t count = ck_minimum(most, images - first);
    const float *x_here = x + first * of_x, *dy_here = dy + first * of_y;
    if (is_small(x_here, count * of_x) && is_small(dy_here, count * of_y)) {
      ck_winograd_sums(sums, x_here, dy_here, sums_shape(shape), count, accumulate || first > 0, scratch);
    } else {
      ck_products_sums(sums, x_here, dy_here, shape, count, accumulate || first > 0, scratch);
    }
  }
}

void ck_convolution_weight_gradient(float *dw, const float *sums, const ck_convolution *shape, bool accumulate) {
  const int64_t count = ck_convolution_sums_size(shape);
  if (!accumulate) {
    memcpy(dw, sums, (size_t)count * sizeof *dw);
    return;
  }
  for (int64_t i = 0; i < count; i++) dw[i] += sums[i];
}
