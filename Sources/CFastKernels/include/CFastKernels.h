// Kernels for what oneDNN has no primitive for, has in another definition, or has slowly. They work
// on single precision, in parallel, and are held against the reference engine.
//
// Activations lie in one of two layouts: N×C×H×W (`block` 1), or N×⌈C/16⌉×H×W×16 (`block` 16), in
// which the lanes beyond C are zeros and are left zeros. N×F is a map with h = w = 1 and block 1.
//
// Gradients of activations are assigned. Unless a function says otherwise its output may be the
// memory of an input of the same size. Results do not depend on the number of threads.

#ifndef C_FAST_KERNELS_H
#define C_FAST_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma mark Maps and windows

/// The shape N×C×H×W of activations and their layout: `block` is 1 or 16.
typedef struct {
  int n, c, h, w, block;
} fk_map;

/// How many floats the map takes, with the lanes beyond C.
size_t fk_count(fk_map map);

/// A square window: side, step, and rows and columns of nothing around the map. How many outputs
/// there are, rounded down or up, is said by the output's map.
typedef struct {
  int kernel, stride, padding;
} fk_window;

#pragma mark Threads

/// How many threads work: all cores, unless `fk_set_threads` said otherwise.
int fk_threads(void);

/// Sets how many threads work, here and in oneDNN where it uses OpenMP; 0 means all cores. OpenMP
/// keeps the number for the calling thread: call this on the thread that will run the kernels.
void fk_set_threads(int count);

/// Calls `body` with ranges that make up 0..<count, one for each thread, and waits for all. Where
/// the process has OpenMP (which oneDNN brings along) its threads are used; on Darwin, Dispatch.
void fk_parallel(int count, void (*body)(void *context, int begin, int end), void *context);

#pragma mark Local response normalization

/// b = a · S^−beta with S = k + s · Σ a² over a window: `below` and `above` neighbours on the two
/// sides of the middle. `groups` splits the channels, and counts across channels only.
typedef struct {
  int below, above, groups;
  double k, s, beta;
} fk_normalization;

/// Normalizes across channels. Squares are made in single precision: beyond 1.8e19 they are
/// infinite.
void fk_across_normalization(fk_map map, fk_normalization by, const float *a, float *b);

/// The gradient with respect to a, for g = ∂L/∂b. Nothing is needed from the forward pass: S is made
/// again from a, which takes less time than reading it. With `relu`, a is what left a ReLU, and the
/// gradient is that of what arrived there: 0 where a ≤ 0.
void fk_across_normalization_gradient(
  fk_map map, fk_normalization by, const float *g, const float *a, bool relu, float *da);

/// Normalizes within a channel, over windows of rows and columns clipped to the map. b is not a.
void fk_within_normalization(fk_map map, fk_normalization by, const float *a, float *b);

/// The gradient with respect to a, with `relu` as above. da may be g, and is not a.
void fk_within_normalization_gradient(
  fk_map map, fk_normalization by, const float *g, const float *a, bool relu, float *da);

#pragma mark Pooling

/// How many bytes of winners max pooling keeps for its gradient: one or four for each float of y.
size_t fk_max_pooling_winners(fk_map output, fk_window window);

/// The largest of each window clipped to the map. `winners` may be NULL where no gradient follows.
///
/// With `relu` negative maxima become 0 and pass no gradient. That is max pooling followed by a ReLU;
/// and where x is what left a ReLU it changes no value, and the gradient of the pooling is at once
/// that of what arrived at the ReLU.
void fk_max_pooling(
  fk_map input, fk_map output, fk_window window, const float *x, bool relu, float *y,
  void *winners);

/// The gradient of max pooling: each window's g goes to its winner. dx is not g.
void fk_max_pooling_gradient(
  fk_map input, fk_map output, fk_window window, const float *g, const void *winners, float *dx);

/// The mean of each window clipped to the map.
void fk_average_pooling(
  fk_map input, fk_map output, fk_window window, const float *x, float *y);

/// The gradient of average pooling. Where `a`, of the input's shape, is not NULL, it is what arrived
/// from a ReLU, and the gradient is made 0 where a ≤ 0. dx is not g.
void fk_average_pooling_gradient(
  fk_map input, fk_map output, fk_window window, const float *g, const float *a, float *dx);

#pragma mark Elementwise, on `count` floats in any layout

/// y = max(0, x).
void fk_relu(size_t count, const float *x, float *y);

/// dx = g where x > 0, and 0 where x ≤ 0. x may also be what left the ReLU.
void fk_relu_gradient(size_t count, const float *g, const float *x, float *dx);

/// y = mask · x · factor, for a mask of zeros and ones. The gradient is the same of g.
void fk_dropout(size_t count, const float *x, const float *mask, double factor, float *y);

/// y = x · factor.
void fk_scale(size_t count, const float *x, double factor, float *y);

#endif
