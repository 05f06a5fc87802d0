import TensorFiles

/// Reads pickles of protocols 0 to 5 without running anything: calls are recorded, and names that
/// `PickleAllowList` lacks are refused.
///
/// Source: CPython's Lib/pickletools.py describes each opcode.
struct Unpickler {
  var reader: ByteReader
  private var pickle = Pickle()
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var steps = 0
  private var copied = 0

  /// The most opcodes. The pickle of a state dict has about a dozen per tensor.
  private static let mostSteps = 2_000_000
  /// Longer byte strings stay in the file.
  private static let shortBytes = 256

  init(_ reader: ByteReader) { self.reader = reader }

  /// The next pickle of the stream.
  mutating func next() throws -> Pickle {
    (pickle, stack, marks, memo) = (Pickle(), [], [], [:])
    while true {
      steps += 1
      guard steps <= Self.mostSteps else { throw reader.fail("its pickle has too many values") }
      let opcode = try reader.byte()
      if opcode == UInt8(ascii: ".") { break }
      guard try step(Unicode.Scalar(opcode)) else {
        throw reader.fail("its pickle is damaged: there is no opcode \(opcode)")
      }
    }
    pickle.value = try pop()
    return pickle
  }

  private func fail() -> WeightFileError { reader.fail("its pickle is damaged") }

