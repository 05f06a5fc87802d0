// Local response normalization across channels.
//
//     b[i] = a[i] · S[i]^−β        S[i] = k + s · Σ a[j]²        i − below ≤ j ≤ i + above
//
// and backward
//
//     ∂L/∂a[i] = g[i] · S[i]^−β − 2·s·β · a[i] · Σ t[j]          i − above ≤ j ≤ i + below
//     t[j]     = g[j] · a[j] · S[j]^(−β−1)
//
// within the group of channels that holds i. A thread takes a strip of places at a time and holds all
// their channels in scratch memory, from which the neighbours are read.

#include "InversePower.h"

typedef struct {
  fk_map map;
  fk_normalization by;
  const float *g, *a;
  float *out;
  bool relu;
  int below, above, strip, strips;
  // For groups that do not fill blocks: the mask of block cb and neighbour t in −reach...reach is
  // at cb·(2·reach + 1) + reach + t. Else NULL.
  const ints *masks;
} Job;

/// Each channel of a place may have this many neighbours of zeros in scratch memory.
FK_INLINE int margin(const Job *job) {
  return ceiling_quotient(greatest(job->below, job->above), lanes) * lanes;
}

// Block 16: a row of scratch memory holds the channels of one place between two margins.

/// Σ row[i + t] over neighbours t in −low...high, for the 16 channels of block cb.
FK_INLINE void sum_neighbours(
  const Job *job, const float *row, int cb, int low, int high, floats *sum
) {
  floats total = 0;
  if (job->masks) {
    int reach = greatest(job->below, job->above);
    const ints *masks = job->masks + (size_t)cb * (2 * reach + 1) + reach;
    for (int t = -low; t <= high; t++) {
      total += (floats)((ints)FK_LOAD(row + t) & masks[t]);
    }
  } else {
    for (int t = -low; t <= high; t++) total += FK_LOAD(row + t);
  }
  *sum = total;
}

static void clear_margins(float *rows, int strip, int stride, int margin) {
  for (int p = 0; p < strip; p++) {
    memset(rows + (size_t)p * stride, 0, (size_t)margin * sizeof(float));
    memset(rows + (size_t)(p + 1) * stride - margin, 0, (size_t)margin * sizeof(float));
  }
}

FK_CLONES
static void forward_blocked(void *context, int begin, int end) {
  const Job *job = context;
  const int blocks = planes(job->map), places = job->map.h * job->map.w, pad = margin(job);
  const int stride = blocks * lanes + 2 * pad;
  const float k = (float)job->by.k, s = (float)job->by.s;
  const PowerForm form = power_form(job->by.beta);
  float *squares = fk_scratch(in_body, (size_t)job->strip * stride);
  clear_margins(squares, job->strip, stride, pad);
  for (int item = begin; item < end; item++) {
    const int first = item % job->strips * job->strip, count = least(job->strip, places - first);
    const size_t base = ((size_t)(item / job->strips) * blocks * places + first) * lanes;
    for (int cb = 0; cb < blocks; cb++) {
      const float *a = job->a + base + (size_t)cb * places * lanes;
      for (int p = 0; p < count; p++) {
        const floats v = FK_LOAD(a + p * lanes);
        FK_STORE(squares + (size_t)p * stride + pad + cb * lanes, v * v);
      }
    }
    for (int cb = 0; cb < blocks; cb++) {
      const float *a = job->a + base + (size_t)cb * places * lanes;
      float *b = job->out + base + (size_t)cb * places * lanes;
      for (int p = 0; p < count; p++) {
        floats S;
        const float *row = squares + (size_t)p * stride + pad + cb * lanes;
        sum_neighbours(job, row, cb, job->below, job->above, &S);
        S = k + s * S;
        inverse_power(&S, form, job->by.beta);
        FK_STORE(b + p * lanes, FK_LOAD(a + p * lanes) * S);
      }
    }
  }
}

