// Parallel work on threads. It uses oneDNN's thread pool if there is one, since two pools would
// compete for the cores.

#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "Internal.h"

#if defined(__APPLE__)
#include <dispatch/dispatch.h>
#endif
#include <dlfcn.h>

static int threads_wanted;

int fk_threads(void) {
  int wanted = __atomic_load_n(&threads_wanted, __ATOMIC_RELAXED);
  if (wanted > 0) return wanted;
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  return cores > 0 ? (int)cores : 1;
}

typedef struct {
  int count, threads;
  void (*body)(void *, int, int);
  void *context;
} Job;

/// Runs the part of a job that belongs to thread `index` of `threads`.
static void run_part(const Job *job, int index, int threads) {
  int begin = (int)((long long)job->count * index / threads);
  int end = (int)((long long)job->count * (index + 1) / threads);
  if (begin < end) job->body(job->context, begin, end);
}

#if defined(__linux__)

// By default OpenMP's waiting threads spin for milliseconds, on cores that other processes may
// need: next to two of them, training took 13 times as long. A thread that waits longer than this
// many pauses (some 15 µs) now sleeps. In steps of cuda-convnet-18 in batches of 128, on two cores:
// with 100 pauses a quiet machine trains 16% slower than with the default, with 1,000 as fast;
// beside one and two busy processes 1,000 take 1.1 times as long as sleeping at once, 2,000 already
// 1.2 and 1.5 times.
#define SPIN_COUNT "1000"

// libgomp reads its variables once, while it is loaded, so they are set only during that time.
void *fk_load_library(const char *name) {
  bool is_decided = getenv("OMP_WAIT_POLICY") || getenv("GOMP_SPINCOUNT");
  if (!is_decided) setenv("GOMP_SPINCOUNT", SPIN_COUNT, 1);
  void *library = dlopen(name, RTLD_NOW | RTLD_GLOBAL);
  if (!is_decided) unsetenv("GOMP_SPINCOUNT");
  return library;
}

// OpenMP's pool, through the functions that compilers call. oneDNN uses the same library, whichever
// is loaded first.
static void (*omp_parallel)(void (*)(void *), void *, unsigned, unsigned);
static int (*omp_thread)(void);
static int (*omp_team)(void);
static void (*omp_set)(int);
static pthread_once_t found = PTHREAD_ONCE_INIT;

static void find_pool(void) {
  if (!dlsym(RTLD_DEFAULT, "GOMP_parallel")) fk_load_library("libgomp.so.1");
  *(void **)&omp_thread = dlsym(RTLD_DEFAULT, "omp_get_thread_num");
  *(void **)&omp_team = dlsym(RTLD_DEFAULT, "omp_get_num_threads");
  *(void **)&omp_set = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  if (omp_thread && omp_team && omp_set) {
    *(void **)&omp_parallel = dlsym(RTLD_DEFAULT, "GOMP_parallel");
  }
}

static void run_in_team(void *context) { run_part(context, omp_thread(), omp_team()); }

static void run(Job *job) {
  pthread_once(&found, find_pool);
  if (omp_parallel) {
    omp_parallel(run_in_team, job, (unsigned)job->threads, 0);
  } else {
    run_part(job, 0, 1);
  }
}

static void tell_pool(int count) {
  pthread_once(&found, find_pool);
  if (omp_set) omp_set(count);
}

#elif defined(__APPLE__)

static void run_iteration(void *context, size_t index) {
  Job *job = context;
  run_part(job, (int)index, job->threads);
}

static void run(Job *job) {
  dispatch_apply_f((size_t)job->threads, DISPATCH_APPLY_AUTO, job, run_iteration);
}

static void tell_pool(int count) { (void)count; }
void *fk_load_library(const char *name) { return dlopen(name, RTLD_NOW | RTLD_GLOBAL); }

#else

static void run(Job *job) { run_part(job, 0, 1); }
static void tell_pool(int count) { (void)count; }
void *fk_load_library(const char *name) { return dlopen(name, RTLD_NOW | RTLD_GLOBAL); }

#endif

void fk_set_threads(int count) {
  __atomic_store_n(&threads_wanted, count, __ATOMIC_RELAXED);
  tell_pool(fk_threads());
}

typedef struct {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  bool released;
} Gate;

static void *wait_at(void *context) {
  Gate *gate = context;
  pthread_mutex_lock(&gate->mutex);
  while (!gate->released) pthread_cond_wait(&gate->changed, &gate->mutex);
  pthread_mutex_unlock(&gate->mutex);
  return NULL;
}

/// Whether this many threads can exist at once: starts them, lets them wait for each other, ends
/// them.
static int try_threads(int count) {
  Gate gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
  pthread_t *threads = calloc((size_t)count, sizeof *threads);
  if (!threads) return ENOMEM;
  int started = 0, status = 0;
  while (started < count && status == 0) {
    status = pthread_create(&threads[started], NULL, wait_at, &gate);
    if (status == 0) started++;
  }
  pthread_mutex_lock(&gate.mutex);
  gate.released = true;
  pthread_cond_broadcast(&gate.changed);
  pthread_mutex_unlock(&gate.mutex);
  for (int i = 0; i < started; i++) pthread_join(threads[i], NULL);
  free(threads);
  return status;
}

static void do_nothing(void *context, int begin, int end) { (void)context, (void)begin, (void)end; }

int fk_start_threads(void) {
  // OpenMP keeps a pool for each calling thread.
  static _Thread_local int running = 1;
  int wanted = fk_threads();
  if (wanted <= running) return 0;
  int status = try_threads(wanted - 1);
  if (status != 0) return status;
  // The pool takes the threads at once, before anything else does.
  fk_parallel(wanted, do_nothing, NULL);
  running = wanted;
  return 0;
}

void fk_parallel(int count, void (*body)(void *context, int begin, int end), void *context) {
  Job job = {count, least(fk_threads(), count), body, context};
  if (job.threads > 1) {
    run(&job);
  } else {
    run_part(&job, 0, 1);
  }
}
