// An operation: oneDNN's primitive, and its arguments with their memory objects.
#ifndef C_ONE_DNN_OPERATION_H
#define C_ONE_DNN_OPERATION_H

#include "Context.h"

struct dn_operation {
  dnnl_primitive_t primitive;
  dnnl_primitive_desc_t description;
  int count;
  dnnl_exec_arg_t arguments[dn_argument_count];
  int slots[dn_argument_count];
  bool has[dn_argument_count];
};

/// Makes an operation from a description, which it then owns; null on failure.
dn_operation *dn_operation_make(dnnl_primitive_desc_t description);

#endif
