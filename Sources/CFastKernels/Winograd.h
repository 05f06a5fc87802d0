// Shared by the files of Winograd's convolution: its sizes, points and one-dimensional transforms.
// How maps are divided into tiles is in WinogradTiles.h and explained in README.md.
//
//     Y = Aᵀ·[ Σ_c (G·g_c·Gᵀ) ⊙ (Bᵀ·d_c·B) ]·A
//
// A tile of 4×4 outputs needs (4+K−1)×(4+K−1) inputs: with K = 5, 64 products replace the
// definition's 400, with K = 3, 36 replace 144. Source: Lavin and Gray, Fast Algorithms for
// Convolutional Neural Networks, section 4.
//
// The transforms evaluate polynomials in 0, in pairs of points ±p, and in ∞. With m(t) = t·Π(t² −
// p²) the rows of Bᵀ are the coefficients of m(t)/(t − p), those of G the powers of p over N(p) =
// m′(p), the columns of Aᵀ the powers of p. A pair shares its even and its odd powers. Of all
// eighths, ½, 1 and 2 give the smallest rounding errors for K = 5; ⅝ and 1½ are oneDNN's for K = 3.

#ifndef C_FAST_KERNELS_WINOGRAD_H
#define C_FAST_KERNELS_WINOGRAD_H

#include "Internal.h"

/// Defines `name`, a body that runs in parallel, as `statement` of `job`, `begin` and `end`:
/// compiled for several instruction sets, like `FK_CLONES`, but with vectors of 16 lanes in one
/// register, if the processor has such registers. (A clone would halve them.) In the statement, `wide`
/// says whether it is compiled for those: otherwise a vector takes two registers or more of only 16, so
/// half as many sums fit.
#if defined(__x86_64__)
#define FK_WIDE_BODY(name, statement)                                                            \
  __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))                               \
  static void name##_in_512(void *job, int begin, int end) { enum { wide = 1 }; statement; }                        \
  __attribute__((target("arch=x86-64-v3")))                                                      \
  static void name##_in_256(void *job, int begin, int end) { enum { wide = 0 }; statement; }                        \
  static void name##_in_128(void *job, int begin, int end) { enum { wide = 0 }; statement; }                        \
  static void name(void *job, int begin, int end) {                                              \
    if (__builtin_cpu_supports("x86-64-v4")) {                                                   \
      name##_in_512(job, begin, end);                                                            \
    } else if (__builtin_cpu_supports("x86-64-v3")) {                                            \
      name##_in_256(job, begin, end);                                                            \
    } else {                                                                                     \
      name##_in_128(job, begin, end);                                                            \
    }                                                                                            \
  }
#else
#define FK_WIDE_BODY(name, statement) \
  static void name(void *job, int begin, int end) { enum { wide = 0 }; statement; }
#endif

#define FK_UNROLL _Pragma("clang loop unroll(full)")

/// The outputs in one row of a tile, and the largest number of points.
enum { tile_outputs = 4, most_points = 8 };

/// How many pairs of points a filter's side needs.
FK_INLINE int pairs_of(int kernel) { return kernel == 5 ? 3 : 2; }

/// How many points there are: the inputs in one row of a tile.
FK_INLINE int points_of(int pairs) { return 2 * pairs + 2; }

/// The number of channels of a map, including those that pad its last block.
FK_INLINE int filled(fk_map map) { return planes(map) * lanes; }

/// Where the points of channel `c` of the outputs from `o` on, a multiple of 16, start: for each 32
/// outputs (or the last 16, if O isn't a multiple of 32), P points of C rows of 32. The next point
/// is `step` floats away.
FK_INLINE size_t winograd_row(int pairs, int C, int O, int o, int c, size_t *step) {
  const int first = o / (2 * lanes) * 2 * lanes, width = least(2 * lanes, O - first);
  *step = (size_t)C * width;
  return (size_t)points_of(pairs) * points_of(pairs) * C * first + (size_t)c * width + (o - first);
}

/// The gradients of the filters, from those of their points, P×C×O.
void fk_winograd_restore(const fk_winograd *layer, const float *points, float *filters);

#pragma mark Points

FK_INLINE float point(int pairs, int p) {
  if (pairs == 2) return p == 0 ? 0.625f : 1.5f;
  return p == 0 ? 0.5f : p == 1 ? 1 : 2;
}

FK_INLINE float square(int pairs, int p) { return point(pairs, p) * point(pairs, p); }

/// The product and the sum of the squares of all points except `p`.
FK_INLINE float product_without(int pairs, int p) {
  float product = 1;
  FK_UNROLL for (int q = 0; q < pairs; q++) {
    if (q != p) product *= square(pairs, q);
  }
  return product;
}

