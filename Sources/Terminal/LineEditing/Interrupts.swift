import CLineEditor

/// Turns Ctrl-C into a request that running work polls, instead of ending the program.
package enum Interrupts {
  /// Installs the signal handlers. Call it once, before anything is read or run.
  ///
  /// It also turns exceeding the file size limit into a write error, and prevents files opened
  /// later from getting the descriptor of a closed standard stream.
  package static func install() {
    standard_streams_fill()
    interrupts_install()
  }

  /// The number of times Ctrl-C was pressed since the program started.
  ///
  /// It is cheap enough to poll in a loop. Work that began with count `c` should stop once the
  /// count is no longer `c`.
  package static var count: Int { Int(interrupts_count()) }

  /// SIGTERM or SIGHUP if it arrived while a command was running: the program ends after that
  /// command, with exit code 128 plus this number.
  package static var stopSignal: Int32? {
    let number = interrupts_stop_signal()
    return number == 0 ? nil : number
  }

  /// Marks the start of a command, which lasts until the next line is read, and returns the count
  /// to compare with.
  ///
  /// A user who presses Ctrl-C again three seconds after the first time is told that pressing it
  /// once more quits the program, whatever the command is doing.
  package static func beginWork() -> Int {
    interrupts_begin_work()
    return count
  }
}
