// Winograd's convolution of maps: forward, and backward to its input, which is the same with
// rotated filters.
//
// A thread processes a bundle of tiles at a time: it computes the points of their inputs and then,
// for 32 channels of outputs at a time, the products and the output tiles. A product, one for each
// point, has the tiles as its rows, C as its depth and those 32 channels as its columns; 7 rows of
// 32 sums stay in registers, or 6 of 16 with smaller registers. 56 tiles (8 times 7), or 48, keep everything
// except the filters in the caches, and are enough that reading the filters' points, tens of megabytes,
// takes less time than using them.

#include "WinogradTiles.h"

typedef struct {
  fk_map from, to;
  int padding;
  const float *points, *bias, *x;
  /// The output of a ReLU, in the layout of y: where it is 0, y is 0 too.
  const float *mask;
  bool relu;
  float *y;
} Job;

enum { most_tiles_at_once = 56, most_rows_at_once = 7 };

/// M ← V·U for `rows` tiles and `vectors` vectors of outputs: V has a row of `depth` for each tile, U
/// one of `width` vectors for each channel.
FK_INLINE void multiply_rows(
  int rows, int vectors, int width, int depth, const float *v, const float *u, float *m
) {
  floats sum[most_rows_at_once][2];
  FK_UNROLL for (int r = 0; r < rows; r++) {
    FK_UNROLL for (int w = 0; w < vectors; w++) sum[r][w] = 0;
  }
  for (int c = 0; c < depth; c++) {
    floats row[2];
    FK_UNROLL for (int w = 0; w < vectors; w++) row[w] = FK_LOAD(u + (c * width + w) * lanes);
    FK_UNROLL for (int r = 0; r < rows; r++) {
      const floats x = v[(size_t)r * depth + c];
      FK_UNROLL for (int w = 0; w < vectors; w++) sum[r][w] += x * row[w];
    }
  }
  FK_UNROLL for (int r = 0; r < rows; r++) {
    FK_UNROLL for (int w = 0; w < vectors; w++) FK_STORE(m + (r * width + w) * lanes, sum[r][w]);
  }
}

/// The same for any number of tiles.
FK_INLINE void multiply_tiles(
  bool wide, int rows, int vectors, int width, int depth, const float *v, const float *u, float *m
) {
  const int rows_at_once = wide ? most_rows_at_once : 6;
  for (; rows >= rows_at_once; rows -= rows_at_once) {
    multiply_rows(rows_at_once, vectors, width, depth, v, u, m);
    v += (size_t)rows_at_once * depth;
    m += rows_at_once * width * lanes;
  }
  switch (rows) {
  case 6: multiply_rows(6, vectors, width, depth, v, u, m); break;
  case 5: multiply_rows(5, vectors, width, depth, v, u, m); break;
  case 4: multiply_rows(4, vectors, width, depth, v, u, m); break;
  case 3: multiply_rows(3, vectors, width, depth, v, u, m); break;
  case 2: multiply_rows(2, vectors, width, depth, v, u, m); break;
  case 1: multiply_rows(1, vectors, width, depth, v, u, m); break;
  default: break;
  }
}

/// The same for all of the `width` vectors.
FK_INLINE void multiply(
  bool wide, int rows, int width, int depth, const float *v, const float *u, float *m
) {
  const int vectors = wide ? width : 1;
  FK_UNROLL for (int w = 0; w < width; w += vectors) {
    multiply_tiles(wide, rows, vectors, width, depth, v, u + w * lanes, m + w * lanes);
  }
}

