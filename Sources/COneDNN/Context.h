// What the files of this shim share: the processor, and the two generations of memory descriptors.
#ifndef C_ONE_DNN_CONTEXT_H
#define C_ONE_DNN_CONTEXT_H

#include <oneapi/dnnl/dnnl.h>

#include "COneDNN.h"

#if DNNL_VERSION_MAJOR >= 3
// From version 3 a descriptor is an object behind a pointer.
typedef dnnl_memory_desc_t dn_descriptor;
typedef const_dnnl_memory_desc_t dn_const_descriptor;
#else
// In version 2 it is a plain structure, passed by address.
typedef dnnl_memory_desc_t *dn_descriptor;
typedef const dnnl_memory_desc_t *dn_const_descriptor;
#endif

struct dn_layout {
  dn_descriptor descriptor;
};

/// The CPU, and the stream on which operations run one after another; null where there is none.
dnnl_engine_t dn_engine(void);
dnnl_stream_t dn_stream(void);

/// A descriptor of these dimensions; null where they are refused. `dn_descriptor_destroy` ends it.
dn_descriptor dn_descriptor_create(int rank, const int64_t *dimensions, dnnl_format_tag_t tag);
dn_descriptor dn_descriptor_copy(dn_const_descriptor descriptor);
void dn_descriptor_destroy(dn_descriptor descriptor);

/// The tag of activations in blocks of this many channels.
dnnl_format_tag_t dn_map_tag(int block);

#endif
