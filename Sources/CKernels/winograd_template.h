// The transforms of the Winograd convolution in terms of a vector type, included once for each instruction set with
//   VECTOR, LANES           the type and its number of floats, at most CK_WINOGRAD_CHANNELS
//   TARGET, INLINE          the function attribute that enables it; before functions that callers must swallow whole
//   KERNELS                 the name of the table
//   vector_splat, vector_load, vector_store, vector_multiply_add
//
// Every product is part of a fused multiply-add or rounded alone, as written, so all instruction sets give the same
// bits. A last group of channels overlaps the one before it when the channels are not whole vectors.

#pragma STDC FP_CONTRACT OFF

// The points are 0, a, -a, b, -b and infinity; for patches of 4 x 4, in the lines named `small`, 0, 1, -1 and infinity.
#define POINT_A 0.625f
#define POINT_B 1.5f
#define SQUARE_A (POINT_A * POINT_A)
#define SQUARE_B (POINT_B * POINT_B)
// G divides the row of a point by the product of its differences from the other finite points.
#define SCALE_0 (1 / (SQUARE_A * SQUARE_B))
#define SCALE_A (1 / (2 * SQUARE_A * (SQUARE_A - SQUARE_B)))
#define SCALE_B (1 / (2 * SQUARE_B * (SQUARE_B - SQUARE_A)))

#define UNROLL _Pragma("clang loop unroll(full)")

INLINE VECTOR scaled_sum(float scale, VECTOR a, VECTOR b) { return vector_multiply_add(vector_splat(scale), a, b); }

// ---- One axis ----------------------------------------------------------------------------------

// B' d: even and odd parts of d, interpolated at plus and minus each point.
INLINE void input_line(VECTOR out[6], const VECTOR d[6]) {
  const VECTOR even_a = scaled_sum(-SQUARE_B, d[2], d[4]), odd_a = scaled_sum(-SQUARE_B, d[1], d[3]);
  const VECTOR even_b = scaled_sum(-SQUARE_A, d[2], d[4]), odd_b = scaled_sum(-SQUARE_A, d[1], d[3]);
  out[0] = scaled_sum(SQUARE_A * SQUARE_B, d[0], scaled_sum(-SQUARE_A - SQUARE_B, d[2], d[4]));
  out[1] = scaled_sum(POINT_A, odd_a, even_a);
  out[2] = scaled_sum(-POINT_A, odd_a, even_a);
  out[3] = scaled_sum(POINT_B, odd_b, even_b);
  out[4] = scaled_sum(-POINT_B, odd_b, even_b);
  out[5] = scaled_sum(SQUARE_A * SQUARE_B, d[1], scaled_sum(-SQUARE_A - SQUARE_B, d[3], d[5]));
}

// A' m for four outputs, and for two.
INLINE void output_4_line(VECTOR out[4], const VECTOR m[6]) {
  const VECTOR even_a = m[1] + m[2], odd_a = m[1] - m[2];
  const VECTOR even_b = m[3] + m[4], odd_b = m[3] - m[4];
  out[0] = m[0] + even_a + even_b;
  out[1] = scaled_sum(POINT_A, odd_a, vector_splat(POINT_B) * odd_b);
  out[2] = scaled_sum(SQUARE_A, even_a, vector_splat(SQUARE_B) * even_b);
  out[3] = scaled_sum(SQUARE_A * POINT_A, odd_a, scaled_sum(SQUARE_B * POINT_B, odd_b, m[5]));
}
INLINE void output_2_line(VECTOR out[2], const VECTOR m[6]) {
  out[0] = m[0] + (m[1] + m[2]) + (m[3] + m[4]);
  out[1] = scaled_sum(POINT_A, m[1] - m[2], scaled_sum(POINT_B, m[3] - m[4], m[5]));
}

// A y.
INLINE void output_gradient_4_line(VECTOR out[6], const VECTOR y[4]) {
  const VECTOR even_a = scaled_sum(SQUARE_A, y[2], y[0]), even_b = scaled_sum(SQUARE_B, y[2], y[0]);
  const VECTOR odd_a = scaled_sum(SQUARE_A, y[3], y[1]), odd_b = scaled_sum(SQUARE_B, y[3], y[1]);
  out[0] = y[0];
  out[1] = scaled_sum(POINT_A, odd_a, even_a);
  out[2] = scaled_sum(-POINT_A, odd_a, even_a);
  out[3] = scaled_sum(POINT_B, odd_b, even_b);
  out[4] = scaled_sum(-POINT_B, odd_b, even_b);
  out[5] = y[3];
}
INLINE void output_gradient_2_line(VECTOR out[6], const VECTOR y[2]) {
  out[0] = y[0];
  out[1] = scaled_sum(POINT_A, y[1], y[0]);
  out[2] = scaled_sum(-POINT_A, y[1], y[0]);
  out[3] = scaled_sum(POINT_B, y[1], y[0]);
  out[4] = scaled_sum(-POINT_B, y[1], y[0]);
  out[5] = y[1];
}

