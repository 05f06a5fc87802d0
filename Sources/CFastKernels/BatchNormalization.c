// Batch normalization.
//
//     y = γ[c] · x̂ + β[c]          x̂ = (x − mean[c]) / σ[c]          σ[c] = √(variance[c] + ε)
//
// and backward, over the m elements of a channel,
//
//     in inference   ∂L/∂x = γ[c] / σ[c] · g
//     in training    ∂L/∂x = γ[c] / σ[c] · (g − 1/m · Σ g − x̂ · 1/m · Σ g·x̂)
//     ∂L/∂γ[c] = Σ g·x̂             ∂L/∂β[c] = Σ g

#include <math.h>

#include "ChannelSums.h"

/// The operation on a channel's elements: with d = x − mean, where the mean is the sum of two
/// floats so that d keeps its digits for a large mean,
///
///     y = factor · d + shift          dx = factor · (g − shift − slope · d)
enum { mean_high, mean_low, factor, shift, slope, coefficients };

typedef struct {
  fk_map map;
  ChannelUnits units;
  const float *g, *x;
  float *out;
  // Coefficient j of channel c is at j·stride + c.
  float *table;
  size_t stride;
} Job;

FK_INLINE size_t table_stride(fk_map map) {
  return (size_t)ceiling_quotient(map.c, lanes) * lanes;
}

/// The coefficients of unit u, side by side or one for all lanes.
FK_INLINE void take_coefficients(const Job *job, int u, floats *of) {
  for (int j = 0; j < coefficients; j++) {
    const float *row = job->table + (size_t)j * job->stride;
    of[j] = job->units.channels == 1 ? (floats)row[u] : FK_LOAD(row + u * lanes);
  }
}

FK_CLONES
static void forward(void *context, int begin, int end) {
  const Job *job = context;
  for (int item = begin; item < end; item++) {
    const int u = item % job->units.units;
    const UnitStretch at = unit_stretch(job->map, job->units, item / job->units.units, u);
    const float *x = job->x + at.start;
    float *y = job->out + at.start;
    floats of[coefficients];
    take_coefficients(job, u, of);
    for (int i = 0; i < at.vectors; i++) {
      const floats d = FK_LOAD(x + i * lanes) - of[mean_high] - of[mean_low];
      FK_STORE(y + i * lanes, of[factor] * d + of[shift]);
    }
    for (int i = 0; i < at.rest; i++) {
      const float d = x[at.vectors * lanes + i] - of[mean_high][i] - of[mean_low][i];
      y[at.vectors * lanes + i] = of[factor][i] * d + of[shift][i];
    }
  }
}

FK_CLONES
static void backward(void *context, int begin, int end) {
  const Job *job = context;
  for (int item = begin; item < end; item++) {
    const int u = item % job->units.units;
    const UnitStretch at = unit_stretch(job->map, job->units, item / job->units.units, u);
    const float *x = job->x + at.start, *g = job->g + at.start;
    float *dx = job->out + at.start;
    floats of[coefficients];
    take_coefficients(job, u, of);
    for (int i = 0; i < at.vectors; i++) {
      const floats d = FK_LOAD(x + i * lanes) - of[mean_high] - of[mean_low];
      const floats centred = FK_LOAD(g + i * lanes) - of[shift] - of[slope] * d;
      FK_STORE(dx + i * lanes, of[factor] * centred);
    }
    for (int i = 0; i < at.rest; i++) {
      const int j = at.vectors * lanes + i;
      const float d = x[j] - of[mean_high][i] - of[mean_low][i];
      dx[j] = of[factor][i] * (g[j] - of[shift][i] - of[slope][i] * d);
    }
  }
}

/// A job with a table whose lanes beyond C are zeros; `memory` holds the table.
static Job make_job(fk_map map, const float *g, const float *x, float *out, float *memory) {
  const size_t stride = table_stride(map);
  memset(memory, 0, coefficients * stride * sizeof(float));
  return (Job){map, fk_channel_units(map), g, x, out, memory, stride};
}

static void set(Job *job, int j, int c, double value) {
  job->table[(size_t)j * job->stride + c] = (float)value;
}

static void set_mean(Job *job, int c, double mean) {
  set(job, mean_high, c, mean);
  // An infinite mean has no lower part.
  set(job, mean_low, c, isfinite(mean) ? mean - (double)(float)mean : 0);
}

void fk_batch_statistics(fk_map map, const float *x, double *mean, double *variance) {
  const double m = (double)map.n * map.h * map.w;
  double *memory = (double *)fk_scratch(for_bodies, 2 * (fk_channel_sums_memory(map) + map.c));
  double *pivot = memory + fk_channel_sums_memory(map);
  // Sums of distances from a value of the channel keep the digits that sums of values would lose.
  for (int c = 0; c < map.c; c++) {
    const size_t lane = c % width(map), plane = c / width(map);
    pivot[c] = x[plane * plane_floats(map) + lane];
  }
  fk_channel_sums(sums_of_moments, map, x, NULL, pivot, memory, mean, variance);
  for (int c = 0; c < map.c; c++) {
    const double distance = mean[c] / m, spread = variance[c] / m - distance * distance;
    mean[c] = pivot[c] + distance;
    variance[c] = spread < 0 ? 0 : spread;
  }
}

void fk_batch_running_statistics(
  int channels, double m, double momentum, const double *mean, const double *variance,
  float *running_mean, float *running_variance
) {
  const double unbiased = m > 1 ? m / (m - 1) : 1, added = 1 - momentum;
  for (int c = 0; c < channels; c++) {
    running_mean[c] = (float)(momentum * running_mean[c] + added * mean[c]);
    running_variance[c] =
      (float)(momentum * running_variance[c] + added * unbiased * variance[c]);
  }
}

void fk_batch_normalization(
  fk_map map, double epsilon, const double *mean, const double *variance, const float *gamma,
  const float *beta, const float *x, float *y
) {
  float *memory = fk_scratch(for_bodies, coefficients * table_stride(map));
  Job job = make_job(map, NULL, x, y, memory);
  for (int c = 0; c < map.c; c++) {
    set_mean(&job, c, mean[c]);
    set(&job, factor, c, gamma[c] / sqrt(variance[c] + epsilon));
    set(&job, shift, c, beta[c]);
  }
  fk_parallel(map.n * job.units.units, forward, &job);
}

void fk_batch_parameter_gradients(
  fk_map map, double epsilon, const double *mean, const double *variance, const float *g,
  const float *x, double *dbeta, double *dgamma
) {
  double *memory = (double *)fk_scratch(for_bodies, 2 * fk_channel_sums_memory(map));
  fk_channel_sums(sums_of_products, map, x, g, mean, memory, dbeta, dgamma);
  for (int c = 0; c < map.c; c++) dgamma[c] /= sqrt(variance[c] + epsilon);
}

void fk_batch_normalization_gradient(
  fk_map map, double epsilon, const double *mean, const double *variance, const float *gamma, double m,
  const double *dbeta, const double *dgamma, const float *g, const float *x, float *dx
) {
  float *memory = fk_scratch(for_bodies, coefficients * table_stride(map));
  Job job = make_job(map, g, x, dx, memory);
  for (int c = 0; c < map.c; c++) {
    const double sigma = sqrt(variance[c] + epsilon);
    set_mean(&job, c, mean[c]);
    set(&job, factor, c, gamma[c] / sigma);
    if (m == 0) continue;
    set(&job, shift, c, dbeta[c] / m);
    set(&job, slope, c, dgamma[c] / (m * sigma));
  }
  fk_parallel(map.n * job.units.units, backward, &job);
}