FK_CLONES
static void backward_blocked(void *context, int begin, int end) {
  const Job *job = context;
  const int blocks = planes(job->map), places = job->map.h * job->map.w, pad = margin(job);
  const int stride = blocks * lanes + 2 * pad;
  const size_t size = (size_t)job->strip * stride;
  const float k = (float)job->by.k, s = (float)job->by.s;
  const float factor = (float)(-2 * job->by.s * job->by.beta);
  const PowerForm form = power_form(job->by.beta);
  float *squares = fk_scratch(in_body, 3 * size), *t = squares + size, *own = t + size;
  clear_margins(squares, job->strip, stride, pad);
  clear_margins(t, job->strip, stride, pad);
  for (int item = begin; item < end; item++) {
    const int first = item % job->strips * job->strip, count = least(job->strip, places - first);
    const size_t base = ((size_t)(item / job->strips) * blocks * places + first) * lanes;
    for (int cb = 0; cb < blocks; cb++) {
      const float *a = job->a + base + (size_t)cb * places * lanes;
      for (int p = 0; p < count; p++) {
        const floats v = FK_LOAD(a + p * lanes);
        FK_STORE(squares + (size_t)p * stride + pad + cb * lanes, v * v);
      }
    }
    for (int cb = 0; cb < blocks; cb++) {
      const float *a = job->a + base + (size_t)cb * places * lanes;
      const float *g = job->g + base + (size_t)cb * places * lanes;
      for (int p = 0; p < count; p++) {
        const size_t at = (size_t)p * stride + pad + cb * lanes;
        floats S, power;
        sum_neighbours(job, squares + at, cb, job->below, job->above, &S);
        S = k + s * S;
        power = S;
        inverse_power(&power, form, job->by.beta);
        power *= FK_LOAD(g + p * lanes);
        FK_STORE(own + at, power);
        FK_STORE(t + at, power * FK_LOAD(a + p * lanes) / S);
      }
    }
    for (int cb = 0; cb < blocks; cb++) {
      const float *a = job->a + base + (size_t)cb * places * lanes;
      float *da = job->out + base + (size_t)cb * places * lanes;
      for (int p = 0; p < count; p++) {
        const size_t at = (size_t)p * stride + pad + cb * lanes;
        floats sum, v = FK_LOAD(a + p * lanes);
        sum_neighbours(job, t + at, cb, job->above, job->below, &sum);
        floats da_p = FK_LOAD(own + at) + factor * v * sum;
        if (job->relu) da_p = v <= 0.0f ? (floats)0.0f : da_p;
        FK_STORE(da + p * lanes, da_p);
      }
    }
  }
}

// Block 1: a row of scratch memory holds one channel of the places of a strip, a multiple of 16.

typedef struct {
  int low, high;
} Range;

/// The channels from i − low to i + high that are in the group of i.
FK_INLINE Range neighbours(const Job *job, int i, int low, int high) {
  const int size = job->map.c / job->by.groups, start = i / size * size;
  return (Range){greatest(start, i - low), least(start + size - 1, i + high)};
}

FK_INLINE void sum_rows(const float *rows, int strip, Range range, int p, floats *sum) {
  floats total = 0;
  for (int j = range.low; j <= range.high; j++) total += FK_LOAD(rows + (size_t)j * strip + p);
  *sum = total;
}

FK_INLINE void take_row(float *row, const float *from, int count, int strip) {
  memcpy(row, from, (size_t)count * sizeof(float));
  memset(row + count, 0, (size_t)(strip - count) * sizeof(float));
}

FK_CLONES
static void forward_plain(void *context, int begin, int end) {
  const Job *job = context;
  const int C = job->map.c, places = job->map.h * job->map.w, strip = job->strip;
  const size_t size = (size_t)C * strip;
  const float k = (float)job->by.k, s = (float)job->by.s;
  const PowerForm form = power_form(job->by.beta);
  float *values = fk_scratch(in_body, 2 * size), *squares = values + size;
  for (int item = begin; item < end; item++) {
    const int first = item % job->strips * strip, count = least(strip, places - first);
    const size_t base = (size_t)(item / job->strips) * C * places + first;
    for (int c = 0; c < C; c++) {
      take_row(values + c * strip, job->a + base + (size_t)c * places, count, strip);
      for (int p = 0; p < strip; p++) {
        squares[c * strip + p] = values[c * strip + p] * values[c * strip + p];
      }
    }
    for (int c = 0; c < C; c++) {
      const Range range = neighbours(job, c, job->below, job->above);
      for (int p = 0; p < strip; p += lanes) {
        floats S;
        sum_rows(squares, strip, range, p, &S);
        S = k + s * S;
        inverse_power(&S, form, job->by.beta);
        FK_STORE(values + c * strip + p, FK_LOAD(values + c * strip + p) * S);
      }
      memcpy(
        job->out + base + (size_t)c * places, values + c * strip, (size_t)count * sizeof(float));
    }
  }
}

