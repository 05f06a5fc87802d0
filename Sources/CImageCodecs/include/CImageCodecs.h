// libpng and libjpeg behind five functions that keep no state, so that nothing can leak, and from
// which no longjmp escapes. The caller reads the header, decides whether the size is acceptable,
// and owns the memory that the pixels are written to.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The size of the buffer that a function which fails writes its reason to, with the final NUL.
#define CODEC_MESSAGE_CAPACITY 256

/// What a picture file says of its pixels, as they will be decoded: 8 bits a sample, interleaved,
/// rows from the top.
struct codec_header {
  uint32_t width;
  uint32_t height;
  /// PNG: 3 is RGB, 4 is RGB and alpha (not premultiplied).
  /// JPEG: 3 is RGB, 4 is CMYK as stored.
  uint32_t channels;
};

/// Reads a PNG's header, up to its pixels, and allocates nothing that grows with its claims.
///
/// - Returns: false, with the reason in `message`, where the bytes are not the start of a PNG.
bool codec_png_header(const uint8_t *bytes, size_t count, struct codec_header *header,
                      char *message);

/// Decodes a PNG of any colour type and depth to `width · height · channels` samples.
///
/// - Parameter header: what `codec_png_header` gave for the same bytes.
/// - Returns: false, with the reason in `message`, where the file is damaged or cut short. A file of
///   which only what follows the pixels is missing is read.
bool codec_png_pixels(const uint8_t *bytes, size_t count, const struct codec_header *header,
                      uint8_t *pixels, char *message);

/// Encodes RGB pixels as a PNG, handing its bytes to `sink` piece by piece, in order.
bool codec_png_encode(const uint8_t *rgb, uint32_t width, uint32_t height, void *context,
                      void (*sink)(void *context, const uint8_t *bytes, size_t count),
                      char *message);

/// Reads a JPEG's header, up to its first scan.
///
/// - Returns: false, with the reason in `message`, where the bytes are not the start of a JPEG of
///   1, 3 or 4 components.
bool codec_jpeg_header(const uint8_t *bytes, size_t count, struct codec_header *header,
                       char *message);

/// Decodes a JPEG, baseline or progressive, to `width · height · channels` samples.
///
/// - Parameter header: what `codec_jpeg_header` gave for the same bytes.
/// - Returns: false, with the reason in `message`, where the file is damaged or cut short, or
///   repeats its scans without end. A file of which only the end marker is missing is read.
bool codec_jpeg_pixels(const uint8_t *bytes, size_t count, const struct codec_header *header,
                       uint8_t *pixels, char *message);
