// dladdr is an extension, which glibc shows only on request.
#define _GNU_SOURCE

#include "CPseudoTerminal.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#ifdef __APPLE__
#include <util.h>
#else
#include <pty.h>
#endif

pid_t pseudo_terminal_start(
  const char *program, char *const arguments[], char *const environment[], int rows, int columns,
  int *terminal) {
  struct winsize size = {(unsigned short)rows, (unsigned short)columns, 0, 0};
  pid_t process = forkpty(terminal, NULL, NULL, &size);
  if (process == 0) {
    // The parent of the tests may ignore or block signals, which programs inherit.
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    // Otherwise the terminals of tests running at the same time would stay open after those tests.
    for (int other = 3; other < 256; other++) close(other);
    execve(program, arguments, environment);
    _exit(127);
  }
  if (process > 0) fcntl(*terminal, F_SETFD, FD_CLOEXEC);
  return process;
}

bool pseudo_terminal_resize(int terminal, int rows, int columns) {
  struct winsize size = {(unsigned short)rows, (unsigned short)columns, 0, 0};
  return ioctl(terminal, TIOCSWINSZ, &size) == 0;
}

bool pseudo_terminal_is_raw(int terminal) {
  struct termios settings;
  return tcgetattr(terminal, &settings) == 0 && (settings.c_lflag & (ICANON | ECHO)) == 0;
}

long pseudo_terminal_read(int terminal, void *buffer, long size, int milliseconds) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(terminal, &set);
  struct timeval limit = {milliseconds / 1000, (milliseconds % 1000) * 1000};
  int ready = select(terminal + 1, &set, NULL, NULL, &limit);
  if (ready <= 0) return -1;
  ssize_t count = read(terminal, buffer, (size_t)size);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return -1;
  // Linux reports EIO at the end, other systems report 0 bytes.
  return count < 0 ? 0 : count;
}

int pseudo_terminal_status(pid_t process, long *memory) {
  int status = 0;
  struct rusage usage = {0};
  pid_t ended = wait4(process, &status, WNOHANG | WUNTRACED, &usage);
  if (ended != process) return -1;
#ifdef __APPLE__
  if (memory) *memory = usage.ru_maxrss;
#else
  if (memory) *memory = usage.ru_maxrss * 1024;
#endif
  if (WIFSTOPPED(status)) return -2;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

const char *image_file(const void *address) {
  Dl_info information;
  return dladdr(address, &information) != 0 ? information.dli_fname : NULL;
}