FK_INLINE float sum_without(int pairs, int p) {
  float sum = 0;
  FK_UNROLL for (int q = 0; q < pairs; q++) {
    if (q != p) sum += square(pairs, q);
  }
  return sum;
}

/// N(p) = m′(p), the same for both of a pair.
FK_INLINE float derivative(int pairs, int p) {
  float product = 2 * square(pairs, p);
  FK_UNROLL for (int q = 0; q < pairs; q++) {
    if (q != p) product *= square(pairs, p) - square(pairs, q);
  }
  return product;
}

/// N(0) = m′(0).
FK_INLINE float derivative_at_zero(int pairs) {
  return (pairs % 2 == 0 ? 1 : -1) * product_without(pairs, -1);
}

#pragma mark Transforms: the point 0, each pair, ∞

/// Bᵀ·d: a row of a tile's inputs.
FK_INLINE void transform_input(int pairs, const floats *d, floats *v) {
  if (pairs == 3) {
    const float s1 = sum_without(3, -1), s3 = product_without(3, -1);
    const float s2 = square(3, 0) * square(3, 1) + (square(3, 0) + square(3, 1)) * square(3, 2);
    v[0] = d[6] - s1 * d[4] + (s2 * d[2] - s3 * d[0]);
    v[7] = d[7] - s1 * d[5] + (s2 * d[3] - s3 * d[1]);
    FK_UNROLL for (int p = 0; p < 3; p++) {
      const float sum = sum_without(3, p), product = product_without(3, p);
      const floats odd = d[5] - sum * d[3] + product * d[1];
      const floats even = d[6] - sum * d[4] + product * d[2];
      v[1 + 2 * p] = even + point(3, p) * odd;
      v[2 + 2 * p] = even - point(3, p) * odd;
    }
  } else {
    const float sum = sum_without(2, -1), product = product_without(2, -1);
    v[0] = d[4] - sum * d[2] + product * d[0];
    v[5] = d[5] - sum * d[3] + product * d[1];
    FK_UNROLL for (int p = 0; p < 2; p++) {
      const floats odd = d[3] - product_without(2, p) * d[1];
      const floats even = d[4] - product_without(2, p) * d[2];
      v[1 + 2 * p] = even + point(2, p) * odd;
      v[2 + 2 * p] = even - point(2, p) * odd;
    }
  }
}

/// Powers of every point times `count` elements: v(p) = w(p) · Σ pⁱ·g[i], and the last one at ∞.
/// With w = 1 that is A·g, with w = 1/N it is G·g.
FK_INLINE void evaluate(int pairs, int count, bool divides, const floats *g, floats *v) {
  v[0] = divides ? g[0] * (1 / derivative_at_zero(pairs)) : g[0];
  FK_UNROLL for (int p = 0; p < pairs; p++) {
    float weight = divides ? 1 / derivative(pairs, p) : 1;
    floats even = weight * g[0], odd = (weight * point(pairs, p)) * g[1];
    FK_UNROLL for (int i = 2; i < count; i += 2) {
      weight *= square(pairs, p);
      even += weight * g[i];
      if (i + 1 < count) odd += (weight * point(pairs, p)) * g[i + 1];
    }
    v[1 + 2 * p] = even + odd;
    v[2 + 2 * p] = even - odd;
  }
  v[points_of(pairs) - 1] = g[count - 1];
}

/// The transpose of `evaluate`: y[i] = Σ_p w(p) · pⁱ·m(p), plus the point at ∞ in the last. With w
/// = 1 that is Aᵀ·m, with w = 1/N it is Gᵀ·m.
FK_INLINE void gather(int pairs, int count, bool divides, const floats *m, floats *y) {
  floats even[3], odd[3];
  FK_UNROLL for (int p = 0; p < pairs; p++) {
    const float weight = divides ? 1 / derivative(pairs, p) : 1;
    even[p] = weight * (m[1 + 2 * p] + m[2 + 2 * p]);
    odd[p] = (weight * point(pairs, p)) * (m[1 + 2 * p] - m[2 + 2 * p]);
  }
  FK_UNROLL for (int i = 0; i < count; i++) {
    floats sum = i % 2 == 0 ? even[0] : odd[0];
    FK_UNROLL for (int p = 1; p < pairs; p++) sum += i % 2 == 0 ? even[p] : odd[p];
    if (i == 0) sum += divides ? m[0] * (1 / derivative_at_zero(pairs)) : m[0];
    if (i == count - 1) sum += m[points_of(pairs) - 1];
    y[i] = sum;
    FK_UNROLL for (int p = 0; p < pairs; p++) {
      if (i % 2 == 0) {
        even[p] *= square(pairs, p);
      } else {
        odd[p] *= square(pairs, p);
      }
    }
  }
}

#endif
