// Operations that networks are made of, beyond products and elementwise functions. Included by CKernels.h, whose
// conventions hold.
#ifndef CK_ROW_OPERATIONS_H
#define CK_ROW_OPERATIONS_H

#include <stdbool.h>
#include <stdint.h>

// ---- Softmax (softmax.c) -----------------------------------------------------------------------

// Along each of `rows` rows: out = e^x / sum of e^x, and its logarithm. A row with a NaN gives NaN; where the largest
// element is +infinity it gives NaN and the others give 0 (-infinity); a row of -infinity alone gives NaN.
// `out` may be x for ck_softmax.
void ck_softmax(float *out, const float *x, int64_t rows, int64_t columns);
void ck_log_softmax(float *out, const float *x, int64_t rows, int64_t columns);
// Their pullbacks given the results y: out = y (g - sum of g y), and out = g - e^y sum of g.
// `out` may be g for ck_softmax_gradient.
void ck_softmax_gradient(float *out, const float *y, const float *g, int64_t rows, int64_t columns);
void ck_log_softmax_gradient(float *out, const float *y, const float *g, int64_t rows, int64_t columns);

// ---- Normalisation (normalization.c) -----------------------------------------------------------

// Images [images, positions, channels], whose channels fall into groups of adjacent ones. Mean and variance (divided by
// the number of elements) are taken over the positions and channels of a group; positions 1 and one group is layer
// normalisation. scale and shift are [channels]. With deviation = 1/sqrt(variance + epsilon),
//   out = (x - mean) deviation scale + shift
// Each image's results have the same bits however images are cut into calls. Scratch is 64-byte aligned.
typedef struct ck_normalization {
  int64_t positions, channels, groups;
  float epsilon;
} ck_normalization;

int64_t ck_normalization_scratch(const ck_normalization *shape);
void ck_normalize(float *out, const float *x, const float *scale, const float *shift, const ck_normalization *shape,
                  int64_t images, float *scratch);
// What the gradient g with respect to `out` gives to x.
void ck_normalization_input_gradient(float *dx, const float *x, const float *scale, const float *g,
                                     const ck_normalization *shape, int64_t images, float *scratch);
// out[0, c] (+)= the sum of g, out[1, c] (+)= the sum of g (x - mean) deviation: what g gives to shift and scale.
void ck_normalization_parameter_gradient(float *out, const float *x, const float *g, const ck_normalization *shape,
                                         int64_t images, bool accumulate, float *scratch);

// ---- Attention (attention.c) -------------------------------------------------------------------

// For each of `count` heads (those of one element of the batch, `heads`, follow each other):
//   out = softmax(scale q k^T + bias) v
// q [queries, depth], k [keys, depth], v [keys, value_depth], out [queries, value_depth]; bias [queries, keys] or NULL,
// its rows bias_query_stride apart (0 where all queries share one). Sizes are at least 1. Each head's results have the
// same bits however heads are cut into calls that begin at multiples of `heads`. Scratch is 64-byte aligned and does
// not grow with the number of queries.
typedef struct ck_attention {
  int64_t queries, keys, depth, value_depth, heads;
  int64_t bias_batch_stride, bias_head_stride, bias_query_stride;
  float scale;
} ck_attention;

int64_t ck_attention_scratch(const ck_attention *shape);
void ck_attention_forward(float *out, const float *q, const float *k, const float *v, const float *bias,
                          const ck_attention *shape, int64_t count, float *scratch);
// What the gradient g of `out` gives to q, k and v, which stand behind each other in `out` for each head.
void ck_attention_gradient(float *out, const float *q, const float *k, const float *v, const float *g,
                           const float *bias, const ck_attention *shape, int64_t count, float *scratch);

// ---- Cumulative sums (cumulative_sum.c) --------------------------------------------------------

// Along the middle axis of x [outer, count, inner]: out[j] = the sum of x[i] over i <= j, in this order; over i < j
// when exclusive; over i >= j or i > j, from the end, when reversed.
void ck_cumulative_sum(float *out, const float *x, int64_t outer, int64_t count, int64_t inner, bool exclusive,
                       bool reversed);

// ---- Pooling (pooling.c) -----------------------------------------------------------------------

// Windows of window x window pixels, `stride` apart, on images [images, height, width, channels] with `padding` pixels
// around them; each window has a pixel of the image. Results are [images, output_height, output_width, channels].
typedef struct ck_pooling {
  int64_t height, width, channels;
  int64_t output_height, output_width;
  int64_t window, stride, padding;
} ck_pooling;

// The sum over each window divided by window^2, and the transpose of that, from g to images.
void ck_average_pool(float *out, const float *x, const ck_pooling *shape, int64_t images);
void ck_average_pool_adjoint(float *dx, const float *g, const ck_pooling *shape, int64_t images);
// The largest pixel inside the image, NaN where there is one; and what g gives to the image: pixels that tie share it,
// those around the image too when all are -infinity.
void ck_max_pool(float *out, const float *x, const ck_pooling *shape, int64_t images);
int64_t ck_max_pool_scratch(const ck_pooling *shape);
void ck_max_pool_gradient(float *dx, const float *x, const float *g, const ck_pooling *shape, int64_t images,
                          float *scratch);

// ---- Another size (resize.c) -------------------------------------------------------------------

// What an output pixel is made of along one axis: (1 - weight) of one pixel and weight of another, inside the image.
typedef struct ck_tap {
  int64_t first, second;
  float weight;
} ck_tap;

typedef struct ck_resizing {
  int64_t height, width, channels;
  int64_t output_height, output_width;
} ck_resizing;

// out [images, output_height, output_width, channels] by tables rows [output_height] and columns [output_width]; and
// the transpose of that, from g in out's shape to images.
void ck_resize(float *out, const float *x, const ck_tap *rows, const ck_tap *columns, const ck_resizing *shape,
               int64_t images);
void ck_resize_adjoint(float *dx, const float *g, const ck_tap *rows, const ck_tap *columns, const ck_resizing *shape,
                       int64_t images);

#endif
