// Normalization across channels in blocks of 16, with any number of neighbours and groups. The
// channels of each place of a strip are contiguous in a row of scratch memory, between two margins
// of zeros, so neighbours at any distance can be read.

#include "LocalResponseNormalization.h"

typedef struct {
  LRNJob of;
  int margin, stride;
  // For groups that don't consist of whole blocks: the mask of block cb and neighbour t in
  // −reach...reach is at cb·(2·reach + 1) + reach + t. Otherwise NULL.
  const unaligned_ints *masks;
} Job;

FK_INLINE int reach(const Job *job) { return greatest(job->of.below, job->of.above); }

/// Σ row[i + t] over neighbours t in −low...high, for the 16 channels of block cb.
FK_INLINE void sum_neighbours(
  const Job *job, const float *row, int cb, int low, int high, floats *sum
) {
  floats total = 0;
  if (job->masks) {
    const unaligned_ints *masks = job->masks + (size_t)cb * (2 * reach(job) + 1) + reach(job);
    for (int t = -low; t <= high; t++) total += (floats)((ints)FK_LOAD(row + t) & masks[t]);
  } else {
    for (int t = -low; t <= high; t++) total += FK_LOAD(row + t);
  }
  *sum = total;
}

static void clear_margins(const Job *job, float *rows) {
  const size_t bytes = (size_t)job->margin * sizeof(float);
  for (int p = 0; p < job->of.strip; p++) {
    memset(rows + (size_t)p * job->stride, 0, bytes);
    memset(rows + (size_t)(p + 1) * job->stride - job->margin, 0, bytes);
  }
}

/// Fills the rows with the squares of a strip that starts at `a`.
FK_INLINE void square_strip(const Job *job, const float *a, int count, float *squares) {
  const size_t plane = plane_floats(job->of.map);
  for (int cb = 0; cb < planes(job->of.map); cb++) {
    for (int p = 0; p < count; p++) {
      const floats v = FK_LOAD(a + cb * plane + p * lanes);
      FK_STORE(squares + (size_t)p * job->stride + job->margin + cb * lanes, v * v);
    }
  }
}

FK_CLONES
static void forward(void *context, int begin, int end) {
  const Job *job = context;
  const LRNJob *of = &job->of;
  const int blocks = planes(of->map);
  const size_t plane = plane_floats(of->map);
  float *squares = fk_scratch(in_body, (size_t)of->strip * job->stride);
  clear_margins(job, squares);
  for (int item = begin; item < end; item++) {
    const Strip strip = strip_of(of, item);
    const size_t base = (size_t)strip.n * blocks * plane + (size_t)strip.first * lanes;
    square_strip(job, of->a + base, strip.count, squares);
    for (int cb = 0; cb < blocks; cb++) {
      const float *a = of->a + base + cb * plane;
      float *b = of->out + base + cb * plane;
      for (int p = 0; p < strip.count; p++) {
        const float *row = squares + (size_t)p * job->stride + job->margin + cb * lanes;
        floats S, power, inverse;
        sum_neighbours(job, row, cb, of->below, of->above, &S);
        S = of->k + of->s * S;
        inverse_powers(&S, of->form, of->by.beta, &power, &inverse);
        FK_STORE(b + p * lanes, FK_LOAD(a + p * lanes) * power);
      }
    }
  }
}

FK_CLONES
static void backward(void *context, int begin, int end) {
  const Job *job = context;
  const LRNJob *of = &job->of;
  const int blocks = planes(of->map);
  const size_t plane = plane_floats(of->map), size = (size_t)of->strip * job->stride;
  float *squares = fk_scratch(in_body, 3 * size), *t = squares + size, *own = t + size;
  clear_margins(job, squares);
  clear_margins(job, t);
  for (int item = begin; item < end; item++) {
    const Strip strip = strip_of(of, item);
    const size_t base = (size_t)strip.n * blocks * plane + (size_t)strip.first * lanes;
    square_strip(job, of->a + base, strip.count, squares);
    for (int cb = 0; cb < blocks; cb++) {
      const float *a = of->a + base + cb * plane, *g = of->g + base + cb * plane;
      for (int p = 0; p < strip.count; p++) {
        const size_t at = (size_t)p * job->stride + job->margin + cb * lanes;
        floats S, power, inverse;
        sum_neighbours(job, squares + at, cb, of->below, of->above, &S);
        S = of->k + of->s * S;
        inverse_powers(&S, of->form, of->by.beta, &power, &inverse);
        power *= FK_LOAD(g + p * lanes);
        FK_STORE(own + at, power);
        FK_STORE(t + at, power * FK_LOAD(a + p * lanes) * inverse);
      }
    }
    for (int cb = 0; cb < blocks; cb++) {
      const float *a = of->a + base + cb * plane;
      float *da = of->out + base + cb * plane;
      for (int p = 0; p < strip.count; p++) {
        const size_t at = (size_t)p * job->stride + job->margin + cb * lanes;
        const floats value = FK_LOAD(a + p * lanes);
        floats sum;
        sum_neighbours(job, t + at, cb, of->above, of->below, &sum);
        sum = FK_LOAD(own + at) + of->factor * value * sum;
        if (of->relu) sum = value <= 0.0f ? (floats)0.0f : sum;
        FK_STORE(da + p * lanes, sum);
      }
    }
  }
}

/// The masks of the neighbours that are within the groups.
static const unaligned_ints *make_masks(const Job *job) {
  const int C = job->of.map.c, size = C / job->of.by.groups, blocks = planes(job->of.map);
  const int far = reach(job);
  int32_t *masks = (int32_t *)fk_scratch(for_bodies, (size_t)blocks * lanes * (2 * far + 1));
  int32_t *mask = masks;
  for (int cb = 0; cb < blocks; cb++) {
    for (int t = -far; t <= far; t++) {
      for (int i = cb * lanes; i < (cb + 1) * lanes; i++) {
        const bool inside = i < C && i + t >= 0 && i + t < C;
        *mask++ = inside && i / size == (i + t) / size ? -1 : 0;
      }
    }
  }
  return (const unaligned_ints *)masks;
}

void fk_local_response_far(LRNJob *of) {
  const int places = of->map.h * of->map.w, channels = planes(of->map) * lanes;
  of->strip = least(places, greatest(4, 2048 / channels));
  of->strips = ceiling_quotient(places, of->strip);
  Job job = {.of = *of};
  job.margin = ceiling_quotient(reach(&job), lanes) * lanes;
  job.stride = channels + 2 * job.margin;
  if (of->by.groups > 1) job.masks = make_masks(&job);
  fk_parallel(of->map.n * of->strips, of->g ? backward : forward, &job);
}
