// Whether memory holds only finite numbers: no NaN or infinity.

#include "Internal.h"

#include <stdatomic.h>

typedef struct {
  size_t count;
  const float *x;
  atomic_bool *found;
} Job;

FK_CLONES
static bool has_other(const float *x, size_t count) {
  int32_t others = 0;
  for (size_t i = 0; i < count; i++) {
    int32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    // All bits of the exponent are set.
    others |= (bits & 0x7f800000) == 0x7f800000;
  }
  return others;
}

static void body(void *context, int begin, int end) {
  const Job *job = context;
  size_t first = stretch_end(begin, job->count), last = stretch_end(end, job->count);
  if (has_other(job->x + first, last - first)) atomic_store(job->found, true);
}

bool fk_is_finite(size_t count, const float *x) {
  atomic_bool found = false;
  Job job = {count, x, &found};
  fk_parallel(stretches(count), body, &job);
  return !found;
}
