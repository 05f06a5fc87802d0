// A convolution in which every output position has its own filters and biases:
//
//     y[n, o, p] = b[p, o] + Σ w[p, o, c, t] · x[n, c, q]
//
// over the channels c and the taps t of position p that are on the map, at input place q. The 16
// lanes of a vector are outputs; the innermost loop multiplies a row of 16 weights by one input of
// each of several elements of the batch, whose sums stay in registers.

#include "LocallyConnected.h"

/// How many elements of the batch are computed at once: as many as fit into the registers of AVX2
/// and NEON with 16 lanes each.
enum { batch = 6 };

typedef struct {
  const fk_local *layer;
  const float *x, *weights, *biases, *g, *a;
  float *out, *out_biases;
  bool flag;
} Job;

/// Adds the products of `count` rows of weights and the inputs that start at `x`, `stride` floats
/// apart for each of B elements of the batch.
FK_INLINE void add_products(
  int B, const float *rows, int count, const float *x, size_t stride, floats *sums
) {
  for (int c = 0; c < count; c++) {
    const floats row = FK_LOAD(rows + (size_t)c * lanes);
    for (int i = 0; i < B; i++) sums[i] += row * x[i * stride + c];
  }
}

// Forward: an item is a position and a block of outputs.

FK_INLINE void forward_batch(int B, const Job *job, int item, int n) {
  const fk_local *layer = job->layer;
  const fk_window window = layer->window;
  const int H = layer->input.h, W = layer->input.w, C = layer->input.c;
  const int blocks = output_blocks(layer), position = item / blocks, block = item % blocks;
  const int oy = position / layer->output.w, ox = position % layer->output.w;
  const size_t plane = (size_t)H * W * lanes, stride = plane * input_blocks(layer);
  int ky0, kx0;
  const int ky1 = taps_on_map(window, oy, H, &ky0), kx1 = taps_on_map(window, ox, W, &kx0);
  const float *x = job->x + (size_t)n * stride;
  floats sums[batch];
  for (int i = 0; i < B; i++) sums[i] = FK_LOAD(job->biases + (size_t)item * lanes);
  for (int ky = ky0; ky < ky1; ky++) {
    for (int kx = kx0; kx < kx1; kx++) {
      const int iy = oy * window.stride - window.padding + ky;
      const int ix = ox * window.stride - window.padding + kx;
      const int tap = ky * window.kernel + kx;
      const float *rows = job->weights + packed_row(layer, position, block, tap);
      for (int c = 0; c < C; c += lanes) {
        add_products(
          B, rows + (size_t)c * lanes, least(lanes, C - c),
          x + (size_t)c / lanes * plane + ((size_t)iy * W + ix) * lanes, stride, sums);
      }
    }
  }
  for (int i = 0; i < B; i++) {
    const size_t at = ((size_t)(n + i) * blocks + block) * positions(layer) + position;
    if (job->flag) sums[i] = sums[i] <= 0.0f ? (floats)0.0f : sums[i];
    FK_STORE(job->out + at * lanes, sums[i]);
  }
}

FK_CLONES
static void forward(void *context, int begin, int end) {
  const Job *job = context;
  for (int item = begin; item < end; item++) {
    int n = 0;
    for (; n + batch <= job->layer->input.n; n += batch) forward_batch(batch, job, item, n);
    for (; n + 2 <= job->layer->input.n; n += 2) forward_batch(2, job, item, n);
    for (; n < job->layer->input.n; n++) forward_batch(1, job, item, n);
  }
}

// Backward to the input: an item is a place of the map and a block of its channels.
//
//     ∂L/∂x[n, c, q] = Σ g[n, o, p] · w[p, o, c, t]        over o and every p whose tap t reads q

FK_INLINE void backward_batch(int B, const Job *job, int item, int n) {
  const fk_local *layer = job->layer;
  const fk_window window = layer->window;
  const int W = layer->input.w, O = layer->output.c, outW = layer->output.w;
  const int blocks = input_blocks(layer), place = item / blocks, block = item % blocks;
  const int iy = place / W, ix = place % W, places = layer->input.h * W;
  const size_t plane = (size_t)positions(layer) * lanes, stride = plane * output_blocks(layer);
  int oy0, ox0;
  const int oy1 = outputs_holding(window, iy, layer->output.h, &oy0);
  const int ox1 = outputs_holding(window, ix, outW, &ox0);
  const float *g = job->g + (size_t)n * stride;
  floats sums[batch];
  for (int i = 0; i < B; i++) sums[i] = 0;
  for (int oy = oy0; oy < oy1; oy++) {
    for (int ox = ox0; ox < ox1; ox++) {
      const int ky = iy + window.padding - oy * window.stride;
      const int kx = ix + window.padding - ox * window.stride;
      const int position = oy * outW + ox, tap = ky * window.kernel + kx;
      const float *rows = job->weights + turned_row(layer, position, block, tap);
      for (int o = 0; o < O; o += lanes) {
        add_products(
          B, rows + (size_t)o * lanes, least(lanes, O - o),
          g + (size_t)o / lanes * plane + (size_t)position * lanes, stride, sums);
      }
    }
  }
  for (int i = 0; i < B; i++) {
    const size_t at = (((size_t)(n + i) * blocks + block) * places + place) * lanes;
    if (job->a) sums[i] = FK_LOAD(job->a + at) <= 0.0f ? (floats)0.0f : sums[i];
    FK_STORE(job->out + at, sums[i]);
  }
}

FK_CLONES
static void backward(void *context, int begin, int end) {
  const Job *job = context;
  for (int item = begin; item < end; item++) {
    int n = 0;
    for (; n + batch <= job->layer->input.n; n += batch) backward_batch(batch, job, item, n);
    for (; n + 2 <= job->layer->input.n; n += 2) backward_batch(2, job, item, n);
    for (; n < job->layer->input.n; n++) backward_batch(1, job, item, n);
  }
}

