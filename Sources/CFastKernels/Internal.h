// Shared by the kernels: vectors of 16 lanes, clones for wider instruction sets, scratch memory.

#ifndef C_FAST_KERNELS_INTERNAL_H
#define C_FAST_KERNELS_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "CFastKernels.h"

/// Put before a function to compile its loops for AVX-512 and AVX2 too; the loader picks one.
/// (Musl's and Darwin's loaders can't.)
///
/// A clone must not call a function that takes or returns vectors by value, since caller and callee
/// might be compiled for different registers: helpers take pointers and are `FK_INLINE`, or are
/// macros.
#if defined(__x86_64__) && defined(__GLIBC__)
#define FK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FK_CLONES
#endif

#define FK_INLINE static inline __attribute__((always_inline))

enum { lanes = 16 };

typedef float floats __attribute__((ext_vector_type(16)));
typedef double doubles __attribute__((ext_vector_type(16)));
typedef int32_t ints __attribute__((ext_vector_type(16)));
typedef uint8_t bytes __attribute__((ext_vector_type(16)));

typedef floats unaligned_floats __attribute__((aligned(4), may_alias));
typedef ints unaligned_ints __attribute__((aligned(4), may_alias));
typedef bytes unaligned_bytes __attribute__((aligned(1), may_alias));

#define FK_LOAD(p) (*(const unaligned_floats *)(p))
#define FK_STORE(p, v) (*(unaligned_floats *)(p) = (v))

/// A streaming store if `streaming`: memory that doesn't fit into the caches isn't read before it is
/// overwritten. Only if `streams` returned true.
#define FK_STREAM(streaming, p, v)                       \
  do {                                                   \
    if (streaming) {                                     \
      __builtin_nontemporal_store((v), (floats *)(p));   \
    } else {                                             \
      FK_STORE(p, v);                                    \
    }                                                    \
  } while (0)
#define FK_WIDEN(v) __builtin_convertvector((v), doubles)

FK_INLINE int least(int a, int b) { return a < b ? a : b; }
FK_INLINE int greatest(int a, int b) { return a > b ? a : b; }
FK_INLINE int ceiling_quotient(int a, int b) { return (a + b - 1) / b; }

/// How many floats a place of a plane holds: 16 channels, or one.
FK_INLINE int width(fk_map map) { return map.block == lanes ? lanes : 1; }

/// How many planes an element of the batch has: ⌈C/16⌉ or C.
FK_INLINE int planes(fk_map map) { return ceiling_quotient(map.c, width(map)); }

/// How many floats a plane holds.
FK_INLINE size_t plane_floats(fk_map map) { return (size_t)map.h * map.w * width(map); }

/// Whether streaming stores are better for `count` floats at `to`.
FK_INLINE bool streams(const float *to, size_t count) {
  return count >= (size_t)4 << 20 && (uintptr_t)to % (lanes * sizeof(float)) == 0;
}

/// Completes streaming stores before other threads may read them.
FK_INLINE void end_streaming(void) {
#if defined(__x86_64__)
  __builtin_ia32_sfence();
#endif
}

/// A thread's two pieces of scratch memory: one for data that it passes to parallel bodies, one of
/// which it may run itself, and one for use within a body.
enum { for_bodies, in_body, scratch_pieces };

/// Memory of the calling thread, `count` floats at a multiple of 64 bytes. It is valid until the
/// thread requests the same piece again, and is reused from call to call, so that a step allocates
/// nothing.
float *fk_scratch(int piece, size_t count);

/// An elementwise body works on this many floats at a time.
enum { stretch = 16384 };

/// The number of stretches of `count` floats.
FK_INLINE int stretches(size_t count) { return (int)((count + stretch - 1) / stretch); }

/// Where stretch `i` of `count` floats ends.
FK_INLINE size_t stretch_end(int i, size_t count) {
  size_t end = (size_t)i * stretch;
  return end < count ? end : count;
}

/// The outputs along an axis whose window contains input `i`: from `*low` up to, not including, the
/// value returned.
FK_INLINE int outputs_holding(fk_window window, int i, int outputs, int *low) {
  int first = i + window.padding - window.kernel;
  *low = first < 0 ? 0 : first / window.stride + 1;
  return least(outputs, (i + window.padding) / window.stride + 1);
}

#endif
