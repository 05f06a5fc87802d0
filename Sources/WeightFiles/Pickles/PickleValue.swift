/// A value of a pickle, as far as weights need them. Containers are numbers of a `Pickle`'s lists,
/// so that neither cycles nor deep nesting need care when they are released.
enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  case real(Double)
  /// Text, and the short byte strings of Python 2, which are names.
  case text(String)
  /// A byte string, left in the file until it is needed.
  case bytes(ByteRange)
  /// A text that holds bytes as its characters, left in the file.
  case latin1(ByteRange)
  /// A tuple, list or set, by its number.
  case sequence(Int)
  /// A dictionary, by its number.
  case dictionary(Int)
  /// A function or class, `module.name`.
  case global(String)
  /// What a function returned, by its number.
  case object(Int)
  /// A tensor's storage in another part of the file, by its number.
  case storage(Int)
}

/// What a pickle holds: a value, and the containers it refers to.
struct Pickle: Sendable {
  /// The result of a call, which isn't carried out: what was called, with what.
  struct Object: Sendable {
    let function: String
    let arguments: [PickleValue]
    /// The state that was given to the object later; nil if none was.
    var state: PickleValue?
  }

  /// The value.
  var value = PickleValue.none
  /// The protocol; 0 if the pickle doesn't say.
  var version = 0
  var sequences: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var objects: [Object] = []
  /// The persistent ids, each a tuple.
  var storages: [[PickleValue]] = []

  func sequence(_ value: PickleValue?) -> [PickleValue]? {
    if case .sequence(let number)? = value { sequences[number] } else { nil }
  }

  func dictionary(_ value: PickleValue?) -> [(key: PickleValue, value: PickleValue)]? {
    if case .dictionary(let number)? = value { dictionaries[number] } else { nil }
  }

  func object(_ value: PickleValue?) -> Object? {
    if case .object(let number)? = value { objects[number] } else { nil }
  }

  /// The whole numbers of a tuple; nil if it isn't one of those.
  func integers(_ value: PickleValue?) -> [Int]? {
    guard let values = sequence(value) else { return nil }
    let integers = values.compactMap(\.integer)
    return integers.count == values.count ? integers : nil
  }
}

extension PickleValue {
  var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  var global: String? { if case .global(let name) = self { name } else { nil } }
  var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  var text: String? { if case .text(let text) = self { text } else { nil } }
}
