// Dropout, y = mask · x · factor, and scaling, y = x · factor. The gradient of either is the same
// operation on g.

#include "Internal.h"

typedef struct {
  size_t count;
  const float *x, *mask;
  float factor;
  float *y;
} Job;

FK_CLONES
static void drop(void *context, int begin, int end) {
  const Job *job = context;
  const float *x = job->x, *mask = job->mask, factor = job->factor;
  float *y = job->y;
  const size_t last = stretch_end(end, job->count);
  for (size_t i = stretch_end(begin, job->count); i < last; i++) y[i] = mask[i] * x[i] * factor;
}

FK_CLONES
static void scale(void *context, int begin, int end) {
  const Job *job = context;
  const float *x = job->x, factor = job->factor;
  float *y = job->y;
  const size_t last = stretch_end(end, job->count);
  for (size_t i = stretch_end(begin, job->count); i < last; i++) y[i] = x[i] * factor;
}

void fk_dropout(size_t count, const float *x, const float *mask, double factor, float *y) {
  Job job = {count, x, mask, (float)factor, y};
  fk_parallel(stretches(count), drop, &job);
}

void fk_scale(size_t count, const float *x, double factor, float *y) {
  Job job = {count, x, NULL, (float)factor, y};
  fk_parallel(stretches(count), scale, &job);
}
