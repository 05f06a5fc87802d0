// The gradient of the filters of Winograd's convolution.
//
//     ∂L/∂U = Σ_tiles (Bᵀ·d·B) ⊗ (A·g·Aᵀ)        ∂L/∂filters = Gᵀ·∂L/∂U·G
//
// A bundle of tiles at a time: first the points of their inputs and gradients, tile by tile in
// parallel; then the products, point by point in parallel, so the order of sums doesn't depend
// on the number of threads. A product has C rows, 32 channels of outputs as its columns and 112
// of the bundle's tiles as its depth. Both factors are stored as panels, so that they are read
// one line after another: all tiles of 16 channels, or of 32 outputs. (Rows of all channels,
// with 256 or 384 of them, are a multiple of 512 bytes apart, so those of 112 tiles would share
// a few sets of the nearest cache.) A panel of outputs stays in that cache while those of the
// channels pass by; 8 rows of 32 sums stay in registers, or 6, 5 and 5 rows of 16 with smaller
// ones, and are added to the sums of earlier tiles. Since those take tens of megabytes and are
// read and written once for each bundle, bundles are as large as they get.

#include "WinogradTiles.h"

typedef struct {
  const fk_winograd *layer;
  const float *g, *x;
  /// The current tiles.
  int first;
  Bundle tiles;
  /// Points of inputs, P×C/16×T×16, and of gradients, P×O/32×T×32; their products' sums, P×C×O.
  float *v, *d, *u;
} Job;

/// Sums of more tiles are split, for the sake of their rounding errors.
enum { most_channels_at_once = 8, tiles_in_a_sum = 112 };

/// How many vectors of outputs from `o` on are computed together: 32 outputs, or the last 16.
FK_INLINE int vectors_at(int O, int o) { return O - o >= 2 * lanes ? 2 : 1; }

