import Basics
import Cells
import Documents
import Expressions
import Networks
import TensorFiles
import Tensors

/// Setting one number, `conv1.weight[5, 0, 3, 2] 0.1`, and what follows from it.
struct NumberChange {
  private let name: String
  private let index: String
  private let value: String

  /// Reads what follows `set`; nil if it isn't about a number of a tensor.
  init?(_ text: String) {
    guard let open = text.firstIndex(of: "[") else { return nil }
    let name = text[..<open].trimmingSpaces()
    guard !name.isEmpty, !name.contains(where: { " =".contains($0) }) else { return nil }
    var depth = 0
    let close = text[open...].firstIndex { character in
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      return depth == 0
    }
    guard let close else { return nil }
    self.name = name
    index = String(text[open...close])
    var rest = text[text.index(after: close)...].trimmingSpaces()
    if rest.hasPrefix("=") { rest = rest.dropFirst().trimmingSpaces() }
    value = rest
  }

  /// Sets the number and reports which values of the layers that had run differ.
  func run(in session: inout Session) throws -> Output {
    let shape = try session.shape(ofChangeable: name)
    let index = try index(shape, in: &session)
    let value = try number(in: &session)
    let element = "\(name)[\(coordinates(index))]"
    let isImage = Session.namesImage(name, in: session.network)
    let (old, new): (Float, Float)
    var output = Output()
    if isImage {
      guard let byte = UInt8(exactly: value) else {
        throw Failure(
          .usage, "a pixel is set to a whole number from 0 to 255, not \(Basics.number(value))",
          hint: "set \(element) 255 makes it as bright as it can be")
      }
      (old, new) = try session.setPixel(index, byte: byte)
      output.line(
        .strong(element) + "  \(Basics.number(old)) → " + .strong(Basics.number(new))
          + .faint("   byte \(byte), after the image's preparation"), hang: 4)
    } else {
      new = Float(value)
      guard new.isFinite else {
        throw Failure(.usage, "\(Basics.number(value)) is too large for a weight")
      }
      old = try session.set(name, at: index, to: new)
      output.line(
        .strong(element) + "  \(Basics.number(old)) → " + .strong(Basics.number(new)), hang: 4)
    }
    guard old.bitPattern != new.bitPattern else {
      var output = Output(json: ["element": .string(element), "layers": .array([])])
      output.line("Already set; nothing changed.")
      return output
    }
    let rows = DifferenceRow.all(in: session)
    report(rows, in: session, to: &output)
    output.json = [
      "element": .string(element), "before": .float(old), "after": .float(new),
      "layers": .array(rows.map(\.json)),
    ]
    return output
  }

  private func index(_ shape: Shape, in session: inout Session) throws -> [Int] {
    let ranges = shape.dimensions.map { "0…\($0 - 1)" }.joined(separator: ", ")
    let hint = "\(name) is \(shape); its indices go over \(ranges)"
    let list: Value
    do {
      list = try session.evaluate(index).value
    } catch let error as ExpressionError {
      throw Failure(.expression, "\(index): \(error.message)", hint: error.hint)
    }
    guard let index = list.integers, index.count == shape.rank else {
      throw Failure(
        .expression,
        "set changes one number, so \(name) needs \(NumberFormat.count(shape.rank, "index", "indices"))",
        hint: hint)
    }
    guard zip(index, shape.dimensions).allSatisfy({ (0..<$1).contains($0) }) else {
      throw Failure(.expression, "there is no \(name)[\(coordinates(index))]", hint: hint)
    }
    return index
  }

  private func number(in session: inout Session) throws -> Double {
    guard !value.isEmpty else {
      throw Failure(.usage, "set needs a value", hint: "set \(name)\(index) 0.1")
    }
    let result: Value
    do {
      result = try session.evaluate(value).value
    } catch let error as ExpressionError {
      throw Failure(.expression, "\(value): \(error.message)", hint: error.hint)
    }
    guard let number = result.double, number.isFinite else {
      throw Failure(
        .expression, "\(value) isn't a number that can be set", hint: "set \(name)\(index) 0.1")
    }
    return number
  }

  private func report(_ rows: [DifferenceRow], in session: Session, to output: inout Output) {
    guard !rows.isEmpty else {
      output.line(
        .faint("no layer had run, so nothing is compared; ") + .name("undo")
          + .faint(" to go back"),
        indent: 2)
      return
    }
    var table = Table(
      [
        .init("layer"), .init("values that differ", numeric: true), .init("of", numeric: true),
        .init("", numeric: true, drop: 1), .init("largest change", numeric: true),
        .init("at", drop: 2),
      ], indent: 2)
    for row in rows {
      table.row([
        .name(row.name), row.count == 0 ? .faint("0") : .notice(NumberFormat.grouped(row.count)),
        Text(NumberFormat.grouped(row.of)),
        Text(NumberFormat.percent(Double(row.count) / Double(row.of))),
        Text(row.count == 0 ? "" : signed(row.largest, 4)),
        Text(row.count == 0 ? "" : "[\(coordinates(row.place))]"),
      ])
    }
    output.table(table)
    if let changed = rows.last(where: { $0.count > 0 }) {
      let first = rows.first { $0.count > 0 } ?? changed
      output.line(
        .name("view difference \(first.name)") + .faint(" shows where, ")
          + .name("why \(changed.name)[\(coordinates(changed.place))]") + .faint(" one value, ")
          + .name("undo") + .faint(" goes back"), indent: 2, hang: 4)
    } else {
      output.line(.faint("nothing changed in the layers that had run"), indent: 2)
    }
  }
}

/// How one layer's output differs from before a number was set.
private struct DifferenceRow {
  var name: String
  /// How many values differ.
  var count: Int
  var of: Int
  /// The largest change, now − before, and where it is.
  var largest: Double
  var place: [Int]

  var json: JSONValue {
    [
      "name": .string(name), "differ": .integer(count), "of": .integer(of),
      "largest": .number(largest), "at": .integers(place),
    ]
  }

  /// A row for each layer that had run.
  static func all(in session: Session) -> [DifferenceRow] {
    guard let earlier = session.earlier, let trace = session.trace else { return [] }
    return session.network.layers.indices.compactMap { index in
      let name = session.network.layers[index].name
      guard let before = earlier.outputs[name], let now = trace.output(of: index) else {
        return nil
      }
      var row = DifferenceRow(name: name, count: 0, of: now.count, largest: 0, place: [])
      for (offset, (a, b)) in zip(before.values, now.values).enumerated() where a != b {
        if a.isNaN && b.isNaN { continue }
        row.count += 1
        let change = Double(b) - Double(a)
        if row.place.isEmpty || !(abs(change) <= abs(row.largest)) {
          row.largest = change
          row.place = Array(now.shape.index(at: offset).dropFirst())
        }
      }
      return row
    }
  }
}
