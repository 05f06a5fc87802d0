// A few functions over oneDNN's C interface, the same for versions 2.6 and 3.x: convolutions,
// reorders between layouts, and matrix products, in single precision on the CPU.
//
// Without the package trait OneDNN, none of them is compiled, and oneDNN isn't needed.
#ifndef C_ONE_DNN_H
#define C_ONE_DNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Whether oneDNN can be used. On Linux the first call loads it, and it may not be installed; if
/// not, no other function of this shim may be called.
bool dn_is_available(void);
/// The library's file name, such as `libdnnl.so.2`.
const char *dn_library_name(void);
/// The version of the oneDNN that is used.
void dn_version(int *major, int *minor, int *patch);

// MARK: Layouts

/// The order of a tensor's elements in memory.
typedef struct dn_layout dn_layout;

/// Activations N×C×H×W: row by row (block 1), or in blocks of 8 or 16 channels, N×⌈C/16⌉×H×W×16.
dn_layout *dn_layout_map(int n, int c, int h, int w, int block);
/// Filters, O×I×K×K in row-major order; with more than one group, G×(O/G)×(I/G)×K×K.
dn_layout *dn_layout_filters(int groups, int o, int i, int k);
void dn_layout_destroy(dn_layout *layout);
/// Bytes of a tensor in this layout, including padding.
size_t dn_layout_size(const dn_layout *layout);
bool dn_layout_equal(const dn_layout *a, const dn_layout *b);

// MARK: Operations

/// An operation with the memory that it works on.
typedef struct dn_operation dn_operation;

/// The arguments of an operation.
typedef enum {
  dn_source,
  dn_weights,
  dn_bias,
  dn_destination,
  dn_source_gradient,
  dn_weights_gradient,
  dn_bias_gradient,
  dn_destination_gradient,
  dn_argument_count
} dn_argument;

/// A convolution's sizes. `groups` divides both channel counts; `far_h` and `far_w` are the padding
/// after the last row and column, which differs from `padding` if windows run past the edge.
typedef struct {
  int n, ic, ih, iw, oc, oh, ow;
  int kernel, stride, padding, far_h, far_w, groups;
  /// The layouts of input and output: 1 or 16, as in `dn_layout_map`.
  int source_block, destination_block;
} dn_convolution;

/// Each returns null if oneDNN has no implementation for the sizes and layouts. Filters may have
/// any layout: see `dn_operation_layout`.
dn_operation *dn_convolution_forward(const dn_convolution *sizes, bool training, bool relu);
dn_operation *dn_convolution_backward_data(const dn_convolution *sizes);
dn_operation *dn_convolution_backward_weights(const dn_convolution *sizes);
/// Copies `dn_source` to `dn_destination` from one layout to another.
dn_operation *dn_reorder(const dn_layout *from, const dn_layout *to);
void dn_operation_destroy(dn_operation *operation);

/// The layout that an operation needs for an argument; the caller destroys it.
dn_layout *dn_operation_layout(const dn_operation *operation, dn_argument argument);
/// The name of the implementation that oneDNN chose.
const char *dn_operation_implementation(const dn_operation *operation);
/// Sets the memory of an argument, which must outlive the operation's runs.
void dn_operation_set(dn_operation *operation, dn_argument argument, float *memory);
/// Runs the operation; false if oneDNN reports a failure.
bool dn_operation_run(dn_operation *operation);

/// C ← A·B + β·C in row-major order, A m×k and B k×n; either can be read transposed.
bool dn_matrix_product(
    bool transpose_a, bool transpose_b, int m, int n, int k, const float *a, int row_a,
    const float *b, int row_b, float beta, float *c, int row_c);

#ifdef __cplusplus
}
#endif

#endif
