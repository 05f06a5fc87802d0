// The hyperbolic tangent, within 2 units in the last place, and its gradient:
//
//     y = tanh(x)        ∂L/∂x = g / cosh²(x) = g · 4u / (1 + u)²        u = e^(−2|x|)

#include "Exponential.h"
#include "Internal.h"

typedef struct {
  size_t count;
  const float *g, *x;
  float *out;
} Job;

/// The product of sign(x) and 1 − 2u/(1 + u), which loses no digits for |x| ≥ 0.625. Below that, x
/// + x³·P(x²), where P is a least-squares fit in Chebyshev polynomials with an error of less than
/// 2^−27.
FK_INLINE void tangent(const floats *x, floats *y) {
  const ints sign = (ints)*x & INT32_MIN;
  const floats size = (floats)((ints)*x ^ sign), z = -2.0f * size, square = *x * *x;
  floats u, less_one;
  exponential(&z, &u, &less_one);
  const floats far = 1.0f - 2.0f * u / (1.0f + u);
  floats p = square * -0.00570399f + 0.02063782f;
  p = p * square - 0.05373915f;
  p = p * square + 0.13331431f;
  p = p * square - 0.3333328f;
  const floats near = *x + *x * (square * p);
  *y = size < 0.625f ? near : far;
  *y = (floats)((ints)*y | sign);
}

FK_INLINE void tangent_gradient(const floats *g, const floats *x, floats *dx) {
  const floats z = -2.0f * (floats)((ints)*x & INT32_MAX);
  floats u, less_one;
  exponential(&z, &u, &less_one);
  *dx = *g * (4.0f * u / ((1.0f + u) * (1.0f + u)));
}

FK_CLONES
static void forward(void *context, int begin, int end) {
  const Job *job = context;
  const size_t last = stretch_end(end, job->count);
  size_t i = stretch_end(begin, job->count);
  floats x, y;
  for (; i + lanes <= last; i += lanes) {
    x = FK_LOAD(job->x + i);
    tangent(&x, &y);
    FK_STORE(job->out + i, y);
  }
  if (i == last) return;
  x = 0;
  memcpy(&x, job->x + i, (last - i) * sizeof(float));
  tangent(&x, &y);
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
    tangent_gradient(&g, &x, &dx);
    FK_STORE(job->out + i, dx);
  }
  if (i == last) return;
  g = 0;
  x = 0;
  memcpy(&g, job->g + i, (last - i) * sizeof(float));
  memcpy(&x, job->x + i, (last - i) * sizeof(float));
  tangent_gradient(&g, &x, &dx);
  memcpy(job->out + i, &dx, (last - i) * sizeof(float));
}

void fk_tanh(size_t count, const float *x, float *y) {
  Job job = {count, NULL, x, y};
  fk_parallel(stretches(count), forward, &job);
}

void fk_tanh_gradient(size_t count, const float *g, const float *x, float *dx) {
  Job job = {count, g, x, dx};
  fk_parallel(stretches(count), backward, &job);
}
