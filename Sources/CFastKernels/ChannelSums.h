// Sums over a channel, for the gradients of biases and for batch normalization.

#ifndef C_FAST_KERNELS_CHANNEL_SUMS_H
#define C_FAST_KERNELS_CHANNEL_SUMS_H

#include "Internal.h"

/// How channels are processed: `units` of `channels` each. For a unit of 16 channels (or the last
/// few), the lanes of a vector are channels; for a unit of one channel, they are places of its
/// plane.
typedef struct {
  int units, channels;
} ChannelUnits;

ChannelUnits fk_channel_units(fk_map map);

/// The part of a unit in one element of the batch.
typedef struct {
  size_t start;  // the offset of its first float
  int vectors;   // how many vectors of 16 lanes it has
  int rest;      // how many floats there are beyond them
} UnitStretch;

/// Where unit `u` is in element `n` of the batch. If fewer than 16 channels are contiguous and the
/// lanes aren't padded, they are the rest.
FK_INLINE UnitStretch unit_stretch(fk_map map, ChannelUnits of, int n, int u) {
  const int places = map.h * map.w;
  if (map.block == lanes) {
    return (UnitStretch){((size_t)n * of.units + u) * places * lanes, places, 0};
  }
  if (of.channels == 1) {
    return (UnitStretch){((size_t)n * map.c + u) * places, places / lanes, places % lanes};
  }
  const int first = u * lanes, count = least(lanes, map.c - first);
  return (UnitStretch){(size_t)n * map.c + first, count / lanes, count % lanes};
}

typedef enum { sum_of_values, sums_of_moments, sums_of_products } ChannelSumKind;

/// How many doubles of working memory `fk_channel_sums` needs.
size_t fk_channel_sums_memory(fk_map map);

/// Sums over the elements of each channel c, in double precision and always in the same order:
///
///     sum_of_values      first[c] = Σ x
///     sums_of_moments    first[c] = Σ (x − pivot[c])     second[c] = Σ (x − pivot[c])²
///     sums_of_products   first[c] = Σ g                  second[c] = Σ g · (x − pivot[c])
///
/// `first`, `second` and `pivot` hold C doubles.
void fk_channel_sums(
  ChannelSumKind kind, fk_map map, const float *x, const float *g, const double *pivot,
  double *memory, double *first, double *second);

#endif
