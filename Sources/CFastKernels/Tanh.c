// The hyperbolic tangent, within 2 units in the last place, and its gradient:
//
//     y = tanh(x)        ∂L/∂x = g / cosh²(x) = g · 4u / (1 + u)²        u = e^(−2|x|)

#include "Internal.h"

typedef struct {
  size_t count;
  const float *g, *x;
  float *out;
} Job;

/// u = e^−z for z ≥ 0, within 1 unit in the last place; 0 if it would be less than 2^−125; NaN
/// stays NaN.
///
/// With z = −(q·ln 2 + r), |r| ≤ ½ ln 2, it is 2^q times the Taylor series of e^r, whose first
/// omitted term is less than 2^−27.
FK_INLINE void exponential_of_minus(const floats *z, floats *u) {
  // Adding and subtracting 1.5·2²³ rounds to an integer, which is in the low bits in between.
  const float rounder = 0x1.8p23f;
  const floats x = *z > 86.0f ? (floats)-86.0f : -*z;
  const floats shifted = x * 0x1.715476p0f + rounder, q = shifted - rounder;
  // ln 2 in two parts, of which the first has few enough digits for q times it to be exact.
  const floats r = (x - q * 0x1.62e4p-1f) - q * 0x1.7f7d1cp-20f;
  floats series = r * (1.0f / 5040) + 1.0f / 720;
  series = series * r + 1.0f / 120;
  series = series * r + 1.0f / 24;
  series = series * r + 1.0f / 6;
  series = series * r + 0.5f;
  series = series * r + 1.0f;
  series = series * r + 1.0f;
  const ints exponent = (((ints)shifted - 0x4b400000) + 127) << 23;
  *u = *z > 86.0f ? (floats)0.0f : series * (floats)exponent;
}

/// The product of sign(x) and 1 − 2u/(1 + u), which loses no digits for |x| ≥ 0.625. Below that, x
/// + x³·P(x²), where P is a least-squares fit in Chebyshev polynomials with an error of less than
/// 2^−27.
FK_INLINE void tangent(const floats *x, floats *y) {
  const ints sign = (ints)*x & INT32_MIN;
  const floats size = (floats)((ints)*x ^ sign), z = 2.0f * size, square = *x * *x;
  floats u;
  exponential_of_minus(&z, &u);
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
  const floats z = 2.0f * (floats)((ints)*x & INT32_MAX);
  floats u;
  exponential_of_minus(&z, &u);
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
