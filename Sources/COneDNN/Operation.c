#ifdef ALEXNET_ONEDNN

#include "Operation.h"

#include <stdlib.h>

static const int arguments[dn_argument_count] = {
    [dn_source] = DNNL_ARG_SRC,
    [dn_weights] = DNNL_ARG_WEIGHTS,
    [dn_bias] = DNNL_ARG_BIAS,
    [dn_destination] = DNNL_ARG_DST,
    [dn_source_gradient] = DNNL_ARG_DIFF_SRC,
    [dn_weights_gradient] = DNNL_ARG_DIFF_WEIGHTS,
    [dn_bias_gradient] = DNNL_ARG_DIFF_BIAS,
    [dn_destination_gradient] = DNNL_ARG_DIFF_DST,
};

// The descriptor of an argument, or null if the operation doesn't have it.
static dn_const_descriptor descriptor(const_dnnl_primitive_desc_t description, dn_argument argument) {
  dn_const_descriptor found = call(dnnl_primitive_desc_query_md)(
      description, dnnl_query_exec_arg_md, arguments[argument]);
  return found && call(dnnl_memory_desc_get_size)(found) > 0 ? found : NULL;
}

dn_operation *dn_operation_make(dnnl_primitive_desc_t description) {
  dn_operation *operation = calloc(1, sizeof *operation);
  if (!operation || call(dnnl_primitive_create)(&operation->primitive, description) != dnnl_success) {
    call(dnnl_primitive_desc_destroy)(description);
    free(operation);
    return NULL;
  }
  operation->description = description;
  for (int i = 0; i < dn_argument_count; i++) {
    dn_const_descriptor md = descriptor(description, i);
    if (!md) continue;
    dnnl_memory_t memory;
    if (call(dnnl_memory_create)(&memory, md, dn_engine(), DNNL_MEMORY_NONE) != dnnl_success) {
      dn_operation_destroy(operation);
      return NULL;
    }
    operation->slots[i] = operation->count;
    operation->has[i] = true;
    operation->arguments[operation->count++] =
        (dnnl_exec_arg_t){.arg = arguments[i], .memory = memory};
  }
  return operation;
}

void dn_operation_destroy(dn_operation *operation) {
  if (!operation) return;
  for (int i = 0; i < operation->count; i++)
    call(dnnl_memory_destroy)(operation->arguments[i].memory);
  call(dnnl_primitive_destroy)(operation->primitive);
  call(dnnl_primitive_desc_destroy)(operation->description);
  free(operation);
}

dn_layout *dn_operation_layout(const dn_operation *operation, dn_argument argument) {
  dn_const_descriptor found = descriptor(operation->description, argument);
  if (!found) return NULL;
  dn_layout *layout = malloc(sizeof *layout);
  if (layout) layout->descriptor = dn_descriptor_copy(found);
  return layout;
}

const char *dn_operation_implementation(const dn_operation *operation) {
  const char *name = "";
  call(dnnl_primitive_desc_query)(operation->description, dnnl_query_impl_info_str, 0, (void *)&name);
  return name;
}

void dn_operation_set(dn_operation *operation, dn_argument argument, float *memory) {
  if (operation->has[argument])
    call(dnnl_memory_set_data_handle)(
        operation->arguments[operation->slots[argument]].memory, memory);
}

bool dn_operation_run(dn_operation *operation) {
  return call(dnnl_primitive_execute)(
             operation->primitive, dn_stream(), operation->count, operation->arguments)
      == dnnl_success;
}

dn_operation *dn_reorder(const dn_layout *from, const dn_layout *to) {
  dnnl_primitive_desc_t description = NULL;
  dnnl_status_t status = call(dnnl_reorder_primitive_desc_create)(
      &description, from->descriptor, dn_engine(), to->descriptor, dn_engine(), NULL);
  return status == dnnl_success ? dn_operation_make(description) : NULL;
}

bool dn_matrix_product(
    bool transpose_a, bool transpose_b, int m, int n, int k, const float *a, int row_a,
    const float *b, int row_b, float beta, float *c, int row_c) {
  return call(dnnl_sgemm)(
             transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', m, n, k, 1, a, row_a, b, row_b,
             beta, c, row_c)
      == dnnl_success;
}

#endif
