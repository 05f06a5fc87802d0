import TensorFiles

extension JSONValue {
  /// A number, or null for nil.
  static func optional(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

  /// A number, or null for NaN, which means unknown.
  static func known(_ value: Double) -> JSONValue { value.isNaN ? .null : .number(value) }
}

/// Reads the members of an object in a file of a run, and names what is wrong.
struct StateReader {
  let file: String
  let members: [JSONValue.Member]
  /// The place of the object: `best`, `history[3]`; empty for the outermost.
  let place: String

  func fail(_ name: String, _ expected: String) -> CheckpointError {
    let path = place.isEmpty ? name : "\(place).\(name)"
    let found = members[name].map { "must be \(expected), not \($0.kind)" } ?? "is missing"
    return CheckpointError(file, "\(path) \(found)")
  }

  func text(_ name: String) throws(CheckpointError) -> String {
    guard case .string(let text)? = members[name] else { throw fail(name, "a text") }
    return text
  }

  /// A whole number from 0. Numbers above `most`, which no run reaches, could overflow in products.
  func whole(_ name: String, most: Int = 1_000_000_000_000) throws(CheckpointError) -> Int {
    guard case .integer(let value)? = members[name], value >= 0 else {
      throw fail(name, "a whole number from 0")
    }
    guard value <= most else {
      let path = place.isEmpty ? name : "\(place).\(name)"
      throw CheckpointError(file, "\(path) is \(value), more than \(most)")
    }
    return value
  }

  /// The records of epochs, in increasing order.
  func epochs(_ name: String) throws(CheckpointError) -> [EpochRecord] {
    var records: [EpochRecord] = []
    for row in try list(name) {
      let record = try EpochRecord(row)
      if let last = records.last, record.epoch <= last.epoch {
        throw CheckpointError(file, "\(row.place).epoch is \(record.epoch), after \(last.epoch)")
      }
      records.append(record)
    }
    return records
  }

  /// A number; NaN and infinities are written as words, and null is NaN.
  func number(_ name: String) throws(CheckpointError) -> Double {
    switch members[name] {
    case .number(let value)?: return value
    case .integer(let value)?: return Double(value)
    case .null?, .string("nan")?: return .nan
    case .string("inf")?: return .infinity
    case .string("-inf")?: return -.infinity
    default: throw fail(name, "a number")
    }
  }

  /// A number that may be missing.
  func optionalNumber(_ name: String) throws(CheckpointError) -> Double? {
    switch members[name] {
    case nil, .null?: nil
    default: try number(name)
    }
  }

  func texts(_ name: String) throws(CheckpointError) -> [String] {
    guard case .array(let elements)? = members[name] else { throw fail(name, "a list of texts") }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else { throw fail(name, "a list of texts") }
      texts.append(text)
    }
    return texts
  }

  func wholes(_ name: String) throws(CheckpointError) -> [Int] {
    guard case .array(let elements)? = members[name] else { throw fail(name, "a list of numbers") }
    var values: [Int] = []
    for element in elements {
      guard case .integer(let value) = element, value >= 0 else {
        throw fail(name, "a list of whole numbers")
      }
      values.append(value)
    }
    return values
  }

  func object(_ name: String) throws(CheckpointError) -> StateReader {
    guard let object = try optional(name) else { throw fail(name, "an object") }
    return object
  }

  /// An object that may be missing.
  func optional(_ name: String) throws(CheckpointError) -> StateReader? {
    switch members[name] {
    case nil, .null?: return nil
    case .object(let members)?:
      return StateReader(
        file: file, members: members, place: place.isEmpty ? name : "\(place).\(name)")
    default: throw fail(name, "an object")
    }
  }

  func list(_ name: String) throws(CheckpointError) -> [StateReader] {
    guard case .array(let elements)? = members[name] else { throw fail(name, "a list") }
    var rows: [StateReader] = []
    for (index, element) in elements.enumerated() {
      guard case .object(let members) = element else { throw fail(name, "a list of objects") }
      rows.append(
        StateReader(
          file: file, members: members,
          place: (place.isEmpty ? name : "\(place).\(name)") + "[\(index)]"))
    }
    return rows
  }
}

extension EpochRecord {
  init(_ row: StateReader) throws(CheckpointError) {
    self.init(
      epoch: try row.whole("epoch"), trainLoss: try row.number("train_loss"),
      trainAccuracy: try row.number("train_accuracy"),
      trainTopFive: try row.optionalNumber(Self.trainTopFiveName),
      validationLoss: try row.optionalNumber("validation_loss"),
      validationAccuracy: try row.optionalNumber("validation_accuracy"),
      validationTopFive: try row.optionalNumber(Self.validationTopFiveName),
      rate: try row.number("rate"),
      seconds: try row.optionalNumber("seconds") ?? .nan,
      imagesPerSecond: try row.optionalNumber("images_per_s") ?? .nan)
  }
}

extension BestEpoch {
  init(_ row: StateReader) throws(CheckpointError) {
    self.init(epoch: try row.whole("epoch"), accuracy: try row.number("accuracy"))
  }
}
