// Shared by the files of locally connected layers: the layout of packed weights.

#ifndef C_FAST_KERNELS_LOCALLY_CONNECTED_H
#define C_FAST_KERNELS_LOCALLY_CONNECTED_H

#include "Internal.h"

FK_INLINE int positions(const fk_local *layer) { return layer->output.h * layer->output.w; }
FK_INLINE int taps(const fk_local *layer) { return layer->window.kernel * layer->window.kernel; }
FK_INLINE int output_blocks(const fk_local *layer) {
  return ceiling_quotient(layer->output.c, lanes);
}
FK_INLINE int input_blocks(const fk_local *layer) {
  return ceiling_quotient(layer->input.c, lanes);
}

/// The rows (or columns) of the kernel that are on the map for output `o`: from `*low` up to, not
/// including, the value returned.
FK_INLINE int taps_on_map(fk_window window, int o, int input, int *low) {
  const int start = o * window.stride - window.padding;
  *low = greatest(0, -start);
  return least(window.kernel, input - start);
}

/// Where packed weights of a position, a block of outputs and a tap start: C rows of 16 outputs.
FK_INLINE size_t packed_row(const fk_local *layer, int position, int block, int tap) {
  const size_t filters = (size_t)position * output_blocks(layer) + block;
  return (filters * taps(layer) + tap) * layer->input.c * lanes;
}

/// Where turned weights of a position, a block of inputs and a tap start: O rows of 16 inputs.
FK_INLINE size_t turned_row(const fk_local *layer, int position, int block, int tap) {
  const size_t filters = (size_t)position * input_blocks(layer) + block;
  return (filters * taps(layer) + tap) * layer->output.c * lanes;
}

#endif
