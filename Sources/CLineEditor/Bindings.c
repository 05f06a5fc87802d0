// The key bindings.

#include <stdbool.h>
#include <string.h>

#include "State.h"

static const char *const bindings[][2] = {
  {"^I", "notebook-complete"},
  {"^R", "notebook-search"},
  {"^_", "notebook-private"},
  {"\033[200~", "notebook-paste"},
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
};

static void bind(EditLine *edit, const char *key, const char *command) {
  const char *keys = "";
  el_get(edit, EL_EDITOR, &keys);
  if (key[0] == '\033' && strcmp(keys, "vi") == 0) {
    // Escape switches to the second key map there, which then handles the rest of the sequence.
    el_set(edit, EL_BIND, "-a", key + 1, command, NULL);
  } else {
    el_set(edit, EL_BIND, key, command, NULL);
  }
}

void line_editor_ignore_keys(EditLine *edit) {
  static const char ignore[] = "notebook-ignore";
  char key[16];
  // Page Up, F5 and the like, alone and with Shift, Ctrl and Alt.
  for (int number = 1; number <= 34; number++) {
    snprintf(key, sizeof key, "\033[%d~", number);
    bind(edit, key, ignore);
    for (int modifier = 2; modifier <= 8; modifier++) {
      snprintf(key, sizeof key, "\033[%d;%d~", number, modifier);
      bind(edit, key, ignore);
    }
  }
  // Arrows and F1 to F4 with Shift, Ctrl and Alt.
  for (const char *last = "ABCDEFHPQRS"; *last != '\0'; last++) {
    for (int modifier = 2; modifier <= 8; modifier++) {
      snprintf(key, sizeof key, "\033[1;%d%c", modifier, *last);
      bind(edit, key, ignore);
    }
  }
  // F1 to F5, Shift-Tab, and a window that gains or loses the focus.
  static const char *const others[] = {
    "\033OP", "\033OQ",  "\033OR",  "\033OS",  "\033[[A", "\033[[B", "\033[[C",
    "\033[[D", "\033[[E", "\033[E",  "\033[Z",  "\033[I",  "\033[O",
    // The end of a bracketed paste without its start.
    "\033[201~",
  };
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) bind(edit, others[i], ignore);
}

void line_editor_bind_keys(EditLine *edit) {
  for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++) {
    bind(edit, bindings[i][0], bindings[i][1]);
  }
  el_set(edit, EL_BIND, "-a", "^_", "notebook-private", NULL);
}
