#include "CImageCodecs.h"

#include <string.h>

// Weights are in units of 2⁻²², so that 255 times their sum fits in 32 bits. All arithmetic is on
// integers, so every processor and compiler gives the same bytes.
enum { fraction_bits = 22, block = 64 };

typedef uint8_t pixel __attribute__((vector_size(4)));
typedef int32_t lanes __attribute__((vector_size(16)));

/// Defines `name` as `body`, compiled for processors with and without AVX2.
#if defined(__x86_64__)
#define CLONED(name, body, parameters, ...)                                                     \
  __attribute__((target("arch=x86-64-v3"))) static void name##_in_256 parameters { body(__VA_ARGS__); } \
  static void name##_in_128 parameters { body(__VA_ARGS__); }                                   \
  void name parameters {                                                                        \
    if (__builtin_cpu_supports("x86-64-v3")) {                                                  \
      name##_in_256(__VA_ARGS__);                                                               \
    } else {                                                                                    \
      name##_in_128(__VA_ARGS__);                                                               \
    }                                                                                           \
  }
#else
#define CLONED(name, body, parameters, ...) \
  void name parameters { body(__VA_ARGS__); }
#endif

#define INLINE static inline __attribute__((always_inline))

INLINE uint8_t rounded(int32_t sum) {
  int32_t level = sum >> fraction_bits;
  return (uint8_t)(level > 255 ? 255 : level);
}

INLINE void narrow_with(const struct codec_taps *columns, size_t taps, const uint8_t *pixels,
                        uint8_t *row) {
  const int32_t half = 1 << (fraction_bits - 1);
  const int32_t *first = columns->first, *weights = columns->weights;
  for (size_t x = 0, end = columns->outputs; x < end; x++, weights += taps) {
    const uint8_t *input = pixels + 4 * (size_t)first[x];
    lanes sum = {half, half, half, half};
    for (size_t t = 0; t < taps; t++) {
      pixel levels;
      memcpy(&levels, input + 4 * t, sizeof levels);
      sum += __builtin_convertvector(levels, lanes) * weights[t];
    }
    sum >>= fraction_bits;
    // Weights that round up can carry white beyond 255.
    const lanes over = sum > 255;
    sum = (sum & ~over) | (over & 255);
    const pixel levels = __builtin_convertvector(sum, pixel);
    memcpy(row + 4 * x, &levels, sizeof levels);
  }
}

INLINE void narrow(const struct codec_taps *columns, const uint8_t *pixels, uint8_t *row) {
  // Most images are made up to 3 times smaller; for these, the inner loop is unrolled.
  switch (columns->taps) {
    case 2: return narrow_with(columns, 2, pixels, row);
    case 3: return narrow_with(columns, 3, pixels, row);
    case 4: return narrow_with(columns, 4, pixels, row);
    case 5: return narrow_with(columns, 5, pixels, row);
    case 6: return narrow_with(columns, 6, pixels, row);
    default: return narrow_with(columns, columns->taps, pixels, row);
  }
}

INLINE void blend(const struct codec_taps *rows, size_t output, const uint8_t *inputs,
                  size_t stride, size_t count, uint8_t *line) {
  const int32_t half = 1 << (fraction_bits - 1);
  const int32_t *weights = rows->weights + output * rows->taps;
  const uint8_t *input = inputs + (size_t)rows->first[output] * stride;
  size_t start = 0;
  for (; start + block <= count; start += block) {
    int32_t sums[block];
    for (int i = 0; i < block; i++) sums[i] = half;
    for (size_t t = 0; t < rows->taps; t++) {
      const uint8_t *row = input + t * stride + start;
      for (int i = 0; i < block; i++) sums[i] += row[i] * weights[t];
    }
    for (int i = 0; i < block; i++) line[start + i] = rounded(sums[i]);
  }
  for (; start < count; start++) {
    int32_t sum = half;
    for (size_t t = 0; t < rows->taps; t++) sum += input[t * stride + start] * weights[t];
    line[start] = rounded(sum);
  }
}

INLINE void split(const uint8_t *pixels, size_t count, uint8_t *red, uint8_t *green,
                  uint8_t *blue) {
  for (size_t x = 0; x < count; x++) {
    red[x] = pixels[4 * x];
    green[x] = pixels[4 * x + 1];
    blue[x] = pixels[4 * x + 2];
  }
}

INLINE void pad(const uint8_t *rgb, size_t count, uint8_t *pixels) {
  for (size_t x = 0; x < count; x++) {
    pixels[4 * x] = rgb[3 * x];
    pixels[4 * x + 1] = rgb[3 * x + 1];
    pixels[4 * x + 2] = rgb[3 * x + 2];
    pixels[4 * x + 3] = 0;
  }
}

CLONED(codec_narrow, narrow,
       (const struct codec_taps *columns, const uint8_t *pixels, uint8_t *row), columns, pixels, row)

CLONED(codec_blend, blend,
       (const struct codec_taps *rows, size_t output, const uint8_t *inputs, size_t stride,
        size_t count, uint8_t *line),
       rows, output, inputs, stride, count, line)

CLONED(codec_split, split,
       (const uint8_t *pixels, size_t count, uint8_t *red, uint8_t *green, uint8_t *blue), pixels,
       count, red, green, blue)

CLONED(codec_pad, pad, (const uint8_t *rgb, size_t count, uint8_t *pixels), rgb, count, pixels)
