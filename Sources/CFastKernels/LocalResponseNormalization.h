// Shared by the files of local response normalization across channels.
//
//     b[i] = a[i] · S[i]^−β        S[i] = k + s · Σ a[j]²        i − below ≤ j ≤ i + above
//
// and backward
//
//     ∂L/∂a[i] = g[i] · S[i]^−β − 2·s·β · a[i] · Σ t[j]          i − above ≤ j ≤ i + below
//     t[j]     = g[j] · a[j] · S[j]^(−β−1)
//
// within the group of channels that contains i. A thread processes one strip of places at a time,
// with all their channels, so that everything it reads more than once is in the cache.

#ifndef C_FAST_KERNELS_LOCAL_RESPONSE_NORMALIZATION_H
#define C_FAST_KERNELS_LOCAL_RESPONSE_NORMALIZATION_H

#include "InversePower.h"

typedef struct {
  fk_map map;
  fk_normalization by;
  const float *g, *a;
  float *out;
  bool relu;
  /// The neighbours on each side, limited by the number of channels.
  int below, above;
  /// How many places a strip has, and how many strips a map.
  int strip, strips;
  PowerForm form;
  float k, s, factor;
  /// Whether results are written with streaming stores.
  bool streaming;
} LRNJob;

/// A strip of places: its element of the batch, its first place, and how many there are.
typedef struct {
  int n, first, count;
} Strip;

FK_INLINE Strip strip_of(const LRNJob *job, int item) {
  const int first = item % job->strips * job->strip;
  return (Strip){item / job->strips, first, least(job->strip, job->map.h * job->map.w - first)};
}

/// Blocks of 16 channels, up to four neighbours on a side, groups of whole blocks.
void fk_local_response_near(LRNJob *job);

/// Blocks of 16 channels, and any number of neighbours and groups.
void fk_local_response_far(LRNJob *job);

/// Block 1.
void fk_local_response_plain(LRNJob *job);

#endif
