// Reading keys, and what happens between them.
//
// It relies on two tricks. libedit draws only after one of its commands returns, so anything that
// happens between keys (an interrupt, a step of a search) is sent to it as a private key, whose
// command requests a redraw. And output below the line (a listing) waits for the reading of the
// next key, when everything before it has been drawn.

// wcwidth is an X/Open function, which glibc shows only on request.
#define _GNU_SOURCE

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "Signals.h"
#include "State.h"

#pragma mark Rows on the screen

/// Where the cursor is after printing a text that starts at the origin, on rows of `columns`.
static void advance(const wchar_t *text, size_t length, int columns, int *row, int *column) {
  for (size_t i = 0; i < length; i++) {
    int width = text[i] == L'\n' ? 0 : wcwidth(text[i]);
    if (width < 0) width = 2;  // shown as ^A
    if (text[i] == L'\n' || *column + width > columns) {
      *row += 1;
      *column = 0;
    }
    *column += width;
    if (*column >= columns) {
      *row += 1;
      *column = 0;
    }
  }
}

/// The row of a place in the line, counted from the prompt's row, on a terminal of this width.
static int row_of(LineEditorHandle *editor, const wchar_t *place, int columns) {
  int row = 0, column = 0;
  bool visible = true;
  mbstate_t state;
  memset(&state, 0, sizeof state);
  const char *rest = editor->prompt;
  size_t left = strlen(rest);
  while (left > 0) {
    wchar_t character;
    size_t used = mbrtowc(&character, rest, left, &state);
    if (used == 0 || used > left) break;
    if (character == ESCAPE_MARK) {
      visible = !visible;
    } else if (visible) {
      advance(&character, 1, columns, &row, &column);
    }
    rest += used;
    left -= used;
  }
  const LineInfoW *line = el_wline(editor->edit);
  advance(line->buffer, (size_t)(place - line->buffer), columns, &row, &column);
  return row;
}

#pragma mark Between keys

static void print_below(LineEditorHandle *editor) {
  if (editor->below == NULL) return;
  char *text = editor->below;
  editor->below = NULL;
  fputs("\r\n", stdout);
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\n') putchar('\r');
    putchar(*c);
  }
  fputs("\r\n", stdout);
  free(text);
  line_editor_move(editor, editor->cursor_after_listing);
  el_set(editor->edit, EL_REFRESH);
}

/// Redraws the line after the window changed.
///
/// Some terminals rewrap their contents to the new width and some don't. The smaller of both rows
/// is used, so that nothing above the prompt is ever erased.
static void resize(LineEditorHandle *editor) {
  int rows = 0, columns = 0;
  if (!terminal_size(STDOUT_FILENO, &rows, &columns)) return;
  const wchar_t *cursor = el_wline(editor->edit)->cursor;
  int before = row_of(editor, cursor, editor->columns), after = row_of(editor, cursor, columns);
  int up = before < after ? before : after;
  putchar('\r');
  if (up > 0) printf("\033[%dA", up);
  fputs("\033[J", stdout);
  editor->columns = columns;
  el_resize(editor->edit);
  el_set(editor->edit, EL_REFRESH);
}

static void suspend(LineEditorHandle *editor) {
  const LineInfoW *line = el_wline(editor->edit);
  int row = row_of(editor, line->cursor, editor->columns);
  int last = row_of(editor, line->lastchar, editor->columns);
  for (; row <= last; row++) fputs("\r\n", stdout);
  line_editor_mark_pastes(false);
  el_set(editor->edit, EL_PREP_TERM, 0);
  signals_suspend();
  signals_take_resume();
  signals_take_resize();
  el_set(editor->edit, EL_PREP_TERM, 1);
  line_editor_mark_pastes(true);
  el_resize(editor->edit);
  el_set(editor->edit, EL_REFRESH);
}

/// After a stop by SIGSTOP, which can't be handled, the shell has changed the terminal's settings.
static void resume(LineEditorHandle *editor) {
  el_set(editor->edit, EL_PREP_TERM, 0);
  el_set(editor->edit, EL_PREP_TERM, 1);
  putchar('\r');
  el_resize(editor->edit);
  el_set(editor->edit, EL_REFRESH);
}

#pragma mark Reading a key

/// Decodes one byte. Returns true once a character is complete.
static bool decode(LineEditorHandle *editor, char byte, wchar_t *character) {
  if (!editor->utf8 && (byte & 0x80) != 0) {
    el_beep(editor->edit);
    fflush(stdout);
    return false;
  }
  bool within = !mbsinit(&editor->decoding);
  size_t used = mbrtowc(character, &byte, 1, &editor->decoding);
  if (used == (size_t)-1) {
    memset(&editor->decoding, 0, sizeof editor->decoding);
    // The byte that ended an incomplete character may start the next one.
    return within && decode(editor, byte, character);
  }
  return used != (size_t)-2;
}

int line_editor_read_key(EditLine *edit, wchar_t *character) {
  LineEditorHandle *editor = line_editor_of(edit);
  print_below(editor);
  if (editor->interruption == INTERRUPTING) {
    editor->interruption = INTERRUPTED;
    errno = EINTR;
    return -1;
  }
  for (;;) {
    // Checked before waiting: an earlier wait may have read the byte that announces a signal.
    if (interrupts_count() != editor->interrupts_before) {
      editor->interruption = INTERRUPTING;
      *character = PRIVATE_KEY;
      return 1;
    }
    if (signals_take_suspend()) suspend(editor);
    if (signals_take_resume()) resume(editor);
    if (signals_take_resize()) resize(editor);
    InputState state = input_wait(STDIN_FILENO, -1);
    if (state == INPUT_FAILED) return -1;
    if (state != INPUT_READABLE) continue;
    char byte;
    ssize_t count = read(STDIN_FILENO, &byte, 1);
    if (count == 0) return 0;
    if (count < 0 && errno != EINTR && errno != EAGAIN) return -1;
    if (count != 1 || !decode(editor, byte, character)) continue;
    bool control = *character < L' ' || *character == L'\x7f';
    if (control || line_editor_length(editor) < longest_edited_line) break;
    editor->too_long = true;
  }
  if (editor->capturing) {
    editor->captured = (uint32_t)*character;
    *character = PRIVATE_KEY;
  }
  return 1;
}

