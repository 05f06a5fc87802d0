#include "LocalResponseNormalization.h"

static void run(
  fk_map map, fk_normalization by, const float *g, const float *a, bool relu, float *out
) {
  const int last = greatest(map.c, 1) - 1;
  LRNJob job = {
    .map = map,
    .by = by,
    .g = g,
    .a = a,
    .out = out,
    .relu = relu,
    .below = least(by.below, last),
    .above = least(by.above, last),
    .form = power_form(by.beta),
    .k = (float)by.k,
    .s = (float)by.s,
    .factor = (float)(-2 * by.s * by.beta),
  };
  const bool whole_blocks = by.groups == 1 || map.c / by.groups % lanes == 0;
  if (map.block != lanes) {
    fk_local_response_plain(&job);
  } else if (whole_blocks && job.below <= 4 && job.above <= 4) {
    fk_local_response_near(&job);
  } else {
    fk_local_response_far(&job);
  }
}

void fk_local_response_normalization(fk_map map, fk_normalization by, const float *a, float *b) {
  run(map, by, NULL, a, false, b);
}

void fk_local_response_normalization_gradient(
  fk_map map, fk_normalization by, const float *g, const float *a, bool relu, float *da
) {
  run(map, by, g, a, relu, da);
}
