// S^−beta, for the normalizations.

#ifndef C_FAST_KERNELS_INVERSE_POWER_H
#define C_FAST_KERNELS_INVERSE_POWER_H

#include <math.h>

#include "Internal.h"

/// How S^−beta is computed: by square roots and a division, correct to 2 units in the last place, or
/// by `pow`.
typedef enum { one, three_quarters, one_half, any_power } PowerForm;

FK_INLINE PowerForm power_form(double beta) {
  return beta == 0.75 ? three_quarters : beta == 0.5 ? one_half : beta == 1 ? one : any_power;
}

/// Replaces S by S^−beta.
FK_INLINE void inverse_power(floats *S, PowerForm form, double beta) {
  floats root;
  switch (form) {
  case one: *S = 1.0f / *S; break;
  case one_half: *S = 1.0f / __builtin_elementwise_sqrt(*S); break;
  case three_quarters:
    root = __builtin_elementwise_sqrt(*S);
    *S = 1.0f / (root * __builtin_elementwise_sqrt(root));
    break;
  case any_power:
    for (int i = 0; i < lanes; i++) (*S)[i] = (float)pow((double)(*S)[i], -beta);
    break;
  }
}

#endif
