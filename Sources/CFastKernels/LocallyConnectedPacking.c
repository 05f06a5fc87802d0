// The weights of locally connected layers in the layouts that the products need.

#include "LocallyConnected.h"
#include "Transpose.h"

typedef struct {
  const fk_local *layer;
  const float *from;
  float *to;
} Job;

size_t fk_local_packed_weights(const fk_local *layer) {
  return packed_row(layer, positions(layer), 0, 0);
}

size_t fk_local_packed_biases(const fk_local *layer) {
  return (size_t)positions(layer) * output_blocks(layer) * lanes;
}

size_t fk_local_turned_weights(const fk_local *layer) {
  return turned_row(layer, positions(layer), 0, 0);
}

// An item is a position and a block of outputs; a filter is C×K×K weights.

FK_CLONES
static void pack(void *context, int begin, int end) {
  const Job *job = context;
  const fk_local *layer = job->layer;
  const int blocks = output_blocks(layer), C = layer->input.c, T = taps(layer);
  const size_t filter = (size_t)C * T;
  for (int item = begin; item < end; item++) {
    const int position = item / blocks, first = item % blocks * lanes;
    const int count = least(lanes, layer->output.c - first);
    const float *from = job->from + ((size_t)position * layer->output.c + first) * filter;
    float *to = job->to + packed_row(layer, position, item % blocks, 0);
    for (int tap = 0; tap < T; tap++) {
      for (int c = 0; c < C; c++) {
        floats row = 0;
        if (count == lanes) {
          for (int o = 0; o < lanes; o++) row[o] = from[o * filter + (size_t)c * T + tap];
        } else {
          for (int o = 0; o < count; o++) row[o] = from[o * filter + (size_t)c * T + tap];
        }
        FK_STORE(to + ((size_t)tap * C + c) * lanes, row);
      }
    }
  }
}

FK_CLONES
static void unpack(void *context, int begin, int end) {
  const Job *job = context;
  const fk_local *layer = job->layer;
  const int blocks = output_blocks(layer), C = layer->input.c, T = taps(layer);
  const size_t filter = (size_t)C * T;
  for (int item = begin; item < end; item++) {
    const int position = item / blocks, first = item % blocks * lanes;
    const int count = least(lanes, layer->output.c - first);
    const float *from = job->from + packed_row(layer, position, item % blocks, 0);
    float *to = job->to + ((size_t)position * layer->output.c + first) * filter;
    for (int o = 0; o < count; o++) {
      for (int c = 0; c < C; c++) {
        for (int tap = 0; tap < T; tap++) {
          to[o * filter + (size_t)c * T + tap] = from[((size_t)tap * C + c) * lanes + o];
        }
      }
    }
  }
}

void fk_local_pack(const fk_local *layer, const float *weights, float *packed) {
  Job job = {layer, weights, packed};
  fk_parallel(positions(layer) * output_blocks(layer), pack, &job);
}

void fk_local_unpack(const fk_local *layer, const float *packed, float *weights) {
  Job job = {layer, packed, weights};
  fk_parallel(positions(layer) * output_blocks(layer), unpack, &job);
}

void fk_local_pack_biases(const fk_local *layer, const float *biases, float *packed) {
  const int O = layer->output.c, row = output_blocks(layer) * lanes;
  memset(packed, 0, fk_local_packed_biases(layer) * sizeof(float));
  fk_copy_rows(positions(layer), (size_t)O, biases, (size_t)O, packed, (size_t)row);
}

void fk_local_unpack_biases(const fk_local *layer, const float *packed, float *biases) {
  const int O = layer->output.c, row = output_blocks(layer) * lanes;
  fk_copy_rows(positions(layer), (size_t)O, packed, (size_t)row, biases, (size_t)O);
}

// An item is a position and a tap: a matrix of C×O, packed by blocks of outputs, turned by blocks
// of inputs.

FK_CLONES
static void turn(void *context, int begin, int end) {
  const Job *job = context;
  const fk_local *layer = job->layer;
  const int C = layer->input.c, O = layer->output.c, T = taps(layer);
  for (int item = begin; item < end; item++) {
    const int position = item / T, tap = item % T;
    for (int cb = 0; cb * lanes < C; cb++) {
      const int count = least(lanes, C - cb * lanes);
      float *to = job->to + turned_row(layer, position, cb, tap);
      for (int ob = 0; ob * lanes < O; ob++) {
        const float *from =
          job->from + packed_row(layer, position, ob, tap) + (size_t)cb * lanes * lanes;
        floats rows[lanes];
        for (int i = 0; i < lanes; i++) {
          rows[i] = i < count ? FK_LOAD(from + i * lanes) : (floats)0.0f;
        }
        transpose(rows);
        for (int o = 0; o < lanes && ob * lanes + o < O; o++) {
          FK_STORE(to + (size_t)(ob * lanes + o) * lanes, rows[o]);
        }
      }
    }
  }
}

void fk_local_turn(const fk_local *layer, const float *packed, float *turned) {
  Job job = {layer, packed, turned};
  fk_parallel(positions(layer) * taps(layer), turn, &job);
}
