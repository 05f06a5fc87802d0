import TensorFiles

extension Evaluation {
  /// The most classes whose matrix is written as a table: 16 million cells.
  package static let mostClassesInTable = 4_096

  /// Writes the confusion matrix as comma-separated values, whole or not at all.
  ///
  /// A line for each true class, with a column for each predicted class; the first line names the
  /// columns. If outputs were NaN, a last column counts those images. Above 4,096 classes there is a
  /// line for each pair that occurs instead: true class, predicted class, images.
  ///
  /// - Throws: `FileError`, after which the file is as it was.
  package func writeConfusion(
    to path: String, mostClassesInTable: Int = mostClassesInTable
  ) throws(FileError) {
    let names = classNames.map(Self.cell)
    let isTable = names.count <= mostClassesInTable
    let cells = confusion.cells
    try AtomicFile.write(to: path) { writer throws(FileError) in
      func write(_ line: String) throws(FileError) {
        try Array((line + "\n").utf8).withUnsafeBufferPointer { bytes throws(FileError) in
          try writer.append(UnsafeRawBufferPointer(bytes))
        }
      }
      let hasNotNumbers = notNumberCount > 0
      if isTable {
        let last = hasNotNumbers ? [Self.notNumber] : []
        try write((["true class"] + names + last).joined(separator: ","))
      } else {
        try write("true class,predicted class,images")
      }
      var next = cells.startIndex
      for row in names.indices {
        let start = next
        while next < cells.endIndex, cells[next].row == row { next += 1 }
        if isTable {
          var counts = [Int](repeating: 0, count: names.count)
          for cell in cells[start..<next] { counts[cell.column] = cell.count }
          if hasNotNumbers { counts.append(notNumbers[row]) }
          try write(names[row] + "," + counts.map(String.init).joined(separator: ","))
        } else {
          for cell in cells[start..<next] {
            try write("\(names[row]),\(names[cell.column]),\(cell.count)")
          }
          if notNumbers[row] > 0 {
            try write("\(names[row]),\(Self.notNumber),\(notNumbers[row])")
          }
        }
      }
    }
  }

  /// The column of images with a NaN among their outputs.
  private static let notNumber = "(nan)"

  /// A text as a cell: in quotes if it has a comma, a quote or a line break (RFC 4180).
  private static func cell(_ text: String) -> String {
    text.contains { ",\"\r\n".contains($0) || $0.isNewline }
      ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}