  private mutating func pop() throws -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else { throw fail() }
    return value
  }

  private mutating func popMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw fail() }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func push(sequence values: [PickleValue]) {
    pickle.sequences.append(values)
    stack.append(.sequence(pickle.sequences.count - 1))
  }

  private mutating func push(tuple count: Int) throws {
    var values: [PickleValue] = []
    for _ in 0..<count { values.append(try pop()) }
    push(sequence: values.reversed())
  }

  private mutating func push(dictionary pairs: [PickleValue]) throws {
    pickle.dictionaries.append([])
    stack.append(.dictionary(pickle.dictionaries.count - 1))
    try set(pairs)
  }

  /// Adds keys and values to the dictionary on top.
  private mutating func set(_ pairs: [PickleValue]) throws {
    guard pairs.count % 2 == 0, case .dictionary(let number)? = stack.last else { throw fail() }
    for i in stride(from: 0, to: pairs.count, by: 2) {
      pickle.dictionaries[number].append((pairs[i], pairs[i + 1]))
    }
  }

  /// Adds elements to the list on top.
  private mutating func append(_ values: [PickleValue]) throws {
    guard case .sequence(let number)? = stack.last else { throw fail() }
    pickle.sequences[number] += values
  }

  private mutating func step(_ opcode: Unicode.Scalar) throws -> Bool {
    switch opcode {
    case "\u{80}":
      pickle.version = Int(try reader.byte())
      guard pickle.version <= 5 else {
        throw reader.fail("it is a pickle of protocol \(pickle.version); 5 is the newest known")
      }
    case "\u{95}": _ = try reader.length()
    case "(": marks.append(stack.count)
    case "0": if stack.count > (marks.last ?? 0) { stack.removeLast() } else { _ = try popMark() }
    case "1": _ = try popMark()
    case "2":
      let top = try pop()
      stack += [top, top]
    case "N": stack.append(.none)
    case "\u{88}": stack.append(.bool(true))
    case "\u{89}": stack.append(.bool(false))
    case "K": stack.append(.integer(Int(try reader.byte())))
    case "M": stack.append(.integer(Int(try reader.number(UInt16.self))))
    case "J": stack.append(.integer(Int(Int32(bitPattern: try reader.number(UInt32.self)))))
    case "\u{8A}": try integer(bytes: Int(try reader.byte()))
    case "\u{8B}": try integer(bytes: Int(try reader.number(UInt32.self)))
    case "I", "L": try integerLine()
    case "G":
      let bits = try reader.number(UInt64.self).byteSwapped
      stack.append(.real(Double(bitPattern: bits)))
    case "F":
      let line = String(decoding: try reader.line(limit: 100), as: UTF8.self)
      stack.append(.real(Double(line) ?? .nan))
    case "X", "\u{8C}", "\u{8D}", "V": try text(opcode)
    case "U", "T", "S", "B", "C", "\u{8E}", "\u{96}": try bytes(opcode)
    case ")": push(sequence: [])
    case "]", "\u{8F}": push(sequence: [])
    case "}": try push(dictionary: [])
    case "t", "l", "\u{91}": push(sequence: try popMark())
    case "d": try push(dictionary: try popMark())
    case "\u{85}": try push(tuple: 1)
    case "\u{86}": try push(tuple: 2)
    case "\u{87}": try push(tuple: 3)
    case "a": try append([try pop()])
    case "e", "\u{90}": try append(try popMark())
    case "s":
      let value = try pop()
      try set([try pop(), value])
    case "u": try set(try popMark())
    case "p", "q", "r", "\u{94}": try remember(opcode)
    case "g", "h", "j": try recall(opcode)
    case "c", "\u{93}", "i": try global(opcode)
    case "R", "\u{81}": try call()
    case "b": try build()
    case "Q": try persistentID()
    case "o", "\u{92}", "\u{82}", "\u{83}", "\u{84}", "P", "\u{97}", "\u{98}":
      throw reader.fail(
        "its pickle makes objects in a way that weights never need (opcode \(opcode.value))")
    default: return false
    }
    return true
  }

  private mutating func integer(bytes count: Int) throws {
    let bytes = try reader.bytes(count, limit: 1024)
    // Longer numbers, such as the magic number of PyTorch's older files, are only compared.
    guard count <= 8 else {
      stack.append(.bytes(ByteRange(bytes, file: reader.file)))
      return
    }
    var value = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if let last = bytes.last, last & 0x80 != 0, count < 8 { value |= ~0 << (8 * UInt64(count)) }
    stack.append(.integer(Int(truncatingIfNeeded: value)))
  }

  private mutating func integerLine() throws {
    var line = String(decoding: try reader.line(limit: 100), as: UTF8.self)
    if line == "00" || line == "01" {
      stack.append(.bool(line == "01"))
      return
    }
    if line.hasSuffix("L") { line.removeLast() }
    guard let value = Int(line) else { throw fail() }
    stack.append(.integer(value))
  }

  private mutating func text(_ opcode: Unicode.Scalar) throws {
    let count: Int
    switch opcode {
    case "X": count = Int(try reader.number(UInt32.self))
    case "\u{8C}": count = Int(try reader.byte())
    case "\u{8D}": count = try reader.length()
    default:
      stack.append(.text(String(decoding: try reader.line(), as: UTF8.self)))
      return
    }
    let range = try reader.skip(count)
    // Bytes written by Python 3 in protocol 2 are long texts.
    guard count <= 1 << 12 else {
      stack.append(.latin1(range))
      return
    }
    stack.append(.text(String(decoding: try range.bytes(), as: UTF8.self)))
  }

  private mutating func bytes(_ opcode: Unicode.Scalar) throws {
    let count: Int
    switch opcode {
    case "U", "C": count = Int(try reader.byte())
    case "T", "B": count = Int(try reader.number(UInt32.self))
    case "\u{8E}", "\u{96}": count = try reader.length()
    default:
      let line = try reader.line()
      guard line.count >= 2, line.first == line.last else { throw fail() }
      stack.append(.text(String(decoding: line.dropFirst().dropLast(), as: UTF8.self)))
      return
    }
    let range = try reader.skip(count)
    // Python 2 wrote names as byte strings too.
    if opcode == "U" || opcode == "T", count <= Self.shortBytes,
      let text = String(validating: try range.bytes(), as: UTF8.self),
      text.unicodeScalars.allSatisfy({ $0.value >= 32 })
    {
      stack.append(.text(text))
    } else {
      stack.append(.bytes(range))
    }
  }

  private mutating func remember(_ opcode: Unicode.Scalar) throws {
    guard let top = stack.last else { throw fail() }
    switch opcode {
    case "q": memo[Int(try reader.byte())] = top
    case "r": memo[Int(try reader.number(UInt32.self))] = top
    case "p": memo[try number()] = top
    default: memo[memo.count] = top
    }
  }

  private mutating func recall(_ opcode: Unicode.Scalar) throws {
    let number =
      switch opcode {
      case "h": Int(try reader.byte())
      case "j": Int(try reader.number(UInt32.self))
      default: try number()
      }
    guard let value = memo[number] else { throw fail() }
    stack.append(value)
  }

  private mutating func number() throws -> Int {
    guard let number = Int(String(decoding: try reader.line(limit: 20), as: UTF8.self)) else {
      throw fail()
    }
    return number
  }

  private mutating func global(_ opcode: Unicode.Scalar) throws {
    let (module, name): (String, String)
    if opcode == "\u{93}" {
      guard case .text(let last) = try pop(), case .text(let first) = try pop() else {
        throw fail()
      }
      (module, name) = (first, last)
    } else {
      module = String(decoding: try reader.line(limit: 1000), as: UTF8.self)
      name = String(decoding: try reader.line(limit: 1000), as: UTF8.self)
    }
    let full = "\(module).\(name)"
    // The opcode i calls what it names, which no file of weights does.
    guard PickleAllowList.allows(full), opcode != "i" else {
      throw PickleAllowList.refusal(full, file: reader.file)
    }
    stack.append(.global(full))
  }

  /// A call, recorded as an object; a call of OrderedDict makes a dictionary.
  private mutating func call() throws {
    let arguments = pickle.sequence(try pop())
    guard let arguments, case .global(let name) = try pop() else { throw fail() }
    switch name {
    case "collections.OrderedDict":
      // Python 2 passes a list of pairs.
      let pairs = arguments.first.flatMap(pickle.sequence) ?? []
      // A short file could have a long list copied again and again.
      steps += pairs.count
      try push(
        dictionary: try pairs.flatMap { pair in
          guard let pair = pickle.sequence(pair), pair.count == 2 else { throw fail() }
          return pair
        })
    case "_codecs.encode": try encode(arguments)
    default:
      pickle.objects.append(Pickle.Object(function: name, arguments: arguments))
      stack.append(.object(pickle.objects.count - 1))
    }
  }

  /// `_codecs.encode(text, "latin1")`: how Python 3 writes bytes in protocols below 3.
  private mutating func encode(_ arguments: [PickleValue]) throws {
    guard arguments.count == 2, case .text("latin1") = arguments[1] else { throw fail() }
    let utf8: [UInt8]
    switch arguments[0] {
    case .text(let text): utf8 = Array(text.utf8)
    case .latin1(let range): utf8 = try range.bytes()
    default: throw fail()
    }
    // Each text is encoded once in a real file, so the results can't exceed the file.
    copied += utf8.count
    guard copied <= reader.range.count else { throw reader.fail("its pickle repeats its bytes") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count)
    for scalar in String(decoding: utf8, as: UTF8.self).unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value) else { throw fail() }
      bytes.append(byte)
    }
    stack.append(.bytes(ByteRange(bytes, file: reader.file)))
  }

  private mutating func build() throws {
    let state = try pop()
    switch stack.last {
    case .object(let number)?: pickle.objects[number].state = state
    // An OrderedDict's attributes, such as PyTorch's _metadata, say nothing about weights.
    case .dictionary?: break
    default: throw fail()
    }
  }

  private mutating func persistentID() throws {
    guard let id = pickle.sequence(try pop()) else { throw fail() }
    pickle.storages.append(id)
    stack.append(.storage(pickle.storages.count - 1))
  }
}
