// The size of a map, from one layout of activations to the other, and copies of rows.

#include "Transpose.h"

size_t fk_count(fk_map map) { return (size_t)map.n * planes(map) * plane_floats(map); }

typedef struct {
  fk_map map;
  const float *from;
  float *to;
  int strips;
} Job;

/// One item is 16 places, fewer at the end, of a plane of 16 channels.
typedef struct {
  size_t blocked, plain;
  int channels, places;
} Tile;

FK_INLINE Tile tile(const Job *job, int item) {
  const int blocks = ceiling_quotient(job->map.c, lanes), places = job->map.h * job->map.w;
  const int plane = item / job->strips, first = item % job->strips * lanes;
  const int n = plane / blocks, c = plane % blocks * lanes;
  return (Tile){
    ((size_t)plane * places + first) * lanes, ((size_t)n * job->map.c + c) * places + first,
    least(lanes, job->map.c - c), least(lanes, places - first)};
}

FK_CLONES
static void to_blocked(void *context, int begin, int end) {
  const Job *job = context;
  const size_t places = (size_t)job->map.h * job->map.w;
  for (int item = begin; item < end; item++) {
    const Tile t = tile(job, item);
    floats rows[lanes];
    for (int i = 0; i < lanes; i++) {
      rows[i] = 0;
      if (i >= t.channels) continue;
      if (t.places == lanes) {
        rows[i] = FK_LOAD(job->from + t.plain + i * places);
      } else {
        memcpy(&rows[i], job->from + t.plain + i * places, t.places * sizeof(float));
      }
    }
    transpose(rows);
    for (int i = 0; i < t.places; i++) FK_STORE(job->to + t.blocked + i * lanes, rows[i]);
  }
}

FK_CLONES
static void to_plain(void *context, int begin, int end) {
  const Job *job = context;
  const size_t places = (size_t)job->map.h * job->map.w;
  for (int item = begin; item < end; item++) {
    const Tile t = tile(job, item);
    floats rows[lanes];
    for (int i = 0; i < lanes; i++) {
      rows[i] = i < t.places ? FK_LOAD(job->from + t.blocked + i * lanes) : (floats)0.0f;
    }
    transpose(rows);
    for (int i = 0; i < t.channels; i++) {
      if (t.places == lanes) {
        FK_STORE(job->to + t.plain + i * places, rows[i]);
      } else {
        memcpy(job->to + t.plain + i * places, &rows[i], t.places * sizeof(float));
      }
    }
  }
}

void fk_reorder(fk_map from, int block, const float *source, float *destination) {
  if (from.block == block) {
    fk_copy_rows(1, fk_count(from), source, 0, destination, 0);
    return;
  }
  Job job = {from, source, destination, ceiling_quotient(from.h * from.w, lanes)};
  const int items = from.n * ceiling_quotient(from.c, lanes) * job.strips;
  fk_parallel(items, block == lanes ? to_blocked : to_plain, &job);
}

typedef struct {
  size_t count, from_stride, to_stride;
  int parts;
  const float *from;
  float *to;
} Copy;

static void copy(void *context, int begin, int end) {
  const Copy *job = context;
  for (int item = begin; item < end; item++) {
    const size_t row = item / job->parts, i = stretch_end(item % job->parts, job->count);
    const size_t count = stretch_end(item % job->parts + 1, job->count) - i;
    memcpy(
      job->to + row * job->to_stride + i, job->from + row * job->from_stride + i,
      count * sizeof(float));
  }
}

void fk_copy_rows(
  int rows, size_t count, const float *source, size_t source_stride, float *destination,
  size_t destination_stride
) {
  Copy job = {count, source_stride, destination_stride, stretches(count), source, destination};
  fk_parallel(rows * job.parts, copy, &job);
}
