import Cells
import Commands
import Documents

extension Notebook {
  /// Information about the name at the cursor: the value that a cell gave it, otherwise the help
  /// for that command, function, layer or word. Nothing is computed.
  ///
  /// - Parameters:
  ///   - line: the line as typed.
  ///   - cursor: the cursor, in Unicode scalars.
  /// - Returns: nil if there is no name at the cursor, or nothing is known about it.
  package func inspect(_ line: String, cursor: Int) -> Document? {
    let session = activity?.cellSession ?? session
    guard let name = Self.name(in: line, at: cursor) else { return nil }
    if let value = session.bindings[name] {
      return ExpressionOutput.output(of: value, named: name).document
    }
    return (try? HelpCommand.page([name], in: session))?.document
  }

  /// The run of letters, digits, `-` and `_` that the cursor is in or directly after.
  private static func name(in line: String, at cursor: Int) -> String? {
    let scalars = Array(line.unicodeScalars)
    let cursor = min(max(0, cursor), scalars.count)
    func isPart(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || scalar == "_" || scalar == "-"
    }
    let start = scalars[..<cursor].lastIndex { !isPart($0) }.map { $0 + 1 } ?? 0
    let end = scalars[cursor...].firstIndex { !isPart($0) } ?? scalars.count
    guard start < end else { return nil }
    return String(String.UnicodeScalarView(scalars[start..<end]))
  }
}
