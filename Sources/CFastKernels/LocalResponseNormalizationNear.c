// Normalization across channels in blocks of 16, with up to four neighbours on each side: they are
// in the same place of this block, the one before and the one after, and are shifted into line.

#include "LocalResponseNormalization.h"

/// The neighbours of a group's first and last block: zeros.
static const float nothing[lanes] __attribute__((aligned(64)));

/// A block of some places, and the blocks next to it: places are `step` floats apart there, or 0
/// apart outside the group.
typedef struct {
  const float *before, *here, *after;
  int step_before, step_after;
} Neighbours;

FK_INLINE Neighbours neighbours(const LRNJob *job, const float *here, size_t plane, int cb) {
  const int size = job->map.c > lanes * job->by.groups ? planes(job->map) / job->by.groups : 1;
  const bool first = cb % size == 0, last = cb % size == size - 1;
  return (Neighbours){
    first ? nothing : here - plane, here, last ? nothing : here + plane, first ? 0 : lanes,
    last ? 0 : lanes};
}

// clang-format off
#define FK_SHIFTED(a, b, t) \
  __builtin_shufflevector(a, b, t, t + 1, t + 2, t + 3, t + 4, t + 5, t + 6, t + 7, t + 8, t + 9, \
    t + 10, t + 11, t + 12, t + 13, t + 14, t + 15)
// clang-format on

/// Adds up a vector's lanes and their neighbours, `low` below and `high` above.
FK_INLINE void add_neighbours(
  const floats *before, const floats *here, const floats *after, int low, int high, floats *sum
) {
  *sum = *here;
  if (low > 0) *sum += FK_SHIFTED(*before, *here, 15);
  if (high > 0) *sum += FK_SHIFTED(*here, *after, 1);
  if (low > 1) *sum += FK_SHIFTED(*before, *here, 14);
  if (high > 1) *sum += FK_SHIFTED(*here, *after, 2);
  if (low > 2) *sum += FK_SHIFTED(*before, *here, 13);
  if (high > 2) *sum += FK_SHIFTED(*here, *after, 3);
  if (low > 3) *sum += FK_SHIFTED(*before, *here, 12);
  if (high > 3) *sum += FK_SHIFTED(*here, *after, 4);
}

/// Computes S of place p.
FK_INLINE void scale(const LRNJob *job, Neighbours of, int p, int low, int high, floats *S) {
  floats before = FK_LOAD(of.before + p * of.step_before), here = FK_LOAD(of.here + p * lanes);
  floats after = FK_LOAD(of.after + p * of.step_after);
  before *= before;
  here *= here;
  after *= after;
  add_neighbours(&before, &here, &after, low, high, S);
  *S = job->k + job->s * *S;
}

FK_INLINE void forward_item(const LRNJob *job, int item, int low, int high, PowerForm form) {
  const int blocks = planes(job->map);
  const size_t plane = plane_floats(job->map);
  const Strip strip = strip_of(job, item);
  for (int cb = 0; cb < blocks; cb++) {
    const size_t base = ((size_t)strip.n * blocks + cb) * plane + (size_t)strip.first * lanes;
    const Neighbours of = neighbours(job, job->a + base, plane, cb);
    float *b = job->out + base;
    for (int p = 0; p < strip.count; p++) {
      floats S, power, inverse;
      __builtin_prefetch(of.here + (p + strip.count) * lanes);
      scale(job, of, p, low, high, &S);
      inverse_powers(&S, form, job->by.beta, &power, &inverse);
      FK_STREAM(job->streaming, b + p * lanes, FK_LOAD(of.here + p * lanes) * power);
    }
  }
}

FK_INLINE void backward_item(
  const LRNJob *job, int item, int low, int high, PowerForm form, float *t, float *own
) {
  const int blocks = planes(job->map);
  const size_t plane = plane_floats(job->map), strip_floats = (size_t)job->strip * lanes;
  const Strip strip = strip_of(job, item);
  for (int cb = 0; cb < blocks; cb++) {
    const size_t base = ((size_t)strip.n * blocks + cb) * plane + (size_t)strip.first * lanes;
    const Neighbours of = neighbours(job, job->a + base, plane, cb);
    const float *g = job->g + base;
    float *t_block = t + cb * strip_floats, *own_block = own + cb * strip_floats;
    for (int p = 0; p < strip.count; p++) {
      floats S, power, inverse;
      __builtin_prefetch(of.here + (p + strip.count) * lanes);
      __builtin_prefetch(g + (p + strip.count) * lanes);
      scale(job, of, p, low, high, &S);
      inverse_powers(&S, form, job->by.beta, &power, &inverse);
      power *= FK_LOAD(g + p * lanes);
      FK_STORE(own_block + p * lanes, power);
      FK_STORE(t_block + p * lanes, power * FK_LOAD(of.here + p * lanes) * inverse);
    }
  }
  for (int cb = 0; cb < blocks; cb++) {
    const size_t base = ((size_t)strip.n * blocks + cb) * plane + (size_t)strip.first * lanes;
    const Neighbours of = neighbours(job, t + cb * strip_floats, strip_floats, cb);
    const float *a = job->a + base, *own_block = own + cb * strip_floats;
    float *da = job->out + base;
    for (int p = 0; p < strip.count; p++) {
      const floats before = FK_LOAD(of.before + p * of.step_before);
      const floats here = FK_LOAD(of.here + p * lanes);
      const floats after = FK_LOAD(of.after + p * of.step_after);
      const floats value = FK_LOAD(a + p * lanes);
      floats sum;
      add_neighbours(&before, &here, &after, high, low, &sum);
      sum = FK_LOAD(own_block + p * lanes) + job->factor * value * sum;
      if (job->relu) sum = value <= 0.0f ? (floats)0.0f : sum;
      FK_STREAM(job->streaming, da + p * lanes, sum);
    }
  }
}

// Separate code for the paper's window: two neighbours on each side, and the power 3/4.

FK_INLINE bool is_paper(const LRNJob *job) {
  return job->below == 2 && job->above == 2 && job->form == three_quarters;
}

FK_CLONES
static void forward(void *context, int begin, int end) {
  const LRNJob *job = context;
  for (int item = begin; item < end; item++) {
    if (is_paper(job)) {
      forward_item(job, item, 2, 2, three_quarters);
    } else {
      forward_item(job, item, job->below, job->above, job->form);
    }
  }
  end_streaming();
}

FK_CLONES
static void backward(void *context, int begin, int end) {
  const LRNJob *job = context;
  const size_t size = (size_t)job->strip * lanes * planes(job->map);
  float *t = fk_scratch(in_body, 2 * size), *own = t + size;
  for (int item = begin; item < end; item++) {
    if (is_paper(job)) {
      backward_item(job, item, 2, 2, three_quarters, t, own);
    } else {
      backward_item(job, item, job->below, job->above, job->form, t, own);
    }
  }
  end_streaming();
}

void fk_local_response_near(LRNJob *job) {
  const int places = job->map.h * job->map.w;
  // A strip of all channels is about 8 KiB, so data read again is still in the L1 cache.
  job->strip = least(places, greatest(4, 2048 / (planes(job->map) * lanes)));
  job->strips = ceiling_quotient(places, job->strip);
  // When working in place, the memory has already been read and is in the cache.
  const bool in_place = job->out == job->a || job->out == job->g;
  job->streaming = !in_place && streams(job->out, fk_count(job->map));
  fk_parallel(job->map.n * job->strips, job->g ? backward : forward, job);
}
