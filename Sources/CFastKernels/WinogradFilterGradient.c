// The gradient of the filters of Winograd's convolution.
//
//     ∂L/∂U = Σ_tiles (Bᵀ·d·B) ⊗ (A·g·Aᵀ)        ∂L/∂filters = Gᵀ·∂L/∂U·G
//
// A few hundred tiles at a time: first the points of their inputs and gradients, tile by tile in
// parallel; then the products, point by point in parallel. So the order of sums doesn't depend on
// the number of threads.

#include "Winograd.h"

typedef struct {
  const fk_winograd *layer;
  const float *g, *x;
  /// The current tiles.
  int first, count;
  /// Points of inputs, P×T×C, and of gradients, P×O/32×T×32; their products' sums, P×C×O.
  float *v, *d, *u;
} Job;

enum { tiles_in_hand = 98, channels_at_once = 8 };

/// How many vectors of outputs from `o` on are computed together: 32 outputs, or the last 16.
FK_INLINE int vectors_at(int O, int o) { return O - o >= 2 * lanes ? 2 : 1; }

/// Transforms the gradients of a tile, with zeros beyond the map's edge.
FK_INLINE void transform_gradient(
  int pairs, fk_map map, const float *plane, TilePlace at, float *points, size_t step
) {
  const int n = points_of(pairs);
  floats half[most_points][tile_outputs];
  for (int j = 0; j < tile_outputs; j++) {
    floats g[tile_outputs], v[most_points];
    FK_UNROLL for (int i = 0; i < tile_outputs; i++) {
      const bool there = at.y + i < map.h && at.x + j < map.w;
      g[i] = there ? FK_LOAD(plane + ((size_t)(at.y + i) * map.w + at.x + j) * lanes) : (floats)0;
    }
    evaluate(pairs, tile_outputs, false, g, v);
    FK_UNROLL for (int i = 0; i < n; i++) half[i][j] = v[i];
  }
  for (int i = 0; i < n; i++) {
    floats v[most_points];
    evaluate(pairs, tile_outputs, false, half[i], v);
    FK_UNROLL for (int j = 0; j < n; j++) FK_STORE(points + (i * n + j) * step, v[j]);
  }
}

/// An item is a current tile.
FK_INLINE void transform(int pairs, const Job *job, int begin, int end) {
  const fk_map input = job->layer->input, output = job->layer->output;
  const int C = filled(input), O = filled(output), T = job->count;
  const Tiles tiles = tiles_of(output);
  for (int t = begin; t < end; t++) {
    const TilePlace at = place_of(tiles, job->first + t);
    for (int c = 0; c < C; c += lanes) {
      const float *plane = job->x + ((size_t)at.n * C + c) * input.h * input.w;
      transform_tile(
        pairs, input, plane, at.y - job->layer->padding, at.x - job->layer->padding,
        job->v + (size_t)t * C + c, (size_t)T * C);
    }
    for (int o = 0; o < O; o += lanes) {
      const float *plane = job->g + ((size_t)at.n * O + o) * output.h * output.w;
      const int pair = o / (2 * lanes) * 2 * lanes, width = vectors_at(O, pair) * lanes;
      transform_gradient(
        pairs, output, plane, at, job->d + (size_t)pair * T + t * width + (o - pair),
        (size_t)T * O);
    }
  }
}

/// u[8 channels][`width` vectors] += Σ_t v[t]·d[t].
FK_INLINE void add_products(
  int width, int count, const float *v, int C, const float *d, float *u, int O
) {
  floats sum[channels_at_once][2];
  FK_UNROLL for (int c = 0; c < channels_at_once; c++) {
    FK_UNROLL for (int w = 0; w < width; w++) sum[c][w] = 0;
  }
  for (int t = 0; t < count; t++) {
    floats row[2];
    FK_UNROLL for (int w = 0; w < width; w++) row[w] = FK_LOAD(d + (t * width + w) * lanes);
    FK_UNROLL for (int c = 0; c < channels_at_once; c++) {
      const floats x = v[(size_t)t * C + c];
      FK_UNROLL for (int w = 0; w < width; w++) sum[c][w] += x * row[w];
    }
  }
  FK_UNROLL for (int c = 0; c < channels_at_once; c++) {
    FK_UNROLL for (int w = 0; w < width; w++) {
      float *at = u + (size_t)c * O + w * lanes;
      FK_STORE(at, FK_LOAD(at) + sum[c][w]);
    }
  }
}

/// An item is a point.
FK_INLINE void add(const Job *job, int begin, int end) {
  const int C = filled(job->layer->input), O = filled(job->layer->output), T = job->count;
  for (int p = begin; p < end; p++) {
    const float *v = job->v + (size_t)p * T * C;
    float *u = job->u + (size_t)p * C * O;
    if (job->first == 0) memset(u, 0, (size_t)C * O * sizeof(float));
    for (int o = 0; o < O; o += 2 * lanes) {
      const float *d = job->d + (size_t)p * T * O + (size_t)o * T;
      for (int c = 0; c < C; c += channels_at_once) {
        if (vectors_at(O, o) == 2) {
          add_products(2, T, v + c, C, d, u + (size_t)c * O + o, O);
        } else {
          add_products(1, T, v + c, C, d, u + (size_t)c * O + o, O);
        }
      }
    }
  }
}

FK_WIDE_BODY(add_tiles, add(job, begin, end))
FK_WIDE_BODY(transform_three, transform(2, job, begin, end))
FK_WIDE_BODY(transform_five, transform(3, job, begin, end))

void fk_winograd_filter_gradient(
  const fk_winograd *layer, const float *g, const float *x, float *filters
) {
  const int C = filled(layer->input), O = filled(layer->output);
  const int n = points_of(pairs_of(layer->kernel));
  const size_t points = (size_t)n * n;
  const int tiles = tiles_of(layer->output).count;
  float *u = fk_scratch(for_bodies, points * C * O + points * tiles_in_hand * (C + O));
  float *v = u + points * C * O;
  Job job = {.layer = layer, .g = g, .x = x, .u = u, .v = v, .d = v + points * tiles_in_hand * C};
  for (job.first = 0; job.first < tiles; job.first += tiles_in_hand) {
    job.count = least(tiles_in_hand, tiles - job.first);
    fk_parallel(job.count, layer->kernel == 5 ? transform_five : transform_three, &job);
    fk_parallel((int)points, add_tiles, &job);
  }
  fk_winograd_restore(layer, u, filters);
}
