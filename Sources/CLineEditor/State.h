// Shared by the parts of the line editor.

#ifndef C_LINE_EDITOR_STATE_H
#define C_LINE_EDITOR_STATE_H

#include <histedit.h>
#include <stdio.h>
#include <wchar.h>

#include "CLineEditor.h"

/// The private key for everything that happens between keys: Ctrl-_, which has no other meaning
/// here.
#define PRIVATE_KEY L'\x1f'

/// The byte around escape sequences in the prompt.
#define ESCAPE_MARK '\1'

struct LineEditorHandle {
  EditLine *edit;
  History *history;
  bool utf8;
  LineEditorCallback callback;
  void *context;
  // libedit writes its messages about the terminal and editrc here.
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
  bool capturing, beep, too_long;
  uint32_t captured;
  int columns;
};

/// The editor for libedit's callbacks.
LineEditorHandle *line_editor_of(EditLine *edit);

/// The number of characters in the line.
size_t line_editor_length(LineEditorHandle *editor);

/// Reads the next key: libedit's `EL_GETCFN`.
int line_editor_read_key(EditLine *edit, wchar_t *character);

/// Binds keys without a meaning here, so that parts of their sequences aren't inserted as text.
void line_editor_ignore_keys(EditLine *edit);

/// Binds the keys of the notebook.
void line_editor_bind_keys(EditLine *edit);

/// Commands to which keys are bound.
unsigned char line_editor_on_private_key(EditLine *edit, int key);
unsigned char line_editor_on_tab(EditLine *edit, int key);
unsigned char line_editor_on_search(EditLine *edit, int key);
unsigned char line_editor_on_paste(EditLine *edit, int key);
unsigned char line_editor_on_ignored(EditLine *edit, int key);

/// Asks the terminal to mark pasted text, so that its line ends and tabs aren't treated as keys, or
/// to stop marking it.
void line_editor_mark_pastes(bool mark);

#endif
