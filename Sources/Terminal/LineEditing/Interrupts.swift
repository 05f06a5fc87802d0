import CLineEditor

/// Ctrl-C as a request that work polls, instead of the program's end.
package enum Interrupts {
  /// Takes Ctrl-C over. To be called once, before anything is read or run.
  ///
  /// Also turns a file that outgrows the process's limit into an error of writing, and keeps files
  /// opened later from taking the number of a closed standard stream.
  package static func install() {
    standard_streams_fill()
    interrupts_install()
  }

  /// How often Ctrl-C was pressed since the program started.
  ///
  /// Cheap enough to be polled in a loop. Work that began with count `c` is to stop once
  /// the count is no longer `c`.
  package static var count: Int { Int(interrupts_count()) }

  /// SIGTERM or SIGHUP where it arrived while a command ran: the program ends after that command, with
  /// 128 and this number.
  package static var stopSignal: Int32? {
    let number = interrupts_stop_signal()
    return number == 0 ? nil : number
  }

  /// Marks the beginning of a command, which lasts until the next line is read, and returns the
  /// count to compare with.
  ///
  /// A person who presses Ctrl-C again three seconds after the first time is told that once more
  /// quits the program, whatever the command does.
  package static func beginWork() -> Int {
    interrupts_begin_work()
    return count
  }
}
