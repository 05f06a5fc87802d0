import Terminal

// The program. The front end does all the work.
TerminalFrontEnd.main(Array(CommandLine.arguments.dropFirst()))
