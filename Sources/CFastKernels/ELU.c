// The exponential linear unit, within a few units in the last place, and its gradient:
//
//     y = x                 ∂L/∂x = g             where x > 0
//     y = α · (e^x − 1)     ∂L/∂x = g · α · e^x   where x ≤ 0
//
// Source: Clevert, Unterthiner, Hochreiter 2015, arXiv 1511.07289, section 3.

#include "Exponential.h"
#include "Internal.h"

typedef struct {
  size_t count;
  float alpha;
  const float *g, *x;
  float *out;
} Job;

FK_INLINE void unit(float alpha, const floats *x, floats *y) {
  const floats low = *x > 0.0f ? (floats)0.0f : *x;
  floats power, less_one;
  exponential(&low, &power, &less_one);
  *y = *x > 0.0f ? *x : alpha * less_one;
}

FK_INLINE void unit_gradient(float alpha, const floats *g, const floats *x, floats *dx) {
  const floats low = *x > 0.0f ? (floats)0.0f : *x;
  floats power, less_one;
  exponential(&low, &power, &less_one);
  *dx = *x > 0.0f ? *g : *g * (alpha * power);
}

FK_CLONES
static void forward(void *context, int begin, int end) {
  const Job *job = context;
  const size_t last = stretch_end(end, job->count);
  size_t i = stretch_end(begin, job->count);
  floats x, y;
  for (; i + lanes <= last; i += lanes) {
    x = FK_LOAD(job->x + i);
    unit(job->alpha, &x, &y);
    FK_STORE(job->out + i, y);
  }
  if (i == last) return;
  x = 0;
  memcpy(&x, job->x + i, (last - i) * sizeof(float));
  unit(job->alpha, &x, &y);
  memcpy(job->out + i, &y, (last - i) * sizeof(float));
}

FK_CLONES
static void backward(void *context, int begin, int end) {
  const Job *job = context;
  const size_t last = stretch_end(end, job->count);
  size_t i = stretch_end(begin, job->count);
  floats g, x, dx;
  for (; i + lanes <= last; i += lanes) {
    g = FK_LOAD(job->g + i);
    x = FK_LOAD(job->x + i);
    unit_gradient(job->alpha, &g, &x, &dx);
    FK_STORE(job->out + i, dx);
  }
  if (i == last) return;
  g = 0;
  x = 0;
  memcpy(&g, job->g + i, (last - i) * sizeof(float));
  memcpy(&x, job->x + i, (last - i) * sizeof(float));
  unit_gradient(job->alpha, &g, &x, &dx);
  memcpy(job->out + i, &dx, (last - i) * sizeof(float));
}

void fk_elu(size_t count, double alpha, const float *x, float *y) {
  Job job = {count, (float)alpha, NULL, x, y};
  fk_parallel(stretches(count), forward, &job);
}

void fk_elu_gradient(size_t count, double alpha, const float *g, const float *x, float *dx) {
  Job job = {count, (float)alpha, g, x, dx};
  fk_parallel(stretches(count), backward, &job);
}
