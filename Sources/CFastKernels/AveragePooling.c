// The mean of each window.
//
//     y[n, c, oy, ox] = 1/m · Σ x[n, c, iy, ix]       ∂L/∂x[n, c, iy, ix] = Σ g[n, c, oy, ox] / m
//
// forward over the window clipped to the map, of m elements; backward over the windows that contain
// iy, ix. Each term is divided before it is added, so that sums of large values don't overflow.

#include "Internal.h"

typedef struct {
  fk_map input, output;
  fk_window window;
  const float *in, *a;
  float *out;
  // Whether results are written with streaming stores.
  bool streaming;
} Job;

/// How many rows (or columns) of the input output `o` reads, and the first of them.
FK_INLINE int clip(fk_window window, int o, int input, int *low) {
  const int start = o * window.stride - window.padding;
  *low = greatest(0, start);
  return least(input, start + window.kernel) - *low;
}

/// 1/m for a window of `height` by `width` elements; `whole` is the value for a window that isn't
/// clipped.
FK_INLINE float share(fk_window window, float whole, int height, int width) {
  const bool clipped = height < window.kernel || width < window.kernel;
  return clipped ? 1.0f / ((float)height * (float)width) : whole;
}

FK_INLINE void sum_window(
  const float *corner, int W, int height, int width, float part, floats *sum
) {
  *sum = 0;
  for (int i = 0; i < height; i++) {
    for (int j = 0; j < width; j++) *sum += part * FK_LOAD(corner + ((size_t)i * W + j) * lanes);
  }
}

FK_CLONES
static void forward_blocked(void *context, int begin, int end) {
  const Job *job = context;
  const fk_window window = job->window;
  const float whole = 1.0f / ((float)window.kernel * (float)window.kernel);
  const int H = job->input.h, W = job->input.w, outH = job->output.h, outW = job->output.w;
  for (int row = begin; row < end; row++) {
    const float *x = job->in + (size_t)(row / outH) * H * W * lanes;
    int y0, x0;
    const int height = clip(window, row % outH, H, &y0);
    for (int ox = 0; ox < outW; ox++) {
      const int width = clip(window, ox, W, &x0);
      const float part = share(window, whole, height, width);
      const float *corner = x + ((size_t)y0 * W + x0) * lanes;
      floats sum;
      if (height == 3 && width == 3) {
        sum_window(corner, W, 3, 3, part, &sum);
      } else {
        sum_window(corner, W, height, width, part, &sum);
      }
      FK_STORE(job->out + ((size_t)row * outW + ox) * lanes, sum);
    }
  }
}

/// Stores the gradient of a place, or 0 if the input there is 0 after a ReLU.
FK_INLINE void store_gradient(const Job *job, size_t at, const floats *sum) {
  floats gradient = *sum;
  if (job->a) gradient = FK_LOAD(job->a + at) <= 0.0f ? (floats)0.0f : gradient;
  FK_STREAM(job->streaming, job->out + at, gradient);
}

/// The gradient of one row of places, which begins at `line`, from the windows that contain it:
/// those of `height` rows of outputs, starting at `oy0`.
FK_INLINE void backward_row(const Job *job, const float *g, size_t line, int oy0, int height) {
  const fk_window window = job->window;
  const float whole = 1.0f / ((float)window.kernel * (float)window.kernel);
  const int H = job->input.h, W = job->input.w, outW = job->output.w;
  int ox0, start;
  for (int ix = 0; ix < W; ix++) {
    const int ox1 = outputs_holding(window, ix, outW, &ox0);
    floats sum = 0;
    for (int oy = oy0; oy < oy0 + height; oy++) {
      const int rows = clip(window, oy, H, &start);
      for (int ox = ox0; ox < ox1; ox++) {
        const float part = share(window, whole, rows, clip(window, ox, W, &start));
        sum += part * FK_LOAD(g + ((size_t)oy * outW + ox) * lanes);
      }
    }
    store_gradient(job, line + (size_t)ix * lanes, &sum);
  }
}