// G g for three taps, and for five.
INLINE void weights_3_line(VECTOR out[6], const VECTOR g[3]) {
  const VECTOR even_a = scaled_sum(SCALE_A * SQUARE_A, g[2], vector_splat(SCALE_A) * g[0]);
  const VECTOR even_b = scaled_sum(SCALE_B * SQUARE_B, g[2], vector_splat(SCALE_B) * g[0]);
  out[0] = vector_splat(SCALE_0) * g[0];
  out[1] = scaled_sum(SCALE_A * POINT_A, g[1], even_a);
  out[2] = scaled_sum(-SCALE_A * POINT_A, g[1], even_a);
  out[3] = scaled_sum(SCALE_B * POINT_B, g[1], even_b);
  out[4] = scaled_sum(-SCALE_B * POINT_B, g[1], even_b);
  out[5] = g[2];
}
INLINE void weights_5_line(VECTOR out[6], const VECTOR g[5]) {
  const VECTOR even_a = scaled_sum(SQUARE_A * SQUARE_A, g[4], scaled_sum(SQUARE_A, g[2], g[0]));
  const VECTOR even_b = scaled_sum(SQUARE_B * SQUARE_B, g[4], scaled_sum(SQUARE_B, g[2], g[0]));
  const VECTOR odd_a = scaled_sum(SQUARE_A, g[3], g[1]), odd_b = scaled_sum(SQUARE_B, g[3], g[1]);
  const VECTOR scaled_a = vector_splat(SCALE_A) * even_a, scaled_b = vector_splat(SCALE_B) * even_b;
  out[0] = vector_splat(SCALE_0) * g[0];
  out[1] = scaled_sum(SCALE_A * POINT_A, odd_a, scaled_a);
  out[2] = scaled_sum(-SCALE_A * POINT_A, odd_a, scaled_a);
  out[3] = scaled_sum(SCALE_B * POINT_B, odd_b, scaled_b);
  out[4] = scaled_sum(-SCALE_B * POINT_B, odd_b, scaled_b);
  out[5] = g[4];
}

// G' u.
INLINE void weight_gradient_3_line(VECTOR out[3], const VECTOR u[6]) {
  const VECTOR even_a = u[1] + u[2], odd_a = u[1] - u[2];
  const VECTOR even_b = u[3] + u[4], odd_b = u[3] - u[4];
  out[0] = scaled_sum(SCALE_0, u[0], scaled_sum(SCALE_A, even_a, vector_splat(SCALE_B) * even_b));
  out[1] = scaled_sum(SCALE_A * POINT_A, odd_a, vector_splat(SCALE_B * POINT_B) * odd_b);
  out[2] = scaled_sum(SCALE_A * SQUARE_A, even_a, scaled_sum(SCALE_B * SQUARE_B, even_b, u[5]));
}
INLINE void weight_gradient_5_line(VECTOR out[5], const VECTOR u[6]) {
  const VECTOR even_a = vector_splat(SCALE_A) * (u[1] + u[2]), even_b = vector_splat(SCALE_B) * (u[3] + u[4]);
  const VECTOR odd_a = vector_splat(SCALE_A * POINT_A) * (u[1] - u[2]);
  const VECTOR odd_b = vector_splat(SCALE_B * POINT_B) * (u[3] - u[4]);
  out[0] = scaled_sum(SCALE_0, u[0], even_a + even_b);
  out[1] = odd_a + odd_b;
  out[2] = scaled_sum(SQUARE_A, even_a, vector_splat(SQUARE_B) * even_b);
  out[3] = scaled_sum(SQUARE_A, odd_a, vector_splat(SQUARE_B) * odd_b);
  out[4] = scaled_sum(SQUARE_A * SQUARE_A, even_a, scaled_sum(SQUARE_B * SQUARE_B, even_b, u[5]));
}

// F(2x2, 3x3), in the same order.
INLINE void small_input_line(VECTOR out[4], const VECTOR d[4]) {
  out[0] = d[0] - d[2];
  out[1] = d[2] + d[1];
  out[2] = d[2] - d[1];
  out[3] = d[3] - d[1];
}
INLINE void small_output_line(VECTOR out[2], const VECTOR m[4]) {
  out[0] = m[0] + (m[1] + m[2]);
  out[1] = (m[1] - m[2]) + m[3];
}
INLINE void small_output_gradient_line(VECTOR out[4], const VECTOR y[2]) {
  out[0] = y[0];
  out[1] = y[0] + y[1];
  out[2] = y[0] - y[1];
  out[3] = y[1];
}
INLINE void small_weights_line(VECTOR out[4], const VECTOR g[3]) {
  const VECTOR even = vector_splat(0.5f) * (g[0] + g[2]);
  out[0] = g[0];
  out[1] = scaled_sum(0.5f, g[1], even);
  out[2] = scaled_sum(-0.5f, g[1], even);
  out[3] = g[2];
}
INLINE void small_weight_gradient_line(VECTOR out[3], const VECTOR u[4]) {
  const VECTOR even = u[1] + u[2];
  out[0] = scaled_sum(0.5f, even, u[0]);
  out[1] = vector_splat(0.5f) * (u[1] - u[2]);
  out[2] = scaled_sum(0.5f, even, u[3]);
}

