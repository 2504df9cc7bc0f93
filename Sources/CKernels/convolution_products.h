// Any convolution by matrix products over patches (im2col), made block by block.
#ifndef CK_CONVOLUTION_PRODUCTS_H
#define CK_CONVOLUTION_PRODUCTS_H

#include "include/CKernels.h"
#include "patches.h"

// As the functions of CKernels.h without `_products`, for every convolution whatever its method.
int64_t ck_products_weights_size(const ck_convolution *shape, ck_convolution_use use);
int64_t ck_products_weights_scratch(const ck_convolution *shape);
void ck_products_weights(float *prepared, const float *w, const ck_convolution *shape, ck_convolution_use use,
                         float *scratch);
int64_t ck_products_scratch(const ck_convolution *shape, int64_t images);
void ck_products_forward(float *y, const float *x, const float *prepared, const ck_convolution *shape, int64_t images,
                         float *scratch);
void ck_products_input_gradient(float *dx, const float *dy, const float *prepared, const ck_convolution *shape,
                                int64_t images, float *scratch);

// Whether a direction multiplies pixels and scatters the results, rather than gathering patches.
bool ck_products_scatter(const ck_convolution *shape, ck_convolution_use use);
// Packed weights of one group and, for the input gradient, one phase, whose window this is.
int64_t ck_gathered_size(const ck_convolution *shape, const ck_window *window, ck_convolution_use use);

// Sums are in the layout of w. Those of one call have the same bits as those of several, with all images in order.
int64_t ck_products_sums_scratch(const ck_convolution *shape);
void ck_products_sums(float *sums, const float *x, const float *dy, const ck_convolution *shape, int64_t images,
                      bool accumulate, float *scratch);

// Convolutions of as many groups as channels, on either side.
bool ck_convolution_is_depthwise(const ck_convolution *shape);
void ck_depthwise_weights(float *prepared, const float *w, const ck_convolution *shape);
void ck_depthwise_forward(float *y, const float *x, const float *prepared, const ck_convolution *shape,
                          int64_t images);
void ck_depthwise_input_gradient(float *dx, const float *dy, const float *prepared, const ck_convolution *shape,
                                 int64_t images);
void ck_depthwise_sums(float *sums, const float *x, const float *dy, const ck_convolution *shape, int64_t images,
                       bool accumulate, float *scratch);

#endif
