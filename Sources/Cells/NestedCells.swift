import Basics
import Documents
import Expressions

// Cells that run within a cell, such as those of a script.
extension Session {
  /// Starts a script. A saved session numbers its cells, and keeps their results, separately.
  ///
  /// - Returns: the earlier results, and the number of the running cell.
  package mutating func beginNumbers(
    of script: Script
  ) -> (results: [Int: Value], cell: Int) {
    let outer = (results, cell)
    if script.seed != nil { (results, cell) = ([:], 1) }
    return outer
  }

  /// Ends a script. The results of a saved session keep their numbers, except numbers that the session
  /// had already used.
  package mutating func endNumbers(
    of script: Script, _ outer: (results: [Int: Value], cell: Int)
  ) {
    guard script.seed != nil else { return }
    results.merge(outer.results) { $1 }
    cell = max(outer.cell, cell - 1)
  }

  /// Runs an instruction inside a running cell and shows its output. A failure names the line of the
  /// script.
  ///
  /// - Parameter isNumbered: whether the instruction counts as a numbered cell.
  package mutating func runNested(_ instruction: Instruction, isNumbered: Bool) -> CellResult {
    if isNumbered { number(as: instruction) }
    let (outer, number) = (shown, cell)
    let result = run(instruction)
    (shown, updates) = (outer + result.output.blocks.prefix(result.shown), [:])
    present(Array(result.output.blocks.dropFirst(result.shown)))
    if !isNumbered { cell = number }
    return result
  }
}
