// Sine, cosine, tangent and arc tangent as branch-free scalar code, in the manner of vector_math.h.
#ifndef CK_TRIGONOMETRY_H
#define CK_TRIGONOMETRY_H

#include "vector_math.h"

// Up to here the three-part reduction below is good to the last bit or so; beyond, use libm in double.
#define CK_ANGLE_LIMIT 1e5f

// Finite and beyond the limit. (NaN and infinity need no help: they come out as NaN.)
CK_INLINE uint32_t ck_angle_is_far(float x) {
  uint32_t magnitude = ck_bits(x) & 0x7fffffffu;
  return (magnitude > 0x47c35000u) & (magnitude < 0x7f800000u);
}

// x = quadrant pi/2 + r with |r| <= pi/4 and a little. pi/2 in three parts of 24 bits: the first step is exact,
// and the third keeps r's relative accuracy where x is close to a multiple of pi/2.
typedef struct ck_angle {
  uint32_t quadrant;  // modulo 4
  float r;
} ck_angle;

CK_INLINE ck_angle ck_reduce_angle(float x) {
  float shifted = ck_fma(x, 0.636619772f, CK_ROUNDER);
  float n = shifted - CK_ROUNDER;
  float r = ck_fma(n, -1.57079637f, x);
  r = ck_fma(n, 4.37113883e-8f, r);
  r = ck_fma(n, 1.71512451e-15f, r);
  ck_angle angle = {ck_bits(shifted), r};
  return angle;
}

CK_INLINE float ck_sine_near_zero(float r) {
  float z = r * r;
  float s = ck_fma(z, 2.83080158e-6f, -1.9852983e-4f);
  s = ck_fma(z, s, 8.3333794e-3f);
  s = ck_fma(z, s, -0.166666672f);
  return ck_fma(r * z, s, r);
}

CK_INLINE float ck_cosine_near_zero(float r) {
  float z = r * r;
  float c = ck_fma(z, 2.44306702e-5f, -1.38873013e-3f);
  c = ck_fma(z, c, 4.16666456e-2f);
  c = ck_fma(z, c, -0.5f);
  return ck_fma(z, c, 1.0f);
}

// sin(quadrant pi/2 + r)
CK_INLINE float ck_sine_in_quadrant(uint32_t quadrant, float r) {
  float y = quadrant & 1 ? ck_cosine_near_zero(r) : ck_sine_near_zero(r);
  return ck_float(ck_bits(y) ^ ((quadrant & 2) << 30));
}

CK_INLINE float ck_sin(float x) {
  ck_angle angle = ck_reduce_angle(x);
  float y = ck_sine_in_quadrant(angle.quadrant, angle.r);
  return x == 0.0f ? x : y;  // the reduction loses the sign of 0
}

CK_INLINE float ck_cos(float x) {
  ck_angle angle = ck_reduce_angle(x);
  return ck_sine_in_quadrant(angle.quadrant + 1, angle.r);
}

CK_INLINE float ck_tan(float x) {
  ck_angle angle = ck_reduce_angle(x);
  float sine = ck_sine_near_zero(angle.r);
  float cosine = ck_cosine_near_zero(angle.r);
  bool odd = angle.quadrant & 1;
  float y = (odd ? -cosine : sine) / (odd ? sine : cosine);
  return x == 0.0f ? x : y;
}

// atan |x| is pi/2 - atan(1 / |x|) above 1; pi/2 in two parts.
CK_INLINE float ck_atan(float x) {
  float magnitude = ck_absolute(x);
  bool steep = magnitude > 1.0f;
  float t = (steep ? -1.0f : magnitude) / (steep ? magnitude : 1.0f);
  float z = t * t;
  float a = ck_fma(z, 1.14923471e-3f, -7.49673555e-3f);
  a = ck_fma(z, a, 2.29236688e-2f);
  a = ck_fma(z, a, -4.51469608e-2f);
  a = ck_fma(z, a, 6.77456036e-2f);
  a = ck_fma(z, a, -8.82584825e-2f);
  a = ck_fma(z, a, 0.110622585f);
  a = ck_fma(z, a, -0.142804682f);
  a = ck_fma(z, a, 0.199997216f);
  a = ck_fma(z, a, -0.333333284f);
  float p = ck_fma(t * z, a, t);
  float y = steep ? 1.57079637f + (p - 4.37113883e-8f) : p;
  return ck_with_sign_of(y, x);
}

#endif
