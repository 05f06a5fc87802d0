// Transposes matrices of 16×16 floats.

#ifndef C_FAST_KERNELS_TRANSPOSE_H
#define C_FAST_KERNELS_TRANSPOSE_H

#include "Internal.h"

// clang-format off
#define FK_LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define FK_HIGH(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
// clang-format on

/// Replaces a 16×16 matrix by its transpose. Interleaving the first half of its rows with the
/// second moves the highest bit of a row's number to the lowest bit of a column's; doing that four
/// times exchanges the two numbers.
FK_INLINE void transpose(floats *rows) {
  floats dealt[lanes];
  for (int turn = 0; turn < 4; turn++) {
    for (int i = 0; i < lanes / 2; i++) {
      dealt[2 * i] = FK_LOW(rows[i], rows[i + lanes / 2]);
      dealt[2 * i + 1] = FK_HIGH(rows[i], rows[i + lanes / 2]);
    }
    for (int i = 0; i < lanes; i++) rows[i] = dealt[i];
  }
}

#endif
