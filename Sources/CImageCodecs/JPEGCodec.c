#include "CImageCodecs.h"

// jpeglib.h needs stdio.h before it.
#include <stdio.h>

#include <jerror.h>
#include <jpeglib.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

// An image needs at most a dozen scans; a file made to keep a reader busy has thousands.
#define MAXIMUM_SCANS 100

// libjpeg may use slightly more memory than a progressive CMYK image of 64 megapixels needs.
#define MAXIMUM_MEMORY (768L << 20)

struct failure {
  struct jpeg_error_mgr manager;
  jmp_buf jump;
  char *message;
  // Whether the file ended without its end marker.
  bool ended;
};

struct progress {
  struct jpeg_progress_mgr manager;
  // The components that had a scan so far, one bit each.
  unsigned scanned;
};

// Called by libjpeg on failure: stores the reason, and jumps to the setjmp of the calling function.
static void fail(j_common_ptr jpeg) {
  struct failure *failure = (struct failure *)jpeg->err;
  char text[JMSG_LENGTH_MAX];
  failure->manager.format_message(jpeg, text);
  snprintf(failure->message, CODEC_MESSAGE_CAPACITY, "%s", text);
  longjmp(failure->jump, 1);
}

// A negative level is a warning. libjpeg would continue and fill missing parts with grey; here only
// warnings that cost no pixels are ignored. read_pixels checks whether a missing end costs any.
static void judge(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  switch (jpeg->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_BOGUS_PROGRESSION:
      return;
    case JWRN_JPEG_EOF:
      ((struct failure *)jpeg->err)->ended = true;
      return;
    default:
      fail(jpeg);
  }
}

static void watch(j_common_ptr common) {
  j_decompress_ptr jpeg = (j_decompress_ptr)common;
  struct progress *progress = (struct progress *)jpeg->progress;
  for (int i = 0; i < jpeg->comps_in_scan; i++) {
    progress->scanned |= 1u << jpeg->cur_comp_info[i]->component_index;
  }
  if (jpeg->input_scan_number <= MAXIMUM_SCANS) return;
  struct failure *failure = (struct failure *)common->err;
  snprintf(failure->message, CODEC_MESSAGE_CAPACITY, "more than %d scans", MAXIMUM_SCANS);
  longjmp(failure->jump, 1);
}

// Reads up to the first scan and chooses the colours. The caller has the setjmp.
static void read_header(j_decompress_ptr jpeg, const uint8_t *bytes, size_t count,
                        struct codec_header *header) {
  jpeg->mem->max_memory_to_use = MAXIMUM_MEMORY;
  jpeg_mem_src(jpeg, (unsigned char *)bytes, (unsigned long)count);
  jpeg_read_header(jpeg, TRUE);
  bool ink = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  // libjpeg reports what it can't convert, such as two components, when it starts.
  jpeg->out_color_space = ink ? JCS_CMYK : JCS_RGB;
  header->width = jpeg->image_width;
  header->height = jpeg->image_height;
  header->channels = ink ? 4 : 3;
}

// Whether the scans of a file without an end marker contained every bit of every coefficient. (An
// incomplete scan was already an error, because libjpeg warns about it.)
static bool is_whole(j_decompress_ptr jpeg) {
  // Arithmetic coding leaves out zeros at the end of a scan, so a cut can't be recognized.
  if (jpeg->arith_code) return false;
  unsigned scanned = ((struct progress *)jpeg->progress)->scanned;
  for (int c = 0; c < jpeg->num_components; c++) {
    if ((scanned >> c & 1) == 0) return false;
    for (int k = 0; jpeg->progressive_mode && k < DCTSIZE2; k++) {
      // -1: never sent; above 0: this many low bits are missing.
      if (jpeg->coef_bits == NULL || jpeg->coef_bits[c][k] != 0) return false;
    }
  }
  return true;
}

