// Starts programs on a pseudo-terminal, for tests.

#ifndef C_PSEUDO_TERMINAL_H
#define C_PSEUDO_TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>

/// Starts `program` as the leader of a new session, with a new terminal of this size as its
/// standard streams and with default actions for all signals.
///
/// Arguments (the program's name first) and environment (`NAME=value`) each end in NULL. The
/// parent's end of the terminal is stored in `terminal`. Returns the process, or -1 with `errno`.
pid_t pseudo_terminal_start(
  const char *program, char *const arguments[], char *const environment[], int rows, int columns,
  int *terminal);

/// Changes the size of the window. The program gets SIGWINCH.
bool pseudo_terminal_resize(int terminal, int rows, int columns);

/// Whether the program reads keys one by one, without echo, as a line editor does.
bool pseudo_terminal_is_raw(int terminal);

/// Reads what the program has printed, waiting up to `milliseconds` for it.
///
/// Returns the number of bytes; 0 once the program and all others on its terminal have ended; -1 if
/// nothing arrived in time.
long pseudo_terminal_read(int terminal, void *buffer, long size, int milliseconds);

/// The exit code of a process that has ended (128 plus the signal's number if a signal ended it),
/// -1 while it runs, or -2 while it is stopped. Don't call it again after the process has ended.
/// Once the process has ended or stopped, its peak memory in bytes is stored in `memory`, unless
/// that is NULL.
int pseudo_terminal_status(pid_t process, long *memory);

/// The file (a program or library) loaded at `address`; NULL if there is none. The text is valid as
/// long as the file is loaded.
const char *image_file(const void *address);

#endif
