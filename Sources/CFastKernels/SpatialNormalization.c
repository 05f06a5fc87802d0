// Normalization within a channel, over windows of any size in either layout. A thread processes one
// plane at a time, and sums columns first, then rows. A place is 16 channels or one, so a row of a
// plane is `row` floats, and a place's right neighbour is `step` floats away.

#include "SpatialNormalization.h"

typedef struct {
  SpatialJob of;
  int below, above, step, row;
  // In scratch memory, rows start `stride` floats apart, with `margin` zeros before and after.
  int margin, stride;
} Job;

/// Replaces out[i] by Σ rows[v][i] over the rows v from `low` through `high`, or by the sum of
/// squares.
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

/// Computes S and S^−β of row y of a plane. The scratch rows hold a multiple of 16 floats.
FK_INLINE void scale_row(
  const Job *job, const float *a, int y, float *columns, float *restrict S, float *restrict power
) {
  sum_columns(
    a, (size_t)job->row, greatest(0, y - job->below), least(job->of.map.h - 1, y + job->above),
    job->row, true, columns);
  for (int i = 0; i < job->row; i += lanes) {
    floats sum = 0, raised, inverse;
    for (int u = -job->below; u <= job->above; u++) sum += FK_LOAD(columns + i + u * job->step);
    sum = job->of.k + job->of.s * sum;
    FK_STORE(S + i, sum);
    inverse_powers(&sum, job->of.form, job->of.by.beta, &raised, &inverse);
    FK_STORE(power + i, raised);
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
    const float *a = job->of.a + (size_t)plane * job->of.map.h * row;
    float *b = job->of.out + (size_t)plane * job->of.map.h * row;
    for (int y = 0; y < job->of.map.h; y++) {
      scale_row(job, a, y, columns, S, power);
      for (int i = 0; i < row; i++) b[(size_t)y * row + i] = a[(size_t)y * row + i] * power[i];
    }
  }
}

FK_CLONES
static void backward(void *context, int begin, int end) {
  const Job *job = context;
  const int row = job->row, H = job->of.map.h;
  const size_t size = (size_t)H * job->stride;
  float *scratch = fk_scratch(in_body, 2 * size + 3 * (size_t)job->stride);
  float *t = scratch, *own = t + size, *columns = own + size + job->margin;
  float *S = own + size + job->stride, *sums = S + job->stride;
  memset(columns - job->margin, 0, (size_t)job->stride * sizeof(float));
  for (int plane = begin; plane < end; plane++) {
    const float *g = job->of.g + (size_t)plane * H * row, *a = job->of.a + (size_t)plane * H * row;
    float *da = job->of.out + (size_t)plane * H * row;
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
      for (int i = 0; i < row; i++) da_y[i] = own_y[i] + job->of.factor * a_y[i] * sums[i];
      if (job->of.relu) {
        for (int i = 0; i < row; i++) da_y[i] = a_y[i] <= 0 ? 0 : da_y[i];
      }
    }
  }
}

static void run(const SpatialJob *of) {
  Job job = {.of = *of};
  const int last = greatest(greatest(of->map.h, of->map.w), 1) - 1;
  job.below = least(of->by.below, last);
  job.above = least(of->by.above, last);
  job.step = width(of->map);
  job.row = of->map.w * job.step;
  job.margin = greatest(job.below, job.above) * job.step;
  // Rows are read 16 floats at a time, which may go past their end.
  job.stride = ceiling_quotient(job.row + 2 * job.margin + lanes, lanes) * lanes;
  fk_parallel(of->map.n * planes(of->map), of->g ? backward : forward, &job);
}

static void choose(
  fk_map map, fk_normalization by, const float *g, const float *a, bool relu, float *out
) {
  const SpatialJob job = {
    .map = map,
    .by = by,
    .g = g,
    .a = a,
    .out = out,
    .relu = relu,
    .form = power_form(by.beta),
    .k = (float)by.k,
    .s = (float)by.s,
    .factor = (float)(-2 * by.s * by.beta),
  };
  if (map.block == lanes && by.below == 1 && by.above == 1) {
    fk_spatial_three(&job);
  } else {
    run(&job);
  }
}

void fk_spatial_normalization(fk_map map, fk_normalization by, const float *a, float *b) {
  choose(map, by, NULL, a, false, b);
}

void fk_spatial_normalization_gradient(
  fk_map map, fk_normalization by, const float *g, const float *a, bool relu, float *da
) {
  choose(map, by, g, a, relu, da);
}
