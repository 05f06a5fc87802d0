// libedit behind the functions of CLineEditor.h.
//
// Two tricks carry it. libedit draws only after one of its commands returns, so what has to happen
// between keys (an interrupt, a step of a search) is sent to it as a private key, whose command
// asks for the redrawing. And what needs the cursor below the line (a listing) waits for the
// reading of the next key, when everything before it has been drawn.

// wcwidth is an X/Open function, which glibc shows only on request.
#define _GNU_SOURCE

#include <errno.h>
#include <histedit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include <wchar.h>

#include "CLineEditor.h"
#include "Signals.h"

/// The private key: Ctrl-_, which has no other meaning here.
static const wchar_t private_key = 0x1f;

/// The byte around escape sequences in the prompt.
static const int escape_mark = 1;

struct LineEditorHandle {
  EditLine *edit;
  History *history;
  bool utf8;
  LineEditorCallback callback;
  void *context;
  // libedit writes its complaints about the terminal and about editrc here.
  FILE *complaints;
  char *complaint_text;
  size_t complaint_length;
  char *prompt;
  char *text;
  char *below;
  size_t cursor_after_listing;
  mbstate_t decoding;
  long interrupts_before;
  enum { NOT_INTERRUPTED, INTERRUPTING, INTERRUPTED } interruption;
  bool capturing, beep;
  uint32_t captured;
  int columns;
};

static LineEditorHandle *owner(EditLine *edit) {
  void *editor = NULL;
  el_get(edit, EL_CLIENTDATA, &editor);
  return editor;
}

static size_t line_length(LineEditorHandle *editor) {
  const LineInfoW *line = el_wline(editor->edit);
  return (size_t)(line->lastchar - line->buffer);
}

#pragma mark Rows on the screen

int scalar_width(uint32_t scalar) {
  int width = wcwidth((wchar_t)scalar);
  return width < 0 ? 0 : width;
}

/// Where a text leaves the cursor that starts at the origin of `columns` wide rows.
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

/// The row of the cursor, counted from the prompt's, on a terminal of that width.
static int cursor_row(LineEditorHandle *editor, int columns) {
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
    if (character == escape_mark) {
      visible = !visible;
    } else if (visible) {
      advance(&character, 1, columns, &row, &column);
    }
    rest += used;
    left -= used;
  }
  const LineInfoW *line = el_wline(editor->edit);
  advance(line->buffer, (size_t)(line->cursor - line->buffer), columns, &row, &column);
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

/// Draws the line anew after the window changed.
///
/// Some terminals wrap what they show to the new width and some do not; the smaller of both rows is
/// taken, so that nothing above the prompt is ever erased.
static void resize(LineEditorHandle *editor) {
  int rows = 0, columns = 0;
  if (!terminal_size(STDOUT_FILENO, &rows, &columns)) return;
  int before = cursor_row(editor, editor->columns), after = cursor_row(editor, columns);
  int up = before < after ? before : after;
  putchar('\r');
  if (up > 0) printf("\033[%dA", up);
  fputs("\033[J", stdout);
  editor->columns = columns;
  el_resize(editor->edit);
  el_set(editor->edit, EL_REFRESH);
}

static void suspend(LineEditorHandle *editor) {
  fputs("\r\n", stdout);
  fflush(stdout);
  el_set(editor->edit, EL_PREP_TERM, 0);
  signals_suspend();
  signals_take_resume();
  signals_take_resize();
  el_set(editor->edit, EL_PREP_TERM, 1);
  el_resize(editor->edit);
  el_set(editor->edit, EL_REFRESH);
}

/// After a stop that nobody could handle, the shell has changed the terminal's settings.
static void resume(LineEditorHandle *editor) {
  el_set(editor->edit, EL_PREP_TERM, 0);
  el_set(editor->edit, EL_PREP_TERM, 1);
  putchar('\r');
  el_resize(editor->edit);
  el_set(editor->edit, EL_REFRESH);
}

#pragma mark Reading a key

/// Decodes one byte. True once a character is whole.
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
    // The byte that broke a character off may begin the next one.
    return within && decode(editor, byte, character);
  }
  return used != (size_t)-2;
}

static int read_character(EditLine *edit, wchar_t *character) {
  LineEditorHandle *editor = owner(edit);
  print_below(editor);
  if (editor->interruption == INTERRUPTING) {
    editor->interruption = INTERRUPTED;
    errno = EINTR;
    return -1;
  }
  for (;;) {
    InputState state = input_wait(STDIN_FILENO, -1);
    if (interrupts_count() != editor->interrupts_before) {
      editor->interruption = INTERRUPTING;
      *character = private_key;
      return 1;
    }
    if (signals_take_suspend()) suspend(editor);
    if (signals_take_resume()) resume(editor);
    if (signals_take_resize()) resize(editor);
    if (state == INPUT_FAILED) return -1;
    if (state != INPUT_READABLE) continue;
    char byte;
    ssize_t count = read(STDIN_FILENO, &byte, 1);
    if (count == 0) return 0;
    if (count < 0 && errno != EINTR && errno != EAGAIN) return -1;
    if (count == 1 && decode(editor, byte, character)) break;
  }
  if (editor->capturing) {
    editor->captured = (uint32_t)*character;
    *character = private_key;
  }
  return 1;
}

