#include "CImageCodecs.h"

// jpeglib.h needs stdio.h before it.
#include <stdio.h>

#include <jerror.h>
#include <jpeglib.h>
#include <setjmp.h>
#include <string.h>

// A picture needs a dozen scans at most; a file made to keep a reader busy has thousands.
#define MAXIMUM_SCANS 100

// libjpeg may take as much as a progressive CMYK picture of 64 megapixels needs, and a bit.
#define MAXIMUM_MEMORY (768L << 20)

struct failure {
  struct jpeg_error_mgr manager;
  jmp_buf jump;
  char *message;
};

// libjpeg's way to fail: note why, and jump to the setjmp of the function that called it.
static void fail(j_common_ptr jpeg) {
  struct failure *failure = (struct failure *)jpeg->err;
  char text[JMSG_LENGTH_MAX];
  failure->manager.format_message(jpeg, text);
  snprintf(failure->message, CODEC_MESSAGE_CAPACITY, "%s", text);
  longjmp(failure->jump, 1);
}

// A negative level is a warning. libjpeg would go on and make up grey for what is missing; here
// only what costs no pixel is let pass.
static void judge(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  switch (jpeg->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_BOGUS_PROGRESSION:
      return;
    default:
      fail(jpeg);
  }
}

static void watch(j_common_ptr jpeg) {
  if (((j_decompress_ptr)jpeg)->input_scan_number <= MAXIMUM_SCANS) return;
  struct failure *failure = (struct failure *)jpeg->err;
  snprintf(failure->message, CODEC_MESSAGE_CAPACITY, "more than %d scans", MAXIMUM_SCANS);
  longjmp(failure->jump, 1);
}

// Reads up to the first scan and settles the colours. Its setjmp is the caller's.
static void read_header(j_decompress_ptr jpeg, const uint8_t *bytes, size_t count,
                        struct codec_header *header) {
  jpeg->mem->max_memory_to_use = MAXIMUM_MEMORY;
  jpeg_mem_src(jpeg, (unsigned char *)bytes, (unsigned long)count);
  jpeg_read_header(jpeg, TRUE);
  bool ink = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  // libjpeg refuses what it cannot convert, such as two components, when it starts.
  jpeg->out_color_space = ink ? JCS_CMYK : JCS_RGB;
  header->width = jpeg->image_width;
  header->height = jpeg->image_height;
  header->channels = ink ? 4 : 3;
}

// Reads the pixels. Its setjmp is the caller's.
static void read_pixels(j_decompress_ptr jpeg, const struct codec_header *header,
                        uint8_t *pixels) {
  jpeg_start_decompress(jpeg);
  if (jpeg->output_width != header->width || jpeg->output_height != header->height ||
      jpeg->output_components != (int)header->channels) {
    ERREXIT(jpeg, JERR_CONVERSION_NOTIMPL);
  }
  size_t row = (size_t)header->width * header->channels;
  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW destination = pixels + jpeg->output_scanline * row;
    jpeg_read_scanlines(jpeg, &destination, 1);
  }
  jpeg_finish_decompress(jpeg);
}

// Reads the header, and the pixels too where `pixels` is not NULL.
static bool read_file(const uint8_t *bytes, size_t count, struct codec_header *header,
                      const struct codec_header *expected, uint8_t *pixels, char *message) {
  struct jpeg_decompress_struct jpeg;
  struct failure failure;
  struct jpeg_progress_mgr progress = {.progress_monitor = watch};
  volatile bool succeeded = false;
  memset(&jpeg, 0, sizeof jpeg);
  jpeg.err = jpeg_std_error(&failure.manager);
  failure.manager.error_exit = fail;
  failure.manager.emit_message = judge;
  failure.message = message;
  if (setjmp(failure.jump) == 0) {
    jpeg_create_decompress(&jpeg);
    jpeg.progress = &progress;
    read_header(&jpeg, bytes, count, header);
    if (pixels != NULL) {
      if (memcmp(header, expected, sizeof *header) != 0) ERREXIT(&jpeg, JERR_IMAGE_TOO_BIG);
      read_pixels(&jpeg, header, pixels);
    }
    succeeded = true;
  }
  jpeg_destroy_decompress(&jpeg);
  return succeeded;
}

bool codec_jpeg_header(const uint8_t *bytes, size_t count, struct codec_header *header,
                       char *message) {
  return read_file(bytes, count, header, NULL, NULL, message);
}

bool codec_jpeg_pixels(const uint8_t *bytes, size_t count, const struct codec_header *header,
                       uint8_t *pixels, char *message) {
  struct codec_header found;
  return read_file(bytes, count, &found, header, pixels, message);
}
