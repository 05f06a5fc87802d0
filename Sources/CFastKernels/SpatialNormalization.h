// Shared by the files of local response normalization within a channel.
//
//     b[y, x] = a[y, x] · S[y, x]^−β        S[y, x] = k + s · Σ a[v, u]²
//
// over y − below ≤ v ≤ y + above and the same for u, clipped to the map; and backward
//
//     ∂L/∂a[y, x] = g[y, x] · S[y, x]^−β − 2·s·β · a[y, x] · Σ t[v, u]
//     t[v, u]     = g[v, u] · a[v, u] · S[v, u]^(−β−1)
//
// over the windows that contain y, x: below and above are exchanged.

#ifndef C_FAST_KERNELS_SPATIAL_NORMALIZATION_H
#define C_FAST_KERNELS_SPATIAL_NORMALIZATION_H

#include "InversePower.h"

typedef struct {
  fk_map map;
  fk_normalization by;
  const float *g, *a;
  float *out;
  bool relu;
  PowerForm form;
  float k, s, factor;
} SpatialJob;

/// Windows of 3×3 in blocks of 16 channels.
void fk_spatial_three(const SpatialJob *job);

#endif
