import Basics
import Documents
import Expressions

// Cells that run within a cell, such as those of a script.
extension Session {
  /// Starts a script. A saved session numbers its cells, and keeps their results, separately.
  ///
  /// - Parameter isSession: whether the script is a saved session.
  /// - Returns: the earlier results, and the number of the running cell.
  package mutating func beginNumbers(
    isSession: Bool
  ) -> (results: [Int: Value], cell: Int) {
    let outer = (results, cell)
    if isSession { (results, cell) = ([:], 1) }
    return outer
  }

  /// Ends a script. The results of a saved session keep their numbers, except numbers that the session
  /// had already used.
  package mutating func endNumbers(
    isSession: Bool, _ outer: (results: [Int: Value], cell: Int)
  ) {
    guard isSession else { return }
    results.merge(outer.results) { $1 }
    cell = max(outer.cell, cell - 1)
  }

  /// Runs an instruction inside a running cell and shows its output. A failure names the line of the
  /// script.
  ///
  /// - Parameter isNumbered: whether the instruction counts as a numbered cell.
  package mutating func runNested(_ instruction: Instruction, isNumbered: Bool) -> CellResult {
    if isNumbered { number(as: instruction) }
    let number = cell
    let result = runNested([instruction], source: instruction.source)
    if !isNumbered { cell = number }
    return result
  }

  /// Runs a cell inside a running one and shows its output, as for one instruction.
  package mutating func runNested(_ instructions: [Instruction], source: String) -> CellResult {
    let outer = shown
    var result = run(instructions, source: source)
    (shown, updates) = (outer + result.output.blocks.prefix(result.shown), [:])
    present(Array(result.output.blocks.dropFirst(result.shown)))
    result.shown = result.output.blocks.count
    return result
  }

  /// Takes over the network, what has run, and the names of a copy that cells ran in. What belongs to this
  /// session stays: its front end, its numbers and results, its record.
  package mutating func adopt(_ other: Session) {
    var state = other
    (state.host, state.depth, state.countsCells) = (host, depth, countsCells)
    (state.cell, state.results, state.bindings) = (
      cell, results, other.bindings.merging(bindings) { theirs, _ in theirs }
    )
    (state.shown, state.updates, state.commandLine) = (shown, updates, commandLine)
    (state.record, state.transcript) = (record, transcript)
    self = state
  }
}