/// Transforms the gradients of a tile, with zeros beyond the map's edge and for outputs that belong
/// to the tile before.
FK_INLINE void transform_gradient(
  int pairs, fk_map map, const float *plane, TilePlace at, float *points, size_t step
) {
  const int n = points_of(pairs);
  floats half[most_points][tile_outputs];
  for (int j = 0; j < tile_outputs; j++) {
    floats g[tile_outputs], v[most_points];
    FK_UNROLL for (int i = 0; i < tile_outputs; i++) {
      const bool there =
        i >= at.cuts_row && at.y + i < map.h && j >= at.cuts_column && at.x + j < map.w;
      g[i] = there ? FK_LOAD(plane + ((ptrdiff_t)(at.y + i) * map.w + at.x + j) * lanes) : (floats)0;
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
  const int C = filled(input), O = filled(output), T = job->tiles.count;
  for (int c = 0; c < C; c += lanes) {
    for (int t = begin; t < end; t++) {
      const TilePlace at = job->tiles.at[t];
      const float *plane = job->x + ((size_t)at.n * C + c) * input.h * input.w;
      transform_tile(
        pairs, input, plane, at.y - job->layer->padding, at.x - job->layer->padding,
        job->v + ((size_t)c * T + t * lanes), point_step(T * C));
    }
  }
  for (int o = 0; o < O; o += lanes) {
    const int pair = o / (2 * lanes) * 2 * lanes, width = vectors_at(O, pair) * lanes;
    for (int t = begin; t < end; t++) {
      const TilePlace at = job->tiles.at[t];
      const float *plane = job->g + ((size_t)at.n * O + o) * output.h * output.w;
      transform_gradient(
        pairs, output, plane, at, job->d + (size_t)pair * T + t * width + (o - pair),
        point_step(T * O));
    }
  }
}

/// u[`channels`][`vectors`] += Σ_t v[t]·d[t], where a row of v has one vector and a row of d `width`.
FK_INLINE void add_products(
  int channels, int vectors, int width, int count, const float *v, const float *d, float *u, int O
) {
  floats sum[most_channels_at_once][2];
  FK_UNROLL for (int c = 0; c < channels; c++) {
    FK_UNROLL for (int w = 0; w < vectors; w++) sum[c][w] = 0;
    __builtin_prefetch(u + (size_t)c * O);
  }
  for (int t = 0; t < count; t++) {
    floats row[2];
    FK_UNROLL for (int w = 0; w < vectors; w++) row[w] = FK_LOAD(d + (t * width + w) * lanes);
    FK_UNROLL for (int c = 0; c < channels; c++) {
      const floats x = v[t * lanes + c];
      FK_UNROLL for (int w = 0; w < vectors; w++) sum[c][w] += x * row[w];
    }
  }
  FK_UNROLL for (int c = 0; c < channels; c++) {
    FK_UNROLL for (int w = 0; w < vectors; w++) {
      float *at = u + (size_t)c * O + w * lanes;
      FK_STORE(at, FK_LOAD(at) + sum[c][w]);
    }
  }
}

/// The same for all 16 channels of a panel and 32 outputs (or the last 16).
FK_INLINE void add_block(
  bool wide, int width, int count, const float *v, const float *d, float *u, int O
) {
  if (wide && width == 2) {
    for (int c = 0; c < lanes; c += 8) add_products(8, 2, 2, count, v + c, d, u + (size_t)c * O, O);
    return;
  }
  for (int w = 0; w < width; w++) {
    const float *row = d + w * lanes;
    float *sums = u + w * lanes;
    add_products(6, 1, width, count, v, row, sums, O);
    add_products(5, 1, width, count, v + 6, row, sums + (size_t)6 * O, O);
    add_products(5, 1, width, count, v + 11, row, sums + (size_t)11 * O, O);
  }
}

/// An item is a point. Neighbouring items are points of different rows and columns, because those in
/// the first row and column have fewer tiles.
FK_INLINE void add(int pairs, bool wide, const Job *job, int begin, int end) {
  const int C = filled(job->layer->input), O = filled(job->layer->output), T = job->tiles.count;
  const int n = points_of(pairs);
  for (int i = begin; i < end; i++) {
    const int p = i * 7 % (n * n);
    int count;
    const int first = tiles_at(&job->tiles, p / n, p % n, &count);
    const float *v = job->v + p * point_step(T * C) + first * lanes;
    float *u = job->u + (size_t)p * C * O;
    if (job->first == 0) memset(u, 0, (size_t)C * O * sizeof(float));
    for (int o = 0; o < O; o += 2 * lanes) {
      const int width = vectors_at(O, o);
      const float *d = job->d + p * point_step(T * O) + (size_t)o * T + first * width * lanes;
      for (int t = 0; t < count; t += tiles_in_a_sum) {
        const int terms = least(tiles_in_a_sum, count - t);
        for (int c = 0; c < C; c += lanes) {
          add_block(
            wide, width, terms, v + (size_t)c * T + t * lanes, d + t * width * lanes,
            u + (size_t)c * O + o, O);
        }
      }
    }
  }
}

FK_WIDE_BODY(add_three, add(2, wide, job, begin, end))
FK_WIDE_BODY(add_five, add(3, wide, job, begin, end))
FK_WIDE_BODY(transform_three, transform(2, job, begin, end))
FK_WIDE_BODY(transform_five, transform(3, job, begin, end))

void fk_winograd_filter_gradient(
  const fk_winograd *layer, const float *g, const float *x, float *filters
) {
  const int C = filled(layer->input), O = filled(layer->output);
  const int n = points_of(pairs_of(layer->kernel));
  const size_t points = (size_t)n * n;
  const Tiles all = tiles_of(layer->output);
  const size_t room = points * point_step(most_tiles * C);
  float *u = fk_scratch(for_bodies, points * C * O + room + points * point_step(most_tiles * O));
  float *v = u + points * C * O;
  Job job = {.layer = layer, .g = g, .x = x, .u = u, .v = v, .d = v + room};
  for (job.first = 0; job.first < all.count; job.first += most_tiles) {
    collect(all, job.first, least(most_tiles, all.count - job.first), &job.tiles);
    fk_parallel(job.tiles.count, layer->kernel == 5 ? transform_five : transform_three, &job);
    fk_parallel((int)points, layer->kernel == 5 ? add_five : add_three, &job);
  }
  fk_winograd_restore(layer, u, filters);
}
