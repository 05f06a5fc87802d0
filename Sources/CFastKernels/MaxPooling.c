// The largest of each window.
//
//     y[n, c, oy, ox] = max x[n, c, iy, ix]           ∂L/∂x[n, c, iy, ix] = Σ g[n, c, oy, ox]
//
// forward over the window clipped to the map, backward over the windows that iy, ix wins. Of
// several equal maxima, the first in row-major order wins; NaN wins over every number, and the
// first NaN over the others. The winner of a window is stored as its place ky·K + kx in the window.

#include "Internal.h"

/// The most places of a window that a byte can hold, besides `nobody`.
enum { byte_places = 255 };

/// The winner of a window whose maximum a ReLU set to 0, so no gradient passes; stored as 255 in a
/// byte.
enum { nobody = -1 };

typedef struct {
  fk_map input, output;
  fk_window window;
  const float *in;
  float *out;
  uint8_t *winners;
  // Whether a ReLU follows, and whether results are written with streaming stores.
  bool relu, streaming;
} Job;

size_t fk_max_pooling_winners(fk_map output, fk_window window) {
  // A byte is enough for the places of windows up to 15×15.
  const size_t places = (size_t)window.kernel * window.kernel;
  return fk_count(output) * (places <= byte_places ? 1 : 4);
}

FK_INLINE bool are_bytes(fk_window window) { return window.kernel * window.kernel <= byte_places; }

// One place of a map at a time: 16 channels.

/// The rows (or columns) of the input that output `o` reads.
FK_INLINE void clip(fk_window window, int o, int input, int *low, int *high) {
  const int start = o * window.stride - window.padding;
  *low = greatest(0, start);
  *high = least(input, start + window.kernel);
}

/// A window of one output: its rows and columns of the input, and the offset from iy·K + ix to the
/// place in the window.
typedef struct {
  int y0, y1, x0, x1, origin;
} Reach;

/// Prefetches what the next row of outputs reads first: two rows of two places.
FK_INLINE void prefetch_rows(const float *x, int y, int ix, int W) {
  const float *next = x + ((size_t)y * W + ix) * lanes;
  for (int i = 0; i < 2; i++) {
    for (int j = 0; j < 2; j++) __builtin_prefetch(next + ((size_t)i * W + j) * lanes);
  }
}

/// Finds the maximum of a window of K rows and columns, or with K = 0 of a clipped window.
FK_INLINE void find_winner(
  int K, const float *x, int W, int kernel, Reach reach, floats *best, ints *winner
) {
  const int height = K ? K : reach.y1 - reach.y0, width = K ? K : reach.x1 - reach.x0;
  const float *corner = x + ((size_t)reach.y0 * W + reach.x0) * lanes;
  int place = reach.y0 * kernel + reach.x0 + reach.origin;
  *best = FK_LOAD(corner);
  *winner = place;
  for (int i = 0; i < height; i++, place += kernel) {
    for (int j = 0; j < width; j++) {
      if (i == 0 && j == 0) continue;
      const floats value = FK_LOAD(corner + ((size_t)i * W + j) * lanes);
      const ints wins = ~(value <= *best) & (*best == *best);
      *best = wins ? value : *best;
      *winner = wins ? (ints)(place + j) : *winner;
    }
  }
}

