// Signals become flags and a byte in a pipe, so a wait for input ends even if another thread got
// the signal, or if it came just before the wait.

#include "Signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "CLineEditor.h"

static int wake_reader = -1, wake_writer = -1;

static atomic_long interrupts;
static atomic_bool resized, suspend_requested, resumed;

// For the current stretch of work, for `insist`.
static atomic_bool working, hinted;
static atomic_long work_interrupts, first_interrupt_second;

static void wake(void) {
  if (wake_writer >= 0) {
    // A full pipe already wakes the reader.
    ssize_t ignored = write(wake_writer, "", 1);
    (void)ignored;
  }
}

/// Lets the user stop work that doesn't react to Ctrl-C: a hint after three seconds, then the end.
static void insist(void) {
  static const char hint[] = "\nStill stopping. Press Ctrl-C once more to quit at once.\n";
  struct timespec now = {0, 0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (atomic_fetch_add(&work_interrupts, 1) == 0) {
    atomic_store(&first_interrupt_second, now.tv_sec);
  } else if (atomic_load(&hinted)) {
    signal(SIGINT, SIG_DFL);
    raise(SIGINT);
  } else if (now.tv_sec - atomic_load(&first_interrupt_second) >= 3) {
    atomic_store(&hinted, true);
    ssize_t ignored = write(STDERR_FILENO, hint, sizeof hint - 1);
    (void)ignored;
  }
}

static void on_interrupt(int number) {
  (void)number;
  int saved = errno;
  atomic_fetch_add(&interrupts, 1);
  if (atomic_load(&working)) insist();
  wake();
  errno = saved;
}

static atomic_int stop_signal;

/// SIGTERM or SIGHUP while a command runs: the first time, the command is asked to stop, as by
/// Ctrl-C, and the program ends after it. Otherwise, and the second time, the program ends at once.
static void on_stop(int number) {
  int saved = errno, none = 0;
  if (!atomic_load(&working) || !atomic_compare_exchange_strong(&stop_signal, &none, number)) {
    signal(number, SIG_DFL);
    raise(number);
  }
  atomic_fetch_add(&interrupts, 1);
  wake();
  errno = saved;
}

static void set_handler(int number, void (*handler)(int), struct sigaction *old) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  // Without SA_RESTART: a wait for input has to end. On a separate stack: oneDNN's generated code keeps
  // data where a handler would use the thread's stack, which then corrupts memory.
  action.sa_handler = handler;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, old);
}

/// Gives the main thread, which gets the signals, a stack for handlers if it has none.
static void set_handler_stack(void) {
  static char memory[1 << 16];
  stack_t stack;
  if (sigaltstack(NULL, &stack) != 0 || !(stack.ss_flags & SS_DISABLE)) return;
  memset(&stack, 0, sizeof stack);
  stack.ss_sp = memory;
  stack.ss_size = sizeof memory;
  sigaltstack(&stack, NULL);
}

/// Moves a descriptor out of the way of the standard streams, which may be closed.
static int move_up(int descriptor) {
  int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 10);
  if (moved < 0) return descriptor;
  close(descriptor);
  return moved;
}

void interrupts_install(void) {
  if (wake_reader >= 0) return;
  int ends[2];
  if (pipe(ends) == 0) {
    int reader = move_up(ends[0]), writer = move_up(ends[1]);
    fcntl(reader, F_SETFL, fcntl(reader, F_GETFL) | O_NONBLOCK);
    fcntl(writer, F_SETFL, fcntl(writer, F_GETFL) | O_NONBLOCK);
    wake_reader = reader;
    wake_writer = writer;
  }
  set_handler_stack();
  struct sigaction old;
  sigaction(SIGINT, NULL, &old);
  if (old.sa_handler != SIG_IGN) set_handler(SIGINT, on_interrupt, NULL);
  static const int stops[] = {SIGTERM, SIGHUP};
  for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
    sigaction(stops[i], NULL, &old);
    if (old.sa_handler != SIG_IGN) set_handler(stops[i], on_stop, NULL);
  }
  // Swift's crash reporter treats Ctrl-\ as a crash, prints pages, and continues.
  sigaction(SIGQUIT, NULL, &old);
  if (old.sa_handler != SIG_IGN) signal(SIGQUIT, SIG_DFL);
  signal(SIGXFSZ, SIG_IGN);
}

int interrupts_stop_signal(void) { return atomic_load(&stop_signal); }

long interrupts_count(void) { return atomic_load(&interrupts); }

void interrupts_begin_work(void) {
  atomic_store(&work_interrupts, 0);
  atomic_store(&hinted, false);
  atomic_store(&working, true);
}

