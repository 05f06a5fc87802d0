// What the module Parallel needs of MPI. Swift can't see MPI's macros, and Open MPI and MPICH define them
// differently. Counts and starts are in elements. Without the trait MPI nothing here is defined.
//
// Ranks on one machine share memory. Messages go only between machines: the first rank of each, its leader,
// sends and receives them. Waiting for a message doesn't use the processor.
#pragma once

typedef struct {
  // The number of this process, and how many there are. Ranks of one machine follow each other.
  int rank, size;
  // The same on this machine, and among the machines.
  int neighbour, neighbours, machine, machines;
  // Whether every machine has the same number of ranks; otherwise `rank` is only right for 0.
  int is_even;
} cmpi_place;

// Joins the other processes. Only one thread at a time may call MPI. `most` ranks at most count as one
// machine, if it isn't 0: so tests make several machines of one. Returns 0, or MPI's error code.
int cmpi_begin(int most, cmpi_place *place);
// Memory, filled with zeros, that all ranks of the machine share.
void *cmpi_share(long bytes);

// Sends part m of `values` to the leader of machine m, and receives the own part, `own` numbers, from each.
void cmpi_exchange(const float *values, const int *counts, const int *starts, float *received, int own);
// Takes part m of `values` from the leader of machine m, on every leader.
void cmpi_spread(float *values, const int *counts, const int *starts);
// One number from each leader.
void cmpi_gather_counts(int count, int *counts);
// `counts[m]` bytes from the leader of each machine m, on every leader.
void cmpi_gather(const unsigned char *bytes, unsigned char *all, const int *counts, const int *starts);
// Sends one number to each leader, and receives one from each.
void cmpi_trade_counts(const int *counts, int *received);
// Sends `counts[m]` bytes to the leader of each machine m, and receives `lengths[m]` from it.
void cmpi_trade(const unsigned char *bytes, const int *counts, const int *starts, unsigned char *received,
                const int *lengths, const int *places);

// Leaves the other processes. All must do so.
void cmpi_end(void);
