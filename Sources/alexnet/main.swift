import Jupyter
import Terminal

// The program. A front end does all the work: `jupyter run` is the one for Jupyter, everything else the
// terminal's.
let arguments = Array(CommandLine.arguments.dropFirst())
JupyterKernel.runIfAsked(arguments)
TerminalFrontEnd.main(arguments)
