// Elementary functions as branch-free scalar code that a loop vectorises. Private to the target.
//
// Arithmetic is strict IEEE with every fused multiply-add written out and contraction off, so an element has the
// same bits in a vector's body, in its tail, in AVX-512, AVX2 and NEON. NaN goes through every function, and the
// selects are written so that a comparison with NaN leaves the NaN in place. Results in the denormal range are
// rounded there, not flushed. Coefficients are minimax fits over the reduced interval with its rounding slack.
#ifndef CK_VECTOR_MATH_H
#define CK_VECTOR_MATH_H

#include <math.h>
#include <stdbool.h>

#include "dispatch.h"

#pragma STDC FP_CONTRACT OFF

#define CK_INFINITY __builtin_inff()
#define CK_NAN __builtin_nanf("")

// Adding and subtracting 1.5 * 2^23 rounds to the nearest integer, left in the low bits of the sum.
#define CK_ROUNDER 0x1.8p23f
#define CK_ROUNDER_BITS 0x4b400000u

CK_INLINE float ck_fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
CK_INLINE float ck_absolute(float x) { return __builtin_fabsf(x); }
CK_INLINE float ck_with_sign_of(float magnitude, float sign) { return __builtin_copysignf(magnitude, sign); }

// 2^n for n in [-126, 127].
CK_INLINE float ck_power_of_two(int32_t n) { return ck_float((uint32_t)(n + 127) << 23); }

// ---- exponential family ------------------------------------------------------------------------

// x = n ln 2 + r with |r| <= ln(2)/2; the first step is exact for |n| <= 2^8.
typedef struct ck_reduced {
  float n, r;
  int32_t exponent;
} ck_reduced;

CK_INLINE ck_reduced ck_reduce_by_ln2(float x) {
  float shifted = ck_fma(x, 1.44269504f, CK_ROUNDER);
  ck_reduced reduced;
  reduced.exponent = (int32_t)(ck_bits(shifted) - CK_ROUNDER_BITS);
  reduced.n = shifted - CK_ROUNDER;
  reduced.r = ck_fma(reduced.n, 1.90465421e-9f, ck_fma(reduced.n, -0.693147182f, x));
  return reduced;
}

// (e^r - 1 - r) / r^2
CK_INLINE float ck_exp_tail(float r) {
  float q = ck_fma(r, 1.39429222e-3f, 8.36939365e-3f);
  q = ck_fma(r, q, 4.16663773e-2f);
  q = ck_fma(r, q, 0.166665152f);
  return ck_fma(r, q, 0.5f);
}

// Two factors, because 2^n itself may be out of range where the result is not.
CK_INLINE float ck_exp(float x) {
  x = x > 89.0f ? 89.0f : x;
  x = x < -105.0f ? -105.0f : x;
  ck_reduced reduced = ck_reduce_by_ln2(x);
  float r = reduced.r;
  float y = 1.0f + ck_fma(r * r, ck_exp_tail(r), r);
  int32_t half = reduced.exponent >> 1;
  return y * ck_power_of_two(half) * ck_power_of_two(reduced.exponent - half);
}

// e^x - 1 = 2 (2^(n-1) (e^r - 1) + 2^(n-1) - 1/2); the halves keep 2^n in range up to overflow.
CK_INLINE float ck_expm1(float x) {
  float clamped = x > 89.0f ? 89.0f : x;
  clamped = clamped < -25.0f ? -25.0f : clamped;
  ck_reduced reduced = ck_reduce_by_ln2(clamped);
  float r = reduced.r;
  float q = ck_fma(r, 1.99442555e-4f, 1.39335648e-3f);
  q = ck_fma(r, q, 8.33320804e-3f);
  q = ck_fma(r, q, 4.16664816e-2f);
  q = ck_fma(r, q, 0.166666672f);
  q = ck_fma(r, q, 0.5f);
  float scale = ck_power_of_two(reduced.exponent - 1);
  float y = 2.0f * ck_fma(scale, ck_fma(r * r, q, r), scale - 0.5f);
  return ck_absolute(x) < 0x1p-60f ? x : y;
}

// ---- logarithm family --------------------------------------------------------------------------

#define CK_SQRT_HALF_BITS 0x3f3504f3u

// The power e with x = 2^e m, m in [sqrt(1/2), sqrt(2)), for normal x > 0.
CK_INLINE int32_t ck_exponent(float x) { return (int32_t)(ck_bits(x) - CK_SQRT_HALF_BITS) >> 23; }

// m of the same.
CK_INLINE float ck_mantissa(float x) {
  return ck_float(((ck_bits(x) - CK_SQRT_HALF_BITS) & 0x7fffffu) + CK_SQRT_HALF_BITS);
}

