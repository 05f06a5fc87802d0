// Kernels for operations that oneDNN lacks, defines differently, or computes slowly. They use
// single precision, run in parallel, and are checked against the reference engine.
//
// Activations have one of two layouts: N×C×H×W (`block` 1), or N×⌈C/16⌉×H×W×16 (`block` 16), in
// which the lanes beyond C are and stay zeros. N×F is a map with h = w = 1 and block 1.
//
// Gradients of activations are assigned. Unless stated otherwise, the output may be in the memory
// of an input of the same size. Results do not depend on the number of threads.

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

/// How many floats the map has, including the lanes beyond C.
size_t fk_count(fk_map map);

/// A square window: side, step, and zeros added around the map. The number of outputs, rounded down
/// or up, is given by the output's map.
typedef struct {
  int kernel, stride, padding;
} fk_window;

#pragma mark Threads

/// How many threads work: all cores, unless `fk_set_threads` said otherwise.
int fk_threads(void);

/// Sets how many threads work, here and in oneDNN where it uses OpenMP; 0 means all cores. OpenMP
/// stores the number per calling thread, so call this on the thread that will run the kernels.
void fk_set_threads(int count);

/// Starts the threads counted by `fk_threads`, once; OpenMP would end the program if it couldn't
/// start them. Call it on the thread that will run the kernels.
///
/// Returns 0, or the error number of the first thread that could not be started.
int fk_start_threads(void);

/// Ends the program with code 1 and a line on standard error, for failed allocations that can't be
/// reported in another way.
_Noreturn void fk_end_without_memory(void);

/// Calls `body` with ranges that make up 0..<count, one for each thread, and waits for all. The threads
/// are OpenMP's, which oneDNN uses too, or one thread where libgomp isn't installed; on Darwin, Dispatch's.
void fk_parallel(int count, void (*body)(void *context, int begin, int end), void *context);

/// Memory that starts at a cache line and that `free` frees; NULL if it is short. For 2 MiB or more the system is
/// asked for huge pages, if it has them: such memory is read up to half as fast again.
void *fk_allocate(size_t bytes);

/// How many floats after a multiple of 32 bytes the weights of a fully connected layer should start, so that the
/// product with a batch's gradients is fast: with vectors of 8 floats, oneDNN's (version 2.6) takes twice as long if
/// they start there.
int fk_weight_shift(void);

/// Loads a library that uses OpenMP, such that waiting threads don't spin for long, unless the user
/// set `OMP_WAIT_POLICY` or `GOMP_SPINCOUNT`. Returns the result of `dlopen`: null if the library
/// isn't found.
void *fk_load_library(const char *name);

#pragma mark Convolution

/// A convolution with stride 1 and square filters of side 3 or 5, in one group, between maps in
/// blocks of 16, by Winograd's algorithm on tiles of 4×4 outputs.
///
/// Its filters have the layout K×K×C×O, with C and O padded with zeros to multiples of 16. They
/// must be transformed to "points" once after each change.
typedef struct {
  fk_map input, output;
  int kernel, padding;
} fk_winograd;

/// How many floats the filters take, and their points.
size_t fk_winograd_filters(const fk_winograd *layer);
size_t fk_winograd_points(const fk_winograd *layer);

/// Copies filters from row-major order, O×C×K×K, to that layout, and back.
void fk_winograd_pack(const fk_winograd *layer, const float *plain, float *filters);
void fk_winograd_unpack(const fk_winograd *layer, const float *filters, float *plain);

/// Computes the points of the filters, for the forward pass or (`turned`) for the gradient of the
/// input.
void fk_winograd_transform(
    const fk_winograd *layer, bool turned, const float *filters, float *points);

/// y = x * filters + bias, with `relu` not less than 0 (NaN stays NaN). `y` must not be `x`.
void fk_winograd_forward(
    const fk_winograd *layer, const float *points, const float *bias, bool relu, const float *x,
    float *y);

/// The gradient with respect to x, from g = ∂L/∂y and the turned points. If `relu` is given, it is
/// x as the output of a ReLU, and the result is the gradient of that ReLU's input. `dx` must not be
/// `g`.
void fk_winograd_input_gradient(
    const fk_winograd *layer, const float *turned, const float *g, const float *relu, float *dx);

/// The gradient with respect to the filters, in their layout.
void fk_winograd_filter_gradient(
    const fk_winograd *layer, const float *g, const float *x, float *filters);

#pragma mark Fully connected layers

/// y = W·x + b for one image: W has `outputs` rows of `inputs` floats.
void fk_matrix_vector(
  int inputs, int outputs, const float *x, const float *w, const float *bias, float *y);

/// The same with weights in bfloat16. The products are exact if x holds numbers rounded to bfloat16.
void fk_matrix_vector_bfloat16(
  int inputs, int outputs, const float *x, const uint16_t *w, const float *bias, float *y);

/// Reads `count` floats, rounded down to a multiple of 16,384, and returns their sum: to measure how fast
/// memory can be read.
float fk_read(size_t count, const float *x);

#pragma mark Local response normalization

