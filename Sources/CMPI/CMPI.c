#include "CMPI.h"

#ifdef ALEXNET_MPI
// Debian has the header of the chosen MPI in this folder.
#if __has_include(<mpi.h>)
#include <mpi.h>
#else
#include <mpi/mpi.h>
#endif
#include <stdlib.h>
#include <time.h>

int cmpi_begin(void) {
  int level;
  return MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level);
}

int cmpi_rank(void) {
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

int cmpi_size(void) {
  int size;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}

int cmpi_neighbours(void) {
  MPI_Comm machine;
  int size;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  MPI_Comm_size(machine, &size);
  MPI_Comm_free(&machine);
  return size;
}

void cmpi_exchange(const float *values, const int *counts, const int *starts, float *received, int own) {
  const int size = cmpi_size();
  int places[2 * size];
  for (int rank = 0; rank < size; rank++) {
    places[rank] = own;
    places[size + rank] = rank * own;
  }
  MPI_Alltoallv(values, counts, starts, MPI_FLOAT, received, places, places + size, MPI_FLOAT,
                MPI_COMM_WORLD);
}

void cmpi_spread(float *values, const int *counts, const int *starts) {
  MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values, counts, starts, MPI_FLOAT, MPI_COMM_WORLD);
}

void cmpi_gather_counts(int count, int *counts) {
  MPI_Allgather(&count, 1, MPI_INT, counts, 1, MPI_INT, MPI_COMM_WORLD);
}

void cmpi_gather(const unsigned char *bytes, unsigned char *all, const int *counts, const int *starts) {
  MPI_Allgatherv(bytes, counts[cmpi_rank()], MPI_BYTE, all, counts, starts, MPI_BYTE, MPI_COMM_WORLD);
}

// MPI's own barrier looks for messages all the time, and takes a core from those who still work.
void cmpi_wait(void) {
  MPI_Request request;
  int done = 0;
  MPI_Ibarrier(MPI_COMM_WORLD, &request);
  for (;;) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done) return;
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
  }
}

void cmpi_end(void) { MPI_Finalize(); }

_Noreturn void cmpi_abort(int status) {
  MPI_Abort(MPI_COMM_WORLD, status);
  abort();
}
#else
typedef int cmpi_nothing;
#endif
