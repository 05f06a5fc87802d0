// Scratch memory: two pieces for each thread, which only grow.

#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "Internal.h"

enum { huge_page = 2 << 20 };

typedef struct {
  void *memory[scratch_pieces];
  size_t count[scratch_pieces];
} Scratch;

static pthread_key_t key;
static pthread_once_t made = PTHREAD_ONCE_INIT;

static void release(void *context) {
  Scratch *scratch = context;
  for (int piece = 0; piece < scratch_pieces; piece++) free(scratch->memory[piece]);
  free(scratch);
}

static void make_key(void) { pthread_key_create(&key, release); }

void fk_end_without_memory(void) {
  static const char message[] =
    "error: not enough memory for the fast engine\n"
    "hint:  a smaller batch or network needs less, and so does --threads 1\n";
  ssize_t ignored = write(STDERR_FILENO, message, sizeof message - 1);
  (void)ignored;
  // Not exit, since other threads are in the middle of a kernel.
  _exit(1);
}

static void require(bool succeeded) {
  if (!succeeded) fk_end_without_memory();
}

void *fk_allocate(size_t bytes) {
  const bool is_large = bytes >= huge_page;
  void *memory = NULL;
  if (posix_memalign(&memory, is_large ? huge_page : 64, bytes) != 0) return NULL;
#if defined(MADV_HUGEPAGE)
  // It is advice, given before the memory is first written: if there are no huge pages, nothing changes.
  if (is_large) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return memory;
}

int fk_weight_shift(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("x86-64-v3") && !__builtin_cpu_supports("x86-64-v4") ? 4 : 0;
#else
  return 0;
#endif
}

float *fk_scratch(int piece, size_t count) {
  pthread_once(&made, make_key);
  Scratch *scratch = pthread_getspecific(key);
  if (!scratch) {
    scratch = calloc(1, sizeof(Scratch));
    require(scratch && pthread_setspecific(key, scratch) == 0);
  }
  if (count > scratch->count[piece]) {
    size_t rounded = (count + 4095) / 4096 * 4096;
    free(scratch->memory[piece]);
    scratch->count[piece] = 0;
    scratch->memory[piece] = fk_allocate(rounded * sizeof(float));
    require(scratch->memory[piece] != NULL);
    scratch->count[piece] = rounded;
  }
  return scratch->memory[piece];
}
