// libpng and libjpeg behind functions that keep no state, so that nothing can leak, and from which
// no longjmp escapes. The caller reads the header, decides whether the size is acceptable, and owns
// the memory that the pixels are written to. Resampling.c has the loops that resize images.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The size of the buffer for the reason of a failure, including the final NUL.
#define CODEC_MESSAGE_CAPACITY 256

/// The size and channels of an image file's pixels as they are decoded: 8 bits per sample,
/// interleaved, rows from the top.
struct codec_header {
  uint32_t width;
  uint32_t height;
  /// PNG: 3 is RGB, 4 is RGB and alpha (not premultiplied).
  /// JPEG: 3 is RGB, 4 is CMYK as stored.
  uint32_t channels;
};

/// Reads a PNG's header, up to its pixels, and allocates nothing that grows with its claims.
///
/// - Returns: false, with the reason in `message`, if the bytes aren't the start of a PNG.
bool codec_png_header(const uint8_t *bytes, size_t count, struct codec_header *header,
                      char *message);

/// Decodes a PNG of any colour type and depth to `width · height · channels` samples.
///
/// - Parameter header: the result of `codec_png_header` for the same bytes.
/// - Returns: false, with the reason in `message`, if the file is damaged or incomplete. A file
///   that only lacks something after the pixels is accepted.
bool codec_png_pixels(const uint8_t *bytes, size_t count, const struct codec_header *header,
                      uint8_t *pixels, char *message);

/// Encodes RGB pixels as a PNG, passing its bytes to `sink` piece by piece, in order.
///
/// - Parameter description: what the image shows, as UTF-8, for the file's text chunk; NULL for none.
bool codec_png_encode(const uint8_t *rgb, uint32_t width, uint32_t height,
                      const char *description, void *context,
                      void (*sink)(void *context, const uint8_t *bytes, size_t count),
                      char *message);

/// Reads a JPEG's header, up to its first scan.
///
/// - Returns: false, with the reason in `message`, if the bytes aren't the start of a JPEG of 1, 3
///   or 4 components.
bool codec_jpeg_header(const uint8_t *bytes, size_t count, struct codec_header *header,
                       char *message);

/// Decodes a JPEG, baseline or progressive, to `width · height · channels` samples.
///
/// - Parameter header: the result of `codec_jpeg_header` for the same bytes.
/// - Returns: false, with the reason in `message`, if the file is damaged or incomplete, or has too
///   many scans. A file that only lacks its end marker is accepted.
bool codec_jpeg_pixels(const uint8_t *bytes, size_t count, const struct codec_header *header,
                       uint8_t *pixels, char *message);

/// A part of a JPEG that is scaled down while it is decoded.
struct codec_part {
  /// 1, 2, 4 or 8: the scaled image has ⌈width/denominator⌉ × ⌈height/denominator⌉ pixels.
  uint32_t denominator;
  /// The part's first column and row in the scaled image, and its size.
  uint32_t left;
  uint32_t top;
  uint32_t width;
  uint32_t height;
};

/// Decodes a part of a JPEG, and passes its rows to `take` from the top, one at a time.
///
/// What is outside the part is decompressed, so that damage there is found, but its pixels are not
/// computed. Pixels have 4 bytes: red, green, blue, and one to ignore. CMYK (inverted, as Adobe
/// stores it) is mixed: red is (cyan · black + 127) / 255.
///
/// - Parameters:
///   - header: the result of `codec_jpeg_header` for the same bytes.
///   - part: at least one pixel, inside the scaled image.
/// - Returns: like `codec_jpeg_pixels`.
bool codec_jpeg_rows(const uint8_t *bytes, size_t count, const struct codec_header *header,
                     const struct codec_part *part, void *context,
                     void (*take)(void *context, const uint8_t *pixels), char *message);

/// Encodes an image as a baseline JPEG with colours at half the resolution (4:2:0), passing its bytes
/// to `sink` in one piece. The same planes always give the same bytes.
///
/// - Parameters:
///   - planes: 3×height×width samples, red first.
///   - quality: 1 to 100, on the scale of libjpeg.
bool codec_jpeg_encode(const uint8_t *planes, uint32_t width, uint32_t height, int quality,
                       void *context,
                       void (*sink)(void *context, const uint8_t *bytes, size_t count),
                       char *message);

/// Resizing along one axis: each output is the weighted mean of `taps` inputs.
struct codec_taps {
  size_t outputs;
  size_t taps;
  /// The first input of each output.
  const int32_t *first;
  /// Outputs × taps, in units of 2⁻²²; each output's add up to 1 except for rounding.
  const int32_t *weights;
};

/// Resizes one row of 4-byte pixels to a row of `outputs` of them.
void codec_narrow(const struct codec_taps *columns, const uint8_t *pixels, uint8_t *row);

/// One output row of `count` samples from input rows that are `stride` bytes apart.
void codec_blend(const struct codec_taps *rows, size_t output, const uint8_t *inputs,
                 size_t stride, size_t count, uint8_t *line);

/// Separates `count` 4-byte pixels into three rows.
void codec_split(const uint8_t *pixels, size_t count, uint8_t *red, uint8_t *green, uint8_t *blue);

/// Makes `count` 3-byte pixels into 4-byte ones.
void codec_pad(const uint8_t *rgb, size_t count, uint8_t *pixels);
