// Starting a program on a pseudo-terminal, for tests.

#ifndef C_PSEUDO_TERMINAL_H
#define C_PSEUDO_TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>

/// Starts `program` as the leader of a session of its own, with a new terminal of that size as its
/// standard streams and every signal at its default.
///
/// Arguments (the program's name first) and environment (`NAME=value`) each end in NULL. The
/// parent's end of the terminal is stored in `terminal`. Returns the process, or -1 with `errno`.
pid_t pseudo_terminal_start(
  const char *program, char *const arguments[], char *const environment[], int rows, int columns,
  int *terminal);

/// Changes the size of the window, of which the program is told by SIGWINCH.
bool pseudo_terminal_resize(int terminal, int rows, int columns);

/// Whether the program reads keys one by one, without echo, as a line editor does.
bool pseudo_terminal_is_raw(int terminal);

/// Reads what the program has printed, waiting up to `milliseconds` for it.
///
/// Returns the number of bytes; 0 once the program and all that share its terminal are gone; -1
/// where nothing came in time.
long pseudo_terminal_read(int terminal, void *buffer, long size, int milliseconds);

/// The exit status of the process once it ended (128 plus the signal's number where one ended it),
/// -1 while it runs, or -2 while it is stopped. To be asked only until it has ended. Then, and while
/// it is stopped, the most memory that it has taken, in bytes, is stored in `memory` (NULL drops it).
int pseudo_terminal_status(pid_t process, long *memory);

/// The file (a program or a library) that was loaded to where `address` points; NULL if none was.
/// The text holds as long as the file is loaded.
const char *image_file(const void *address);

#endif