/// b = a · S^−beta with S = k + s · Σ a² over a window: `below` and `above` neighbours on the two
/// sides of the middle. `groups` splits the channels, and counts across channels only.
typedef struct {
  int below, above, groups;
  double k, s, beta;
} fk_normalization;

/// Normalizes across channels. Squares are computed in single precision, so those of numbers above
/// 1.8e19 are infinite.
void fk_local_response_normalization(fk_map map, fk_normalization by, const float *a, float *b);

/// The gradient with respect to a, for g = ∂L/∂b. It needs nothing from the forward pass: S is
/// computed again from a, which is faster than reading it. With `relu`, a is the output of a ReLU,
/// and the gradient is that of the ReLU's input: 0 where a ≤ 0.
void fk_local_response_normalization_gradient(
  fk_map map, fk_normalization by, const float *g, const float *a, bool relu, float *da);

/// Normalizes within a channel, over windows of rows and columns clipped to the map. b must not be
/// a.
void fk_spatial_normalization(fk_map map, fk_normalization by, const float *a, float *b);

/// The gradient with respect to a, with `relu` as above. da may be g, but must not be a.
void fk_spatial_normalization_gradient(
  fk_map map, fk_normalization by, const float *g, const float *a, bool relu, float *da);

#pragma mark Pooling

/// How many bytes of winners max pooling stores for its gradient: one or four for each float of y.
size_t fk_max_pooling_winners(fk_map output, fk_window window);

/// The largest of each window clipped to the map. `winners` may be NULL if no gradient follows.
///
/// With `relu`, negative maxima become 0 and pass no gradient. That is max pooling followed by a
/// ReLU. If x is the output of a ReLU, it changes no value, and the gradient of the pooling is
/// directly that of the ReLU's input.
void fk_max_pooling(
  fk_map input, fk_map output, fk_window window, const float *x, bool relu, float *y,
  void *winners);

/// The gradient of max pooling: each window's g goes to its winner. dx must not be g.
void fk_max_pooling_gradient(
  fk_map input, fk_map output, fk_window window, const float *g, const void *winners, float *dx);

/// The mean of each window clipped to the map.
void fk_average_pooling(
  fk_map input, fk_map output, fk_window window, const float *x, float *y);

/// The gradient of average pooling. If `a`, of the input's shape, isn't NULL, it is the input as
/// the output of a ReLU, and the gradient is 0 where a ≤ 0. dx must not be g.
void fk_average_pooling_gradient(
  fk_map input, fk_map output, fk_window window, const float *g, const float *a, float *dx);

#pragma mark Elementwise, on `count` floats in any layout

/// Whether no element is NaN or infinite.
bool fk_is_finite(size_t count, const float *x);

/// y = max(0, x).
void fk_relu(size_t count, const float *x, float *y);

/// dx = g where x > 0, and 0 where x ≤ 0. x may also be the ReLU's output.
void fk_relu_gradient(size_t count, const float *g, const float *x, float *dx);

/// y = mask · x · factor, for a mask of zeros and ones. The gradient is the same operation on g.
void fk_dropout(size_t count, const float *x, const float *mask, double factor, float *y);

/// y = x · factor.
void fk_scale(size_t count, const float *x, double factor, float *y);

/// y = tanh(x), within 2 units in the last place.
void fk_tanh(size_t count, const float *x, float *y);

/// dx = g / cosh²(x), for x the input of the tanh.
void fk_tanh_gradient(size_t count, const float *g, const float *x, float *dx);

/// y = x where x > 0, else alpha · (e^x − 1), within 4 units in the last place.
void fk_elu(size_t count, double alpha, const float *x, float *y);

/// dx = g where x > 0, else g · alpha · e^x, for x the input of the unit.
void fk_elu_gradient(size_t count, double alpha, const float *g, const float *x, float *dx);

#pragma mark bfloat16: the upper half of a float

/// y = the bfloat16 nearest to x, as a float; of two equally near ones the one whose last bit is 0.
void fk_round_bfloat16(size_t count, const float *x, float *y);

/// The upper halves of the same numbers, and the floats with these upper halves.
void fk_narrow_bfloat16(size_t count, const float *x, uint16_t *upper);
void fk_widen_bfloat16(size_t count, const uint16_t *upper, float *x);

#pragma mark Biases

/// y = x + bias, which holds C floats.
void fk_add_bias(fk_map map, const float *x, const float *bias, float *y);

/// y = xᵀ + bias, x C×N and y N×C.
void fk_add_bias_turned(int n, int c, const float *x, const float *bias, float *y);

/// db = Σ g over the batch and the map, or with `accumulate` db += Σ g; C floats.
void fk_bias_gradient(fk_map map, const float *g, bool accumulate, float *db);

#pragma mark Batch normalization

/// The mean and the biased variance of each channel of a batch: C doubles each.
void fk_batch_statistics(fk_map map, const float *x, double *mean, double *variance);

/// running = momentum · running + (1 − momentum) · batch, with the unbiased variance; m is the number of
/// elements of the statistics.
void fk_batch_running_statistics(
  int channels, double m, double momentum, const double *mean, const double *variance,
  float *running_mean, float *running_variance);