/// The same for kernel 3 and stride 2: each window is read once and belongs to three places, the
/// first of which is also the last place of the previous window.
FK_INLINE void backward_row_overlapping(
  const Job *job, const float *g, size_t line, int oy0, int height
) {
  const fk_window window = job->window;
  const float whole = 1.0f / 9;
  const int H = job->input.h, W = job->input.w, outW = job->output.w;
  floats before = 0;
  int ix = -window.padding, start;
  for (int ox = 0; ox < outW; ox++, ix += 2) {
    const int columns = clip(window, ox, W, &start);
    floats sum = 0;
    for (int oy = oy0; oy < oy0 + height; oy++) {
      const float part = share(window, whole, clip(window, oy, H, &start), columns);
      sum += part * FK_LOAD(g + ((size_t)oy * outW + ox) * lanes);
    }
    before += sum;
    if (ix >= 0) store_gradient(job, line + (size_t)ix * lanes, &before);
    if (ix >= -1 && ix + 1 < W) store_gradient(job, line + (size_t)(ix + 1) * lanes, &sum);
    before = sum;
  }
  for (; ix < W; ix++) {
    store_gradient(job, line + (size_t)ix * lanes, &before);
    before = 0;
  }
}

FK_CLONES
static void backward_blocked(void *context, int begin, int end) {
  const Job *job = context;
  const int H = job->input.h, outH = job->output.h;
  const bool overlapping = job->window.kernel == 3 && job->window.stride == 2;
  for (int row = begin; row < end; row++) {
    const float *g = job->in + (size_t)(row / H) * outH * job->output.w * lanes;
    const size_t line = (size_t)row * job->input.w * lanes;
    int oy0;
    const int height = outputs_holding(job->window, row % H, outH, &oy0) - oy0;
    if (overlapping) {
      backward_row_overlapping(job, g, line, oy0, height);
    } else {
      backward_row(job, g, line, oy0, height);
    }
  }
  end_streaming();
}

static void forward_plain(void *context, int begin, int end) {
  const Job *job = context;
  const fk_window window = job->window;
  const float whole = 1.0f / ((float)window.kernel * (float)window.kernel);
  const int H = job->input.h, W = job->input.w, outH = job->output.h, outW = job->output.w;
  for (int row = begin; row < end; row++) {
    const float *x = job->in + (size_t)(row / outH) * H * W;
    int y0, x0;
    const int height = clip(window, row % outH, H, &y0);
    for (int ox = 0; ox < outW; ox++) {
      const int width = clip(window, ox, W, &x0);
      const float part = share(window, whole, height, width);
      float sum = 0;
      for (int iy = y0; iy < y0 + height; iy++) {
        for (int i = 0; i < width; i++) sum += part * x[(size_t)iy * W + x0 + i];
      }
      job->out[(size_t)row * outW + ox] = sum;
    }
  }
}

static void backward_plain(void *context, int begin, int end) {
  const Job *job = context;
  const fk_window window = job->window;
  const float whole = 1.0f / ((float)window.kernel * (float)window.kernel);
  const int H = job->input.h, W = job->input.w, outH = job->output.h, outW = job->output.w;
  for (int plane = begin; plane < end; plane++) {
    const float *g = job->in + (size_t)plane * outH * outW;
    const float *a = job->a ? job->a + (size_t)plane * H * W : NULL;
    float *dx = job->out + (size_t)plane * H * W;
    memset(dx, 0, (size_t)H * W * sizeof(float));
    for (int oy = 0; oy < outH; oy++) {
      int y0, x0;
      const int height = clip(window, oy, H, &y0);
      for (int ox = 0; ox < outW; ox++) {
        const int width = clip(window, ox, W, &x0);
        const float part = share(window, whole, height, width) * g[(size_t)oy * outW + ox];
        for (int iy = y0; iy < y0 + height; iy++) {
          for (int i = 0; i < width; i++) dx[(size_t)iy * W + x0 + i] += part;
        }
      }
    }
    if (!a) continue;
    for (int i = 0; i < H * W; i++) dx[i] = a[i] <= 0 ? 0 : dx[i];
  }
}

void fk_average_pooling(
  fk_map input, fk_map output, fk_window window, const float *x, float *y
) {
  Job job = {input, output, window, x, NULL, y, false};
  const int rows = output.n * planes(output) * output.h;
  fk_parallel(rows, output.block == lanes ? forward_blocked : forward_plain, &job);
}

void fk_average_pooling_gradient(
  fk_map input, fk_map output, fk_window window, const float *g, const float *a, float *dx
) {
  Job job = {input, output, window, g, a, dx, streams(dx, fk_count(input))};
  if (input.block == lanes) {
    fk_parallel(input.n * planes(input) * input.h, backward_blocked, &job);
  } else {
    fk_parallel(input.n * planes(input), backward_plain, &job);
  }
}