FK_CLONES
static void backward_plain(void *context, int begin, int end) {
  const Job *job = context;
  const int C = job->map.c, places = job->map.h * job->map.w, strip = job->strip;
  const size_t size = (size_t)C * strip;
  const float k = (float)job->by.k, s = (float)job->by.s;
  const float factor = (float)(-2 * job->by.s * job->by.beta);
  const PowerForm form = power_form(job->by.beta);
  float *values = fk_scratch(in_body, 4 * size), *squares = values + size;
  float *t = squares + size, *own = t + size;
  for (int item = begin; item < end; item++) {
    const int first = item % job->strips * strip, count = least(strip, places - first);
    const size_t base = (size_t)(item / job->strips) * C * places + first;
    for (int c = 0; c < C; c++) {
      take_row(values + c * strip, job->a + base + (size_t)c * places, count, strip);
      take_row(own + c * strip, job->g + base + (size_t)c * places, count, strip);
      for (int p = 0; p < strip; p++) {
        squares[c * strip + p] = values[c * strip + p] * values[c * strip + p];
      }
    }
    for (int c = 0; c < C; c++) {
      const Range range = neighbours(job, c, job->below, job->above);
      for (int p = 0; p < strip; p += lanes) {
        const int at = c * strip + p;
        floats S, power;
        sum_rows(squares, strip, range, p, &S);
        S = k + s * S;
        power = S;
        inverse_power(&power, form, job->by.beta);
        power *= FK_LOAD(own + at);
        FK_STORE(own + at, power);
        FK_STORE(t + at, power * FK_LOAD(values + at) / S);
      }
    }
    for (int c = 0; c < C; c++) {
      const Range range = neighbours(job, c, job->above, job->below);
      for (int p = 0; p < strip; p += lanes) {
        const int at = c * strip + p;
        floats sum, v = FK_LOAD(values + at);
        sum_rows(t, strip, range, p, &sum);
        floats da_p = FK_LOAD(own + at) + factor * v * sum;
        if (job->relu) da_p = v <= 0.0f ? (floats)0.0f : da_p;
        FK_STORE(own + at, da_p);
      }
      memcpy(job->out + base + (size_t)c * places, own + c * strip, (size_t)count * sizeof(float));
    }
  }
}

/// The masks of neighbours within the groups, where groups do not fill whole blocks.
static const ints *make_masks(const Job *job) {
  const int C = job->map.c, size = C / job->by.groups, blocks = planes(job->map);
  const int reach = greatest(job->below, job->above);
  int32_t *masks = (int32_t *)fk_scratch(for_bodies, (size_t)blocks * lanes * (2 * reach + 1));
  int32_t *mask = masks;
  for (int cb = 0; cb < blocks; cb++) {
    for (int t = -reach; t <= reach; t++) {
      for (int i = cb * lanes; i < (cb + 1) * lanes; i++) {
        const bool inside = i < C && i + t >= 0 && i + t < C;
        *mask++ = inside && i / size == (i + t) / size ? -1 : 0;
      }
    }
  }
  return (const ints *)masks;
}

static void run(
  fk_map map, fk_normalization by, const float *g, const float *a, bool relu, float *out
) {
  Job job = {.map = map, .by = by, .g = g, .a = a, .out = out, .relu = relu};
  const int places = map.h * map.w, last = greatest(map.c, 1) - 1;
  job.below = least(by.below, last);
  job.above = least(by.above, last);
  if (map.block == lanes) {
    if (by.groups > 1) job.masks = make_masks(&job);
    job.strip = least(places, greatest(4, 2048 / (planes(map) * lanes)));
  } else {
    job.strip = lanes * greatest(1, least(ceiling_quotient(places, lanes), 128 / greatest(1, map.c)));
  }
  job.strips = ceiling_quotient(places, job.strip);
  if (map.block == lanes) {
    fk_parallel(map.n * job.strips, g ? backward_blocked : forward_blocked, &job);
  } else {
    fk_parallel(map.n * job.strips, g ? backward_plain : forward_plain, &job);
  }
}

void fk_across_normalization(fk_map map, fk_normalization by, const float *a, float *b) {
  run(map, by, NULL, a, false, b);
}

void fk_across_normalization_gradient(
  fk_map map, fk_normalization by, const float *g, const float *a, bool relu, float *da
) {
  run(map, by, g, a, relu, da);
}
