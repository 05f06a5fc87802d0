// How Winograd's convolution divides a map into tiles of 4×4 outputs. Where the map's side isn't a
// multiple of 4, tiles overlap by one output instead of reaching beyond the edge: 13 outputs are 4 +
// 3 + 3 + 3. Such a cut tile doesn't need its first output, so it doesn't need the point 0, which
// contributes to no other: 5 points instead of 6, for filters of 3. Tiles are computed in bundles,
// sorted such that those that need a point are neighbours, since a product is a matrix whose rows
// are the tiles. README.md draws it.

#ifndef C_FAST_KERNELS_WINOGRAD_TILES_H
#define C_FAST_KERNELS_WINOGRAD_TILES_H

#include "Winograd.h"

/// How the outputs along an axis are divided: first `whole` tiles, then `cut` ones, each of which
/// starts at the last output of the tile before it.
typedef struct {
  int whole, cut;
} Axis;

FK_INLINE Axis axis_of(int outputs) {
  const int count = ceiling_quotient(outputs, tile_outputs);
  const int cut = least(count, count * tile_outputs - outputs);
  return (Axis){count - cut, cut};
}

/// The tiles of a map, numbered over the batch, then row by row.
typedef struct {
  Axis rows, columns;
  int count;
} Tiles;

FK_INLINE Tiles tiles_of(fk_map map) {
  const Axis rows = axis_of(map.h), columns = axis_of(map.w);
  return (Tiles){
    rows, columns, map.n * (rows.whole + rows.cut) * (columns.whole + columns.cut)
  };
}

/// A tile's place: its element of the batch and its first output, which is −1 if the axis has no
/// whole tile. A cut tile's first row or column of outputs isn't its own.
typedef struct {
  int n, y, x;
  bool cuts_row, cuts_column;
} TilePlace;

FK_INLINE TilePlace place_of(Tiles tiles, int tile) {
  const int columns = tiles.columns.whole + tiles.columns.cut;
  const int rows = tiles.rows.whole + tiles.rows.cut;
  const int column = tile % columns, row = tile / columns % rows;
  const int cut_rows = greatest(0, row + 1 - tiles.rows.whole);
  const int cut_columns = greatest(0, column + 1 - tiles.columns.whole);
  return (TilePlace){
    tile / columns / rows, row * tile_outputs - cut_rows, column * tile_outputs - cut_columns,
    cut_rows > 0, cut_columns > 0
  };
}

/// The most tiles in a bundle.
enum { most_tiles = 224 };

/// Tiles that are computed together, in this order: those with only a cut column, whole ones, those
/// with only a cut row, and those with both.
typedef struct {
  int count;
  /// Where the whole tiles start and end, and where those with both cuts start.
  int whole, end_of_whole, both;
  TilePlace at[most_tiles];
} Bundle;

/// Collects `count` tiles from `first` on.
FK_INLINE void collect(Tiles tiles, int first, int count, Bundle *bundle) {
  TilePlace places[most_tiles];
  int kinds[most_tiles], ends[4] = {0, 0, 0, 0};
  for (int t = 0; t < count; t++) {
    places[t] = place_of(tiles, first + t);
    const bool cuts_row = places[t].cuts_row, cuts_column = places[t].cuts_column;
    kinds[t] = cuts_row ? 2 + cuts_column : 1 - cuts_column;
    for (int kind = kinds[t]; kind < 4; kind++) ends[kind]++;
  }
  *bundle = (Bundle){.count = count, .whole = ends[0], .end_of_whole = ends[1], .both = ends[2]};
  for (int t = count - 1; t >= 0; t--) bundle->at[--ends[kinds[t]]] = places[t];
}

/// How many floats apart two points are stored that have `count` floats each: an odd number of cache
/// lines, so that the points of a tile fall into different sets of the caches.
FK_INLINE size_t point_step(int count) { return (size_t)(count / lanes | 1) * lanes; }

/// The first tile that needs the points in row `i` and column `j`, and how many tiles do: cut tiles
/// don't need the point 0.
FK_INLINE int tiles_at(const Bundle *bundle, int i, int j, int *count) {
  const int first = j == 0 ? bundle->whole : 0;
  const int end = i == 0 ? bundle->end_of_whole : j == 0 ? bundle->both : bundle->count;
  *count = end - first;
  return first;
}

/// Transforms a tile of inputs of 16 channels, starting at row `y` and column `x` of a plane, to
/// its points: one every `step` floats.
FK_INLINE void transform_tile(
  int pairs, fk_map map, const float *plane, int y, int x, float *points, size_t step
) {
  const int n = points_of(pairs);
  floats half[most_points][most_points];
  for (int j = 0; j < n; j++) {
    const bool inside = x + j >= 0 && x + j < map.w;
    floats d[most_points], v[most_points];
    FK_UNROLL for (int i = 0; i < n; i++) {
      const bool there = inside && y + i >= 0 && y + i < map.h;
      d[i] = there ? FK_LOAD(plane + ((ptrdiff_t)(y + i) * map.w + x + j) * lanes) : (floats)0;
    }
    transform_input(pairs, d, v);
    FK_UNROLL for (int i = 0; i < n; i++) half[i][j] = v[i];
  }
  for (int i = 0; i < n; i++) {
    floats v[most_points];
    transform_input(pairs, half[i], v);
    FK_UNROLL for (int j = 0; j < n; j++) FK_STORE(points + (i * n + j) * step, v[j]);
  }
}

#endif