/// The outputs of a tile for 16 channels: Aᵀ·m·A + b.
FK_INLINE void store_tile(
  int pairs, const Job *job, TilePlace at, int block, const float *points, size_t step
) {
  const int n = points_of(pairs), w = job->to.w;
  floats half[tile_outputs][most_points];
  for (int j = 0; j < n; j++) {
    floats m[most_points], y[tile_outputs];
    FK_UNROLL for (int i = 0; i < n; i++) m[i] = FK_LOAD(points + (i * n + j) * step);
    gather(pairs, tile_outputs, false, m, y);
    FK_UNROLL for (int i = 0; i < tile_outputs; i++) half[i][j] = y[i];
  }
  floats bias = 0;
  if (job->bias) {
    const int count = least(lanes, job->to.c - block * lanes);
    for (int i = 0; i < count; i++) bias[i] = job->bias[block * lanes + i];
  }
  const ptrdiff_t plane = ((ptrdiff_t)at.n * planes(job->to) + block) * plane_floats(job->to);
  const int columns = least(tile_outputs, w - at.x);
  for (int i = at.cuts_row; i < least(tile_outputs, job->to.h - at.y); i++) {
    floats y[tile_outputs];
    gather(pairs, tile_outputs, false, half[i], y);
    const ptrdiff_t row = plane + ((ptrdiff_t)(at.y + i) * w + at.x) * lanes;
    for (int j = at.cuts_column; j < columns; j++) {
      floats value = y[j] + bias;
      if (job->relu) value = value <= 0 ? (floats)0 : value;
      if (job->mask) value = FK_LOAD(job->mask + row + j * lanes) <= 0 ? (floats)0 : value;
      FK_STORE(job->y + row + j * lanes, value);
    }
  }
}

/// `width` blocks of outputs starting at `block`, of tiles whose inputs' points are in `v`.
FK_INLINE void outputs(
  int pairs, bool wide, int width, const Job *job, const Bundle *bundle, int block, const float *v, float *m
) {
  const int C = filled(job->from), n = points_of(pairs);
  const size_t step_of_products = point_step(bundle->count * width * lanes);
  size_t step;
  const float *u = job->points + winograd_row(pairs, C, filled(job->to), block * lanes, 0, &step);
  for (int p = 0; p < n * n; p++) {
    int count;
    const int first = tiles_at(bundle, p / n, p % n, &count);
    multiply(
      wide, count, width, C, v + p * point_step(bundle->count * C) + (size_t)first * C, u + p * step,
      m + p * step_of_products + first * width * lanes);
  }
  for (int t = 0; t < bundle->count; t++) {
    for (int w = 0; w < width; w++) {
      store_tile(
        pairs, job, bundle->at[t], block + w, m + (t * width + w) * lanes,
        step_of_products);
    }
  }
}

/// An item is a tile.
FK_INLINE void convolve(int pairs, bool wide, const Job *job, int begin, int end) {
  const int tiles_at_once = wide ? most_tiles_at_once : 48;
  const int C = filled(job->from), blocks = planes(job->to);
  const size_t points = (size_t)points_of(pairs) * points_of(pairs);
  const Tiles tiles = tiles_of(job->to);
  const size_t room = points * point_step(tiles_at_once * C);
  float *v = fk_scratch(in_body, room + points * point_step(tiles_at_once * 2 * lanes));
  float *m = v + room;
  Bundle bundle;
  for (int first = begin; first < end; first += tiles_at_once) {
    collect(tiles, first, least(tiles_at_once, end - first), &bundle);
    for (int t = 0; t < bundle.count; t++) {
      const TilePlace at = bundle.at[t];
      for (int block = 0; block < C / lanes; block++) {
        const float *plane =
          job->x + ((size_t)at.n * (C / lanes) + block) * plane_floats(job->from);
        transform_tile(
          pairs, job->from, plane, at.y - job->padding, at.x - job->padding,
          v + (size_t)t * C + block * lanes, point_step(bundle.count * C));
      }
    }
    int block = 0;
    for (; block + 2 <= blocks; block += 2) outputs(pairs, wide, 2, job, &bundle, block, v, m);
    if (block < blocks) outputs(pairs, wide, 1, job, &bundle, block, v, m);
  }
}

FK_WIDE_BODY(convolve_three, convolve(2, wide, job, begin, end))
FK_WIDE_BODY(convolve_five, convolve(3, wide, job, begin, end))

static void run(const fk_winograd *layer, Job *job) {
  fk_parallel(tiles_of(job->to).count, layer->kernel == 5 ? convolve_five : convolve_three, job);
}

void fk_winograd_forward(
  const fk_winograd *layer, const float *points, const float *bias, bool relu, const float *x,
  float *y
) {
  Job job = {
    layer->input, layer->output, layer->padding, points, bias, x, .relu = relu, .y = y
  };
  run(layer, &job);
}

void fk_winograd_input_gradient(
  const fk_winograd *layer, const float *turned, const float *g, const float *relu, float *dx
) {
  Job job = {
    .from = layer->output,
    .to = layer->input,
    .padding = layer->kernel - 1 - layer->padding,
    .points = turned,
    .x = g,
    .mask = relu,
    .y = dx,
  };
  run(layer, &job);
}
