// The steps of optimizers. Each new value is computed in double precision, with the same operations
// as in the reference engine, and rounded once, so that both agree bit for bit.

#include <math.h>

#include "Internal.h"

#pragma STDC FP_CONTRACT OFF

typedef struct {
  const fk_update *updates;
  int count;
} Job;

typedef struct {
  size_t from, to;
} Stretch;

FK_INLINE void step_paper(const fk_update *u, Stretch part) {
  const double rate = u->rate, momentum = u->momentum, decay = u->decay * rate;
  float *restrict weights = u->weights, *restrict velocity = u->memory1;
  const float *restrict gradient = u->gradient;
  for (size_t i = part.from; i < part.to; i++) {
    const double w = weights[i];
    const double v = momentum * velocity[i] - decay * w - rate * gradient[i];
    velocity[i] = (float)v;
    weights[i] = (float)(w + v);
  }
}

FK_INLINE void step_pytorch(const fk_update *u, Stretch part) {
  const double rate = u->rate, momentum = u->momentum, decay = u->decay;
  float *restrict weights = u->weights, *restrict velocity = u->memory1;
  const float *restrict gradient = u->gradient;
  for (size_t i = part.from; i < part.to; i++) {
    const double w = weights[i];
    const double v = momentum * velocity[i] + gradient[i] + decay * w;
    velocity[i] = (float)v;
    weights[i] = (float)(w - rate * v);
  }
}

FK_INLINE double power(double base, int exponent) {
  double product = 1;
  for (int i = 0; i < exponent; i++) product *= base;
  return product;
}

FK_INLINE void step_adam(const fk_update *u, Stretch part) {
  const double rate = u->rate, beta1 = u->momentum, beta2 = u->beta2, decay = u->decay;
  const double correction1 = 1 - power(beta1, u->step), correction2 = 1 - power(beta2, u->step);
  const double epsilon = u->epsilon, rest1 = 1 - beta1, rest2 = 1 - beta2;
  float *restrict weights = u->weights;
  float *restrict first = u->memory1, *restrict second = u->memory2;
  const float *restrict gradient = u->gradient;
  for (size_t i = part.from; i < part.to; i++) {
    const double w = weights[i], g = gradient[i] + decay * w;
    const double m = beta1 * first[i] + rest1 * g, v = beta2 * second[i] + rest2 * g * g;
    first[i] = (float)m;
    second[i] = (float)v;
    const double size = __builtin_elementwise_sqrt(v / correction2) + epsilon;
    weights[i] = (float)(w - rate * (m / correction1) / size);
  }
}

FK_CLONES
static void body(void *context, int begin, int end) {
  const Job *job = context;
  int first = 0;
  for (int i = 0; i < job->count && first < end; i++) {
    const fk_update *update = &job->updates[i];
    const int own = stretches(update->count);
    if (first + own > begin) {
      const int low = greatest(0, begin - first), high = least(own, end - first);
      const Stretch part = {stretch_end(low, update->count), stretch_end(high, update->count)};
      switch (update->rule) {
      case fk_rule_paper: step_paper(update, part); break;
      case fk_rule_pytorch: step_pytorch(update, part); break;
      case fk_rule_adam: step_adam(update, part); break;
      }
    }
    first += own;
  }
}

void fk_update_parameters(const fk_update *updates, int count) {
  Job job = {updates, count};
  int all = 0;
  for (int i = 0; i < count; i++) all += stretches(updates[i].count);
  fk_parallel(all, body, &job);
}