// Reads the pixels. The caller has the setjmp.
static void read_pixels(j_decompress_ptr jpeg, const struct codec_header *header,
                        uint8_t *pixels) {
  bool several = jpeg_has_multiple_scans(jpeg);
  jpeg_start_decompress(jpeg);
  if (jpeg->output_width != header->width || jpeg->output_height != header->height ||
      jpeg->output_components != (int)header->channels) {
    ERREXIT(jpeg, JERR_CONVERSION_NOTIMPL);
  }
  size_t row = (size_t)header->width * header->channels;
  // At this point all scans of a file with several have been read.
  bool ended = ((struct failure *)jpeg->err)->ended;
  if (several && ended && !is_whole(jpeg)) ERREXIT(jpeg, JERR_INPUT_EOF);
  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW destination = pixels + jpeg->output_scanline * row;
    jpeg_read_scanlines(jpeg, &destination, 1);
  }
  ended = ((struct failure *)jpeg->err)->ended;
  if (ended && !is_whole(jpeg)) ERREXIT(jpeg, JERR_INPUT_EOF);
  jpeg_finish_decompress(jpeg);
}

// Turns inverted inks into red, green and blue: each is what its ink and black let through.
static void mix_inks(uint8_t *pixels, size_t count) {
  for (size_t i = 0; i < 4 * count; i += 4) {
    unsigned black = pixels[i + 3];
    for (size_t c = 0; c < 3; c++) pixels[i + c] = (uint8_t)((pixels[i + c] * black + 127) / 255);
  }
}

// Where the rows of a part go.
struct receiver {
  const struct codec_part *part;
  void *context;
  void (*take)(void *context, const uint8_t *pixels);
};

// Decompresses rows without computing their pixels.
static void skip(j_decompress_ptr jpeg, JDIMENSION count) {
  if (count > 0 && jpeg_skip_scanlines(jpeg, count) != count) ERREXIT(jpeg, JERR_CONVERSION_NOTIMPL);
}

// Reads the rows of a part. The caller has the setjmp.
static void read_part(j_decompress_ptr jpeg, const struct codec_header *header,
                      const struct receiver *receiver) {
  const struct codec_part *part = receiver->part;
  const JDIMENSION denominator = part->denominator;
  bool several = jpeg_has_multiple_scans(jpeg);
  bool ink = header->channels == 4;
  jpeg->scale_num = 1;
  jpeg->scale_denom = denominator;
  if (!ink) jpeg->out_color_space = JCS_EXT_RGBX;
  jpeg_start_decompress(jpeg);
  const JDIMENSION right = part->left + part->width, bottom = part->top + part->height;
  if (jpeg->output_width != (header->width + denominator - 1) / denominator ||
      jpeg->output_height != (header->height + denominator - 1) / denominator ||
      jpeg->output_components != 4 || right > jpeg->output_width || bottom > jpeg->output_height) {
    ERREXIT(jpeg, JERR_CONVERSION_NOTIMPL);
  }
  bool ended = ((struct failure *)jpeg->err)->ended;
  if (several && ended && !is_whole(jpeg)) ERREXIT(jpeg, JERR_INPUT_EOF);

  // Colours stored at half the resolution are interpolated, and a progressive image that lacks
  // scans is smoothed, so the pixels at a cut depend on up to two blocks outside it.
  const JDIMENSION block = DCTSIZE / denominator;
  const JDIMENSION across = 2 * block * (JDIMENSION)jpeg->max_h_samp_factor;
  const JDIMENSION above = 2 * block * (JDIMENSION)jpeg->max_v_samp_factor;
  JDIMENSION first = part->left > across ? part->left - across : 0;
  JDIMENSION end = jpeg->output_width - right > across ? right + across : jpeg->output_width;
  JDIMENSION width = end - first;
  if (width < jpeg->output_width) jpeg_crop_scanline(jpeg, &first, &width);
  if (first > part->left || first + width < right || jpeg->output_width != width) {
    ERREXIT(jpeg, JERR_CONVERSION_NOTIMPL);
  }
  // libjpeg-turbo writes rows at multiples of 32 bytes past the cache, and a row is read at once.
  JSAMPARRAY row =
      jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, 4 * jpeg->output_width + 4, 1);
  row[0] += 4;
  if (part->top > above) skip(jpeg, part->top - above);
  while (jpeg->output_scanline < bottom) {
    const JDIMENSION y = jpeg->output_scanline;
    jpeg_read_scanlines(jpeg, row, 1);
    if (y < part->top) continue;
    uint8_t *pixels = row[0] + 4 * (size_t)(part->left - first);
    if (ink) mix_inks(pixels, part->width);
    receiver->take(receiver->context, pixels);
  }
  // The rest is decompressed only if its last row is wanted.
  if (bottom < jpeg->output_height) {
    skip(jpeg, jpeg->output_height - bottom - 1);
    jpeg_read_scanlines(jpeg, row, 1);
  }
  ended = ((struct failure *)jpeg->err)->ended;
  if (ended && !is_whole(jpeg)) ERREXIT(jpeg, JERR_INPUT_EOF);
  jpeg_finish_decompress(jpeg);
}

