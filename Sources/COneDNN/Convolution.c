#ifdef ALEXNET_ONEDNN

#include <string.h>

#include "Operation.h"

// The four descriptors of a convolution. Filters may have any layout.
typedef struct {
  dn_descriptor source, filters, bias, destination;
} descriptors;

static descriptors describe(const dn_convolution *s) {
  int g = s->groups;
  int64_t source[] = {s->n, s->ic, s->ih, s->iw};
  int64_t destination[] = {s->n, s->oc, s->oh, s->ow};
  int64_t filters[] = {g, s->oc / g, s->ic / g, s->kernel, s->kernel};
  if (g == 1)
    memmove(filters, filters + 1, 4 * sizeof *filters);
  return (descriptors){
      .source = dn_descriptor_create(4, source, dn_map_tag(s->source_block)),
      .filters = dn_descriptor_create(g == 1 ? 4 : 5, filters, dnnl_format_tag_any),
      .bias = dn_descriptor_create(1, (int64_t[]){s->oc}, dnnl_a),
      .destination = dn_descriptor_create(4, destination, dn_map_tag(s->destination_block)),
  };
}

static bool complete(const descriptors *d) {
  return d->source && d->filters && d->bias && d->destination;
}

static void release(descriptors *d) {
  dn_descriptor_destroy(d->source);
  dn_descriptor_destroy(d->filters);
  dn_descriptor_destroy(d->bias);
  dn_descriptor_destroy(d->destination);
}

// The window's geometry.
typedef struct {
  int64_t strides[2], dilation[2], near[2], far[2];
} placement;

static placement place(const dn_convolution *s) {
  return (placement){
      .strides = {s->stride, s->stride},
      .near = {s->padding, s->padding},
      .far = {s->far_h, s->far_w},
  };
}

// A ReLU fused with the convolution; null if none is requested.
static dnnl_primitive_attr_t attributes(bool relu) {
  if (!relu) return NULL;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t operations = NULL;
  if (call(dnnl_primitive_attr_create)(&attributes) != dnnl_success) return NULL;
  if (call(dnnl_post_ops_create)(&operations) != dnnl_success) {
    call(dnnl_primitive_attr_destroy)(attributes);
    return NULL;
  }
#if DNNL_VERSION_MAJOR >= 3
  call(dnnl_post_ops_append_eltwise)(operations, dnnl_eltwise_relu, 0, 0);
#else
  call(dnnl_post_ops_append_eltwise)(operations, 1, dnnl_eltwise_relu, 0, 0);
#endif
  call(dnnl_primitive_attr_set_post_ops)(attributes, operations);
  call(dnnl_post_ops_destroy)(operations);
  return attributes;
}

// The description of a forward convolution, which backward ones take as a hint.
static dnnl_primitive_desc_t forward(
    const dn_convolution *s, const descriptors *d, bool training, bool relu) {
  placement p = place(s);
  dnnl_prop_kind_t use = training ? dnnl_forward_training : dnnl_forward_inference;
  dnnl_primitive_attr_t attribute = attributes(relu);
  dnnl_primitive_desc_t description = NULL;
  dnnl_status_t status;
#if DNNL_VERSION_MAJOR >= 3
  status = call(dnnl_convolution_forward_primitive_desc_create)(
      &description, dn_engine(), use, dnnl_convolution_direct, d->source, d->filters, d->bias,
      d->destination, p.strides, p.dilation, p.near, p.far, attribute);
#else
  dnnl_convolution_desc_t operation;
  status = call(dnnl_convolution_forward_desc_init)(
      &operation, use, dnnl_convolution_direct, d->source, d->filters, d->bias, d->destination,
      p.strides, p.near, p.far);
  if (status == dnnl_success)
    status = call(dnnl_primitive_desc_create)(&description, &operation, attribute, dn_engine(), NULL);
#endif
  if (attribute) call(dnnl_primitive_attr_destroy)(attribute);
  return status == dnnl_success ? description : NULL;
}

dn_operation *dn_convolution_forward(const dn_convolution *sizes, bool training, bool relu) {
  descriptors d = describe(sizes);
  dnnl_primitive_desc_t description = complete(&d) ? forward(sizes, &d, training, relu) : NULL;
  release(&d);
  return description ? dn_operation_make(description) : NULL;
}

static dn_operation *backward(const dn_convolution *sizes, bool to_data) {
  descriptors d = describe(sizes);
  dnnl_primitive_desc_t hint = complete(&d) ? forward(sizes, &d, true, false) : NULL;
  if (!hint) {
    release(&d);
    return NULL;
  }
  placement p = place(sizes);
  dnnl_primitive_desc_t description = NULL;
  dnnl_status_t status;
#if DNNL_VERSION_MAJOR >= 3
  status = to_data
      ? call(dnnl_convolution_backward_data_primitive_desc_create)(
            &description, dn_engine(), dnnl_convolution_direct, d.source, d.filters, d.destination,
            p.strides, p.dilation, p.near, p.far, hint, NULL)
      : call(dnnl_convolution_backward_weights_primitive_desc_create)(
            &description, dn_engine(), dnnl_convolution_direct, d.source, d.filters, d.bias,
            d.destination, p.strides, p.dilation, p.near, p.far, hint, NULL);
#else
  dnnl_convolution_desc_t operation;
  status = to_data
      ? call(dnnl_convolution_backward_data_desc_init)(
            &operation, dnnl_convolution_direct, d.source, d.filters, d.destination, p.strides,
            p.near, p.far)
      : call(dnnl_convolution_backward_weights_desc_init)(
            &operation, dnnl_convolution_direct, d.source, d.filters, d.bias, d.destination,
            p.strides, p.near, p.far);
  if (status == dnnl_success)
    status = call(dnnl_primitive_desc_create)(&description, &operation, NULL, dn_engine(), hint);
#endif
  call(dnnl_primitive_desc_destroy)(hint);
  release(&d);
  return status == dnnl_success ? dn_operation_make(description) : NULL;
}

dn_operation *dn_convolution_backward_data(const dn_convolution *sizes) {
  return backward(sizes, true);
}

dn_operation *dn_convolution_backward_weights(const dn_convolution *sizes) {
  return backward(sizes, false);
}

#endif
