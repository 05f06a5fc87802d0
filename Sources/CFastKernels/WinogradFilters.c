// Filters for Winograd's convolution: from K×K×C×O, O in blocks of 16, to U = G·g·Gᵀ, and gradients
// back with its transpose. A vector holds 16 channels of outputs of one tap; 9 or 25 of them become 36
// or 64. For the input's gradient, blocks of 16×16 channels are transposed in registers first.

#include "Transpose.h"
#include "Winograd.h"

typedef struct {
  const fk_winograd *layer;
  const float *from;
  float *to;
} Job;

/// One filter's transform for 16 lanes: `taps` has one vector per tap.
FK_INLINE void transform_filter(int pairs, const floats *taps, float *points, size_t step) {
  const int n = points_of(pairs), K = n + 1 - tile_outputs;
  floats half[most_points][most_points];
  FK_UNROLL for (int j = 0; j < K; j++) {
    floats g[most_points], v[most_points];
    FK_UNROLL for (int i = 0; i < K; i++) g[i] = taps[i * K + j];
    evaluate(pairs, K, true, g, v);
    FK_UNROLL for (int i = 0; i < n; i++) half[i][j] = v[i];
  }
  for (int i = 0; i < n; i++) {
    floats v[most_points];
    evaluate(pairs, K, true, half[i], v);
    FK_UNROLL for (int j = 0; j < n; j++) FK_STORE(points + (i * n + j) * step, v[j]);
  }
}

/// The filters for the forward pass. An item is a block of 16 outputs and an input.
FK_INLINE void transform(int pairs, const Job *job, int begin, int end) {
  const int C = filled(job->layer->input), O = filled(job->layer->output);
  const int taps = job->layer->kernel * job->layer->kernel;
  for (int item = begin; item < end; item++) {
    const int o = item / C * lanes, c = item % C;
    floats g[25];
    for (int tap = 0; tap < taps; tap++) g[tap] = FK_LOAD(job->from + ((size_t)tap * C + c) * O + o);
    size_t step;
    float *to = job->to + winograd_row(pairs, C, O, o, c, &step);
    transform_filter(pairs, g, to, step);
  }
}

/// The filters rotated by 180°, with inputs and outputs exchanged, for the gradient of the input.
/// An item is a block of 16 inputs and one of outputs.
FK_INLINE void turn(int pairs, const Job *job, int begin, int end) {
  const int C = filled(job->layer->input), O = filled(job->layer->output);
  const int taps = job->layer->kernel * job->layer->kernel;
  for (int item = begin; item < end; item++) {
    const int c = item / (O / lanes) * lanes, o = item % (O / lanes) * lanes;
    floats g[25][lanes];
    for (int tap = 0; tap < taps; tap++) {
      floats *rows = g[taps - 1 - tap];
      for (int i = 0; i < lanes; i++) {
        rows[i] = FK_LOAD(job->from + ((size_t)tap * C + c + i) * O + o);
      }
      transpose(rows);
    }
    for (int i = 0; i < lanes; i++) {
      floats of_one[25];
      for (int tap = 0; tap < taps; tap++) of_one[tap] = g[tap][i];
      size_t step;
      float *to = job->to + winograd_row(pairs, O, C, c, o + i, &step);
      transform_filter(pairs, of_one, to, step);
    }
  }
}

/// Gradients of the points, P×C×O, to those of the taps: Gᵀ·u·G. An item is a block of 16 outputs and
/// an input.
FK_INLINE void restore(int pairs, const Job *job, int begin, int end) {
  const int C = filled(job->layer->input), O = filled(job->layer->output);
  const int n = points_of(pairs), K = n + 1 - tile_outputs;
  const size_t step = (size_t)C * O;
  for (int item = begin; item < end; item++) {
    const size_t at = (size_t)(item % C) * O + item / C * lanes;
    floats half[most_points][most_points];
    for (int j = 0; j < n; j++) {
      floats u[most_points], g[most_points];
      FK_UNROLL for (int i = 0; i < n; i++) u[i] = FK_LOAD(job->from + (i * n + j) * step + at);
      gather(pairs, K, true, u, g);
      FK_UNROLL for (int i = 0; i < K; i++) half[i][j] = g[i];
    }
    for (int i = 0; i < K; i++) {
      floats g[most_points];
      gather(pairs, K, true, half[i], g);
      FK_UNROLL for (int j = 0; j < K; j++) FK_STORE(job->to + (i * K + j) * step + at, g[j]);
    }
  }
}

FK_WIDE_BODY(transform_three, transform(2, job, begin, end))
FK_WIDE_BODY(transform_five, transform(3, job, begin, end))
FK_WIDE_BODY(turn_three, turn(2, job, begin, end))
FK_WIDE_BODY(turn_five, turn(3, job, begin, end))
FK_WIDE_BODY(restore_three, restore(2, job, begin, end))
FK_WIDE_BODY(restore_five, restore(3, job, begin, end))

// Converts between the order in files and the one in memory. An item is an input.

static void pack(void *context, int begin, int end) {
  const Job *job = context;
  const fk_winograd *layer = job->layer;
  const int C = layer->input.c, O = layer->output.c, taps = layer->kernel * layer->kernel;
  const int rows = filled(layer->input), columns = filled(layer->output);
  for (int c = begin; c < end; c++) {
    for (int tap = 0; tap < taps; tap++) {
      float *row = job->to + ((size_t)tap * rows + c) * columns;
      for (int o = 0; o < columns; o++) {
        row[o] = c < C && o < O ? job->from[((size_t)o * C + c) * taps + tap] : 0;
      }
    }
  }
}

static void unpack(void *context, int begin, int end) {
  const Job *job = context;
  const fk_winograd *layer = job->layer;
  const int C = layer->input.c, O = layer->output.c, taps = layer->kernel * layer->kernel;
  const int rows = filled(layer->input), columns = filled(layer->output);
  for (int c = begin; c < end; c++) {
    for (int tap = 0; tap < taps; tap++) {
      const float *row = job->from + ((size_t)tap * rows + c) * columns;
      for (int o = 0; o < O; o++) job->to[((size_t)o * C + c) * taps + tap] = row[o];
    }
  }
}

void fk_winograd_pack(const fk_winograd *layer, const float *plain, float *filters) {
  Job job = {layer, plain, filters};
  fk_parallel(filled(layer->input), pack, &job);
}

void fk_winograd_unpack(const fk_winograd *layer, const float *filters, float *plain) {
  Job job = {layer, filters, plain};
  fk_parallel(layer->input.c, unpack, &job);
}

size_t fk_winograd_filters(const fk_winograd *layer) {
  return (size_t)layer->kernel * layer->kernel * filled(layer->input) * filled(layer->output);
}

size_t fk_winograd_points(const fk_winograd *layer) {
  const int n = points_of(pairs_of(layer->kernel));
  return (size_t)n * n * filled(layer->input) * filled(layer->output);
}

void fk_winograd_transform(
  const fk_winograd *layer, bool turned, const float *filters, float *points
) {
  Job job = {layer, filters, points};
  const bool is_five = layer->kernel == 5;
  if (turned) {
    fk_parallel(
      planes(layer->input) * planes(layer->output), is_five ? turn_five : turn_three, &job);
  } else {
    fk_parallel(
      planes(layer->output) * filled(layer->input), is_five ? transform_five : transform_three,
      &job);
  }
}

void fk_winograd_restore(const fk_winograd *layer, const float *points, float *filters) {
  Job job = {layer, points, filters};
  fk_parallel(
    planes(layer->output) * filled(layer->input),
    layer->kernel == 5 ? restore_five : restore_three, &job);
}
