#include "CImageCodecs.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

// The bytes of a file that haven't been read.
struct source {
  const uint8_t *bytes;
  size_t count;
  // Both are written between setjmp and longjmp, and read after that. Whether a read went past the
  // end.
  volatile bool ended;
  // Whether every pixel has been read, and the checksum after the last one.
  volatile bool complete;
};

struct sink {
  void *context;
  void (*write)(void *context, const uint8_t *bytes, size_t count);
};

// Called by libpng on failure: stores the reason, and jumps to the setjmp of the calling function.
static void fail(png_structp png, png_const_charp reason) {
  char *message = png_get_error_ptr(png);
  snprintf(message, CODEC_MESSAGE_CAPACITY, "%s", reason);
  png_longjmp(png, 1);
}

// Ignores warnings, which are about chunks without pixels.
static void ignore(png_structp png, png_const_charp reason) {
  (void)png;
  (void)reason;
}

static void take(png_structp png, png_bytep destination, size_t count) {
  struct source *source = png_get_io_ptr(png);
  if (count > source->count) {
    source->ended = true;
    png_error(png, "the data ends too early");
  }
  memcpy(destination, source->bytes, count);
  source->bytes += count;
  source->count -= count;
}

static void give(png_structp png, png_bytep bytes, size_t count) {
  struct sink *sink = png_get_io_ptr(png);
  sink->write(sink->context, bytes, count);
}

static void flush(png_structp png) { (void)png; }

// Reads up to the pixels. The caller has the setjmp.
static void read_header(png_structp png, png_infop info, struct source *source,
                        struct codec_header *header) {
  // The caller checks the size, with its own message. Other chunks may use only a little memory.
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_malloc_max(png, 4 << 20);
  png_set_chunk_cache_max(png, 64);
  png_set_read_fn(png, source, take);
  png_read_info(png, info);
  bool alpha = (png_get_color_type(png, info) & PNG_COLOR_MASK_ALPHA) != 0 ||
               png_get_valid(png, info, PNG_INFO_tRNS) != 0;
  header->width = png_get_image_width(png, info);
  header->height = png_get_image_height(png, info);
  header->channels = alpha ? 4 : 3;
}

// Reads the pixels as 8-bit RGB or RGBA. The caller has the setjmp.
static void read_pixels(png_structp png, png_infop info, const struct codec_header *header,
                        uint8_t *pixels) {
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t row = (size_t)header->width * header->channels;
  if (png_get_rowbytes(png, info) != row) png_error(png, "the header contradicts itself");
  for (int pass = 0; pass < passes; pass++) {
    for (size_t y = 0; y < header->height; y++) png_read_row(png, pixels + y * row, NULL);
  }
  ((struct source *)png_get_io_ptr(png))->complete = true;
  png_read_end(png, NULL);
}

// Reads the header, and the pixels if `pixels` isn't NULL.
static bool read_file(const uint8_t *bytes, size_t count, struct codec_header *header,
                      const struct codec_header *expected, uint8_t *pixels, char *message) {
  struct source source = {bytes, count, false, false};
  snprintf(message, CODEC_MESSAGE_CAPACITY, "out of memory");
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, fail, ignore);
  if (png == NULL) return false;
  png_infop volatile info = png_create_info_struct(png);
  volatile bool succeeded = false;
  if (info != NULL && setjmp(png_jmpbuf(png)) == 0) {
    read_header(png, info, &source, header);
    if (pixels != NULL) {
      if (memcmp(header, expected, sizeof *header) != 0) png_error(png, "the header changed");
      read_pixels(png, info, header, pixels);
    }
    succeeded = true;
  } else if (source.complete && source.ended) {
    // Only something after the pixels is missing: IEND, or a text chunk.
    succeeded = true;
  }
  png_infop done = info;
  png_destroy_read_struct(&png, &done, NULL);
  return succeeded;
}

bool codec_png_header(const uint8_t *bytes, size_t count, struct codec_header *header,
                      char *message) {
  return read_file(bytes, count, header, NULL, NULL, message);
}

bool codec_png_pixels(const uint8_t *bytes, size_t count, const struct codec_header *header,
                      uint8_t *pixels, char *message) {
  struct codec_header found;
  return read_file(bytes, count, &found, header, pixels, message);
}

bool codec_png_encode(const uint8_t *rgb, uint32_t width, uint32_t height,
                      const char *description, void *context,
                      void (*write)(void *context, const uint8_t *bytes, size_t count),
                      char *message) {
  struct sink sink = {context, write};
  snprintf(message, CODEC_MESSAGE_CAPACITY, "out of memory");
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, fail, ignore);
  if (png == NULL) return false;
  png_infop volatile info = png_create_info_struct(png);
  volatile bool succeeded = false;
  if (info != NULL && setjmp(png_jmpbuf(png)) == 0) {
    png_set_write_fn(png, &sink, give, flush);
    png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (description != NULL) {
      // An iTXt chunk, since the text is UTF-8.
      png_text text = {.compression = PNG_ITXT_COMPRESSION_NONE,
                       .key = "Description",
                       .text = (char *)description,
                       .itxt_length = strlen(description),
                       .lang = "en",
                       .lang_key = "Description"};
      png_set_text(png, info, &text, 1);
    }
    png_write_info(png, info);
    for (size_t y = 0; y < height; y++) png_write_row(png, rgb + y * width * 3);
    png_write_end(png, info);
    succeeded = true;
  }
  png_infop done = info;
  png_destroy_write_struct(&png, &done);
  return succeeded;
}
