// x^y as branch-free scalar code, in the manner of vector_math.h: 2^(y log2 |x|) in double, where the product's
// magnitude (up to 150) costs nothing, then C's rules for signs, zeros and infinities, except that a NaN operand
// always gives NaN (C: 1^NaN = NaN^0 = 1), so that no NaN is hidden.
#ifndef CK_POWER_H
#define CK_POWER_H

#include "vector_math.h"

// log2 x for finite x > 0, relative error below 3e-11
CK_INLINE double ck_log2_double(float x) {
  bool denormal = x < 0x1p-126f;
  float scaled = denormal ? x * 0x1p23f : x;
  double e = (double)(ck_exponent(scaled) - (denormal ? 23 : 0));
  double f = (double)(ck_mantissa(scaled) - 1.0f);
  double p = __builtin_fma(f, 0x1.45da041317c31p-4, -0x1.2806d352bdd73p-3);
  p = __builtin_fma(f, p, 0x1.280179c8c438cp-3);
  p = __builtin_fma(f, p, -0x1.245b5a63b56f0p-3);
  p = __builtin_fma(f, p, 0x1.451e1f07f8b75p-3);
  p = __builtin_fma(f, p, -0x1.71540e678b17bp-3);
  p = __builtin_fma(f, p, 0x1.a640fa8219494p-3);
  p = __builtin_fma(f, p, -0x1.ec71f90fa81dap-3);
  p = __builtin_fma(f, p, 0x1.27764998b5350p-2);
  p = __builtin_fma(f, p, -0x1.7154722cbb018p-2);
  p = __builtin_fma(f, p, 0x1.ec709ed4bc6ffp-2);
  p = __builtin_fma(f, p, -0x1.715476555e050p-1);
  p = __builtin_fma(f, p, 0x1.715476529f249p+0);
  return __builtin_fma(f, p, e);
}

// 2^t rounded to float
CK_INLINE float ck_exp2_double(double t) {
  t = t > 160.0 ? 160.0 : t;
  t = t < -160.0 ? -160.0 : t;
  double shifted = t + 0x1.8p52;
  double r = t - (shifted - 0x1.8p52);
  double p = __builtin_fma(r, 0x1.4498fd92a4899p-13, 0x1.5f48c64e66e94p-10);
  p = __builtin_fma(r, p, 0x1.3b2995f483c57p-7);
  p = __builtin_fma(r, p, 0x1.c6aecc579e23dp-5);
  p = __builtin_fma(r, p, 0x1.ebfbe10e301dbp-3);
  p = __builtin_fma(r, p, 0x1.62e430d0436cfp-1);
  p = __builtin_fma(r, p, 1.0);
  uint64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 1023) << 52;
  double scale;
  memcpy(&scale, &bits, sizeof scale);
  return (float)(p * scale);
}

CK_INLINE float ck_power(float x, float y) {
  float magnitude = ck_absolute(x);
  double logarithm = ck_log2_double(magnitude);
  logarithm = magnitude < CK_INFINITY ? logarithm : __builtin_inf();
  logarithm = magnitude > 0.0f ? logarithm : -__builtin_inf();
  double t = (double)y * logarithm;
  t = ((y == 0.0f) | (magnitude == 1.0f)) ? 0.0 : t;
  float result = ck_exp2_double(t);
  bool integer = __builtin_floorf(y) == y;
  float half = 0.5f * y;
  bool odd = integer & (__builtin_floorf(half) != half);
  result = odd ? ck_with_sign_of(result, x) : result;
  bool undefined = ((x < 0.0f) & (magnitude < CK_INFINITY) & !integer) | (x != x) | (y != y);
  return undefined ? CK_NAN : result;
}

#endif
