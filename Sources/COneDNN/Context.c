#ifdef ALEXNET_ONEDNN

#include "Context.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "CFastKernels.h"

#if defined(__linux__)

#define TEXT(x) #x
#define EXPANDED(x) TEXT(x)
#define LIBRARY "libdnnl.so." EXPANDED(DNNL_VERSION_MAJOR)

static void *library;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static void load(void) { library = fk_load_library(LIBRARY); }

bool dn_is_available(void) {
  pthread_once(&loaded, load);
  return library != NULL;
}

const char *dn_library_name(void) { return LIBRARY; }

void *dn_function(const char *name) {
  void *function = dn_is_available() ? dlsym(library, name) : NULL;
  if (function) return function;
  fprintf(stderr, "alexnet: %s has no function %s\n", LIBRARY, name);
  abort();
}

#else

bool dn_is_available(void) { return true; }
const char *dn_library_name(void) { return "libdnnl"; }

#endif

static dnnl_engine_t engine;
static dnnl_stream_t stream;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void create(void) {
  if (call(dnnl_engine_create)(&engine, dnnl_cpu, 0) != dnnl_success) return;
  if (call(dnnl_stream_create)(&stream, engine, dnnl_stream_default_flags) != dnnl_success)
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
  const dnnl_version_t *version = call(dnnl_version)();
  *major = version->major;
  *minor = version->minor;
  *patch = version->patch;
}

dn_descriptor dn_descriptor_create(int rank, const int64_t *dimensions, dnnl_format_tag_t tag) {
#if DNNL_VERSION_MAJOR >= 3
  dn_descriptor descriptor = NULL;
  dnnl_status_t status =
      call(dnnl_memory_desc_create_with_tag)(&descriptor, rank, dimensions, dnnl_f32, tag);
  return status == dnnl_success ? descriptor : NULL;
#else
  dn_descriptor descriptor = malloc(sizeof *descriptor);
  if (!descriptor) return NULL;
  if (call(dnnl_memory_desc_init_by_tag)(descriptor, rank, dimensions, dnnl_f32, tag) == dnnl_success)
    return descriptor;
  free(descriptor);
  return NULL;
#endif
}

dn_descriptor dn_descriptor_copy(dn_const_descriptor descriptor) {
#if DNNL_VERSION_MAJOR >= 3
  dn_descriptor copy = NULL;
  return call(dnnl_memory_desc_clone)(&copy, descriptor) == dnnl_success ? copy : NULL;
#else
  dn_descriptor copy = malloc(sizeof *copy);
  if (copy) *copy = *descriptor;
  return copy;
#endif
}

void dn_descriptor_destroy(dn_descriptor descriptor) {
#if DNNL_VERSION_MAJOR >= 3
  if (descriptor) call(dnnl_memory_desc_destroy)(descriptor);
#else
  free(descriptor);
#endif
}

dnnl_format_tag_t dn_map_tag(int block) {
  return block == 16 ? dnnl_nChw16c : block == 8 ? dnnl_nChw8c : dnnl_nchw;
}

#endif
