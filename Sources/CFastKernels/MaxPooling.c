// The largest of each window.
//
//     y[n, c, oy, ox] = max x[n, c, iy, ix]           ∂L/∂x[n, c, iy, ix] = Σ g[n, c, oy, ox]
//
// forward over the window clipped to the map, backward over the windows that iy, ix wins. Of equal
// maxima the first in row-major order wins; a NaN beats every number, and the first NaN the others.
// The winner of a window is kept as its place ky·K + kx in the window.

#include "Internal.h"

/// The most places of a window that a byte can tell apart, and from `nobody`.
enum { byte_places = 255 };

/// The winner of a window whose maximum a ReLU made 0, so that no gradient passes: as a byte 255.
enum { nobody = -1 };

typedef struct {
  fk_map input, output;
  fk_window window;
  const float *in;
  float *out;
  uint8_t *winners;
  bool relu;
} Job;

size_t fk_max_pooling_winners(fk_map output, fk_window window) {
  // A byte tells the places of windows up to 15×15.
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

FK_CLONES
static void forward_blocked(void *context, int begin, int end) {
  const Job *job = context;
  const fk_window window = job->window;
  const int H = job->input.h, W = job->input.w, outH = job->output.h, outW = job->output.w;
  for (int row = begin; row < end; row++) {
    const int oy = row % outH;
    const float *x = job->in + (size_t)(row / outH) * H * W * lanes;
    int y0, y1, x0, x1;
    clip(window, oy, H, &y0, &y1);
    for (int ox = 0; ox < outW; ox++) {
      const size_t at = (size_t)row * outW + ox;
      clip(window, ox, W, &x0, &x1);
      floats best = FK_LOAD(x + ((size_t)y0 * W + x0) * lanes);
      const int origin = (window.padding - oy * window.stride) * window.kernel + window.padding -
                         ox * window.stride;
      ints winner = y0 * window.kernel + x0 + origin;
      for (int iy = y0; iy < y1; iy++) {
        for (int ix = x0; ix < x1; ix++) {
          const floats value = FK_LOAD(x + ((size_t)iy * W + ix) * lanes);
          const ints wins = ~(value <= best) & (best == best);
          best = wins ? value : best;
          winner = wins ? (ints)(iy * window.kernel + ix + origin) : winner;
        }
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

FK_CLONES
static void backward_blocked(void *context, int begin, int end) {
  const Job *job = context;
  const fk_window window = job->window;
  const int H = job->input.h, W = job->input.w, outH = job->output.h, outW = job->output.w;
  for (int row = begin; row < end; row++) {
    const int iy = row % H;
    const size_t plane = (size_t)(row / H) * outH * outW;
    int oy0, ox0;
    const int oy1 = outputs_holding(window, iy, outH, &oy0);
    for (int ix = 0; ix < W; ix++) {
      const int ox1 = outputs_holding(window, ix, outW, &ox0);
      floats sum = 0;
      for (int oy = oy0; oy < oy1; oy++) {
        const int ky = iy + window.padding - oy * window.stride;
        for (int ox = ox0; ox < ox1; ox++) {
          const int place = ky * window.kernel + ix + window.padding - ox * window.stride;
          const size_t at = (plane + (size_t)oy * outW + ox) * lanes;
          ints winner;
          if (are_bytes(window)) {
            winner = __builtin_convertvector(*(unaligned_bytes *)(job->winners + at), ints);
          } else {
            winner = *(unaligned_ints *)(job->winners + at * 4);
          }
          const floats more = sum + FK_LOAD(job->in + at);
          sum = winner == place ? more : sum;
        }
      }
      FK_STORE(job->out + ((size_t)row * W + ix) * lanes, sum);
    }
  }
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
        // Nobody is below 0, or as a byte beyond the window.
        if (winner >= 0 && winner < window.kernel * window.kernel) dx[(size_t)iy * W + ix] += job->in[at];
      }
    }
  }
}

void fk_max_pooling(
  fk_map input, fk_map output, fk_window window, const float *x, bool relu, float *y, void *winners
) {
  Job job = {input, output, window, x, y, winners, relu};
  const int rows = output.n * planes(output) * output.h;
  fk_parallel(rows, output.block == lanes ? forward_blocked : forward_plain, &job);
}

void fk_max_pooling_gradient(
  fk_map input, fk_map output, fk_window window, const float *g, const void *winners, float *dx
) {
  Job job = {input, output, window, g, dx, (uint8_t *)(uintptr_t)winners, false};
  if (input.block == lanes) {
    fk_parallel(input.n * planes(input) * input.h, backward_blocked, &job);
  } else {
    fk_parallel(input.n * planes(input), backward_plain, &job);
  }
}
