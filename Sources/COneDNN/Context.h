// Shared by the files of this shim: the processor, and the two generations of memory descriptors.
#ifndef C_ONE_DNN_CONTEXT_H
#define C_ONE_DNN_CONTEXT_H

#include <oneapi/dnnl/dnnl.h>

#include "COneDNN.h"

#if defined(__linux__)
/// A function of oneDNN, as in `call(dnnl_version)()`. The library isn't linked but loaded when it
/// is first needed: it is large, most cells never use it, and OpenMP's waiting must be configured
/// before it is loaded.
#define call(name) ({                                                     \
  static __typeof__(&name) found;                                         \
  __typeof__(&name) function = __atomic_load_n(&found, __ATOMIC_RELAXED); \
  if (!function) {                                                        \
    function = (__typeof__(&name))dn_function(#name);                     \
    __atomic_store_n(&found, function, __ATOMIC_RELAXED);                 \
  }                                                                       \
  function;                                                               \
})
/// The function of this name; ends the program with a message if the library lacks it.
void *dn_function(const char *name);
#else
#define call(name) name
#endif

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

/// The CPU, and the stream on which operations run one after another; null on failure.
dnnl_engine_t dn_engine(void);
dnnl_stream_t dn_stream(void);

/// A descriptor of these dimensions; null if oneDNN rejects them. `dn_descriptor_destroy` frees it.
dn_descriptor dn_descriptor_create(int rank, const int64_t *dimensions, dnnl_format_tag_t tag);
dn_descriptor dn_descriptor_copy(dn_const_descriptor descriptor);
void dn_descriptor_destroy(dn_descriptor descriptor);

/// The tag of activations in blocks of this many channels.
dnnl_format_tag_t dn_map_tag(int block);

#endif
