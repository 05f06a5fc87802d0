// Local response normalization within a channel.
//
//     b[y, x] = a[y, x] · S[y, x]^−β        S[y, x] = k + s · Σ a[v, u]²
//
// over y − below ≤ v ≤ y + above and likewise u, clipped to the map; and backward
//
//     ∂L/∂a[y, x] = g[y, x] · S[y, x]^−β − 2·s·β · a[y, x] · Σ t[v, u]
//     t[v, u]     = g[v, u] · a[v, u] · S[v, u]^(−β−1)
//
// over the windows that hold y, x: below and above change places. A thread takes a plane at a time,
// and sums columns first, then rows. A place is 16 channels or one, so that a row of a plane is
// `row` floats, and its neighbour to the right is `step` floats away.

#include "InversePower.h"

typedef struct {
  fk_map map;
  fk_normalization by;
  const float *g, *a;
  float *out;
  bool relu;
  int below, above, step, row;
  // In scratch memory rows begin `stride` floats apart, with `margin` zeros before and after.
  int margin, stride;
} Job;

/// Replaces out[i] by Σ rows[v][i] over the rows v from `low` through `high`, or by the sum of squares.
FK_INLINE void sum_columns(
  const float *rows, size_t stride, int low, int high, int count, bool squared, float *restrict out
) {
  for (int v = low; v <= high; v++) {
    const float *row = rows + (size_t)v * stride;
    if (squared) {
      for (int i = 0; i < count; i++) out[i] = row[i] * row[i] + (v == low ? 0 : out[i]);
    } else {
      for (int i = 0; i < count; i++) out[i] = row[i] + (v == low ? 0 : out[i]);
    }
  }
}

/// Makes S, and S^−β, of row y of a plane. The scratch rows hold a multiple of 16 floats.
FK_INLINE void scale_row(
  const Job *job, const float *a, int y, float *columns, float *restrict S, float *restrict power
) {
  const float k = (float)job->by.k, s = (float)job->by.s;
  const PowerForm form = power_form(job->by.beta);
  sum_columns(
    a, (size_t)job->row, greatest(0, y - job->below), least(job->map.h - 1, y + job->above),
    job->row, true, columns);
  for (int i = 0; i < job->row; i += lanes) {
    floats sum = 0;
    for (int u = -job->below; u <= job->above; u++) sum += FK_LOAD(columns + i + u * job->step);
    sum = k + s * sum;
    FK_STORE(S + i, sum);
    inverse_power(&sum, form, job->by.beta);
    FK_STORE(power + i, sum);
  }
}

FK_CLONES
static void forward(void *context, int begin, int end) {
  const Job *job = context;
  const int row = job->row;
  float *scratch = fk_scratch(in_body, 3 * (size_t)job->stride);
  float *columns = scratch + job->margin, *S = scratch + job->stride, *power = S + job->stride;
  memset(scratch, 0, (size_t)job->stride * sizeof(float));
  for (int plane = begin; plane < end; plane++) {
    const float *a = job->a + (size_t)plane * job->map.h * row;
    float *b = job->out + (size_t)plane * job->map.h * row;
    for (int y = 0; y < job->map.h; y++) {
      scale_row(job, a, y, columns, S, power);
      for (int i = 0; i < row; i++) b[(size_t)y * row + i] = a[(size_t)y * row + i] * power[i];
    }
  }
}

FK_CLONES
static void backward(void *context, int begin, int end) {
  const Job *job = context;
  const int row = job->row, H = job->map.h;
  const float factor = (float)(-2 * job->by.s * job->by.beta);
  const size_t size = (size_t)H * job->stride;
  float *scratch = fk_scratch(in_body, 2 * size + 3 * (size_t)job->stride);
  float *t = scratch, *own = t + size, *columns = own + size + job->margin;
  float *S = own + size + job->stride, *sums = S + job->stride;
  memset(columns - job->margin, 0, (size_t)job->stride * sizeof(float));
  for (int plane = begin; plane < end; plane++) {
    const float *g = job->g + (size_t)plane * H * row, *a = job->a + (size_t)plane * H * row;
    float *da = job->out + (size_t)plane * H * row;
    for (int y = 0; y < H; y++) {
      float *restrict own_y = own + (size_t)y * job->stride;
      float *restrict t_y = t + (size_t)y * job->stride;
      const float *restrict g_y = g + (size_t)y * row, *restrict a_y = a + (size_t)y * row;
      scale_row(job, a, y, columns, S, own_y);
      for (int i = 0; i < row; i++) {
        own_y[i] *= g_y[i];
        t_y[i] = own_y[i] * a_y[i] / S[i];
      }
    }
    for (int y = 0; y < H; y++) {
      const float *own_y = own + (size_t)y * job->stride, *a_y = a + (size_t)y * row;
      float *restrict da_y = da + (size_t)y * row;
      sum_columns(
        t, (size_t)job->stride, greatest(0, y - job->above), least(H - 1, y + job->below), row,
        false, columns);
      for (int i = 0; i < row; i += lanes) {
        floats sum = 0;
        for (int u = -job->above; u <= job->below; u++) sum += FK_LOAD(columns + i + u * job->step);
        FK_STORE(sums + i, sum);
      }
      for (int i = 0; i < row; i++) da_y[i] = own_y[i] + factor * a_y[i] * sums[i];
      if (job->relu) {
        for (int i = 0; i < row; i++) da_y[i] = a_y[i] <= 0 ? 0 : da_y[i];
      }
    }
  }
}

static void run(
  fk_map map, fk_normalization by, const float *g, const float *a, bool relu, float *out
) {
  Job job = {.map = map, .by = by, .g = g, .a = a, .out = out, .relu = relu};
  const int last = greatest(greatest(map.h, map.w), 1) - 1;
  job.below = least(by.below, last);
  job.above = least(by.above, last);
  job.step = width(map);
  job.row = map.w * job.step;
  // Rows are read 16 floats at a time, so beyond their end.
  job.margin = greatest(job.below, job.above) * job.step;
  job.stride = ceiling_quotient(job.row + 2 * job.margin + lanes, lanes) * lanes;
  fk_parallel(map.n * planes(map), g ? backward : forward, &job);
}

void fk_within_normalization(fk_map map, fk_normalization by, const float *a, float *b) {
  run(map, by, NULL, a, false, b);
}

void fk_within_normalization_gradient(
  fk_map map, fk_normalization by, const float *g, const float *a, bool relu, float *da
) {
  run(map, by, g, a, relu, da);
}
