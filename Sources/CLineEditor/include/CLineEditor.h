// Line editing and signals, for `Terminal`.
//
// libedit's central calls are variadic, which Swift cannot call, and a signal handler may not run
// Swift at all. Both are behind the few functions below; Swift decides what the keys mean.

#ifndef C_LINE_EDITOR_H
#define C_LINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma mark Signals

/// Turns Ctrl-C into a request that the program polls, and SIGTERM and SIGHUP too while a command
/// runs; gives SIGQUIT its default action; and makes exceeding the file size limit an error of
/// `write`. A signal that was ignored when the program started stays ignored. Calling it again
/// changes nothing.
void interrupts_install(void);

/// SIGTERM or SIGHUP, if one arrived during work: the work and then the program should end.
/// Otherwise 0.
int interrupts_stop_signal(void);

/// How often SIGINT, or a signal treated like it, arrived since the program started.
long interrupts_count(void);

/// Starts a new stretch of work: earlier interrupts no longer count towards quitting.
///
/// During a stretch, an interrupt that comes three seconds after the first prints how to quit, and
/// the next one quits.
void interrupts_begin_work(void);

/// Ends the stretch of work: while waiting for the user, any number of interrupts is fine.
void interrupts_end_work(void);

/// The result of `input_wait`.
typedef enum { INPUT_READABLE, INPUT_SIGNAL, INPUT_TIMED_OUT, INPUT_FAILED } InputState;

/// Waits until `descriptor` can be read without blocking, a signal comes, or the time is over.
///
/// A signal just before the wait also ends it. Negative `milliseconds` wait forever.
InputState input_wait(int descriptor, int milliseconds);

/// Opens `/dev/null` in place of a closed standard stream, the wrong way round, so that no file
/// opened later becomes standard output by accident and using the stream is still an error.
void standard_streams_fill(void);

/// The size of the terminal behind `descriptor`; false if it isn't a terminal.
bool terminal_size(int descriptor, int *rows, int *columns);

/// The size of a character of the terminal behind `descriptor` in pixels; false, and nothing written, if the
/// terminal doesn't say.
bool terminal_cell(int descriptor, int *width, int *height);

#pragma mark The line editor

/// An editor for one line, which may contain line breaks, on standard input and output.
typedef struct LineEditorHandle LineEditorHandle;

/// How many characters a line can have: libedit's time per key grows with the line, so a longer
/// paste would take minutes.
enum { longest_edited_line = 16384 };

/// How reading a line ended. Text beyond the longest line is dropped, and the line reported as too
/// long.
typedef enum { LINE_READ, LINE_TOO_LONG, LINE_INTERRUPTED, LINE_END } LineStatus;

/// Keys that the editor passes to its owner.
typedef enum {
  /// Tab.
  KEY_COMPLETE,
  /// Ctrl-R.
  KEY_SEARCH,
  /// Any key while the owner captures keys.
  KEY_CAPTURED,
  /// Ctrl-C while the owner captures keys.
  KEY_INTERRUPT,
} LineEditorKey;

/// Called for keys that the owner handles, while `line_editor_read` runs.
typedef void (*LineEditorCallback)(void *context, LineEditorKey key, uint32_t scalar);

/// Sets up libedit, or returns NULL if it doesn't know enough about the terminal.
LineEditorHandle *line_editor_create(
  const char *name, bool utf8, LineEditorCallback callback, void *context);

/// Frees the editor.
void line_editor_destroy(LineEditorHandle *editor);

/// Adds an entry to the history that the Up key goes through.
void line_editor_add_history(LineEditorHandle *editor, const char *entry);

/// Reads a line. Afterwards the terminal's settings are restored, and the cursor is at the start of
/// a row.
///
/// `text`, of `length` bytes in the locale's encoding, is valid until the next call.
LineStatus line_editor_read(LineEditorHandle *editor, const char **text, size_t *length);

#pragma mark For the owner, before reading and within the callback

/// Sets the prompt. Escape sequences must be in one run between two bytes of value 1, and the
/// prompt must end with a visible character; libedit drops or garbles anything else.
void line_editor_set_prompt(LineEditorHandle *editor, const char *prompt);

/// The line being edited, and the cursor in Unicode scalars. The text is valid until the next call.
const char *line_editor_text(LineEditorHandle *editor, size_t *cursor);

/// Replaces the scalars `start..<end` by `text` and puts the cursor after it.
void line_editor_replace(LineEditorHandle *editor, size_t start, size_t end, const char *text);

/// Puts the cursor before scalar `offset`.
void line_editor_move(LineEditorHandle *editor, size_t offset);

/// Prints `text` below the line as soon as the callback returns, and the line again below the text.
void line_editor_print_below(LineEditorHandle *editor, const char *text);

/// Rings the bell when the callback returns.
void line_editor_beep(LineEditorHandle *editor);

/// Sends every key to the callback as `KEY_CAPTURED`, or stops doing so.
void line_editor_capture(LineEditorHandle *editor, bool capture);

/// Has the editor handle a key as if it had been typed.
void line_editor_push(LineEditorHandle *editor, uint32_t scalar);

/// Has the editor handle a text of the locale's encoding as if it had been typed.
void line_editor_push_text(LineEditorHandle *editor, const char *text);

#endif