#pragma mark Commands

static unsigned char call(LineEditorHandle *editor, LineEditorKey key, uint32_t scalar) {
  editor->beep = false;
  editor->callback(editor->context, key, scalar);
  if (editor->below != NULL) {
    const LineInfoW *line = el_wline(editor->edit);
    editor->cursor_after_listing = (size_t)(line->cursor - line->buffer);
    line_editor_move(editor, line_editor_length(editor));
  }
  return editor->beep ? CC_REFRESH_BEEP : CC_REFRESH;
}

unsigned char line_editor_on_private_key(EditLine *edit, int key) {
  (void)key;
  LineEditorHandle *editor = line_editor_of(edit);
  if (editor->interruption == INTERRUPTING) {
    if (editor->capturing) call(editor, KEY_INTERRUPT, 0);
    line_editor_move(editor, line_editor_length(editor));
    return CC_REFRESH;
  }
  if (!editor->capturing) return CC_NORM;
  return call(editor, KEY_CAPTURED, editor->captured);
}

/// Whether only spaces are before the cursor.
static bool is_at_indent(EditLine *edit) {
  const LineInfoW *line = el_wline(edit);
  for (const wchar_t *c = line->buffer; c < line->cursor; c++) {
    if (*c != L' ' && *c != L'\n') return false;
  }
  return true;
}

unsigned char line_editor_on_tab(EditLine *edit, int key) {
  (void)key;
  // No one types the next key this fast: this is the indentation of pasted text, on a terminal that
  // doesn't mark pastes.
  if (is_at_indent(edit) && input_wait(STDIN_FILENO, 0) == INPUT_READABLE) {
    el_insertstr(edit, "  ");
    return CC_REFRESH;
  }
  return call(line_editor_of(edit), KEY_COMPLETE, 0);
}

unsigned char line_editor_on_search(EditLine *edit, int key) {
  (void)key;
  return call(line_editor_of(edit), KEY_SEARCH, 0);
}

void line_editor_mark_pastes(bool mark) {
  fputs(mark ? "\033[?2004h" : "\033[?2004l", stdout);
  fflush(stdout);
}

/// Reads pasted text up to its end mark. Line ends become `\n` and tabs become spaces; other
/// control characters and invalid text are left out.
///
/// Returns the text, or NULL if there isn't enough memory; `*characters` is its length.
static char *read_paste(LineEditorHandle *editor, size_t room, size_t *characters) {
  static const char end[] = "\033[201~";
  size_t size = 0, capacity = 0, matched = 0;
  char *text = NULL;
  wchar_t last = 0;
  *characters = 0;
  memset(&editor->decoding, 0, sizeof editor->decoding);
  while (matched < sizeof end - 1) {
    if (capacity - size < 2 * MB_LEN_MAX + 2) {
      capacity = capacity * 2 + 256;
      char *larger = realloc(text, capacity);
      if (larger == NULL) break;
      text = larger;
    }
    // The end mark may be lost with a connection.
    if (input_wait(STDIN_FILENO, 2000) != INPUT_READABLE) break;
    char byte;
    if (read(STDIN_FILENO, &byte, 1) != 1) break;
    if (byte == end[matched]) {
      matched++;
      continue;
    }
    // Not the end mark: the characters that looked like it are text, except for the escape
    // character.
    for (size_t i = 1; i < matched; i++) {
      text[size++] = end[i];
      *characters += 1;
    }
    matched = byte == end[0] ? 1 : 0;
    if (matched == 1) continue;
    wchar_t character;
    if ((!editor->utf8 && (byte & 0x80) != 0) || !decode(editor, byte, &character)) continue;
    bool after_return = last == L'\r' && character == L'\n';
    last = character;
    if (after_return) continue;
    if (*characters >= room) {
      editor->too_long = true;
      continue;
    }
    if (character == L'\r' || character == L'\n') {
      text[size++] = '\n';
      *characters += 1;
    } else if (character == L'\t') {
      text[size++] = ' ';
      text[size++] = ' ';
      *characters += 2;
    } else if (character >= L' ' && character != L'\x7f') {
      mbstate_t state;
      memset(&state, 0, sizeof state);
      size_t used = wcrtomb(text + size, character, &state);
      if (used == (size_t)-1) continue;
      size += used;
      *characters += 1;
    }
  }
  memset(&editor->decoding, 0, sizeof editor->decoding);
  // The last line waits for Enter, like the others.
  while (size > 0 && text[size - 1] == '\n') size--;
  if (text != NULL) text[size] = '\0';
  return text;
}

unsigned char line_editor_on_paste(EditLine *edit, int key) {
  (void)key;
  LineEditorHandle *editor = line_editor_of(edit);
  size_t length = line_editor_length(editor), characters = 0;
  size_t room = length < longest_edited_line ? longest_edited_line - length : 0;
  char *text = read_paste(editor, room, &characters);
  bool inserted = text == NULL || *text == '\0' || el_insertstr(edit, text) == 0;
  free(text);
  return inserted ? CC_REFRESH : CC_REFRESH_BEEP;
}

unsigned char line_editor_on_ignored(EditLine *edit, int key) {
  (void)edit;
  (void)key;
  return CC_NORM;
}
