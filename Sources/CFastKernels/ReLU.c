// The rectified linear unit: y = max(0, x), and ∂L/∂x = g where x > 0, 0 where x ≤ 0. NaN in x
// stays NaN, and g passes.

#include "Internal.h"

typedef struct {
  size_t count;
  const float *g, *x;
  float *out;
} Job;

FK_CLONES
static void forward(void *context, int begin, int end) {
  const Job *job = context;
  const float *x = job->x;
  float *y = job->out;
  const size_t last = stretch_end(end, job->count);
  for (size_t i = stretch_end(begin, job->count); i < last; i++) y[i] = x[i] <= 0 ? 0 : x[i];
}

FK_CLONES
static void backward(void *context, int begin, int end) {
  const Job *job = context;
  const float *g = job->g, *x = job->x;
  float *dx = job->out;
  const size_t last = stretch_end(end, job->count);
  for (size_t i = stretch_end(begin, job->count); i < last; i++) dx[i] = x[i] <= 0 ? 0 : g[i];
}

void fk_relu(size_t count, const float *x, float *y) {
  Job job = {count, NULL, x, y};
  fk_parallel(stretches(count), forward, &job);
}

void fk_relu_gradient(size_t count, const float *g, const float *x, float *dx) {
  Job job = {count, g, x, dx};
  fk_parallel(stretches(count), backward, &job);
}
