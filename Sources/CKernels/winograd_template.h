// The transforms of the Winograd convolution in terms of a vector type, included once for each instruction set with
//   VECTOR, LANES           the type and its number of floats, at most CK_WINOGRAD_CHANNELS
//   TARGET, INLINE          the function attribute that enables it; before functions that callers must swallow whole
//   KERNELS                 the name of the table
//   vector_splat, vector_load, vector_store, vector_multiply_add
//
// Every product is part of a fused multiply-add or rounded alone, as written, so all instruction sets give the same
// bits. A last group of channels overlaps the one before it when the channels are not whole vectors.

#pragma STDC FP_CONTRACT OFF

// The points are 0, a, -a, b, -b and infinity.
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

// A' m.
INLINE void output_line(VECTOR out[4], const VECTOR m[6]) {
  const VECTOR even_a = m[1] + m[2], odd_a = m[1] - m[2];
  const VECTOR even_b = m[3] + m[4], odd_b = m[3] - m[4];
  out[0] = m[0] + even_a + even_b;
  out[1] = scaled_sum(POINT_A, odd_a, vector_splat(POINT_B) * odd_b);
  out[2] = scaled_sum(SQUARE_A, even_a, vector_splat(SQUARE_B) * even_b);
  out[3] = scaled_sum(SQUARE_A * POINT_A, odd_a, scaled_sum(SQUARE_B * POINT_B, odd_b, m[5]));
}

// A y.
INLINE void output_gradient_line(VECTOR out[6], const VECTOR y[4]) {
  const VECTOR even_a = scaled_sum(SQUARE_A, y[2], y[0]), even_b = scaled_sum(SQUARE_B, y[2], y[0]);
  const VECTOR odd_a = scaled_sum(SQUARE_A, y[3], y[1]), odd_b = scaled_sum(SQUARE_B, y[3], y[1]);
  out[0] = y[0];
  out[1] = scaled_sum(POINT_A, odd_a, even_a);
  out[2] = scaled_sum(-POINT_A, odd_a, even_a);
  out[3] = scaled_sum(POINT_B, odd_b, even_b);
  out[4] = scaled_sum(-POINT_B, odd_b, even_b);
  out[5] = y[3];
}

// G g.
INLINE void weights_line(VECTOR out[6], const VECTOR g[3]) {
  const VECTOR even_a = scaled_sum(SCALE_A * SQUARE_A, g[2], vector_splat(SCALE_A) * g[0]);
  const VECTOR even_b = scaled_sum(SCALE_B * SQUARE_B, g[2], vector_splat(SCALE_B) * g[0]);
  out[0] = vector_splat(SCALE_0) * g[0];
  out[1] = scaled_sum(SCALE_A * POINT_A, g[1], even_a);
  out[2] = scaled_sum(-SCALE_A * POINT_A, g[1], even_a);
  out[3] = scaled_sum(SCALE_B * POINT_B, g[1], even_b);
  out[4] = scaled_sum(-SCALE_B * POINT_B, g[1], even_b);
  out[5] = g[2];
}

// G' u.
INLINE void weight_gradient_line(VECTOR out[3], const VECTOR u[6]) {
  const VECTOR even_a = u[1] + u[2], odd_a = u[1] - u[2];
  const VECTOR even_b = u[3] + u[4], odd_b = u[3] - u[4];
  out[0] = scaled_sum(SCALE_0, u[0], scaled_sum(SCALE_A, even_a, vector_splat(SCALE_B) * even_b));
  out[1] = scaled_sum(SCALE_A * POINT_A, odd_a, vector_splat(SCALE_B * POINT_B) * odd_b);
  out[2] = scaled_sum(SCALE_A * SQUARE_A, even_a, scaled_sum(SCALE_B * SQUARE_B, even_b, u[5]));
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

TARGET static void input(float *out, int64_t stride, const float *const *pixels, int64_t channels) {
  TRANSFORM(input_line, 6, 6, vector_load(pixels[6 * i + j] + at),
            vector_store(out + (6 * i + j) * stride + at, result[j]))
}

TARGET static void output(float *const *pixels, const float *in, int64_t stride, int64_t channels) {
  TRANSFORM(output_line, 6, 4, vector_load(in + (6 * i + j) * stride + at),
            vector_store(pixels[4 * i + j] + at, result[j]))
}

TARGET static void output_gradient(float *out, int64_t stride, const float *const *pixels, int64_t channels) {
  TRANSFORM(output_gradient_line, 4, 6, vector_load(pixels[4 * i + j] + at),
            vector_store(out + (6 * i + j) * stride + at, result[j]))
}

static const float weights_rows[6][3] = {
  {SCALE_0, 0, 0},
  {SCALE_A, SCALE_A * POINT_A, SCALE_A * SQUARE_A},
  {SCALE_A, -SCALE_A * POINT_A, SCALE_A * SQUARE_A},
  {SCALE_B, SCALE_B * POINT_B, SCALE_B * SQUARE_B},
  {SCALE_B, -SCALE_B * POINT_B, SCALE_B * SQUARE_B},
  {0, 0, 1},
};

// One row of G g, then that times G'.
TARGET static void weights(float *out, int64_t stride, const float *const *taps, int64_t row, int64_t channels) {
  const float *factors = weights_rows[row];
  for (int64_t c = 0; c < channels; c += LANES) {
    const int64_t at = ck_minimum(c, channels - LANES);
    VECTOR line[3], result[6];
    UNROLL for (int j = 0; j < 3; j++) {
      line[j] = vector_splat(factors[0]) * vector_load(taps[j] + at);
      line[j] = scaled_sum(factors[1], vector_load(taps[3 + j] + at), line[j]);
      line[j] = scaled_sum(factors[2], vector_load(taps[6 + j] + at), line[j]);
    }
    weights_line(result, line);
    UNROLL for (int j = 0; j < 6; j++) vector_store(out + j * stride + at, result[j]);
  }
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

TARGET static void weight_gradient(float *const *taps, const float *in, int64_t stride, int64_t channels,
                                   bool accumulate) {
  TRANSFORM(weight_gradient_line, 6, 3, vector_load(in + (6 * i + j) * stride + at),
            store_weight(taps[3 * i + j] + at, result[j], c - at, accumulate))
}

const ck_winograd_kernels KERNELS = {input, output, output_gradient, weights, weight_gradient};
