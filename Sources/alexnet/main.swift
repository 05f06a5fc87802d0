import Terminal

// The program: everything it does is a front end's work on the notebook.
TerminalFrontEnd.main(Array(CommandLine.arguments.dropFirst()))
