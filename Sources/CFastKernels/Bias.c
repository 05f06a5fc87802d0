// Adds a bias to each channel: y = x + b[c], and its gradient ∂L/∂b[c] = Σ g over the batch and the
// map.

#include "ChannelSums.h"

typedef struct {
  fk_map map;
  ChannelUnits units;
  const float *x, *bias;
  float *y;
} Job;

FK_CLONES
static void add(void *context, int begin, int end) {
  const Job *job = context;
  for (int item = begin; item < end; item++) {
    const int u = item % job->units.units;
    const UnitStretch at = unit_stretch(job->map, job->units, item / job->units.units, u);
    const float *x = job->x + at.start;
    float *y = job->y + at.start;
    floats b = 0;
    if (job->units.channels == 1) {
      b = job->bias[u];
    } else {
      for (int i = 0; i < lanes && u * lanes + i < job->map.c; i++) b[i] = job->bias[u * lanes + i];
    }
    for (int i = 0; i < at.vectors; i++) FK_STORE(y + i * lanes, FK_LOAD(x + i * lanes) + b);
    for (int i = 0; i < at.rest; i++) y[at.vectors * lanes + i] = x[at.vectors * lanes + i] + b[i];
  }
}

void fk_add_bias(fk_map map, const float *x, const float *bias, float *y) {
  Job job = {map, fk_channel_units(map), x, bias, y};
  fk_parallel(map.n * job.units.units, add, &job);
}

/// An item is 16 features, fewer at the end.
static void add_turned(void *context, int begin, int end) {
  const Job *job = context;
  const int N = job->map.n, C = job->map.c;
  for (int first = begin * lanes; first < least(end * lanes, C); first += lanes) {
    const int last = least(first + lanes, C);
    for (int n = 0; n < N; n++) {
      for (int c = first; c < last; c++) {
        job->y[(size_t)n * C + c] = job->x[(size_t)c * N + n] + job->bias[c];
      }
    }
  }
}

void fk_add_bias_turned(int n, int c, const float *x, const float *bias, float *y) {
  Job job = {.map = {n, c, 1, 1, 1}, .x = x, .bias = bias, .y = y};
  fk_parallel(ceiling_quotient(c, lanes), add_turned, &job);
}

void fk_bias_gradient(fk_map map, const float *g, bool accumulate, float *db) {
  const size_t memory = fk_channel_sums_memory(map);
  double *sums = (double *)fk_scratch(for_bodies, 2 * (memory + (size_t)map.c));
  fk_channel_sums(sum_of_values, map, g, NULL, NULL, sums + map.c, sums, NULL);
  for (int c = 0; c < map.c; c++) db[c] = (float)((accumulate ? db[c] : 0) + sums[c]);
}
