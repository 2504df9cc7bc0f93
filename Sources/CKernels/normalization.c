// Group and layer normalisation, and its pullbacks. Mean and variance take a pass each, so that a mean far from 0 costs
// no digits.
#include "CKernels.h"
#include "row_reductions.h"

#pragma STDC FP_CONTRACT OFF

// Sums over positions for each channel, eight positions at a time, so that the sums are read and written once for eight
// additions; in order of the positions all the same. `term` is in j (the element) and c (the channel).
#define CHANNEL_SUMS(sum, term)                                                      \
  memset(sum, 0, (size_t)channels * sizeof(float));                                  \
  int64_t p = 0;                                                                     \
  for (; p + 8 <= positions; p += 8) {                                               \
    CK_VECTOR_LOOP for (int64_t c = 0; c < channels; ++c) {                          \
      float result = sum[c];                                                         \
      for (int k = 0; k < 8; ++k) {                                                  \
        const int64_t j = (p + k) * channels + c;                                    \
        result = (term);                                                             \
      }                                                                              \
      sum[c] = result;                                                               \
    }                                                                                \
  }                                                                                  \
  for (; p < positions; ++p) {                                                       \
    CK_VECTOR_LOOP for (int64_t c = 0; c < channels; ++c) {                          \
      const int64_t j = p * channels + c;                                            \
      float result = sum[c];                                                         \
      sum[c] = (term);                                                               \
    }                                                                                \
  }

CK_LEVELS(static, void, channel_squares,
          (float *restrict sum, const float *x, const float *mean, int64_t positions, int64_t channels),
          (sum, x, mean, positions, channels)) {
  CHANNEL_SUMS(sum, ck_fma(x[j] - mean[c], x[j] - mean[c], result))
}

CK_LEVELS(static, void, channel_products,
          (float *restrict sum, const float *x, const float *g, const float *mean, int64_t positions, int64_t channels),
          (sum, x, g, mean, positions, channels)) {
  CHANNEL_SUMS(sum, ck_fma(x[j] - mean[c], g[j], result))
}

// out[c] = value[c / width]
CK_LEVELS(static, void, spread,
          (float *out, const float *value, int64_t groups, int64_t width), (out, value, groups, width)) {
  for (int64_t g = 0; g < groups; ++g) {
    for (int64_t d = 0; d < width; ++d) out[g * width + d] = value[g];
  }
}

CK_LEVELS(static, void, fold_groups,
          (float *out, const float *channel_sums, int64_t groups, int64_t width, float count),
          (out, channel_sums, groups, width, count)) {
  for (int64_t g = 0; g < groups; ++g) out[g] = ck_sum_row(channel_sums + g * width, width) / count;
}

// Mean and 1 / sqrt(variance + epsilon) of a row.
typedef struct row_moments {
  float mean, deviation;
} row_moments;

CK_INLINE row_moments moments_of_row(const float *x, int64_t width, float epsilon) {
  row_moments moments;
  moments.mean = ck_sum_row(x, width) / (float)width;
  float variance = ck_squares_row(x, moments.mean, width) / (float)width;
  moments.deviation = 1.0f / __builtin_elementwise_sqrt(variance + epsilon);
  return moments;
}

// What the scratch of an image of several positions holds: an array over channels each, and two over groups.
typedef struct image_scratch {
  float *means, *first, *second, *third, *deviations, *groups;
} image_scratch;

static image_scratch divide(float *scratch, const ck_normalization *shape) {
  const int64_t line = ck_round_up(shape->channels);
  return (image_scratch){scratch, scratch + line, scratch + 2 * line, scratch + 3 * line, scratch + 4 * line,
                         scratch + 4 * line + ck_round_up(shape->groups)};
}

int64_t ck_normalization_scratch(const ck_normalization *shape) {
  return 4 * ck_round_up(shape->channels) + 2 * ck_round_up(shape->groups);
}

