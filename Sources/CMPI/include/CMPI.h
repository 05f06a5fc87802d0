// What the module Parallel needs of MPI. Swift can't see MPI's macros, and Open MPI and MPICH define them
// differently. Counts and starts are in elements. Without the trait MPI nothing here is defined.
#pragma once

// Joins the other processes. Only one thread at a time may call MPI. Returns 0, or MPI's error code.
int cmpi_begin(void);
int cmpi_rank(void);
int cmpi_size(void);
// The processes on this machine.
int cmpi_neighbours(void);

// Sends part r of `values` to rank r, and receives the own part, `own` numbers, from each.
void cmpi_exchange(const float *values, const int *counts, const int *starts, float *received, int own);
// Takes part r of `values` from rank r, on every rank.
void cmpi_spread(float *values, const int *counts, const int *starts);
// One number from each rank.
void cmpi_gather_counts(int count, int *counts);
// `counts[r]` bytes from each rank r, on every rank.
void cmpi_gather(const unsigned char *bytes, unsigned char *all, const int *counts, const int *starts);

// Waits for all, asleep.
void cmpi_wait(void);
// Leaves the other processes.
void cmpi_end(void);
// Ends all processes.
_Noreturn void cmpi_abort(int status);
