#ifdef ALEXNET_ONEDNN

#include "Context.h"

#include <pthread.h>
#include <stdlib.h>

static dnnl_engine_t engine;
static dnnl_stream_t stream;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void create(void) {
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) return;
  if (dnnl_stream_create(&stream, engine, dnnl_stream_default_flags) != dnnl_success)
    stream = NULL;
}

dnnl_engine_t dn_engine(void) {
  pthread_once(&once, create);
  return engine;
}

dnnl_stream_t dn_stream(void) {
  pthread_once(&once, create);
  return stream;
}

void dn_version(int *major, int *minor, int *patch) {
  const dnnl_version_t *version = dnnl_version();
  *major = version->major;
  *minor = version->minor;
  *patch = version->patch;
}

dn_descriptor dn_descriptor_create(int rank, const int64_t *dimensions, dnnl_format_tag_t tag) {
#if DNNL_VERSION_MAJOR >= 3
  dn_descriptor descriptor = NULL;
  dnnl_status_t status =
      dnnl_memory_desc_create_with_tag(&descriptor, rank, dimensions, dnnl_f32, tag);
  return status == dnnl_success ? descriptor : NULL;
#else
  dn_descriptor descriptor = malloc(sizeof *descriptor);
  if (!descriptor) return NULL;
  if (dnnl_memory_desc_init_by_tag(descriptor, rank, dimensions, dnnl_f32, tag) == dnnl_success)
    return descriptor;
  free(descriptor);
  return NULL;
#endif
}

dn_descriptor dn_descriptor_copy(dn_const_descriptor descriptor) {
#if DNNL_VERSION_MAJOR >= 3
  dn_descriptor copy = NULL;
  return dnnl_memory_desc_clone(&copy, descriptor) == dnnl_success ? copy : NULL;
#else
  dn_descriptor copy = malloc(sizeof *copy);
  if (copy) *copy = *descriptor;
  return copy;
#endif
}

void dn_descriptor_destroy(dn_descriptor descriptor) {
#if DNNL_VERSION_MAJOR >= 3
  if (descriptor) dnnl_memory_desc_destroy(descriptor);
#else
  free(descriptor);
#endif
}

dnnl_format_tag_t dn_map_tag(int block) { return block == 16 ? dnnl_nChw16c : dnnl_nchw; }

#endif
