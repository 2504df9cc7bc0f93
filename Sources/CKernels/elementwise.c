// A kernel per opcode: a loop over a strip around one of the scalar functions of the private headers.
//
// Largest errors in units of the last place, over every fifth float, against libm in double. Copies, arithmetic,
// the fused product, reciprocal and sqrt are correctly rounded (1/2); rsqrt is sqrt then division.
//   exp   1.02    log    0.83    sin  1.48 to |x| = 1e5, 1/2 beyond     tanh      1.35
//   expm1 1.44    log1p  1.43    cos  the same                          sigmoid   1.70
//   rsqrt 1.5     power  0.56    tan  3.54 to |x| = 1e5, 1/2 beyond     softplus  1.70
//                                atan 1.33
// Overflow gives infinity; results below 2^-126 are denormals with an error up to 1.25 of their unit.
// The slopes of sigmoid and tanh are exact to 4.8 and 3.9 units of the last place, but for those that lose digits of
// 1 - y and 1 - y^2: up to 46 for sigmoid at x from 0 to 4, and 13 for tanh at |x| from 0 to 2.
// Overflow gives infinity; results below 2^-126 are denormals with an error up to 1.25 of their unit.
#include "elementwise.h"

#include "power.h"
#include "trigonometry.h"
#include "vector_math.h"

#pragma STDC FP_CONTRACT OFF

#define KERNEL(name)                                                                                              \
  CK_LEVELS(static, void, name, (float *out, const float *a, const float *b, const float *c, int64_t count), \
            (out, a, b, c, count))
// `expression` is in x = a[i], y = b[i], z = c[i].
#define KERNEL_1(name, expression)                                                                      \
  KERNEL(name) {                                                                                        \
    (void)b, (void)c;                                                                                   \
    count &= -(int64_t)CK_LANES;                                                                        \
    CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) {                                                \
      float x = a[i];                                                                                   \
      out[i] = (expression);                                                                            \
    }                                                                                                   \
  }
#define KERNEL_2(name, expression)                                                                      \
  KERNEL(name) {                                                                                        \
    (void)c;                                                                                            \
    count &= -(int64_t)CK_LANES;                                                                        \
    CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) {                                                \
      float x = a[i], y = b[i];                                                                         \
      out[i] = (expression);                                                                            \
    }                                                                                                   \
  }
#define KERNEL_3(name, expression)                                                                      \
  KERNEL(name) {                                                                                        \
    count &= -(int64_t)CK_LANES;                                                                        \
    CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) {                                                \
      float x = a[i], y = b[i], z = c[i];                                                               \
      out[i] = (expression);                                                                            \
    }                                                                                                   \
  }

KERNEL_1(copy, x)
KERNEL_1(negate, -x)
KERNEL_1(absolute, ck_absolute(x))
KERNEL_1(sign, x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x == 0.0f ? 0.0f : x)
KERNEL_1(floor_, __builtin_floorf(x))
KERNEL_1(square, x * x)
KERNEL_1(reciprocal, 1.0f / x)
KERNEL_1(square_root, __builtin_elementwise_sqrt(x))
KERNEL_1(reciprocal_square_root, 1.0f / __builtin_elementwise_sqrt(x))
KERNEL_1(exponential, ck_exp(x))
KERNEL_1(exponential_minus_one, ck_expm1(x))
KERNEL_1(logarithm, ck_log(x))
KERNEL_1(logarithm_one_plus, ck_log1p(x))
KERNEL_1(near_sine, ck_sin(x))
KERNEL_1(near_cosine, ck_cos(x))
KERNEL_1(near_tangent, ck_tan(x))
KERNEL_1(arc_tangent, ck_atan(x))
KERNEL_1(hyperbolic_tangent, ck_tanh(x))
KERNEL_1(sigmoid, ck_sigmoid(x))
KERNEL_1(softplus, ck_softplus(x))
KERNEL_2(add, x + y)
KERNEL_2(subtract, x - y)
KERNEL_2(multiply, x * y)
KERNEL_2(divide, x / y)
KERNEL_2(power, ck_power(x, y))
// A NaN in x is chosen by x != x; a NaN in y makes both comparisons false and is left over.
KERNEL_2(minimum, ((x < y) | (x != x)) ? x : y)
KERNEL_2(maximum, ((x > y) | (x != x)) ? x : y)
KERNEL_2(less, x < y ? 1.0f : 0.0f)
KERNEL_2(less_equal, x <= y ? 1.0f : 0.0f)
KERNEL_2(equal, x == y ? 1.0f : 0.0f)
KERNEL_3(select_, x != 0.0f ? y : z)
KERNEL_3(multiply_add, ck_fma(x, y, z))

