// Setting libedit up and reading a line with it.

#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "Signals.h"
#include "State.h"

static char *prompt_text(EditLine *edit) { return line_editor_of(edit)->prompt; }

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
  // A message here means that termcap doesn't know the terminal.
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
  el_set(edit, EL_PROMPT_ESC, prompt_text, ESCAPE_MARK);
  el_wset(edit, EL_GETCFN, line_editor_read_key);
  el_set(edit, EL_EDITOR, "emacs");
  el_set(edit, EL_ADDFN, "notebook-complete", "Complete the word", line_editor_on_tab);
  el_set(edit, EL_ADDFN, "notebook-search", "Search the history", line_editor_on_search);
  el_set(edit, EL_ADDFN, "notebook-private", "Redraw", line_editor_on_private_key);
  el_set(edit, EL_ADDFN, "notebook-paste", "Insert the pasted text", line_editor_on_paste);
  el_set(edit, EL_ADDFN, "notebook-ignore", "Ignore the key", line_editor_on_ignored);
  // Ctrl-S searches here; as flow control, it would seem to freeze the program.
  el_set(edit, EL_SETTY, "-d", "-ixon", NULL);
  // On Ctrl-C, the terminal would discard pending output as well as typed text, after sending the
  // signal, so the program's response could be lost.
  el_set(edit, EL_SETTY, "-d", "+noflsh", NULL);
  line_editor_ignore_keys(edit);
  // The user's settings (vi keys, for example) come before the bindings that the notebook needs.
  el_source(edit, NULL);
  line_editor_bind_keys(edit);
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
  interrupts_end_work();
  editor->interrupts_before = interrupts_count();
  editor->interruption = NOT_INTERRUPTED;
  editor->capturing = false;
  editor->too_long = false;
  memset(&editor->decoding, 0, sizeof editor->decoding);
  line_editor_mark_pastes(true);
  signals_begin_editing(STDIN_FILENO);
  int count = 0;
  const char *line = el_gets(editor->edit, &count);
  signals_end_editing();
  line_editor_mark_pastes(false);
  // Checked regardless of libedit's result: inside some of its commands, an interrupt looks like
  // the end of input.
  if (editor->interruption != NOT_INTERRUPTED) {
    // The typed text is dropped with the line.
    tcflush(STDIN_FILENO, TCIFLUSH);
    fputs("^C\n", stdout);
    fflush(stdout);
    return LINE_INTERRUPTED;
  }
  if (line == NULL) {
    fputs("\n", stdout);
    fflush(stdout);
    return LINE_END;
  }
  *text = line;
  *length = strlen(line);
  if (*length > 0 && (line[*length - 1] == '\n' || line[*length - 1] == '\r')) *length -= 1;
  return editor->too_long ? LINE_TOO_LONG : LINE_READ;
}