static unsigned char call(LineEditorHandle *editor, LineEditorKey key, uint32_t scalar) {
  editor->beep = false;
  editor->callback(editor->context, key, scalar);
  if (editor->below != NULL) {
    const LineInfoW *line = el_wline(editor->edit);
    editor->cursor_after_listing = (size_t)(line->cursor - line->buffer);
    line_editor_move(editor, line_length(editor));
  }
  return editor->beep ? CC_REFRESH_BEEP : CC_REFRESH;
}

static unsigned char on_private_key(EditLine *edit, int key) {
  (void)key;
  LineEditorHandle *editor = owner(edit);
  if (editor->interruption == INTERRUPTING) {
    if (editor->capturing) call(editor, KEY_INTERRUPT, 0);
    line_editor_move(editor, line_length(editor));
    return CC_REFRESH;
  }
  if (!editor->capturing) return CC_NORM;
  return call(editor, KEY_CAPTURED, editor->captured);
}

static unsigned char on_tab(EditLine *edit, int key) {
  (void)key;
  return call(owner(edit), KEY_COMPLETE, 0);
}

static unsigned char on_search(EditLine *edit, int key) {
  (void)key;
  return call(owner(edit), KEY_SEARCH, 0);
}

static unsigned char on_ignored(EditLine *edit, int key) {
  (void)edit;
  (void)key;
  return CC_NORM;
}

static char *prompt_text(EditLine *edit) { return owner(edit)->prompt; }

#pragma mark Set-up

static const char *const bindings[][2] = {
  {"^I", "notebook-complete"},
  {"^R", "notebook-search"},
  {"^_", "notebook-private"},
  {"^U", "vi-kill-line-prev"},
  {"^W", "ed-delete-prev-word"},
  {"\033[H", "ed-move-to-beg"},
  {"\033OH", "ed-move-to-beg"},
  {"\033[1~", "ed-move-to-beg"},
  {"\033[7~", "ed-move-to-beg"},
  {"\033[F", "ed-move-to-end"},
  {"\033OF", "ed-move-to-end"},
  {"\033[4~", "ed-move-to-end"},
  {"\033[8~", "ed-move-to-end"},
  {"\033[3~", "ed-delete-next-char"},
  {"\033[A", "ed-prev-history"},
  {"\033OA", "ed-prev-history"},
  {"\033[B", "ed-next-history"},
  {"\033OB", "ed-next-history"},
  {"\033[C", "ed-next-char"},
  {"\033OC", "ed-next-char"},
  {"\033[D", "ed-prev-char"},
  {"\033OD", "ed-prev-char"},
  // Words: Ctrl and Alt with an arrow, as xterm, rxvt, macOS Terminal and others send them.
  {"\033[1;5C", "em-next-word"},
  {"\033[1;3C", "em-next-word"},
  {"\033[5C", "em-next-word"},
  {"\033Oc", "em-next-word"},
  {"\033\033[C", "em-next-word"},
  {"\033[1;5D", "ed-prev-word"},
  {"\033[1;3D", "ed-prev-word"},
  {"\033[5D", "ed-prev-word"},
  {"\033Od", "ed-prev-word"},
  {"\033\033[D", "ed-prev-word"},
  // The marks of a bracketed paste, which an earlier program may have left switched on.
  {"\033[200~", "notebook-ignore"},
  {"\033[201~", "notebook-ignore"},
};

LineEditorHandle *line_editor_create(
  const char *name, bool utf8, LineEditorCallback callback, void *context) {
  LineEditorHandle *editor = calloc(1, sizeof *editor);
  if (editor == NULL) return NULL;
  editor->utf8 = utf8;
  editor->callback = callback;
  editor->context = context;
  editor->prompt = strdup("> ");
  editor->complaints = open_memstream(&editor->complaint_text, &editor->complaint_length);
  editor->history = history_init();
  if (editor->complaints != NULL) {
    editor->edit = el_init_fd(
      name, stdin, stdout, editor->complaints, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO);
    fflush(editor->complaints);
  }
  // A complaint here says that the terminal is unknown to termcap.
  if (editor->edit == NULL || editor->history == NULL || editor->complaint_length > 0) {
    line_editor_destroy(editor);
    return NULL;
  }
  HistEvent event;
  history(editor->history, &event, H_SETSIZE, 10000);
  history(editor->history, &event, H_SETUNIQUE, 1);
  EditLine *edit = editor->edit;
  el_set(edit, EL_CLIENTDATA, editor);
  el_set(edit, EL_SIGNAL, 0);
  el_set(edit, EL_HIST, history, editor->history);
  el_set(edit, EL_PROMPT_ESC, prompt_text, escape_mark);
  el_wset(edit, EL_GETCFN, read_character);
  el_set(edit, EL_EDITOR, "emacs");
  el_set(edit, EL_ADDFN, "notebook-complete", "Complete the word", on_tab);
  el_set(edit, EL_ADDFN, "notebook-search", "Search the history", on_search);
  el_set(edit, EL_ADDFN, "notebook-private", "Redraw", on_private_key);
  el_set(edit, EL_ADDFN, "notebook-ignore", "Ignore the key", on_ignored);
  // A person's own settings first (vi keys, say); what the notebook cannot do without, after them.
  el_source(edit, NULL);
  for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++) {
    el_set(edit, EL_BIND, bindings[i][0], bindings[i][1], NULL);
  }
  el_set(edit, EL_BIND, "-a", "^_", "notebook-private", NULL);
  return editor;
}

