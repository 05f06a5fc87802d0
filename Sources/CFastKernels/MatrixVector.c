// The product of a matrix and a vector: a fully connected layer for one image, y = W·x + b.
//
// Each weight is read from memory and used once, so nothing can be faster than reading W. Each thread
// takes a range of outputs, four at a time: four rows of W are read side by side, each as one sum of 16
// lanes, while a vector of x, which stays in the nearest cache, is loaded once for all four. (With eight
// rows, which may lie a multiple of 4096 bytes apart, lines that are needed next fall out of that cache.)
// The processor's own prefetching stops at the end of a page and starts anew with every row, so lines are
// requested a kilobyte ahead; with that, and with huge pages, the product runs at the speed of `fk_read`.

#include "Internal.h"

enum { rows_at_once = 4, ahead = 256 };

typedef struct {
  int inputs, outputs;
  const float *x, *w, *bias;
  float *y;
} Job;

/// The outputs of `rows` rows from `first` on.
FK_INLINE void sum_rows(const Job *job, int first, int rows) {
  const size_t K = (size_t)job->inputs;
  const float *x = job->x, *w = job->w + (size_t)first * K;
  floats sums[rows_at_once] = {0};
  size_t k = 0;
  for (; k + lanes <= K; k += lanes) {
    const floats v = FK_LOAD(x + k);
    for (int r = 0; r < rows; r++) {
      __builtin_prefetch(w + (size_t)r * K + k + ahead);
      sums[r] += v * FK_LOAD(w + (size_t)r * K + k);
    }
  }
  for (int r = 0; r < rows; r++) {
    float sum = 0;
    for (int i = 0; i < lanes; i++) sum += sums[r][i];
    for (size_t rest = k; rest < K; rest++) sum += x[rest] * w[(size_t)r * K + rest];
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

void fk_matrix_vector(
  int inputs, int outputs, const float *x, const float *w, const float *bias, float *y) {
  Job job = {inputs, outputs, x, w, bias, y};
  fk_parallel(ceiling_quotient(outputs, rows_at_once), multiply, &job);
}
