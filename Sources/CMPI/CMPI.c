#include "CMPI.h"

#ifdef ALEXNET_MPI
// Debian has the header of the chosen MPI in this folder.
#if __has_include(<mpi.h>)
#include <mpi.h>
#else
#include <mpi/mpi.h>
#endif
#include <string.h>
#include <time.h>

static MPI_Comm neighbours, leaders;

int cmpi_begin(int most, cmpi_place *place) {
  int level, world;
  const int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level);
  if (code != MPI_SUCCESS) return code;
  MPI_Comm_rank(MPI_COMM_WORLD, &world);
  MPI_Comm_size(MPI_COMM_WORLD, &place->size);
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, world, MPI_INFO_NULL, &neighbours);
  if (most > 0) {
    MPI_Comm all = neighbours;
    MPI_Comm_rank(all, &place->neighbour);
    MPI_Comm_split(all, place->neighbour / most, world, &neighbours);
  }
  MPI_Comm_rank(neighbours, &place->neighbour);
  MPI_Comm_size(neighbours, &place->neighbours);
  MPI_Comm_split(MPI_COMM_WORLD, place->neighbour == 0 ? 0 : MPI_UNDEFINED, world, &leaders);
  int machine[2];
  if (place->neighbour == 0) {
    MPI_Comm_rank(leaders, &machine[0]);
    MPI_Comm_size(leaders, &machine[1]);
  }
  MPI_Bcast(machine, 2, MPI_INT, 0, neighbours);
  place->machine = machine[0];
  place->machines = machine[1];
  place->rank = place->machine * place->neighbours + place->neighbour;
  const int own = place->neighbours * place->machines == place->size;
  MPI_Allreduce(&own, &place->is_even, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  return 0;
}

void *cmpi_share(long bytes) {
  MPI_Win window;
  MPI_Aint size;
  void *memory;
  int rank, unit;
  MPI_Comm_rank(neighbours, &rank);
  MPI_Win_allocate_shared(rank == 0 ? bytes : 0, 1, MPI_INFO_NULL, neighbours, &memory, &window);
  MPI_Win_shared_query(window, 0, &size, &unit, &memory);
  if (rank == 0) memset(memory, 0, bytes);
  MPI_Barrier(neighbours);
  return memory;
}

// MPI's own waiting looks for messages all the time, and takes a core from those who still work.
static void finish(MPI_Request request) {
  int done = 0;
  for (int looks = 0;; looks++) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done) return;
    nanosleep(&(struct timespec){.tv_nsec = looks < 1000 ? 50000 : 1000000}, NULL);
  }
}

void cmpi_exchange(const float *values, const int *counts, const int *starts, float *received, int own) {
  int size;
  MPI_Comm_size(leaders, &size);
  int places[2 * size];
  for (int machine = 0; machine < size; machine++) {
    places[machine] = own;
    places[size + machine] = machine * own;
  }
  MPI_Request request;
  MPI_Ialltoallv(values, counts, starts, MPI_FLOAT, received, places, places + size, MPI_FLOAT, leaders,
                 &request);
  finish(request);
}

void cmpi_spread(float *values, const int *counts, const int *starts) {
  MPI_Request request;
  MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values, counts, starts, MPI_FLOAT, leaders, &request);
  finish(request);
}

void cmpi_gather_counts(int count, int *counts) {
  MPI_Request request;
  MPI_Iallgather(&count, 1, MPI_INT, counts, 1, MPI_INT, leaders, &request);
  finish(request);
}

void cmpi_gather(const unsigned char *bytes, unsigned char *all, const int *counts, const int *starts) {
  int machine;
  MPI_Request request;
  MPI_Comm_rank(leaders, &machine);
  MPI_Iallgatherv(bytes, counts[machine], MPI_BYTE, all, counts, starts, MPI_BYTE, leaders, &request);
  finish(request);
}

void cmpi_trade_counts(const int *counts, int *received) {
  MPI_Request request;
  MPI_Ialltoall(counts, 1, MPI_INT, received, 1, MPI_INT, leaders, &request);
  finish(request);
}

void cmpi_trade(const unsigned char *bytes, const int *counts, const int *starts, unsigned char *received,
                const int *lengths, const int *places) {
  MPI_Request request;
  MPI_Ialltoallv(bytes, counts, starts, MPI_BYTE, received, lengths, places, MPI_BYTE, leaders, &request);
  finish(request);
}

void cmpi_end(void) { MPI_Finalize(); }
#else
typedef int cmpi_nothing;
#endif