FK_CLONES
static void forward_blocked(void *context, int begin, int end) {
  const Job *job = context;
  const fk_window window = job->window;
  const int kernel = window.kernel, p = window.padding, s = window.stride;
  const int H = job->input.h, W = job->input.w, outH = job->output.h, outW = job->output.w;
  for (int row = begin; row < end; row++) {
    const int oy = row % outH;
    const float *x = job->in + (size_t)(row / outH) * H * W * lanes;
    Reach reach;
    clip(window, oy, H, &reach.y0, &reach.y1);
    for (int ox = 0; ox < outW; ox++) {
      const size_t at = (size_t)row * outW + ox;
      floats best;
      ints winner;
      clip(window, ox, W, &reach.x0, &reach.x1);
      reach.origin = (p - oy * s) * kernel + p - ox * s;
      const bool whole = reach.y1 - reach.y0 == kernel && reach.x1 - reach.x0 == kernel;
      if (s == 2) prefetch_rows(x, reach.y1 + 1, ox * s, W);
      if (whole && kernel == 3) {
        find_winner(3, x, W, 3, reach, &best, &winner);
      } else if (whole && kernel == 2) {
        find_winner(2, x, W, 2, reach, &best, &winner);
      } else {
        find_winner(0, x, W, kernel, reach, &best, &winner);
      }
      if (job->relu) {
        const ints none = best <= 0.0f;
        best = none ? (floats)0.0f : best;
        winner = none ? (ints)nobody : winner;
      }
      FK_STORE(job->out + at * lanes, best);
      if (!job->winners) continue;
      if (are_bytes(window)) {
        *(unaligned_bytes *)(job->winners + at * lanes) = __builtin_convertvector(winner, bytes);
      } else {
        *(unaligned_ints *)(job->winners + at * lanes * 4) = winner;
      }
    }
  }
}

/// The gradient of one row of places, from the windows that contain it: those of `height` rows of
/// outputs, starting at `oy0`.
FK_INLINE void backward_row(const Job *job, size_t plane, int iy, int oy0, int height, float *dx) {
  const fk_window window = job->window;
  const int W = job->input.w, outW = job->output.w, K = window.kernel, s = window.stride;
  const bool narrow = are_bytes(window);
  int ox0;
  for (int ix = 0; ix < W; ix++) {
    const int width = outputs_holding(window, ix, outW, &ox0) - ox0;
    const int place = (iy + window.padding - oy0 * s) * K + ix + window.padding - ox0 * s;
    floats sum = 0;
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        const size_t at = (plane + (size_t)(oy0 + i) * outW + ox0 + j) * lanes;
        ints winner;
        if (narrow) {
          winner = __builtin_convertvector(*(unaligned_bytes *)(job->winners + at), ints);
        } else {
          winner = *(unaligned_ints *)(job->winners + at * 4);
        }
        const floats more = sum + FK_LOAD(job->in + at);
        sum = winner == place - (i * K + j) * s ? more : sum;
      }
    }
    FK_STREAM(job->streaming, dx + (size_t)ix * lanes, sum);
  }
}

/// The same for the paper's windows, kernel 3 and stride 2. Each window is read once: its first
/// place is also the last place of the previous window.
FK_INLINE void backward_row_overlapping(
  const Job *job, size_t plane, int iy, int oy0, int height, float *dx
) {
  const int W = job->input.w, outW = job->output.w, padding = job->window.padding;
  floats last = 0;
  int ix = -padding;
  for (int ox = 0; ox < outW; ox++, ix += 2) {
    floats first = last, middle = 0;
    last = 0;
    for (int i = 0; i < height; i++) {
      const size_t at = (plane + (size_t)(oy0 + i) * outW + ox) * lanes;
      const int place = (iy + padding - (oy0 + i) * 2) * 3;
      const floats g = FK_LOAD(job->in + at);
      const ints winner =
        __builtin_convertvector(*(unaligned_bytes *)(job->winners + at), ints) - place;
      first = winner == 0 ? first + g : first;
      middle = winner == 1 ? middle + g : middle;
      last = winner == 2 ? last + g : last;
    }
    if (ix >= 0) FK_STREAM(job->streaming, dx + (size_t)ix * lanes, first);
    if (ix >= -1 && ix + 1 < W) FK_STREAM(job->streaming, dx + (size_t)(ix + 1) * lanes, middle);
  }
  for (; ix < W; ix++) {
    FK_STREAM(job->streaming, dx + (size_t)ix * lanes, last);
    last = 0;
  }
}

FK_CLONES
static void backward_blocked(void *context, int begin, int end) {
  const Job *job = context;
  const int H = job->input.h, outH = job->output.h;
  const bool overlapping = job->window.kernel == 3 && job->window.stride == 2;
  for (int row = begin; row < end; row++) {
    const int iy = row % H;
    const size_t plane = (size_t)(row / H) * outH * job->output.w;
    float *dx = job->out + (size_t)row * job->input.w * lanes;
    int oy0;
    const int height = outputs_holding(job->window, iy, outH, &oy0) - oy0;
    if (overlapping && height == 1) {
      backward_row_overlapping(job, plane, iy, oy0, 1, dx);
    } else if (overlapping && height == 2) {
      backward_row_overlapping(job, plane, iy, oy0, 2, dx);
    } else {
      backward_row(job, plane, iy, oy0, height, dx);
    }
  }
  end_streaming();
}