// The slope of a saturating function from x and its value y, which has lost what the tail is made of: blocks with an x
// for which `is_far` holds take that from an exponential of x. An element's bits do not depend on its block.
#define SLOPE_BLOCK 32
#define SLOPE_OF(size, is_far, near, far)                              \
  {                                                                    \
    uint32_t any = 0;                                                  \
    CK_VECTOR_LOOP for (int64_t i = start; i < start + (size); ++i) {  \
      float x = a[i];                                                  \
      any |= (is_far);                                                 \
    }                                                                  \
    if (__builtin_expect(any, 0)) {                                    \
      CK_VECTOR_LOOP for (int64_t i = start; i < start + (size); ++i) { \
        float x = a[i], y = b[i];                                      \
        out[i] = (is_far) ? (far) : (near);                            \
      }                                                                \
    } else {                                                           \
      CK_VECTOR_LOOP for (int64_t i = start; i < start + (size); ++i) { \
        float y = b[i];                                                \
        out[i] = (near);                                               \
      }                                                                \
    }                                                                  \
  }
#define SLOPE(name, is_far, near, far)                                                                    \
  KERNEL(name) {                                                                                          \
    (void)c;                                                                                              \
    count &= -(int64_t)CK_LANES;                                                                          \
    int64_t start = 0;                                                                                    \
    for (; start + SLOPE_BLOCK <= count; start += SLOPE_BLOCK) SLOPE_OF(SLOPE_BLOCK, is_far, near, far)   \
    for (; start < count; start += CK_LANES) SLOPE_OF(CK_LANES, is_far, near, far)                        \
  }

// y (1 - y), whose second factor is e^-x y
SLOPE(sigmoid_slope, x > 4.0f, y * (1.0f - y), y * (y * ck_exp(-x)))
// 1 - y^2 = (1 - |y|) (1 + |y|), whose first factor is e^-2|x| (1 + |y|)
SLOPE(tanh_slope, ck_absolute(x) > 2.0f, 1.0f - y * y,
      (1.0f + ck_absolute(y)) * ((1.0f + ck_absolute(y)) * ck_exp(-2.0f * ck_absolute(x))))

CK_LEVELS(static, uint32_t, any_angle_is_far, (const float *a, int64_t count), (a, count)) {
  uint32_t any = 0;
  count &= -(int64_t)CK_LANES;
  CK_VECTOR_LOOP for (int64_t i = 0; i < count; ++i) any |= ck_angle_is_far(a[i]);
  return any;
}

// Strips with an angle beyond CK_ANGLE_LIMIT get those elements, and only those, from libm in double.
static void periodic(float *out, const float *a, int64_t count, ck_kernel near, double (*far)(double)) {
  if (!any_angle_is_far(a, count)) {
    near(out, a, a, a, count);
    return;
  }
  float angles[CK_STRIP];  // out may be a
  memcpy(angles, a, (size_t)count * sizeof(float));
  near(out, angles, angles, angles, count);
  for (int64_t i = 0; i < count; ++i) {
    if (ck_angle_is_far(angles[i])) out[i] = (float)far((double)angles[i]);
  }
}

static void sine(float *out, const float *a, const float *b, const float *c, int64_t count) {
  (void)b, (void)c;
  periodic(out, a, count, near_sine, sin);
}

static void cosine(float *out, const float *a, const float *b, const float *c, int64_t count) {
  (void)b, (void)c;
  periodic(out, a, count, near_cosine, cos);
}

static void tangent(float *out, const float *a, const float *b, const float *c, int64_t count) {
  (void)b, (void)c;
  periodic(out, a, count, near_tangent, tan);
}

const ck_kernel ck_kernels[CK_OPCODE_COUNT] = {
  [CK_COPY] = copy,
  [CK_NEGATE] = negate,
  [CK_ABS] = absolute,
  [CK_SIGN] = sign,
  [CK_FLOOR] = floor_,
  [CK_SQUARE] = square,
  [CK_RECIPROCAL] = reciprocal,
  [CK_SQRT] = square_root,
  [CK_RSQRT] = reciprocal_square_root,
  [CK_EXP] = exponential,
  [CK_EXPM1] = exponential_minus_one,
  [CK_LOG] = logarithm,
  [CK_LOG1P] = logarithm_one_plus,
  [CK_SIN] = sine,
  [CK_COS] = cosine,
  [CK_TAN] = tangent,
  [CK_ATAN] = arc_tangent,
  [CK_TANH] = hyperbolic_tangent,
  [CK_SIGMOID] = sigmoid,
  [CK_SIGMOID_SLOPE] = sigmoid_slope,
  [CK_TANH_SLOPE] = tanh_slope,
  [CK_SOFTPLUS] = softplus,
  [CK_ADD] = add,
  [CK_SUBTRACT] = subtract,
  [CK_MULTIPLY] = multiply,
  [CK_DIVIDE] = divide,
  [CK_POWER] = power,
  [CK_MINIMUM] = minimum,
  [CK_MAXIMUM] = maximum,
  [CK_LESS] = less,
  [CK_LESS_EQUAL] = less_equal,
  [CK_EQUAL] = equal,
  [CK_SELECT] = select_,
  [CK_MULTIPLY_ADD] = multiply_add,
};
