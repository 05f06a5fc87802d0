import Foundation
import TensorFiles
import Tensors
import Testing

/// The bytes of a file with this header and this many bytes of data.
private func file(_ header: String, data: Int = 0) -> [UInt8] {
  let text = Array(header.utf8)
  return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
    + [UInt8](repeating: 0, count: data)
}

/// A file with one tensor `a` with these members.
private func entry(_ type: String, _ shape: String, _ offsets: String) -> String {
  #"{"a":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
}

@Suite("safetensors")
struct SafeTensorsTests {
  @Test("tensors are written and read back bit for bit")
  func roundTrip() throws {
    var writer = SafeTensorsWriter(metadata: ["seed": "1", "quote": "a \"b\" \\ \n é"])
    let floats: [Float] = [0, -0.0, 1.5, .infinity, .leastNonzeroMagnitude, -3]
    writer.add("conv1.weight", Tensor(shape: [2, 3], values: floats))
    writer.add("b", doubles: [0.1, .pi, -1e300], shape: [3])
    writer.add("labels", integers: [3, -4, .max], shape: [3, 1])
    writer.add("empty", Tensor(zeros: [0, 4]))
    writer.add("scalar", Tensor(shape: [], values: [7]))
    let bytes = writer.bytes()
    #expect(bytes == writer.bytes())
    #expect(bytes[0] % 8 == 0)

    let file = try SafeTensors(bytes: bytes, file: "x")
    #expect(Set(file.names) == ["b", "conv1.weight", "empty", "labels", "scalar"])
    #expect(file.metadata == writer.metadata)
    #expect(file.shape(of: "conv1.weight") == [2, 3])
    #expect(file.elementType(of: "labels") == .int64)
    #expect(try file.tensor("conv1.weight").values.map(\.bitPattern) == floats.map(\.bitPattern))
    #expect(try file.doubles("b") == [0.1, .pi, -1e300])
    #expect(try file.tensor("b").values == [0.1, Float(Double.pi), -.infinity])
    #expect(try file.integers("labels") == [3, -4, .max])
    #expect(try file.tensor("empty").shape == [0, 4])
    #expect(try file.tensor("scalar").values == [7])
  }

  /// Every half-precision number is its own rounding; a number between two goes to the nearer one, and
  /// from the middle to the even one.
  @Test func roundsToHalf() throws {
    for bits in UInt16.min ... .max {
      let value = Float(Double(halfPrecision: bits))
      let isNaN = bits & 0x7C00 == 0x7C00 && bits & 0x3FF != 0
      #expect(isNaN == value.isNaN)
      if !isNaN { #expect(UInt16(halfPrecision: value) == bits, "\(bits)") }
      guard bits & 0x7FFF < 0x7C00 else { continue }
      // The next one away from 0; after the largest comes what would be 65,536.
      let next =
        bits & 0x7FFF == 0x7BFF
        ? 65_536 * (value < 0 ? -1 : 1) : Float(Double(halfPrecision: bits + 1))
      let middle = (value + next) / 2
      #expect(UInt16(halfPrecision: middle) == (bits % 2 == 0 ? bits : bits + 1), "\(bits)")
      let isDown = next > value
      #expect(UInt16(halfPrecision: isDown ? middle.nextDown : middle.nextUp) == bits, "\(bits)")
      #expect(
        UInt16(halfPrecision: isDown ? middle.nextUp : middle.nextDown) == bits + 1, "\(bits)")
    }
    #expect(UInt16(halfPrecision: .nan) == 0x7E00 && UInt16(halfPrecision: 1e-30) == 0)
    #expect(UInt16(halfPrecision: -1e30) == 0xFC00)
  }

  @Test func writesHalves() throws {
    var writer = SafeTensorsWriter()
    writer.add("a", Tensor(shape: [2], values: [0.1, -2.5]), asHalf: true)
    writer.add("b", Tensor(shape: [1], values: [0.1]))
    let file = try SafeTensors(bytes: writer.bytes(), file: "x")
    #expect(file.elementType(of: "a") == .float16 && file.elementType(of: "b") == .float32)
    #expect(try file.tensor("a").values == [0.0999755859375, -2.5])
    #expect(try file.tensor("b").values == [0.1])
  }

