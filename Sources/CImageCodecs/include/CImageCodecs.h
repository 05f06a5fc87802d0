// libpng and libjpeg behind five functions that keep no state, so that nothing can leak, and from
// which no longjmp escapes. The caller reads the header, decides whether the size is acceptable,
// and owns the memory that the pixels are written to.
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
