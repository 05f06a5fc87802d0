// The product of a matrix in bfloat16 and a vector: a fully connected layer for one image, y = W·x + b.
//
// Tiled as MatrixVector.c says, with half the bytes to read. A weight is the upper half of a Float. So of
// the 32 weights in a line of 64 bytes, read as 16 numbers of 32 bits, those at odd places are Floats once
// the lower halves are cleared, and those at even places after a shift: one operation for 16 weights.
// Before, each 32 numbers of the vector are sorted in the same way, even places first.
//
// Products of numbers rounded to bfloat16 are exact in Float. Sums are in Float.

#include "Internal.h"

typedef uint32_t uints __attribute__((ext_vector_type(16)));
typedef uints unaligned_uints __attribute__((aligned(2), may_alias));

enum { rows_at_once = 4, line = 2 * lanes, ahead = 512 };

typedef struct {
  int inputs, outputs;
  /// The vector, and its whole lines with even places first.
  const float *x, *sorted;
  const uint16_t *w;
  const float *bias;
  float *y;
} Job;

/// The outputs of `rows` rows from `first` on.
FK_INLINE void sum_rows(const Job *job, int first, int rows) {
  const size_t K = (size_t)job->inputs;
  const float *x = job->x, *sorted = job->sorted;
  const uint16_t *w = job->w + (size_t)first * K;
  floats sums[rows_at_once] = {0};
  size_t k = 0;
  for (; k + line <= K; k += line) {
    const floats even = FK_LOAD(sorted + k), odd = FK_LOAD(sorted + k + lanes);
    for (int r = 0; r < rows; r++) {
      const uint16_t *row = w + (size_t)r * K + k;
      __builtin_prefetch(row + ahead);
      const uints pairs = *(const unaligned_uints *)row;
      sums[r] += even * (floats)(pairs << 16);
      sums[r] += odd * (floats)(pairs & 0xFFFF0000);
    }
  }
  for (int r = 0; r < rows; r++) {
    float sum = 0;
    for (int i = 0; i < lanes; i++) sum += sums[r][i];
    for (size_t rest = k; rest < K; rest++) {
      float weight;
      fk_widen_bfloat16(1, w + (size_t)r * K + rest, &weight);
      sum += x[rest] * weight;
    }
    job->y[first + r] = sum + job->bias[first + r];
  }
}

/// An item is four outputs, fewer at the end.
FK_CLONES
static void multiply(void *context, int begin, int end) {
  const Job *job = context;
  const int last = least(end * rows_at_once, job->outputs);
  int o = begin * rows_at_once;
  for (; o + rows_at_once <= last; o += rows_at_once) sum_rows(job, o, rows_at_once);
  for (; o < last; o++) sum_rows(job, o, 1);
}

void fk_matrix_vector_bfloat16(
  int inputs, int outputs, const float *x, const uint16_t *w, const float *bias, float *y) {
  const size_t K = (size_t)inputs;
  float *sorted = fk_scratch(for_bodies, K);
  for (size_t k = 0; k + line <= K; k += line) {
    for (size_t i = 0; i < lanes; i++) {
      sorted[k + i] = x[k + 2 * i];
      sorted[k + lanes + i] = x[k + 2 * i + 1];
    }
  }
  Job job = {inputs, outputs, x, sorted, w, bias, y};
  fk_parallel(ceiling_quotient(outputs, rows_at_once), multiply, &job);
}