  @Test(
    "every type is decoded",
    arguments: [
      ("F64", [0, 0, 0, 0, 0, 0, 0xF8, 0x3F], 1.5), ("F32", [0, 0, 0xC0, 0xBF], -1.5),
      ("F16", [0x00, 0x3E], 1.5), ("F16", [0x01, 0x80], -0x1p-24), ("F16", [0xFF, 0x7B], 65504),
      ("F16", [0x00, 0x7C], .infinity), ("BF16", [0xC0, 0x3F], 1.5),
      ("I64", [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], -2),
      ("I32", [0xFE, 0xFF, 0xFF, 0xFF], -2), ("I16", [0xFE, 0xFF], -2), ("I8", [0xFE], -2),
      ("U64", [2, 0, 0, 0, 0, 0, 0, 0], 2), ("U32", [0xFE, 0xFF, 0xFF, 0xFF], 4_294_967_294),
      ("U16", [0xFE, 0xFF], 65534), ("U8", [0xFE], 254), ("BOOL", [1], 1),
    ] as [(String, [UInt8], Double)])
  func decodes(type: String, bytes: [UInt8], expected: Double) throws {
    let header = entry(type, "[1]", "[0,\(bytes.count)]")
    let tensors = try SafeTensors(bytes: file(header) + bytes, file: "x")
    if try #require(tensors.elementType(of: "a")).isFloatingPoint {
      #expect(try tensors.doubles("a") == [expected])
      #expect(try tensors.tensor("a").values == [Float(expected)])
      #expect(throws: SafeTensorsError.self) { try tensors.integers("a") }
    } else {
      #expect(try tensors.integers("a") == [Int(expected)])
      #expect(throws: SafeTensorsError.self) { try tensors.tensor("a") }
    }
  }

  @Test(
    "an inconsistent file is rejected in one line that says where",
    arguments: [
      ([], "x: 0 bytes are too few for a safetensors file"),
      ([1, 2, 3], "x: 3 bytes are too few"),
      ([UInt8](repeating: 0xFF, count: 8), "header: its length is given as 18446744073709551615"),
      (
        [0, 0xE1, 0xF5, 0x05, 0, 0, 0, 0],
        "header: its length is given as 100000000 bytes, but only 0"
      ),
      ([1, 0xE1, 0xF5, 0x05, 0, 0, 0, 0], "more than the 100000000 allowed"),
      ([9, 0, 0, 0, 0, 0, 0, 0, 0x7B], "its length is given as 9 bytes, but only 1 follow"),
      (file(""), "header: byte 8: the text ends too early"),
      (file("\u{FEFF}{}"), "header: byte 8: ‘{’ is expected here"),
      (file("[]"), "header: byte 8: ‘{’ is expected here"),
      (file("{}\0"), "header: byte 10: something follows the value"),
      (file("{"), "header: byte 9: the text ends too early"),
      (file("{}x"), "header: byte 10: something follows the value"),
      (file("{}", data: 1), "describes 0 bytes of data, but 1 follow"),
      (file("{\"a\":NaN}"), "header: byte 13: a value can't start like this"),
      (file(entry("F32", "[1]", "[NaN,4]"), data: 4), "a value can't start like this"),
      (file(entry("F32", "[1]", "[0,1e1]"), data: 10), "data_offsets must be two whole numbers"),
      (file(entry("F32", "[1]", "[0.0,4]"), data: 4), "data_offsets must be two whole numbers"),
      (file(entry("F32", "[1]", "[-4,0]"), data: 4), "data_offsets must be two whole numbers"),
      (file(entry("F32", "[1]", "[4,0]"), data: 4), "data_offsets must be two whole numbers"),
      (file(entry("F32", "[1]", "[0,4,8]"), data: 8), "data_offsets must be two whole numbers"),
      (file(entry("F32", "[1]", "[0,99999999999999999999]"), data: 4), "is too large"),
      (
        file(entry("F32", "[1]", "[4,8]"), data: 8),
        "starts at byte 4, where the one before it ends at 0"
      ),
      (file(entry("F32", "[1]", "[0,4]"), data: 8), "describes 4 bytes of data, but 8 follow"),
      (file(entry("F32", "[2]", "[0,8]"), data: 4), "describes 8 bytes of data, but 4 follow"),
      (
        file(entry("F32", "[3]", "[0,4]"), data: 4),
        "tensor a: its shape 3 of F32 takes 12 bytes, its offsets span 4"
      ),
      (file(entry("F32", "[-1]", "[0,4]"), data: 4), "shape must be a list of whole numbers"),
      (file(entry("F32", "4", "[0,4]"), data: 4), "shape must be a list of whole numbers"),
      (file(entry("F32", "[4611686018427387904,4,4]", "[0,4]"), data: 4), "larger than any memory"),
      (file(entry("F32", "[4611686018427387904,4,0]", "[0,0]")), "larger than any memory"),
      (file(entry("F8_E4M3", "[1]", "[0,2]"), data: 2), "takes 1 bytes, its offsets span 2"),
      (file(entry("F4", "[3]", "[0,2]"), data: 2), "takes part of 2 bytes, its offsets span 2"),
      (file(entry("NEW", "[4611686018427387904,4]", "[0,1]"), data: 1), "larger than any memory"),
      (file(#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, data: 4), "dtype is missing"),
      (file(#"{"a":[]}"#), "tensor a: it is a list"),
      (file(#"{"a":1,"a":2}"#), "header: byte 15: the name a comes twice"),
      (file(#"{"a\u0062":1,"ab":2}"#), "the name ab comes twice"),
      (file(#"{"__metadata__":1}"#), "__metadata__: it must be an object, not a whole number"),
      (
        file(#"{"__metadata__":{"seed":1}}"#), "__metadata__: seed must be a string"
      ),
      (file(#"{"a":"\ud800"}"#), "half of a surrogate pair"),
      (file(#"{"a":"\x"}"#), "an unknown escape"),
      (file("{\"a\":\"\u{1}\"}"), "a control character in a string"),
      (file("{\"a\":" + String(repeating: "[", count: 100_000) + "}"), "more than 64 levels"),
      (
        file(
          #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#,
          data: 3),
        "tensor b: its data starts at byte 1, where the one before it ends at 2"
      ),
    ] as [([UInt8], String)])
  func refuses(bytes: [UInt8], message: String) throws {
    let error = #expect(throws: SafeTensorsError.self) { try SafeTensors(bytes: bytes, file: "x") }
    let line = try #require(error).description
    #expect(line.contains(message))
    #expect(line.hasPrefix("x: "))
    #expect(!line.contains("\n"))
  }

  /// The path of a fixture.
  private static func fixture(_ name: String) -> String {
    #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Fixtures/" + name
  }

  /// safetensors 0.8 for Python reads each of these.
  @Test(
    "files that the format's own library accepts are read",
    arguments: [
      " {}", "\n\t {}", "{}  \n", #"{"__metadata__":null}"#,
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":{"y":[1,null]}}}"#,
      #"{"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#,
    ])
  func readsWhatTheLibraryReads(header: String) throws {
    let bytes = file(header, data: header.contains("U8") ? 1 : 0)
    let tensors = try SafeTensors(bytes: bytes, file: "x")
    #expect(tensors.names.count == (header.contains("U8") ? 1 : 0))
    for name in tensors.names { #expect(try tensors.integers(name) == [0]) }
  }

  @Test("a file whose __metadata__ is null reads like one without it")
  func metadataOfNull() throws {
    let whole = try SafeTensors(path: Self.fixture("whole.safetensors"))
    let null = try SafeTensors(path: Self.fixture("metadata-null.safetensors"))
    #expect(whole.names == ["fc1.bias", "fc1.weight"] && null.names == whole.names)
    for name in whole.names { #expect(try null.tensor(name) == whole.tensor(name)) }
  }

  @Test(
    "elements of an unsupported type are rejected when they are requested",
    arguments: [
      ("F4", 1), ("F6_E2M3", 0), ("F6_E3M2", 0), ("F8_E4M3", 2), ("F8_E5M2", 2), ("F8_E8M0", 2),
      ("F8_E4M3FNUZ", 2), ("F8_E5M2FNUZ", 2), ("C64", 16), ("NEW", 5),
    ])
  func otherTypes(dtype: String, bytes: Int) throws {
    // 4 elements of 6 bits take 3 bytes; 2 elements of the other types take whole bytes.
    let (count, size) = bytes == 0 ? (4, 3) : (2, bytes)
    let header = """
      {"a":{"dtype":"\(dtype)","shape":[\(count)],"data_offsets":[0,\(size)]},
       "b":{"dtype":"U8","shape":[1],"data_offsets":[\(size),\(size + 1)]}}
      """
    let tensors = try SafeTensors(bytes: file(header, data: size + 1), file: "x")
    #expect(tensors.names == ["a", "b"])
    #expect(tensors.shape(of: "a") == [count] && tensors.elementType(of: "a") == nil)
    #expect(try tensors.integers("b") == [0])
    for read in [{ _ = try tensors.tensor("a") }, { _ = try tensors.integers("a") }] {
      let error = #expect(throws: SafeTensorsError.self) { try read() }
      #expect(
        error?.description.hasPrefix("x: tensor a: it holds \(dtype), which can't be read") == true)
    }
  }

  @Test("names that look the same but have different characters are two tensors")
  func namesByScalars() throws {
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    let header = """
      {"\(composed)":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
       "\(decomposed)":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}
      """
    let tensors = try SafeTensors(bytes: file(header, data: 3), file: "x")
    #expect(tensors.names.map { Array($0.utf8) } == [Array(composed.utf8), Array(decomposed.utf8)])
    #expect(tensors.shape(of: composed) == [1])
    #expect(tensors.shape(of: decomposed) == [2])
    #expect(throws: SafeTensorsError.self) {
      try SafeTensors(
        bytes: file(header.replacing("e\u{301}", with: "\u{E9}"), data: 3), file: "x")
    }
  }

  @Test("a string that is not UTF-8 is rejected")
  func notUTF8() {
    let bytes = file("{\"a_\":{}}").map { $0 == UInt8(ascii: "_") ? 0xFF : $0 }
    #expect(throws: SafeTensorsError.self) { try SafeTensors(bytes: bytes, file: "x") }
  }

  @Test(
    "a missing file, a folder, a device, a path with a NUL",
    arguments: [
      ("/nonexistent/x", "/nonexistent/x: No such file or directory"),
      ("/tmp", "/tmp: it is a folder"),
      ("/dev/null", "/dev/null: it is not a regular file"), ("", ": the path is empty"),
      ("a\0b", "a\\u{0}b: a path cannot contain a NUL"),
    ])
  func unreadable(path: String, message: String) {
    let error = #expect(throws: SafeTensorsError.self) { try SafeTensors(path: path) }
    #expect(error?.description == message)
  }

  @Test("a file that shrinks while it is open gives an error")
  func shrinks() throws {
    let path = temporaryPath()
    defer { unlink(path) }
    var writer = SafeTensorsWriter()
    writer.add("a", Tensor(zeros: [1000]))
    try writer.write(to: path)
    let tensors = try SafeTensors(path: path)
    #expect(try tensors.tensor("a").count == 1000)
    #expect(truncate(path, 200) == 0)
    let error = #expect(throws: SafeTensorsError.self) { try tensors.tensor("a") }
    #expect(error?.reason == "it became shorter while it was read")
  }

  @Test("20,000 mutated files: each is read or rejected, none crashes")
  func fuzz() {
    var writer = SafeTensorsWriter(metadata: ["format": "test", "n": "1"])
    writer.add("a.weight", Tensor(repeating: 1, shape: [2, 3]))
    writer.add("b", doubles: [1, 2], shape: [2])
    writer.add("labels", integers: [1, 2, 3], shape: [3])
    let original = writer.bytes()
    let random = CounterRandom("safetensors fuzz", seed: 1)
    let tokens = [
      "[", "]", "{", "}", "\"", ",", ":", "-", "99999999999", "0", "e9", "\\u", "F16", "NaN",
    ]
    var (read, refused) = (0, 0)
    for round in 0..<20_000 {
      var bytes = original
      for change in 0...random.below(3, UInt64(round * 16)) {
        let draw = { (i: Int, bound: Int) in
          random.below(bound, UInt64(round * 16 + 1 + change * 5 + i))
        }
        let position = draw(1, max(1, bytes.count))
        switch draw(0, 6) {
        case 0, 1: if !bytes.isEmpty { bytes[position] = UInt8(draw(2, 256)) }
        case 2: bytes.removeLast(draw(2, bytes.count + 1))
        case 3: bytes.insert(contentsOf: tokens[draw(2, tokens.count)].utf8, at: position)
        case 4: bytes.removeSubrange(position..<min(bytes.count, position + draw(2, 9)))
        default: if !bytes.isEmpty { bytes[draw(1, min(bytes.count, 8))] = UInt8(draw(2, 256)) }
        }
      }
      do {
        let tensors = try SafeTensors(bytes: bytes, file: "fuzz")
        for name in tensors.names {
          _ = try? tensors.tensor(name)
          _ = try? tensors.doubles(name)
          _ = try? tensors.integers(name)
        }
        read += 1
      } catch {
        refused += 1
        if error.description.contains("\n") { Issue.record("two lines: \(error)") }
      }
    }
    // Changes to elements only leave a valid file, so both outcomes must have occurred.
    #expect(read > 200 && refused > 10_000)
  }
}

/// A path where nothing exists.
func temporaryPath() -> String {
  "/tmp/alexnet-test-\(getpid())-\(UInt64.random(in: .min ... .max))"
}