void interrupts_end_work(void) { atomic_store(&working, false); }

InputState input_wait(int descriptor, int milliseconds) {
  if (descriptor < 0 || descriptor >= FD_SETSIZE || wake_reader >= FD_SETSIZE) return INPUT_FAILED;
  // select, since poll doesn't work with terminals on every macOS.
  fd_set set;
  FD_ZERO(&set);
  FD_SET(descriptor, &set);
  int highest = descriptor;
  if (wake_reader >= 0) {
    FD_SET(wake_reader, &set);
    if (wake_reader > highest) highest = wake_reader;
  }
  struct timeval limit = {milliseconds / 1000, (milliseconds % 1000) * 1000};
  int ready = select(highest + 1, &set, NULL, NULL, milliseconds < 0 ? NULL : &limit);
  if (ready < 0) return errno == EINTR ? INPUT_SIGNAL : INPUT_FAILED;
  if (ready == 0) return INPUT_TIMED_OUT;
  if (wake_reader >= 0 && FD_ISSET(wake_reader, &set)) {
    char bytes[64];
    while (read(wake_reader, bytes, sizeof bytes) > 0) continue;
    return INPUT_SIGNAL;
  }
  return INPUT_READABLE;
}

// While the terminal is raw.

static struct termios cooked;
static int edited_terminal = -1;

static void on_resize(int number) {
  (void)number;
  int saved = errno;
  atomic_store(&resized, true);
  wake();
  errno = saved;
}

static void on_suspend(int number) {
  (void)number;
  int saved = errno;
  atomic_store(&suspend_requested, true);
  wake();
  errno = saved;
}

static void on_resume(int number) {
  (void)number;
  int saved = errno;
  atomic_store(&resumed, true);
  wake();
  errno = saved;
}

static void on_death(int number) {
  // Pastes are no longer marked.
  static const char unmark[] = "\033[?2004l";
  ssize_t ignored = write(STDOUT_FILENO, unmark, sizeof unmark - 1);
  (void)ignored;
  tcsetattr(edited_terminal, TCSANOW, &cooked);
  signal(number, SIG_DFL);
  raise(number);
}

static const struct {
  int number;
  void (*handler)(int);
} editing_handlers[] = {
  {SIGWINCH, on_resize}, {SIGTSTP, on_suspend}, {SIGCONT, on_resume},
  {SIGTERM, on_death},   {SIGHUP, on_death},    {SIGQUIT, on_death},
};

enum { editing_handler_count = sizeof editing_handlers / sizeof *editing_handlers };

static struct sigaction old_actions[editing_handler_count];

void signals_begin_editing(int terminal) {
  edited_terminal = terminal;
  tcgetattr(terminal, &cooked);
  atomic_store(&resized, false);
  atomic_store(&suspend_requested, false);
  atomic_store(&resumed, false);
  for (int i = 0; i < editing_handler_count; i++) {
    set_handler(editing_handlers[i].number, editing_handlers[i].handler, &old_actions[i]);
    // A signal that was ignored at the start (nohup, a shell without jobs) stays ignored.
    if (old_actions[i].sa_handler == SIG_IGN) {
      sigaction(editing_handlers[i].number, &old_actions[i], NULL);
    }
  }
}

void signals_end_editing(void) {
  for (int i = 0; i < editing_handler_count; i++) {
    sigaction(editing_handlers[i].number, &old_actions[i], NULL);
  }
}

bool signals_take_resize(void) { return atomic_exchange(&resized, false); }
bool signals_take_suspend(void) { return atomic_exchange(&suspend_requested, false); }
bool signals_take_resume(void) { return atomic_exchange(&resumed, false); }

void signals_suspend(void) {
  struct sigaction old;
  set_handler(SIGTSTP, SIG_DFL, &old);
  raise(SIGTSTP);
  sigaction(SIGTSTP, &old, NULL);
}

void standard_streams_fill(void) {
  for (int stream = 0; stream <= 2; stream++) {
    if (fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
    // open gives the lowest free number, which is this one.
    int opened = open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);
    if (opened > 2) close(opened);
  }
}

bool terminal_cell(int descriptor, int *width, int *height) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
  if (size.ws_xpixel < 4 * size.ws_col || size.ws_ypixel < 8 * size.ws_row) return false;
  *width = size.ws_xpixel / size.ws_col;
  *height = size.ws_ypixel / size.ws_row;
  return true;
}

bool terminal_size(int descriptor, int *rows, int *columns) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return false;
  *rows = size.ws_row;
  *columns = size.ws_col;
  return true;
}