// Of an image of several positions: the mean of each channel's group, and 1 / sqrt(variance + epsilon) of each group.
static void image_moments(image_scratch scratch, const float *x, const ck_normalization *shape) {
  const int64_t groups = shape->groups, channels = shape->channels, width = channels / groups;
  const float count = (float)(width * shape->positions);
  ck_sum_rows(scratch.first, x, shape->positions, channels, channels, false);
  fold_groups(scratch.groups, scratch.first, groups, width, count);
  spread(scratch.means, scratch.groups, groups, width);
  channel_squares(scratch.first, x, scratch.means, shape->positions, channels);
  fold_groups(scratch.deviations, scratch.first, groups, width, count);
  for (int64_t g = 0; g < groups; ++g) {
    scratch.deviations[g] = 1.0f / __builtin_elementwise_sqrt(scratch.deviations[g] + shape->epsilon);
  }
}

// ---- The result ----

// out[p, c] = (x[p, c] - mean[c]) slope[c] + shift[c]
CK_LEVELS(static, void, apply,
          (float *out, const float *x, const float *mean, const float *slope, const float *shift, int64_t positions,
           int64_t channels),
          (out, x, mean, slope, shift, positions, channels)) {
  for (int64_t p = 0; p < positions; ++p, out += channels, x += channels) {
    CK_VECTOR_LOOP for (int64_t c = 0; c < channels; ++c) out[c] = ck_fma(x[c] - mean[c], slope[c], shift[c]);
  }
}

CK_LEVELS(static, void, normalize_row,
          (float *out, const float *x, const float *scale, const float *shift, const ck_normalization *shape),
          (out, x, scale, shift, shape)) {
  const int64_t width = shape->channels / shape->groups;
  for (int64_t g = 0; g < shape->groups; ++g, out += width, x += width, scale += width, shift += width) {
    const row_moments moments = moments_of_row(x, width, shape->epsilon);
    CK_VECTOR_LOOP for (int64_t c = 0; c < width; ++c) {
      out[c] = ck_fma(x[c] - moments.mean, moments.deviation * scale[c], shift[c]);
    }
  }
}

void ck_normalize(float *out, const float *x, const float *scale, const float *shift, const ck_normalization *shape,
                  int64_t images, float *scratch) {
  const int64_t channels = shape->channels, size = shape->positions * channels;
  image_scratch parts = divide(scratch, shape);
  for (int64_t n = 0; n < images; ++n, x += size, out += size) {
    if (shape->positions == 1) {
      normalize_row(out, x, scale, shift, shape);
      continue;
    }
    image_moments(parts, x, shape);
    spread(parts.first, parts.deviations, shape->groups, channels / shape->groups);
    for (int64_t c = 0; c < channels; ++c) parts.first[c] *= scale[c];
    apply(out, x, parts.means, parts.first, shift, shape->positions, channels);
  }
}

// ---- What a gradient gives to x ----

CK_LEVELS(static, void, input_gradient_row,
          (float *dx, const float *x, const float *scale, const float *g, const ck_normalization *shape),
          (dx, x, scale, g, shape)) {
  const int64_t width = shape->channels / shape->groups;
  for (int64_t group = 0; group < shape->groups; ++group, dx += width, x += width, g += width, scale += width) {
    const row_moments moments = moments_of_row(x, width, shape->epsilon);
    const float mean = moments.mean, deviation = moments.deviation;
    const float shift = ck_dot_row(g, scale, width) / (float)width;
    const float slope = ck_centred_products_row(x, mean, g, scale, width) / (float)width * deviation * deviation;
    CK_VECTOR_LOOP for (int64_t c = 0; c < width; ++c) {
      dx[c] = deviation * (ck_fma(g[c], scale[c], -shift) - (x[c] - mean) * slope);
    }
  }
}