/// y = gamma · (x − mean) / √(variance + epsilon) + beta, with the statistics of the batch in
/// training and the running ones in inference.
void fk_batch_normalization(
  fk_map map, double epsilon, const double *mean, const double *variance, const float *gamma,
  const float *beta, const float *x, float *y);

/// The gradients with respect to beta, Σ g, and gamma, Σ g · (x − mean) / √(variance + epsilon): C doubles
/// each.
void fk_batch_parameter_gradients(
  fk_map map, double epsilon, const double *mean, const double *variance, const float *g,
  const float *x, double *dbeta, double *dgamma);

/// The gradient with respect to x; dx may be g. In training, the statistics are functions of x: then m is
/// the number of their elements, and the sums are those of the gradients with respect to beta and gamma
/// over them. In inference m is 0, and the sums may be NULL.
void fk_batch_normalization_gradient(
  fk_map map, double epsilon, const double *mean, const double *variance, const float *gamma, double m,
  const double *dbeta, const double *dgamma, const float *g, const float *x, float *dx);

#pragma mark Softmax, on n rows of `count` logits

/// p = e^x / Σ e^x.
void fk_softmax(int n, int count, const float *x, float *p);

/// dx = p · (g − Σ g · p).
void fk_softmax_gradient(int n, int count, const float *g, const float *x, float *dx);

/// Σ −log p[label] over the rows, with labels in 0..<count. Divide it by n for the mean loss.
double fk_cross_entropy(int n, int count, const float *x, const int32_t *labels);

/// dx = (p − [i = label]) · factor: factor is 1/n for the mean loss.
void fk_cross_entropy_gradient(
  int n, int count, const float *x, const int32_t *labels, double factor, float *dx);

#pragma mark Locally connected layers

/// A layer of N×C×H×W to N×O×H′×W′ with different filters and biases at each of the H′·W′
/// positions. Maps of block 1 are copied into block 16 first.
typedef struct {
  fk_map input, output;
  fk_window window;
} fk_local;

/// How many floats packed weights have: H′×W′×⌈O/16⌉×K×K×C×16.
size_t fk_local_packed_weights(const fk_local *layer);

/// How many floats packed biases have: H′×W′×⌈O/16⌉×16.
size_t fk_local_packed_biases(const fk_local *layer);

/// How many floats turned weights have: H′×W′×⌈C/16⌉×K×K×O×16.
size_t fk_local_turned_weights(const fk_local *layer);

/// Packs weights H′×W′×O×C×K×K, as in files, and back. An engine may keep weights, gradients and
/// the optimizer's memory packed: lanes beyond O are zeros, and every update rule keeps them zero.
void fk_local_pack(const fk_local *layer, const float *weights, float *packed);
void fk_local_unpack(const fk_local *layer, const float *packed, float *weights);

/// Packs biases H′×W′×O, and back.
void fk_local_pack_biases(const fk_local *layer, const float *biases, float *packed);
void fk_local_unpack_biases(const fk_local *layer, const float *packed, float *biases);

/// Turns packed weights into the layout that the gradient with respect to the input reads; needed
/// once per step.
void fk_local_turn(const fk_local *layer, const float *packed, float *turned);

/// y from x and packed weights and biases; with `relu`, max(0, y).
void fk_local_forward(
  const fk_local *layer, const float *x, const float *weights, const float *biases, bool relu,
  float *y);

/// The gradient with respect to x, from turned weights. If `a`, of the input's shape, isn't NULL,
/// it is the input as the output of a ReLU, and the gradient is 0 where a ≤ 0. dx must not be g.
void fk_local_gradient(
  const fk_local *layer, const float *g, const float *turned, const float *a, float *dx);

/// The gradients of packed weights and biases: assigned, or with `accumulate` added to.
void fk_local_parameter_gradients(
  const fk_local *layer, const float *g, const float *x, bool accumulate, float *dw, float *db);

#pragma mark Updates

/// The rules of optimizers: stochastic gradient descent as the paper prints it and as PyTorch
/// computes it, and Adam.
typedef enum { fk_rule_paper, fk_rule_pytorch, fk_rule_adam } fk_rule;

/// The update of one parameter of `count` floats: `memory1` is the velocity, or Adam's first moment
/// with `memory2` its second (else NULL). `momentum` is Adam's β₁, `step` its t, counted from 1.
typedef struct {
  float *weights, *memory1, *memory2;
  const float *gradient;
  size_t count;
  fk_rule rule;
  double rate, momentum, beta2, epsilon, decay;
  int step;
} fk_update;

/// Updates all parameters, in one pass over their memory.
void fk_update_parameters(const fk_update *updates, int count);

#pragma mark Layouts

/// Copies activations into the layout `block`, 1 or 16. The destination must not be the source.
void fk_reorder(fk_map from, int block, const float *source, float *destination);

/// Copies rows of `count` floats that start `source_stride` and `destination_stride` floats apart.
void fk_copy_rows(
  int rows, size_t count, const float *source, size_t source_stride, float *destination,
  size_t destination_stride);

#endif
