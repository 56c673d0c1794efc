// exp and tanh of whole vectors.
#pragma once

#include "ops/simd/vector.h"

namespace llmops::ops {
namespace {

/// Within 2 units in the last place; 0 below -87.3, and at most exp(88.3).
/// exp(x) = 2^n exp(r) with r = x - n ln 2 in +-0.35, where a polynomial of degree 6 is enough (Cephes' coefficients).
inline Floats exponential(Floats x) {
  const Floats clamped = smaller(larger(x, splat(-87.33F)), splat(88.37F));
  const Floats magic = splat(12582912.0F);  // 1.5 * 2^23: adding it leaves the nearest whole number in the low bits
  const Floats shifted = fused(clamped, splat(1.44269504F), magic);
  const Floats n = shifted - magic;
  Floats r = fused(n, splat(-0.693359375F), clamped);
  r = fused(n, splat(2.12194440e-4F), r);
  Floats y = splat(1.9875691500e-4F);
  y = fused(y, r, splat(1.3981999507e-3F));
  y = fused(y, r, splat(8.3334519073e-3F));
  y = fused(y, r, splat(4.1665795894e-2F));
  y = fused(y, r, splat(1.6666665459e-1F));
  y = fused(y, r, splat(5.0000001201e-1F));
  y = fused(y, r * r, r) + splat(1.0F);
  const Floats power = as_floats((as_ints(shifted) - as_ints(magic) + 127) << 23);
  return x < splat(-87.33F) ? Floats{} : y * power;
}

/// (e - 1) / (e + 1) with e = exp(2x): exact at both ends, within 1e-7 between.
inline Floats hyperbolic_tangent(Floats x) {
  const Floats e = exponential(smaller(x + x, splat(60.0F)));
  return (e - 1.0F) / (e + 1.0F);
}

}  // namespace
}  // namespace llmops::ops