void line_editor_destroy(LineEditorHandle *editor) {
  if (editor == NULL) return;
  if (editor->edit != NULL) el_end(editor->edit);
  if (editor->history != NULL) history_end(editor->history);
  if (editor->complaints != NULL) fclose(editor->complaints);
  free(editor->complaint_text);
  free(editor->prompt);
  free(editor->text);
  free(editor->below);
  free(editor);
}

void line_editor_add_history(LineEditorHandle *editor, const char *entry) {
  HistEvent event;
  history(editor->history, &event, H_ENTER, entry);
}

LineStatus line_editor_read(LineEditorHandle *editor, const char **text, size_t *length) {
  int rows = 0;
  if (!terminal_size(STDOUT_FILENO, &rows, &editor->columns)) editor->columns = 80;
  editor->interrupts_before = interrupts_count();
  editor->interruption = NOT_INTERRUPTED;
  editor->capturing = false;
  memset(&editor->decoding, 0, sizeof editor->decoding);
  fflush(stdout);
  signals_begin_editing(STDIN_FILENO);
  int count = 0;
  const char *line = el_gets(editor->edit, &count);
  signals_end_editing();
  // Whatever libedit returned: inside some of its commands an interrupt looks like the end.
  if (editor->interruption != NOT_INTERRUPTED) {
    fputs("^C\n", stdout);
    fflush(stdout);
    return LINE_INTERRUPTED;
  }
  if (line == NULL || count <= 0) {
    fputs("\n", stdout);
    fflush(stdout);
    return LINE_END;
  }
  *text = line;
  *length = (size_t)count;
  if (line[count - 1] == '\n' || line[count - 1] == '\r') *length -= 1;
  return LINE_READ;
}

#pragma mark For the owner

void line_editor_set_prompt(LineEditorHandle *editor, const char *prompt) {
  char *copy = strdup(prompt);
  if (copy == NULL) return;
  free(editor->prompt);
  editor->prompt = copy;
}

const char *line_editor_text(LineEditorHandle *editor, size_t *cursor) {
  const LineInfoW *line = el_wline(editor->edit);
  size_t count = (size_t)(line->lastchar - line->buffer);
  char *text = malloc(count * MB_CUR_MAX + 1), *end = text;
  if (text == NULL) {
    *cursor = 0;
    return "";
  }
  mbstate_t state;
  memset(&state, 0, sizeof state);
  for (size_t i = 0; i < count; i++) {
    size_t used = wcrtomb(end, line->buffer[i], &state);
    if (used == (size_t)-1) {
      // Keeps one scalar a scalar, so that offsets agree.
      memset(&state, 0, sizeof state);
      *end = '?';
      used = 1;
    }
    end += used;
  }
  *end = '\0';
  free(editor->text);
  editor->text = text;
  *cursor = (size_t)(line->cursor - line->buffer);
  return text;
}

void line_editor_move(LineEditorHandle *editor, size_t offset) {
  const LineInfoW *line = el_wline(editor->edit);
  size_t length = line_length(editor);
  if (offset > length) offset = length;
  el_cursor(editor->edit, (int)((ptrdiff_t)offset - (line->cursor - line->buffer)));
}

void line_editor_replace(LineEditorHandle *editor, size_t start, size_t end, const char *text) {
  size_t length = line_length(editor);
  if (end > length) end = length;
  if (start > end) start = end;
  line_editor_move(editor, end);
  if (end > start) el_deletestr(editor->edit, (int)(end - start));
  if (*text != '\0' && el_insertstr(editor->edit, text) != 0) editor->beep = true;
}

void line_editor_print_below(LineEditorHandle *editor, const char *text) {
  free(editor->below);
  editor->below = strdup(text);
}

void line_editor_beep(LineEditorHandle *editor) { editor->beep = true; }

void line_editor_capture(LineEditorHandle *editor, bool capture) { editor->capturing = capture; }

void line_editor_push(LineEditorHandle *editor, uint32_t scalar) {
  wchar_t key[2] = {(wchar_t)scalar, L'\0'};
  el_wpush(editor->edit, key);
}