// ---- Both axes ---------------------------------------------------------------------------------

// The transform of size_in x size_in vectors into size_out x size_out, for all channels: down the columns, then along
// the rows. `load` is the vector of row i and column j; `store` puts result[j] of row i in its place.
#define TRANSFORM(line, size_in, size_out, load, store)                     \
  for (int64_t c = 0; c < channels; c += LANES) {                           \
    const int64_t at = ck_minimum(c, channels - LANES);                     \
    VECTOR half[size_out][size_in];                                         \
    UNROLL for (int j = 0; j < size_in; j++) {                              \
      VECTOR column[size_in], result[size_out];                             \
      UNROLL for (int i = 0; i < size_in; i++) column[i] = load;            \
      line(result, column);                                                 \
      UNROLL for (int i = 0; i < size_out; i++) half[i][j] = result[i];     \
    }                                                                       \
    UNROLL for (int i = 0; i < size_out; i++) {                             \
      VECTOR result[size_out];                                              \
      line(result, half[i]);                                                \
      UNROLL for (int j = 0; j < size_out; j++) store;                      \
    }                                                                       \
  }

// 0 times anything finite is 0, and NaN otherwise.
INLINE bool has_nan(VECTOR zeros) {
  float lanes[LANES];
  vector_store(lanes, zeros);
  bool found = false;
  for (int k = 0; k < LANES; k++) found |= lanes[k] != lanes[k];
  return found;
}

// Adding needs care where the last group overlaps the one before: its first `done` channels are finished.
INLINE void store_weight(float *to, VECTOR value, int64_t done, bool accumulate) {
  if (!accumulate) {
    vector_store(to, value);
  } else if (done == 0) {
    vector_store(to, vector_load(to) + value);
  } else {
    float lanes[LANES];
    vector_store(lanes, value);
    for (int64_t k = done; k < LANES; k++) to[k] += lanes[k];
  }
}

// The five transforms of one algorithm, each named after its line.
#define DEFINE_TRANSFORMS(input, output, output_gradient, weights, weight_gradient, patch, tile, taps)                 \
  TARGET static void input(float *out, int64_t stride, const float *const *pixels, int64_t channels) {                 \
    TRANSFORM(input##_line, patch, patch, vector_load(pixels[patch * i + j] + at),                                     \
              vector_store(out + (patch * i + j) * stride + at, result[j]))                                            \
  }                                                                                                                    \
  TARGET static bool output(float *const *pixels, const float *in, int64_t stride, int64_t channels) {                 \
    VECTOR zeros = vector_splat(0);                                                                                    \
    TRANSFORM(output##_line, patch, tile, vector_load(in + (patch * i + j) * stride + at),                             \
              (zeros = vector_multiply_add(vector_splat(0), result[j], zeros),                                         \
               vector_store(pixels[tile * i + j] + at, result[j])))                                                    \
    return has_nan(zeros);                                                                                             \
  }                                                                                                                    \
  TARGET static void output_gradient(float *out, int64_t stride, const float *const *pixels, int64_t channels) {       \
    TRANSFORM(output_gradient##_line, tile, patch, vector_load(pixels[tile * i + j] + at),                             \
              vector_store(out + (patch * i + j) * stride + at, result[j]))                                            \
  }                                                                                                                    \
  TARGET static void weights(float *out, int64_t stride, const float *const *pointers, int64_t channels) {             \
    TRANSFORM(weights##_line, taps, patch, vector_load(pointers[taps * i + j] + at),                                   \
              vector_store(out + (patch * i + j) * stride + at, result[j]))                                            \
  }                                                                                                                    \
  TARGET static void weight_gradient(float *const *pointers, const float *in, int64_t stride, int64_t channels,        \
                                     bool accumulate) {                                                                \
    TRANSFORM(weight_gradient##_line, patch, taps, vector_load(in + (patch * i + j) * stride + at),                    \
              store_weight(pointers[taps * i + j] + at, result[j], c - at, accumulate))                                \
  }

#define input_3_line input_line
#define input_5_line input_line
DEFINE_TRANSFORMS(input_3, output_4, output_gradient_4, weights_3, weight_gradient_3, 6, 4, 3)
DEFINE_TRANSFORMS(input_5, output_2, output_gradient_2, weights_5, weight_gradient_5, 6, 2, 5)
DEFINE_TRANSFORMS(small_input, small_output, small_output_gradient, small_weights, small_weight_gradient, 4, 2, 3)

const ck_winograd_kernels KERNELS = {
  .large_3 = {input_3, output_4, output_gradient_4, weights_3, weight_gradient_3},
  .large_5 = {input_5, output_2, output_gradient_2, weights_5, weight_gradient_5},
  .small_3 = {small_input, small_output, small_output_gradient, small_weights, small_weight_gradient},
};
