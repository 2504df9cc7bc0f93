// The public functions of convolution, and which algorithm a convolution takes.
#include "convolution_products.h"
#include "dispatch.h"
#include "winograd.h"

static ck_winograd_shape winograd_shape(const ck_convolution *shape) {
  return (ck_winograd_shape){shape->height, shape->width, shape->inputs, shape->outputs};
}

// The input gradient is a convolution of dy by the exchanged weights.
static ck_winograd_shape exchanged_shape(const ck_convolution *shape) {
  return (ck_winograd_shape){shape->height, shape->width, shape->outputs, shape->inputs};
}

bool ck_convolution_is_winograd(const ck_convolution *shape) {
  if (shape->method == CK_CONVOLUTION_PRODUCTS) return false;
  const bool fits = shape->kernel_height == 3 && shape->kernel_width == 3 && shape->stride == 1 &&
                    shape->padding_top == 1 && shape->padding_left == 1 && shape->output_height == shape->height &&
                    shape->output_width == shape->width;
  const bool wide = shape->inputs >= CK_WINOGRAD_CHANNELS && shape->outputs >= CK_WINOGRAD_CHANNELS;
  if (!fits || !wide) return false;
  // A tile takes 36 products, a pixel 9: few pixels in many tiles would gain nothing.
  return 16 * ck_tiles_of(winograd_shape(shape), 1) <= 3 * shape->height * shape->width;
}

int64_t ck_convolution_weights_size(const ck_convolution *shape, ck_convolution_use use) {
  if (!ck_convolution_is_winograd(shape)) return ck_products_weights_size(shape, use);
  return ck_winograd_weights_size(winograd_shape(shape), use == CK_CONVOLUTION_INPUT_GRADIENT);
}

int64_t ck_convolution_weights_scratch(const ck_convolution *shape) {
  if (!ck_convolution_is_winograd(shape)) return ck_products_weights_scratch(shape);
  return ck_winograd_weights_scratch(winograd_shape(shape));
}

void ck_convolution_weights(float *prepared, const float *w, const ck_convolution *shape, ck_convolution_use use,
                            float *scratch) {
  if (ck_convolution_is_winograd(shape)) {
    ck_winograd_weights(prepared, w, winograd_shape(shape), use == CK_CONVOLUTION_INPUT_GRADIENT, scratch);
  } else {
    ck_products_weights(prepared, w, shape, use, scratch);
  }
}

int64_t ck_convolution_scratch(const ck_convolution *shape, int64_t images) {
  if (!ck_convolution_is_winograd(shape)) return ck_products_scratch(shape, images);
  const int64_t convolution = ck_winograd_forward_scratch(winograd_shape(shape), images);
  const int64_t sums = ck_winograd_sums_scratch(winograd_shape(shape), images);
  return convolution > sums ? convolution : sums;
}

void ck_convolution_forward(float *y, const float *x, const float *prepared, const ck_convolution *shape,
                            int64_t images, float *scratch) {
  if (ck_convolution_is_winograd(shape)) {
    ck_winograd_forward(y, x, prepared, winograd_shape(shape), images, scratch);
  } else {
    ck_products_forward(y, x, prepared, shape, images, scratch);
  }
}

void ck_convolution_input_gradient(float *dx, const float *dy, const float *prepared, const ck_convolution *shape,
                                   int64_t images, float *scratch) {
  if (ck_convolution_is_winograd(shape)) {
    ck_winograd_forward(dx, dy, prepared, exchanged_shape(shape), images, scratch);
  } else {
    ck_products_input_gradient(dx, dy, prepared, shape, images, scratch);
  }
}

int64_t ck_convolution_sums_size(const ck_convolution *shape) {
  if (!ck_convolution_is_winograd(shape)) return ck_products_sums_size(shape);
  return ck_winograd_sums_size(winograd_shape(shape));
}

void ck_convolution_sums(float *sums, const float *x, const float *dy, const ck_convolution *shape, int64_t images,
                         bool accumulate, float *scratch) {
  if (ck_convolution_is_winograd(shape)) {
    ck_winograd_sums(sums, x, dy, winograd_shape(shape), images, accumulate, scratch);
  } else {
    ck_products_sums(sums, x, dy, shape, images, accumulate, scratch);
  }
}

void ck_convolution_weight_gradient(float *dw, const float *sums, const ck_convolution *shape, bool accumulate) {
  if (ck_convolution_is_winograd(shape)) {
    ck_winograd_weight_gradient(dw, sums, winograd_shape(shape), accumulate);
  } else {
    ck_products_weight_gradient(dw, sums, shape, accumulate);
  }
}
