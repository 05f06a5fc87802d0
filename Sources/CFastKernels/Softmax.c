// Probabilities from logits, and the cross-entropy of labels, a row of the batch at a time, in
// double precision:
//
//     p[i] = e^(x[i] − m) / Σ e^(x[j] − m)        m = max x[j]
//     −log p[label] = m − x[label] + log Σ e^(x[j] − m)

#include <math.h>

#include "Internal.h"

typedef struct {
  int count;
  const float *g, *x;
  const int32_t *labels;
  double factor;
  float *out;
  double *losses;
} Job;

/// Writes e^(x[i] − m) to `powers`, and returns their sum.
static double exponentiate(const float *x, int count, double *powers, double *m) {
  double largest = x[0], sum = 0;
  for (int i = 1; i < count; i++) largest = x[i] > largest ? x[i] : largest;
  for (int i = 0; i < count; i++) sum += powers[i] = exp(x[i] - largest);
  *m = largest;
  return sum;
}

/// Memory of the thread for the powers of a row.
static double *row_memory(const Job *job) {
  return (double *)fk_scratch(in_body, 2 * (size_t)job->count);
}

static void probabilities(void *context, int begin, int end) {
  const Job *job = context;
  double *powers = row_memory(job), m;
  for (int n = begin; n < end; n++) {
    const double sum = exponentiate(job->x + (size_t)n * job->count, job->count, powers, &m);
    float *p = job->out + (size_t)n * job->count;
    for (int i = 0; i < job->count; i++) p[i] = (float)(powers[i] / sum);
  }
}

static void gradient(void *context, int begin, int end) {
  const Job *job = context;
  double *p = row_memory(job), m;
  for (int n = begin; n < end; n++) {
    const size_t row = (size_t)n * job->count;
    const double sum = exponentiate(job->x + row, job->count, p, &m);
    double total = 0;
    for (int i = 0; i < job->count; i++) {
      p[i] /= sum;
      total += job->g[row + i] * p[i];
    }
    for (int i = 0; i < job->count; i++) {
      job->out[row + i] = (float)(p[i] * (job->g[row + i] - total));
    }
  }
}

static void losses(void *context, int begin, int end) {
  const Job *job = context;
  double *powers = row_memory(job), m;
  for (int n = begin; n < end; n++) {
    const float *x = job->x + (size_t)n * job->count;
    const double sum = exponentiate(x, job->count, powers, &m);
    job->losses[n] = m - x[job->labels[n]] + log(sum);
  }
}

static void loss_gradient(void *context, int begin, int end) {
  const Job *job = context;
  double *powers = row_memory(job), m;
  for (int n = begin; n < end; n++) {
    const double sum = exponentiate(job->x + (size_t)n * job->count, job->count, powers, &m);
    float *dx = job->out + (size_t)n * job->count;
    for (int i = 0; i < job->count; i++) {
      dx[i] = (float)((powers[i] / sum - (i == job->labels[n])) * job->factor);
    }
  }
}

void fk_softmax(int n, int count, const float *x, float *p) {
  Job job = {.count = count, .x = x, .out = p};
  fk_parallel(n, probabilities, &job);
}

void fk_softmax_gradient(int n, int count, const float *g, const float *x, float *dx) {
  Job job = {.count = count, .g = g, .x = x, .out = dx};
  fk_parallel(n, gradient, &job);
}

double fk_cross_entropy(int n, int count, const float *x, const int32_t *labels) {
  double *of_rows = (double *)fk_scratch(for_bodies, 2 * (size_t)n), sum = 0;
  Job job = {.count = count, .x = x, .labels = labels, .losses = of_rows};
  fk_parallel(n, losses, &job);
  for (int i = 0; i < n; i++) sum += of_rows[i];
  return sum;
}

void fk_cross_entropy_gradient(
  int n, int count, const float *x, const int32_t *labels, double factor, float *dx
) {
  Job job = {.count = count, .x = x, .labels = labels, .factor = factor, .out = dx};
  fk_parallel(n, loss_gradient, &job);
}
