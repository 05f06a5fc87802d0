// Normalization across channels in block 1. The 16 lanes are places: a row of scratch memory holds
// one channel of the places of a strip, whose number is a multiple of 16.

#include "LocalResponseNormalization.h"

typedef struct {
  int low, high;
} Range;

/// The channels from i − low to i + high that are in the group of i.
FK_INLINE Range neighbours(const LRNJob *job, int i, int low, int high) {
  const int size = job->map.c / job->by.groups, start = i / size * size;
  return (Range){greatest(start, i - low), least(start + size - 1, i + high)};
}

FK_INLINE void sum_rows(const float *rows, int strip, Range range, int p, floats *sum) {
  floats total = 0;
  for (int j = range.low; j <= range.high; j++) total += FK_LOAD(rows + (size_t)j * strip + p);
  *sum = total;
}

/// Copies a row, and fills it up with zeros.
FK_INLINE void take_row(float *row, const float *from, int count, int strip) {
  memcpy(row, from, (size_t)count * sizeof(float));
  memset(row + count, 0, (size_t)(strip - count) * sizeof(float));
}

/// Copies the values of a strip that starts at `a`, and their squares.
FK_INLINE void take_strip(
  const LRNJob *job, const float *a, int count, float *values, float *restrict squares
) {
  const size_t places = (size_t)job->map.h * job->map.w;
  for (int c = 0; c < job->map.c; c++) {
    float *row = values + (size_t)c * job->strip;
    take_row(row, a + c * places, count, job->strip);
    for (int p = 0; p < job->strip; p++) squares[c * job->strip + p] = row[p] * row[p];
  }
}

FK_CLONES
static void forward(void *context, int begin, int end) {
  const LRNJob *job = context;
  const int C = job->map.c, width = job->strip;
  const size_t size = (size_t)C * width, places = (size_t)job->map.h * job->map.w;
  float *values = fk_scratch(in_body, 2 * size), *squares = values + size;
  for (int item = begin; item < end; item++) {
    const Strip strip = strip_of(job, item);
    const size_t base = (size_t)strip.n * C * places + strip.first;
    take_strip(job, job->a + base, strip.count, values, squares);
    for (int c = 0; c < C; c++) {
      const Range range = neighbours(job, c, job->below, job->above);
      float *row = values + (size_t)c * width;
      for (int p = 0; p < width; p += lanes) {
        floats S, power, inverse;
        sum_rows(squares, width, range, p, &S);
        S = job->k + job->s * S;
        inverse_powers(&S, job->form, job->by.beta, &power, &inverse);
        FK_STORE(row + p, FK_LOAD(row + p) * power);
      }
      memcpy(job->out + base + c * places, row, (size_t)strip.count * sizeof(float));
    }
  }
}

FK_CLONES
static void backward(void *context, int begin, int end) {
  const LRNJob *job = context;
  const int C = job->map.c, width = job->strip;
  const size_t size = (size_t)C * width, places = (size_t)job->map.h * job->map.w;
  float *values = fk_scratch(in_body, 4 * size), *squares = values + size;
  float *t = squares + size, *own = t + size;
  for (int item = begin; item < end; item++) {
    const Strip strip = strip_of(job, item);
    const size_t base = (size_t)strip.n * C * places + strip.first;
    take_strip(job, job->a + base, strip.count, values, squares);
    for (int c = 0; c < C; c++) {
      const Range range = neighbours(job, c, job->below, job->above);
      take_row(own + (size_t)c * width, job->g + base + c * places, strip.count, width);
      for (int p = 0; p < width; p += lanes) {
        const size_t at = (size_t)c * width + p;
        floats S, power, inverse;
        sum_rows(squares, width, range, p, &S);
        S = job->k + job->s * S;
        inverse_powers(&S, job->form, job->by.beta, &power, &inverse);
        power *= FK_LOAD(own + at);
        FK_STORE(own + at, power);
        FK_STORE(t + at, power * FK_LOAD(values + at) * inverse);
      }
    }
    for (int c = 0; c < C; c++) {
      const Range range = neighbours(job, c, job->above, job->below);
      for (int p = 0; p < width; p += lanes) {
        const size_t at = (size_t)c * width + p;
        const floats value = FK_LOAD(values + at);
        floats sum;
        sum_rows(t, width, range, p, &sum);
        sum = FK_LOAD(own + at) + job->factor * value * sum;
        if (job->relu) sum = value <= 0.0f ? (floats)0.0f : sum;
        FK_STORE(own + at, sum);
      }
      memcpy(
        job->out + base + c * places, own + (size_t)c * width,
        (size_t)strip.count * sizeof(float));
    }
  }
}

void fk_local_response_plain(LRNJob *job) {
  const int places = job->map.h * job->map.w;
  const int widest = greatest(1, 8192 / (greatest(1, job->map.c) * lanes));
  job->strip = lanes * least(ceiling_quotient(places, lanes), greatest(4, widest));
  job->strips = ceiling_quotient(places, job->strip);
  fk_parallel(job->map.n * job->strips, job->g ? backward : forward, job);
}
