#include "ChannelSums.h"

/// The batch is summed in at most this many parts, whatever the number of threads.
enum { most_parts = 8 };

typedef struct {
  ChannelSumKind kind;
  fk_map map;
  ChannelUnits units;
  int parts;
  const float *x, *g;
  const double *pivot;
  double *sums;
} Job;

ChannelUnits fk_channel_units(fk_map map) {
  if (map.block == 1 && map.h * map.w > 1) return (ChannelUnits){map.c, 1};
  return (ChannelUnits){ceiling_quotient(map.c, lanes), lanes};
}

FK_INLINE void add_vector(
  ChannelSumKind kind, const float *x, const float *g, const doubles *pivot, doubles *first,
  doubles *second
) {
  const doubles value = FK_WIDEN(FK_LOAD(x));
  if (kind == sum_of_values) {
    *first += value;
  } else if (kind == sums_of_moments) {
    *first += value - *pivot;
    *second += (value - *pivot) * (value - *pivot);
  } else {
    const doubles gradient = FK_WIDEN(FK_LOAD(g));
    *first += gradient;
    *second += gradient * (value - *pivot);
  }
}

FK_INLINE void add_rest(
  ChannelSumKind kind, const float *x, const float *g, int count, const doubles *pivot,
  doubles *first, doubles *second
) {
  for (int i = 0; i < count; i++) {
    const double value = x[i], distance = value - (*pivot)[i];
    (*first)[i] += kind == sum_of_values ? value : kind == sums_of_moments ? distance : g[i];
    if (kind == sums_of_moments) (*second)[i] += distance * distance;
    if (kind == sums_of_products) (*second)[i] += g[i] * distance;
  }
}

FK_INLINE void sum_items(ChannelSumKind kind, const Job *job, int begin, int end) {
  for (int item = begin; item < end; item++) {
    const int u = item / job->parts, part = item % job->parts, N = job->map.n;
    const int from = (int)((long long)N * part / job->parts);
    const int to = (int)((long long)N * (part + 1) / job->parts);
    doubles first = 0, second = 0, pivot = 0;
    if (kind != sum_of_values) {
      for (int i = 0; i < lanes; i++) {
        const int c = job->units.channels == 1 ? u : u * lanes + i;
        pivot[i] = c < job->map.c ? job->pivot[c] : 0;
      }
    }
    for (int n = from; n < to; n++) {
      const UnitStretch at = unit_stretch(job->map, job->units, n, u);
      const float *x = job->x + at.start, *g = kind == sums_of_products ? job->g + at.start : NULL;
      for (int i = 0; i < at.vectors; i++) {
        add_vector(kind, x + i * lanes, g ? g + i * lanes : NULL, &pivot, &first, &second);
      }
      const int whole = at.vectors * lanes;
      add_rest(kind, x + whole, g ? g + whole : NULL, at.rest, &pivot, &first, &second);
    }
    memcpy(job->sums + (size_t)item * 2 * lanes, &first, sizeof first);
    memcpy(job->sums + (size_t)item * 2 * lanes + lanes, &second, sizeof second);
  }
}

FK_CLONES
static void body(void *context, int begin, int end) {
  const Job *job = context;
  switch (job->kind) {
  case sum_of_values: sum_items(sum_of_values, job, begin, end); break;
  case sums_of_moments: sum_items(sums_of_moments, job, begin, end); break;
  case sums_of_products: sum_items(sums_of_products, job, begin, end); break;
  }
}

size_t fk_channel_sums_memory(fk_map map) {
  return (size_t)fk_channel_units(map).units * least(most_parts, map.n) * 2 * lanes;
}

void fk_channel_sums(
  ChannelSumKind kind, fk_map map, const float *x, const float *g, const double *pivot,
  double *memory, double *first, double *second
) {
  Job job = {kind, map, fk_channel_units(map), least(most_parts, map.n), x, g, pivot, memory};
  fk_parallel(job.units.units * job.parts, body, &job);
  for (int c = 0; c < map.c; c++) {
    const bool apart = job.units.channels == 1;
    const double *sums = memory + (size_t)(apart ? c : c / lanes) * job.parts * 2 * lanes;
    double totals[2] = {0, 0};
    for (int part = 0; part < job.parts; part++) {
      for (int which = 0; which < 2; which++) {
        const double *lane = sums + (size_t)(part * 2 + which) * lanes;
        for (int i = 0; i < lanes; i++) {
          if (apart || i == c % lanes) totals[which] += lane[i];
        }
      }
    }
    first[c] = totals[0];
    if (second) second[c] = totals[1];
  }
}
