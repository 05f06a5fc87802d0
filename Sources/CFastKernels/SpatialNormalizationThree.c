// Normalization within a channel over the windows of cuda-convnet's networks, 3×3, in blocks of 16
// channels. Each column of three places is summed once, and belongs to three windows.

#include "SpatialNormalization.h"

/// Three rows of a plane, with a row of zeros beyond the map.
typedef struct {
  const float *above, *here, *below;
} Rows;

FK_INLINE Rows rows_around(const float *plane, int y, int H, size_t row, const float *zeros) {
  const float *here = plane + y * row;
  return (Rows){y > 0 ? here - row : zeros, here, y < H - 1 ? here + row : zeros};
}

/// The sum of a column of three at float `i`, or of its squares.
FK_INLINE void sum_column(Rows rows, size_t i, bool squared, floats *sum) {
  const floats above = FK_LOAD(rows.above + i), here = FK_LOAD(rows.here + i);
  const floats below = FK_LOAD(rows.below + i);
  *sum = squared ? above * above + here * here + below * below : above + here + below;
}

/// The sums of windows from left to right: of the columns before, at, and after a place.
typedef struct {
  floats before, at, after;
} Columns;

FK_INLINE void begin_row(Rows rows, bool squared, Columns *columns) {
  columns->after = 0;
  columns->at = 0;
  sum_column(rows, 0, squared, &columns->after);
}

/// Moves on to the place at float `i` of a row of `row` floats, and sums its window.
FK_INLINE void next_window(
  Rows rows, size_t i, size_t row, bool squared, Columns *columns, floats *sum
) {
  columns->before = columns->at;
  columns->at = columns->after;
  columns->after = 0;
  if (i + lanes < row) sum_column(rows, i + lanes, squared, &columns->after);
  *sum = columns->before + columns->at + columns->after;
}

FK_INLINE void forward_plane(
  const SpatialJob *job, PowerForm form, const float *a, const float *zeros, float *b
) {
  const int H = job->map.h;
  const size_t row = (size_t)job->map.w * lanes;
  for (int y = 0; y < H; y++) {
    const Rows rows = rows_around(a, y, H, row, zeros);
    Columns columns;
    begin_row(rows, true, &columns);
    for (size_t i = 0; i < row; i += lanes) {
      floats S, power, inverse;
      next_window(rows, i, row, true, &columns, &S);
      S = job->k + job->s * S;
      inverse_powers(&S, form, job->by.beta, &power, &inverse);
      FK_STORE(b + y * row + i, FK_LOAD(rows.here + i) * power);
    }
  }
}

FK_INLINE void backward_plane(
  const SpatialJob *job, PowerForm form, const float *g, const float *a, const float *zeros,
  float *t, float *own, float *da
) {
  const int H = job->map.h;
  const size_t row = (size_t)job->map.w * lanes;
  Columns columns;
  for (int y = 0; y < H; y++) {
    const Rows rows = rows_around(a, y, H, row, zeros);
    begin_row(rows, true, &columns);
    for (size_t i = 0; i < row; i += lanes) {
      floats S, power, inverse;
      next_window(rows, i, row, true, &columns, &S);
      S = job->k + job->s * S;
      inverse_powers(&S, form, job->by.beta, &power, &inverse);
      power *= FK_LOAD(g + y * row + i);
      FK_STORE(own + y * row + i, power);
      FK_STORE(t + y * row + i, power * FK_LOAD(rows.here + i) * inverse);
    }
  }
  for (int y = 0; y < H; y++) {
    const Rows rows = rows_around(t, y, H, row, zeros);
    begin_row(rows, false, &columns);
    for (size_t i = 0; i < row; i += lanes) {
      const floats value = FK_LOAD(a + y * row + i);
      floats sum;
      next_window(rows, i, row, false, &columns, &sum);
      sum = FK_LOAD(own + y * row + i) + job->factor * value * sum;
      if (job->relu) sum = value <= 0.0f ? (floats)0.0f : sum;
      FK_STORE(da + y * row + i, sum);
    }
  }
}

FK_CLONES
static void forward(void *context, int begin, int end) {
  const SpatialJob *job = context;
  const size_t row = (size_t)job->map.w * lanes, plane = row * job->map.h;
  float *zeros = fk_scratch(in_body, row);
  memset(zeros, 0, row * sizeof(float));
  for (int i = begin; i < end; i++) {
    if (job->form == three_quarters) {
      forward_plane(job, three_quarters, job->a + i * plane, zeros, job->out + i * plane);
    } else {
      forward_plane(job, job->form, job->a + i * plane, zeros, job->out + i * plane);
    }
  }
}

FK_CLONES
static void backward(void *context, int begin, int end) {
  const SpatialJob *job = context;
  const size_t row = (size_t)job->map.w * lanes, plane = row * job->map.h;
  float *zeros = fk_scratch(in_body, row + 2 * plane), *t = zeros + row, *own = t + plane;
  memset(zeros, 0, row * sizeof(float));
  for (int i = begin; i < end; i++) {
    const float *g = job->g + i * plane, *a = job->a + i * plane;
    float *da = job->out + i * plane;
    if (job->form == three_quarters) {
      backward_plane(job, three_quarters, g, a, zeros, t, own, da);
    } else {
      backward_plane(job, job->form, g, a, zeros, t, own, da);
    }
  }
}

void fk_spatial_three(const SpatialJob *job) {
  fk_parallel(job->map.n * planes(job->map), job->g ? backward : forward, (void *)(uintptr_t)job);
}
