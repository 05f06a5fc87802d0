// The exponential of numbers that aren't positive.

#ifndef C_FAST_KERNELS_EXPONENTIAL_H
#define C_FAST_KERNELS_EXPONENTIAL_H

#include "Internal.h"

/// e^x for x ≤ 0, within 1 unit in the last place, and e^x − 1, within 2; 0 and −1 if e^x would be
/// less than 2^−125. NaN stays NaN.
///
/// With x = q·ln 2 + r, |r| ≤ ½ ln 2, it is 2^q times the Taylor series of e^r, whose first omitted
/// term is less than 2^−27. The series without its 1 gives e^x − 1, which keeps its digits when x is
/// near 0.
FK_INLINE void exponential(const floats *argument, floats *power, floats *less_one) {
  // Adding and subtracting 1.5·2²³ rounds to an integer, which is in the low bits in between.
  const float rounder = 0x1.8p23f;
  const floats x = *argument < -86.0f ? (floats)-86.0f : *argument;
  const floats shifted = x * 0x1.715476p0f + rounder, q = shifted - rounder;
  // ln 2 in two parts, of which the first has few enough digits for q times it to be exact.
  const floats r = (x - q * 0x1.62e4p-1f) - q * 0x1.7f7d1cp-20f;
  floats series = r * (1.0f / 5040) + 1.0f / 720;
  series = series * r + 1.0f / 120;
  series = series * r + 1.0f / 24;
  series = series * r + 1.0f / 6;
  series = series * r + 0.5f;
  series = series * r + 1.0f;
  const floats scale = (floats)((((ints)shifted - 0x4b400000) + 127) << 23);
  *power = *argument < -86.0f ? (floats)0.0f : (series * r + 1.0f) * scale;
  *less_one = *argument < -86.0f ? (floats)-1.0f : series * r * scale + (scale - 1.0f);
}

#endif
