#include "Internal.h"

size_t fk_count(fk_map map) { return (size_t)map.n * planes(map) * plane_floats(map); }