// dx[p, c] = g[p, c] factor[c] - (x[p, c] - mean[c]) slope[c] - shift[c]
CK_LEVELS(static, void, combine,
          (float *dx, const float *x, const float *g, const image_scratch *channel, int64_t positions,
           int64_t channels),
          (dx, x, g, channel, positions, channels)) {
  const float *mean = channel->means, *factor = channel->first, *slope = channel->second, *shift = channel->third;
  for (int64_t p = 0; p < positions; ++p, dx += channels, x += channels, g += channels) {
    CK_VECTOR_LOOP for (int64_t c = 0; c < channels; ++c) {
      dx[c] = ck_fma(g[c], factor[c], -shift[c]) - (x[c] - mean[c]) * slope[c];
    }
  }
}

// Per channel the factors of `combine`, from the channels' sums of g and of g (x - mean) in their places.
CK_LEVELS(static, void, input_factors,
          (image_scratch scratch, const float *scale, const ck_normalization *shape), (scratch, scale, shape)) {
  const int64_t width = shape->channels / shape->groups;
  const float count = (float)(width * shape->positions);
  for (int64_t group = 0; group < shape->groups; ++group) {
    const int64_t first = group * width;
    const float deviation = scratch.deviations[group];
    const float shift = ck_dot_row(scratch.third + first, scale + first, width) / count;
    const float slope = ck_dot_row(scratch.second + first, scale + first, width) / count * deviation * deviation;
    for (int64_t c = first; c < first + width; ++c) {
      scratch.first[c] = deviation * scale[c];
      scratch.second[c] = deviation * slope;
      scratch.third[c] = deviation * shift;
    }
  }
}

void ck_normalization_input_gradient(float *dx, const float *x, const float *scale, const float *g,
                                     const ck_normalization *shape, int64_t images, float *scratch) {
  const int64_t channels = shape->channels, positions = shape->positions, size = positions * channels;
  image_scratch parts = divide(scratch, shape);
  for (int64_t n = 0; n < images; ++n, x += size, g += size, dx += size) {
    if (positions == 1) {
      input_gradient_row(dx, x, scale, g, shape);
      continue;
    }
    image_moments(parts, x, shape);
    channel_products(parts.second, x, g, parts.means, positions, channels);
    ck_sum_rows(parts.third, g, positions, channels, channels, false);
    input_factors(parts, scale, shape);
    combine(dx, x, g, &parts, positions, channels);
  }
}

// ---- What a gradient gives to shift and scale ----

CK_LEVELS(static, void, add_row,
          (float *out, const float *x, const float *g, const ck_normalization *shape), (out, x, g, shape)) {
  const int64_t width = shape->channels / shape->groups;
  float *products = out + shape->channels;
  for (int64_t group = 0; group < shape->groups; ++group, out += width, products += width, x += width, g += width) {
    const row_moments moments = moments_of_row(x, width, shape->epsilon);
    CK_VECTOR_LOOP for (int64_t c = 0; c < width; ++c) {
      out[c] += g[c];
      products[c] = ck_fma((x[c] - moments.mean) * moments.deviation, g[c], products[c]);
    }
  }
}

void ck_normalization_parameter_gradient(float *out, const float *x, const float *g, const ck_normalization *shape,
                                         int64_t images, bool accumulate, float *scratch) {
  const int64_t channels = shape->channels, positions = shape->positions, size = positions * channels;
  const int64_t width = channels / shape->groups;
  image_scratch parts = divide(scratch, shape);
  if (!accumulate) memset(out, 0, (size_t)(2 * channels) * sizeof(float));
  for (int64_t n = 0; n < images; ++n, x += size, g += size) {
    if (positions == 1) {
      add_row(out, x, g, shape);
      continue;
    }
    image_moments(parts, x, shape);
    channel_products(parts.second, x, g, parts.means, positions, channels);
    ck_sum_rows(out, g, positions, channels, channels, true);
    for (int64_t c = 0; c < channels; ++c) {
      out[channels + c] = ck_fma(parts.second[c], parts.deviations[c / width], out[channels + c]);
    }
  }
}
