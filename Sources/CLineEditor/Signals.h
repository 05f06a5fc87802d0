// The line editor's interface to the signal handlers.

#ifndef C_LINE_EDITOR_SIGNALS_H
#define C_LINE_EDITOR_SIGNALS_H

#include <stdbool.h>

/// Handles resizing, suspension and death while the terminal is raw; saves the terminal's current
/// settings, to restore them before the program stops or dies.
void signals_begin_editing(int terminal);

/// Undoes `signals_begin_editing`.
void signals_end_editing(void);

/// Whether a signal of that kind arrived since the last call.
bool signals_take_resize(void);
bool signals_take_suspend(void);
bool signals_take_resume(void);

/// Stops the program as Ctrl-Z does by default; returns when it is continued.
void signals_suspend(void);

#endif
