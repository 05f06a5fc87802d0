// Rounding to bfloat16, the upper half of a Float: to the nearest, of two equally near ones to the one
// whose last bit is 0. NaN stays NaN.
//
// 16 numbers are rounded at a time; fewer at the end of all are rounded in a copy. Each stretch of numbers
// is independent of the others.

#include "Internal.h"

typedef uint32_t uints __attribute__((ext_vector_type(16)));
typedef uint16_t halves __attribute__((ext_vector_type(16)));
typedef uints unaligned_uints __attribute__((aligned(4), may_alias));
typedef halves unaligned_halves __attribute__((aligned(2), may_alias));

/// Just less than half of the last bit that stays, and a bit of NaN's that stays.
enum { almost_half = 0x7FFF, quiet = 0x400000 };

typedef struct {
  size_t count;
  const float *x;
  float *y;
  uint16_t *upper;
} Job;

/// The bits of 16 Floats, rounded: the lower halves are zeros. (A macro, since clones may not return vectors.)
/// Adding to the bits carries into the upper half if the lower one is more than half of its last bit, and
/// at exactly half if that bit is 1.
#define FK_NEAREST(bits)                                                                        \
  (((((bits) & 0x7FFFFFFF) > (uints)0x7F800000) ? ((bits) | (uints)quiet)                       \
                                                : ((bits) + almost_half + ((bits) >> 16 & 1))) \
   & 0xFFFF0000)

/// Rounds 16 numbers, into Floats or their upper halves.
FK_INLINE void round_lanes(const float *x, float *y, uint16_t *upper) {
  const uints bits = *(const unaligned_uints *)x;
  const uints nearest = FK_NEAREST(bits);
  if (y) *(unaligned_uints *)y = nearest;
  if (upper) *(unaligned_halves *)upper = __builtin_convertvector(nearest >> 16, halves);
}

FK_CLONES
static void round_stretches(void *context, int begin, int end) {
  const Job *job = context;
  const size_t last = stretch_end(end, job->count);
  size_t i = stretch_end(begin, job->count);
  for (; i + lanes <= last; i += lanes)
    round_lanes(job->x + i, job->y ? job->y + i : NULL, job->upper ? job->upper + i : NULL);
  if (i == last) return;
  float x[lanes] = {0}, y[lanes];
  uint16_t upper[lanes];
  memcpy(x, job->x + i, (last - i) * sizeof *x);
  round_lanes(x, y, upper);
  if (job->y) memcpy(job->y + i, y, (last - i) * sizeof *y);
  if (job->upper) memcpy(job->upper + i, upper, (last - i) * sizeof *upper);
}

void fk_round_bfloat16(size_t count, const float *x, float *y) {
  Job job = {count, x, y, NULL};
  fk_parallel(stretches(count), round_stretches, &job);
}

void fk_narrow_bfloat16(size_t count, const float *x, uint16_t *upper) {
  Job job = {count, x, NULL, upper};
  fk_parallel(stretches(count), round_stretches, &job);
}

void fk_widen_bfloat16(size_t count, const uint16_t *upper, float *x) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t bits = (uint32_t)upper[i] << 16;
    memcpy(x + i, &bits, sizeof bits);
  }
}
