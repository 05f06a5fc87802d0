// The line being edited, as the owner of the editor reads and changes it.

#include <stdlib.h>
#include <string.h>

#include "State.h"

LineEditorHandle *line_editor_of(EditLine *edit) {
  void *editor = NULL;
  el_get(edit, EL_CLIENTDATA, &editor);
  return editor;
}

size_t line_editor_length(LineEditorHandle *editor) {
  const LineInfoW *line = el_wline(editor->edit);
  return (size_t)(line->lastchar - line->buffer);
}

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
      // Replaces an invalid scalar by one scalar, so that offsets agree.
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
  size_t length = line_editor_length(editor);
  if (offset > length) offset = length;
  el_cursor(editor->edit, (int)((ptrdiff_t)offset - (line->cursor - line->buffer)));
}

void line_editor_replace(LineEditorHandle *editor, size_t start, size_t end, const char *text) {
  size_t length = line_editor_length(editor);
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

void line_editor_push_text(LineEditorHandle *editor, const char *text) {
  el_push(editor->edit, text);
}

void line_editor_push(LineEditorHandle *editor, uint32_t scalar) {
  wchar_t key[2] = {(wchar_t)scalar, L'\0'};
  el_wpush(editor->edit, key);
}
