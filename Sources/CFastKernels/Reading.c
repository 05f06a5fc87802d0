// Reads memory and does next to nothing with it: the yardstick for operations that use each number once.
// Each thread reads a range from its beginning to its end, and requests lines a kilobyte ahead, as
// `fk_matrix_vector` does.

#include "Internal.h"

enum { piece = 4 * lanes, ahead = 256 };

typedef struct {
  const float *x;
  float *sums;
} Job;

/// An item is a stretch.
FK_CLONES
static void read_stretches(void *context, int begin, int end) {
  const Job *job = context;
  floats sums[4] = {0};
  for (size_t i = (size_t)begin * stretch; i < (size_t)end * stretch; i += piece) {
    for (int j = 0; j < 4; j++) {
      __builtin_prefetch(job->x + i + j * lanes + ahead);
      sums[j] += FK_LOAD(job->x + i + j * lanes);
    }
  }
  const floats all = sums[0] + sums[1] + sums[2] + sums[3];
  for (int i = 0; i < lanes; i++) job->sums[begin] += all[i];
}

float fk_read(size_t count, const float *x) {
  const int items = (int)(count / stretch);
  float *sums = fk_scratch(for_bodies, (size_t)items + 1);
  memset(sums, 0, ((size_t)items + 1) * sizeof *sums);
  Job job = {x, sums};
  fk_parallel(items, read_stretches, &job);
  float sum = 0;
  for (int i = 0; i < items; i++) sum += sums[i];
  return sum;
}