// Backward to the weights: an item is a position and a block of outputs.
//
//     ∂L/∂w[p, o, c, t] = Σ g[n, o, p] · x[n, c, q]        ∂L/∂b[p, o] = Σ g[n, o, p]

/// The gradient of the weights of eight channels, whose inputs start at `x`.
enum { channels_at_once = 8 };

FK_INLINE void weights_gradient(
  const Job *job, const float *x, const float *g, size_t x_stride, size_t g_stride, int count,
  float *dw
) {
  floats sums[channels_at_once];
  for (int c = 0; c < channels_at_once; c++) sums[c] = 0;
  for (int n = 0; n < job->layer->input.n; n++) {
    const floats gradient = FK_LOAD(g + n * g_stride);
    for (int c = 0; c < channels_at_once; c++) sums[c] += gradient * x[n * x_stride + c];
  }
  for (int c = 0; c < channels_at_once && c < count; c++) {
    if (job->flag) sums[c] += FK_LOAD(dw + c * lanes);
    FK_STORE(dw + c * lanes, sums[c]);
  }
}

FK_CLONES
static void backward_parameters(void *context, int begin, int end) {
  const Job *job = context;
  const fk_local *layer = job->layer;
  const fk_window window = layer->window;
  const int H = layer->input.h, W = layer->input.w, C = layer->input.c;
  const int blocks = output_blocks(layer), K = window.kernel;
  const size_t plane = (size_t)H * W * lanes, x_stride = plane * input_blocks(layer);
  const size_t g_stride = (size_t)positions(layer) * blocks * lanes;
  for (int item = begin; item < end; item++) {
    const int position = item / blocks, block = item % blocks;
    const int oy = position / layer->output.w, ox = position % layer->output.w;
    const float *g = job->g + ((size_t)block * positions(layer) + position) * lanes;
    int ky0, kx0;
    const int ky1 = taps_on_map(window, oy, H, &ky0), kx1 = taps_on_map(window, ox, W, &kx0);
    for (int tap = 0; tap < K * K; tap++) {
      const int ky = tap / K, kx = tap % K;
      float *dw = job->out + packed_row(layer, position, block, tap);
      if (ky < ky0 || ky >= ky1 || kx < kx0 || kx >= kx1) {
        if (!job->flag) memset(dw, 0, (size_t)C * lanes * sizeof(float));
        continue;
      }
      const int iy = oy * window.stride - window.padding + ky;
      const int ix = ox * window.stride - window.padding + kx;
      const float *x = job->x + ((size_t)iy * W + ix) * lanes;
      for (int c = 0; c < C; c += channels_at_once) {
        weights_gradient(
          job, x + (size_t)(c / lanes) * plane + c % lanes, g, x_stride, g_stride, C - c,
          dw + (size_t)c * lanes);
      }
    }
    float *db = job->out_biases + (size_t)item * lanes;
    floats sum = job->flag ? FK_LOAD(db) : (floats)0.0f;
    for (int n = 0; n < layer->input.n; n++) sum += FK_LOAD(g + n * g_stride);
    FK_STORE(db, sum);
  }
}

// The kernels work on block 16. Maps of block 1 are copied into that layout, and results back.

FK_INLINE fk_map blocked(fk_map map) {
  map.block = lanes;
  return map;
}

/// Memory for the blocked copies of the layer's plain maps.
static float *copies(const fk_local *layer) {
  size_t count = 0;
  if (layer->input.block == 1) count += fk_count(blocked(layer->input));
  if (layer->output.block == 1) count += fk_count(blocked(layer->output));
  return count ? fk_scratch(for_bodies, count) : NULL;
}

/// The map's floats in block 16: in place, or copied to `*memory`, which advances.
static const float *take(fk_map map, const float *values, float **memory) {
  if (map.block == lanes) return values;
  float *copy = *memory;
  *memory += fk_count(blocked(map));
  fk_reorder(map, lanes, values, copy);
  return copy;
}

void fk_local_forward(
  const fk_local *layer, const float *x, const float *weights, const float *biases, bool relu,
  float *y
) {
  float *memory = copies(layer);
  Job job = {.layer = layer, .weights = weights, .biases = biases, .flag = relu};
  job.x = take(layer->input, x, &memory);
  job.out = layer->output.block == lanes ? y : memory;
  fk_parallel(positions(layer) * output_blocks(layer), forward, &job);
  if (job.out != y) fk_reorder(blocked(layer->output), 1, job.out, y);
}

void fk_local_gradient(
  const fk_local *layer, const float *g, const float *turned, const float *a, float *dx
) {
  const int places = layer->input.h * layer->input.w;
  float *memory = copies(layer);
  Job job = {.layer = layer, .weights = turned};
  job.g = take(layer->output, g, &memory);
  job.a = layer->input.block == lanes ? a : NULL;
  job.out = layer->input.block == lanes ? dx : memory;
  fk_parallel(places * input_blocks(layer), backward, &job);
  if (job.out == dx) return;
  fk_reorder(blocked(layer->input), 1, job.out, dx);
  if (a) fk_relu_gradient(fk_count(layer->input), dx, a, dx);
}

void fk_local_parameter_gradients(
  const fk_local *layer, const float *g, const float *x, bool accumulate, float *dw, float *db
) {
  float *memory = copies(layer);
  Job job = {.layer = layer, .out = dw, .out_biases = db, .flag = accumulate};
  job.x = take(layer->input, x, &memory);
  job.g = take(layer->output, g, &memory);
  fk_parallel(positions(layer) * output_blocks(layer), backward_parameters, &job);
}
