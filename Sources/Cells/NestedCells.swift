import Basics
import Documents
import Expressions

// Cells within a cell, as of a script.
extension Session {
  /// Begins to run a script. A saved session numbers its cells, and keeps their results, separately.
  ///
  /// - Returns: the results that were there before, and the number of the cell that runs.
  package mutating func beginNumbers(
    of script: Script
  ) -> (results: [Int: Value], cell: Int) {
    let outer = (results, cell)
    if script.seed != nil { (results, cell) = ([:], 1) }
    return outer
  }

  /// Ends a script. The results of a saved session are there as when it was saved, except where the
  /// session had others.
  package mutating func endNumbers(
    of script: Script, _ outer: (results: [Int: Value], cell: Int)
  ) {
    guard script.seed != nil else { return }
    results.merge(outer.results) { $1 }
    cell = max(outer.cell, cell - 1)
  }

  /// Runs an instruction inside a running cell, and shows what it gives. Its failure has a line of
  /// the script.
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
