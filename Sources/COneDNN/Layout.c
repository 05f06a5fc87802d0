#ifdef ALEXNET_ONEDNN

#include <stdlib.h>

#include "Context.h"

static dn_layout *wrap(dn_descriptor descriptor) {
  if (!descriptor) return NULL;
  dn_layout *layout = malloc(sizeof *layout);
  if (layout)
    layout->descriptor = descriptor;
  else
    dn_descriptor_destroy(descriptor);
  return layout;
}

dn_layout *dn_layout_map(int n, int c, int h, int w, int block) {
  return wrap(dn_descriptor_create(4, (int64_t[]){n, c, h, w}, dn_map_tag(block)));
}

dn_layout *dn_layout_filters(int groups, int o, int i, int k) {
  if (groups == 1) return wrap(dn_descriptor_create(4, (int64_t[]){o, i, k, k}, dnnl_oihw));
  int64_t dimensions[] = {groups, o / groups, i / groups, k, k};
  return wrap(dn_descriptor_create(5, dimensions, dnnl_goihw));
}

void dn_layout_destroy(dn_layout *layout) {
  if (!layout) return;
  dn_descriptor_destroy(layout->descriptor);
  free(layout);
}

size_t dn_layout_size(const dn_layout *layout) {
  return call(dnnl_memory_desc_get_size)(layout->descriptor);
}

bool dn_layout_equal(const dn_layout *a, const dn_layout *b) {
  return call(dnnl_memory_desc_equal)(a->descriptor, b->descriptor);
}

#endif