// ln(2^e (1 + f)) for 1 + f in [sqrt(1/2), sqrt(2)]
CK_INLINE float ck_log_of_parts(float e, float f) {
  float q = ck_fma(f, 6.9154866e-2f, -0.117946424f);
  q = ck_fma(f, q, 0.118752338f);
  q = ck_fma(f, q, -0.12383835f);
  q = ck_fma(f, q, 0.142183796f);
  q = ck_fma(f, q, -0.166692629f);
  q = ck_fma(f, q, 0.20002234f);
  q = ck_fma(f, q, -0.249999866f);
  q = ck_fma(f, q, 0.333333105f);
  q = ck_fma(f, q, -0.5f);
  float low = ck_fma(f * f, q, e * -1.90465421e-9f);
  return ck_fma(e, 0.693147182f, f + low);
}

// ln x for normal finite x > 0
CK_INLINE float ck_log_normal(float x) {
  return ck_log_of_parts((float)ck_exponent(x), ck_mantissa(x) - 1.0f);
}

CK_INLINE float ck_log(float x) {
  bool denormal = x < 0x1p-126f;
  float scaled = denormal ? x * 0x1p23f : x;
  float e = (float)ck_exponent(scaled) - (denormal ? 23.0f : 0.0f);
  float y = ck_log_of_parts(e, ck_mantissa(scaled) - 1.0f);
  y = x < CK_INFINITY ? y : x;
  y = x > 0.0f ? y : CK_NAN;
  return x == 0.0f ? -CK_INFINITY : y;
}

// With u = 1 + x = 2^e m rounded, f = 2^-e (1 + x) - 1 is one fused multiply-add from the exact x.
// x / 4 keeps 2^(2-e) in range up to the largest x.
CK_INLINE float ck_log1p(float x) {
  float u = 1.0f + x;
  int32_t e = ck_exponent(u);
  float scale = ck_power_of_two(2 - e);
  float f = ck_fma(0.25f * x, scale, ck_fma(0.25f, scale, -1.0f));
  float y = ck_log_of_parts((float)e, f);
  y = x < CK_INFINITY ? y : x;
  y = u > 0.0f ? y : CK_NAN;
  y = u == 0.0f ? -CK_INFINITY : y;
  return ck_absolute(x) < 0x1p-60f ? x : y;
}

// ---- saturating functions ----------------------------------------------------------------------

// An odd polynomial up to 0.55, then tanh |x| = 1 - 2 / (e^2|x| + 1); from |x| = 10 on it rounds to 1.
CK_INLINE float ck_tanh(float x) {
  float magnitude = ck_absolute(x);
  float z = magnitude * magnitude;
  float q = ck_fma(z, -6.295586e-3f, 2.10882761e-2f);
  q = ck_fma(z, q, -5.38568459e-2f);
  q = ck_fma(z, q, 0.133326367f);
  q = ck_fma(z, q, -0.333333194f);
  float small = ck_fma(magnitude * z, q, magnitude);
  float clamped = magnitude > 10.0f ? 10.0f : magnitude;
  ck_reduced reduced = ck_reduce_by_ln2(2.0f * clamped);
  float r = reduced.r;
  float scale = ck_power_of_two(reduced.exponent);
  float p = ck_fma(r * r, ck_exp_tail(r), r);
  float large = 1.0f - 2.0f / ck_fma(scale, p, scale + 1.0f);
  return ck_with_sign_of(magnitude < 0.55f ? small : large, x);
}

// 1 / (1 + e^-x). With e^-x = 2^n (1 + p), divides numerator and denominator by the larger of 1 and 2^n, so that
// nothing overflows; 1 + 2^-|n| (1 + p) or 2^-|n| + 1 + p is added up so that the rounding before the last is of
// something small or none. Where n > 0 the result's 2^-n is applied in two factors, which reach the denormals.
CK_INLINE float ck_sigmoid(float x) {
  float negated = -x;
  negated = negated > 105.0f ? 105.0f : negated;
  negated = negated < -30.0f ? -30.0f : negated;
  ck_reduced reduced = ck_reduce_by_ln2(negated);
  float r = reduced.r;
  float p = ck_fma(r * r, ck_exp_tail(r), r);
  bool left = reduced.exponent > 0;
  int32_t n = left ? reduced.exponent : 0;
  float scale = ck_power_of_two(left ? 0 : reduced.exponent);
  float least = left ? ck_power_of_two(n < 126 ? -n : -126) : 1.0f + scale;
  float denominator = ck_fma(scale, p, least) + (left ? 1.0f : 0.0f);
  int32_t half = n >> 1;
  return ck_power_of_two(-half) / denominator * ck_power_of_two(half - n);
}

// ln(1 + e^x) = max(x, 0) + ln(1 + z), z = e^-|x| in [0, 1]
CK_INLINE float ck_softplus(float x) {
  float z = ck_exp(-ck_absolute(x));
  bool upper = z > 0.414213562f;
  float f = upper ? ck_fma(z, 0.5f, -0.5f) : z;
  float y = ck_log_of_parts(upper ? 1.0f : 0.0f, f);
  return (x > 0.0f ? x : 0.0f) + y;
}

#endif