// Reads the header, then the pixels if `pixels` isn't NULL, or the rows of a part if `receiver`
// isn't NULL.
static bool read_file(const uint8_t *bytes, size_t count, struct codec_header *header,
                      const struct codec_header *expected, uint8_t *pixels,
                      const struct receiver *receiver, char *message) {
  struct jpeg_decompress_struct jpeg;
  struct failure failure = {.ended = false};
  struct progress progress = {.manager = {.progress_monitor = watch}};
  volatile bool succeeded = false;
  memset(&jpeg, 0, sizeof jpeg);
  jpeg.err = jpeg_std_error(&failure.manager);
  failure.manager.error_exit = fail;
  failure.manager.emit_message = judge;
  failure.message = message;
  if (setjmp(failure.jump) == 0) {
    jpeg_create_decompress(&jpeg);
    jpeg.progress = &progress.manager;
    read_header(&jpeg, bytes, count, header);
    if (expected != NULL) {
      if (memcmp(header, expected, sizeof *header) != 0) ERREXIT(&jpeg, JERR_IMAGE_TOO_BIG);
      if (receiver != NULL) {
        read_part(&jpeg, header, receiver);
      } else {
        read_pixels(&jpeg, header, pixels);
      }
    }
    succeeded = true;
  }
  jpeg_destroy_decompress(&jpeg);
  return succeeded;
}

bool codec_jpeg_header(const uint8_t *bytes, size_t count, struct codec_header *header,
                       char *message) {
  return read_file(bytes, count, header, NULL, NULL, NULL, message);
}

bool codec_jpeg_pixels(const uint8_t *bytes, size_t count, const struct codec_header *header,
                       uint8_t *pixels, char *message) {
  struct codec_header found;
  return read_file(bytes, count, &found, header, pixels, NULL, message);
}

bool codec_jpeg_rows(const uint8_t *bytes, size_t count, const struct codec_header *header,
                     const struct codec_part *part, void *context,
                     void (*take)(void *context, const uint8_t *pixels), char *message) {
  struct codec_header found;
  struct receiver receiver = {part, context, take};
  return read_file(bytes, count, &found, header, NULL, &receiver, message);
}

// Encodes the planes into memory that the caller frees. The caller has the setjmp.
static void write_planes(j_compress_ptr jpeg, const uint8_t *planes, uint32_t width,
                         uint32_t height, int quality) {
  jpeg->image_width = width;
  jpeg->image_height = height;
  jpeg->input_components = 3;
  jpeg->in_color_space = JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, quality, TRUE);
  jpeg_start_compress(jpeg, TRUE);
  const size_t plane = (size_t)width * height;
  JSAMPARRAY row = jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, 3 * width, 1);
  while (jpeg->next_scanline < height) {
    const uint8_t *red = planes + (size_t)jpeg->next_scanline * width;
    for (size_t x = 0; x < width; x++) {
      for (size_t c = 0; c < 3; c++) row[0][3 * x + c] = red[c * plane + x];
    }
    jpeg_write_scanlines(jpeg, row, 1);
  }
  jpeg_finish_compress(jpeg);
}

bool codec_jpeg_encode(const uint8_t *planes, uint32_t width, uint32_t height, int quality,
                       void *context,
                       void (*sink)(void *context, const uint8_t *bytes, size_t count),
                       char *message) {
  struct jpeg_compress_struct jpeg;
  struct failure failure = {.ended = false};
  unsigned char *encoded = NULL;
  unsigned long count = 0;
  volatile bool succeeded = false;
  memset(&jpeg, 0, sizeof jpeg);
  jpeg.err = jpeg_std_error(&failure.manager);
  failure.manager.error_exit = fail;
  failure.message = message;
  if (setjmp(failure.jump) == 0) {
    jpeg_create_compress(&jpeg);
    // The pointers are only written by libjpeg, through their addresses.
    jpeg_mem_dest(&jpeg, &encoded, &count);
    write_planes(&jpeg, planes, width, height, quality);
    succeeded = true;
  }
  jpeg_destroy_compress(&jpeg);
  if (succeeded) sink(context, encoded, count);
  free(encoded);
  return succeeded;
}