// One channel at a time.

FK_INLINE int winner_at(const Job *job, size_t at) {
  if (are_bytes(job->window)) return job->winners[at];
  int32_t winner;
  memcpy(&winner, job->winners + at * 4, sizeof winner);
  return winner;
}

FK_INLINE void set_winner(const Job *job, size_t at, int32_t winner) {
  if (!job->winners) return;
  if (are_bytes(job->window)) {
    job->winners[at] = (uint8_t)winner;
  } else {
    memcpy(job->winners + at * 4, &winner, sizeof winner);
  }
}

static void forward_plain(void *context, int begin, int end) {
  const Job *job = context;
  const fk_window window = job->window;
  const int H = job->input.h, W = job->input.w, outH = job->output.h, outW = job->output.w;
  for (int row = begin; row < end; row++) {
    const int oy = row % outH;
    const float *x = job->in + (size_t)(row / outH) * H * W;
    int y0, y1, x0, x1;
    clip(window, oy, H, &y0, &y1);
    for (int ox = 0; ox < outW; ox++) {
      const size_t at = (size_t)row * outW + ox;
      clip(window, ox, W, &x0, &x1);
      float best = x[(size_t)y0 * W + x0];
      int winner = y0 * W + x0;
      for (int iy = y0; iy < y1; iy++) {
        for (int ix = x0; ix < x1; ix++) {
          const float value = x[(size_t)iy * W + ix];
          const bool wins = !(value <= best) & (best == best);
          best = wins ? value : best;
          winner = wins ? iy * W + ix : winner;
        }
      }
      const int ky = winner / W + window.padding - oy * window.stride;
      const int kx = winner % W + window.padding - ox * window.stride;
      const bool none = job->relu && best <= 0;
      job->out[at] = none ? 0 : best;
      set_winner(job, at, none ? nobody : ky * window.kernel + kx);
    }
  }
}

static void backward_plain(void *context, int begin, int end) {
  const Job *job = context;
  const fk_window window = job->window;
  const int H = job->input.h, W = job->input.w, outH = job->output.h, outW = job->output.w;
  for (int plane = begin; plane < end; plane++) {
    float *dx = job->out + (size_t)plane * H * W;
    memset(dx, 0, (size_t)H * W * sizeof(float));
    for (int oy = 0; oy < outH; oy++) {
      for (int ox = 0; ox < outW; ox++) {
        const size_t at = ((size_t)plane * outH + oy) * outW + ox;
        const int winner = winner_at(job, at);
        const int iy = oy * window.stride - window.padding + winner / window.kernel;
        const int ix = ox * window.stride - window.padding + winner % window.kernel;
        // `nobody` is below 0 or, as a byte, beyond the window.
        const bool won = winner >= 0 && winner < window.kernel * window.kernel;
        if (won) dx[(size_t)iy * W + ix] += job->in[at];
      }
    }
  }
}

void fk_max_pooling(
  fk_map input, fk_map output, fk_window window, const float *x, bool relu, float *y, void *winners
) {
  Job job = {input, output, window, x, y, winners, relu, false};
  const int rows = output.n * planes(output) * output.h;
  fk_parallel(rows, output.block == lanes ? forward_blocked : forward_plain, &job);
}

void fk_max_pooling_gradient(
  fk_map input, fk_map output, fk_window window, const float *g, const void *winners, float *dx
) {
  const bool streaming = streams(dx, fk_count(input));
  Job job = {input, output, window, g, dx, (uint8_t *)(uintptr_t)winners, false, streaming};
  if (input.block == lanes) {
    fk_parallel(input.n * planes(input) * input.h, backward_blocked, &job);
  } else {
    fk_parallel(input.n * planes(input), backward_plain, &job);
  }
}
