import Digests
import Foundation
import ReferenceEngine
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Goldens

/// A small valid case of ReLU with a digest; `change` may break it before the digest is computed.
private func reluCase(
  operation: String = "relu", parameters: String = "{}", metadata: [String: String?] = [:],
  expected: [Double] = [0, 0, 2.5], _ change: (inout SafeTensorsWriter) -> Void = { _ in }
) throws -> [UInt8] {
  var all: [String: String] = [
    "format": "alexnet-golden", "version": "1", "case": "three", "operation": operation,
    "parameters": parameters, "generator": "by hand", "seed": "0", "digest": FileSeal.blank,
  ]
  for (key, value) in metadata { all[key] = value }
  var writer = SafeTensorsWriter(metadata: all)
  writer.add("input.x", Tensor(shape: [1, 3], values: [-1, 0, 2.5]))
  if !expected.isEmpty { writer.add("expected.y", doubles: expected, shape: [1, 3]) }
  change(&writer)
  return try CaseDigest.sealed(writer.bytes())
}

/// A case with a digest, of dropout in training by the paper's convention, with this mask.
private func dropoutCase(_ mask: [Float]?) throws -> [UInt8] {
  let x: [Double] = [-1, 0, 2.5]
  return try reluCase(
    operation: "dropout", parameters: #"{"rate":0.5,"convention":"paper","training":true}"#,
    expected: mask.map { zip($0, x).map { Double($0) * $1 } } ?? x
  ) {
    if let mask { $0.add("input.mask", Tensor(shape: [1, 3], values: mask)) }
  }
}

/// A case with a digest, of an operation on an x of this shape, without expected tensors.
private func caseOf(
  _ operation: String, x: Shape, parameters: String = "{}"
) throws -> [UInt8] {
  var writer = SafeTensorsWriter(metadata: [
    "format": "alexnet-golden", "version": "1", "case": "x", "operation": operation,
    "parameters": parameters, "generator": "by hand", "seed": "0", "digest": FileSeal.blank,
  ])
  writer.add("input.x", Tensor(zeros: x))
  return try CaseDigest.sealed(writer.bytes())
}

/// Calls `body` with a new folder, which is removed afterwards.
func withFolder(_ body: (String) throws -> Void) throws {
  let folder = NSTemporaryDirectory() + "alexnet-goldens-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try body(folder)
}

@Suite("case files")
struct CaseFileTests {
  @Test("a case written here verifies")
  func sound() throws {
    let example = try GoldenCase(bytes: try reluCase(), path: "x")
    #expect(example.name == "three" && example.operation == "relu")
    #expect(example.regenerate == "Golden/generate.py --only relu/three")
    let outcome = try GoldenVerifier(engine: ReferenceEngine()).verify(example)
    guard case .compared(let comparisons) = outcome else { throw GoldenError("x", "\(outcome)") }
    #expect(comparisons.map(\.tensor) == ["y"] && comparisons.allSatisfy(\.passed))
  }

  @Test("dropout's mask consists of zeros, of either sign, and ones")
  func mask() throws {
    for mask in [[0, 1, 1], [0, 0, 0], [-0.0, 1, 1]] as [[Float]] {
      let example = try GoldenCase(bytes: try dropoutCase(mask), path: "x")
      let outcome = try GoldenVerifier(engine: ReferenceEngine()).verify(example)
      guard case .compared(let comparisons) = outcome else { throw GoldenError("x", "\(outcome)") }
      #expect(!comparisons.isEmpty && comparisons.allSatisfy(\.passed))
    }
  }

  @Test("a case with any byte altered is rejected", arguments: [0x01, 0x20, 0x80] as [UInt8])
  func anyByte(mask: UInt8) throws {
    let path = "\(goldenFolder)/relu/single-element.safetensors"
    let original = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    _ = try GoldenCase(bytes: original, path: path)
    for i in original.indices {
      var bytes = original
      bytes[i] ^= mask
      let error = #expect(throws: GoldenError.self, "byte \(i)") {
        try GoldenCase(bytes: bytes, path: path)
      }
      if error?.description.contains("\n") != false { Issue.record("byte \(i): \(error as Any)") }
    }
    for count in original.indices {
      #expect(throws: GoldenError.self, "\(count) bytes") {
        try GoldenCase(bytes: Array(original.prefix(count)), path: path)
      }
    }
  }

  @Test("NaN and infinity must occur exactly where they are expected")
  func notANumber() throws {
    func passes(_ got: [Double], _ expected: [Double]) -> Bool {
      GoldenComparison(
        tensor: "y", got: got, expected: expected,
        bound: ErrorBound(TermSums([1, 1], roundings: 1), of: "terms", .doubleRoundedOnce),
        place: { ([$0], nil) }
      ).passed
    }
    #expect(passes([.nan, 1], [.nan, 1]))
    #expect(!passes([0, 1], [.nan, 1]))
    #expect(!passes([.nan, 1], [0, 1]))
    #expect(passes([.infinity, 1], [.infinity, 1]))
    #expect(!passes([-.infinity, 1], [.infinity, 1]))
    #expect(passes([.infinity, 1], [1e39, 1]))
    #expect(!passes([-.infinity, 1], [1e39, 1]))
    #expect(!passes([.infinity, 1], [1e38, 1]))
  }

  @Test("a bound that is NaN or infinite passes nothing")
  func uselessBound() {
    for size in [Double.nan, .infinity] {
      let bound = ErrorBound(TermSums([size], roundings: 1), of: "terms", .doubleRoundedOnce)
      let comparison = GoldenComparison(
        tensor: "y", got: [1], expected: [1], bound: bound, place: { ([$0], nil) })
      #expect(!comparison.passed)
    }
  }

  private static let unsound: [(String, @Sendable () throws -> [UInt8])] = [
    ("its format is not alexnet-golden", { try reluCase(metadata: ["format": "x"]) }),
    ("metadata lacks format", { try reluCase(metadata: ["format": nil]) }),
    ("its version is 2; this program reads 1", { try reluCase(metadata: ["version": "2"]) }),
    ("its seed is not a whole number", { try reluCase(metadata: ["seed": "-1"]) }),
    ("metadata lacks case", { try reluCase(metadata: ["case": nil]) }),
    ("the operation fft is unknown", { try reluCase(operation: "fft") }),
    ("it lacks input.weight", { try reluCase(operation: "linear") }),
    (
      "parameters lacks stride",
      {
        try reluCase(operation: "convolution") {
          $0.add("input.weight", Tensor(zeros: [1, 1, 1, 1]))
        }
      }
    ),
    ("its parameters are not JSON at byte 0", { try reluCase(parameters: "") }),
    ("parameters must be an object, not a list", { try reluCase(parameters: "[]") }),
    ("slope does not belong in parameters", { try reluCase(parameters: #"{"slope":1}"#) }),
    (
      "input.weight is 3 where 2 axes belong",
      {
        try reluCase(operation: "linear") { $0.add("input.weight", Tensor(zeros: [3])) }
      }
    ),
    (
      "input.bias is 4 where 2 belongs",
      {
        try reluCase(operation: "linear") {
          $0.add("input.weight", Tensor(zeros: [2, 3]))
          $0.add("input.bias", Tensor(zeros: [4]))
        }
      }
    ),
    (
      "does not fit the parameters",
      {
        try reluCase(
          operation: "max_pooling",
          parameters: #"{"kernel":2,"stride":1,"padding":0,"rounding":"ceil"}"#)
      }
    ),
    (
      "rounding of parameters must be one of floor, ceil",
      {
        try reluCase(
          operation: "max_pooling",
          parameters: #"{"kernel":2,"stride":1,"padding":0,"rounding":"up"}"#)
      }
    ),
    (
      "rate of parameters must be a number",
      {
        try reluCase(
          operation: "dropout",
          parameters: #"{"rate":"half","convention":"paper","training":true}"#)
      }
    ),
    ("input.mask holds 2.0, but a mask has only zeros and ones", { try dropoutCase([0, 1, 2]) }),
    ("input.mask holds 0.5", { try dropoutCase([0.5, 1, 0]) }),
    ("input.mask holds -1.0", { try dropoutCase([1, 1, -1]) }),
    ("input.mask holds nan", { try dropoutCase([1, .nan, 1]) }),
    ("it lacks input.mask", { try dropoutCase(nil) }),
    (
      "the tensor input.mask doesn't belong",
      {
        try reluCase { $0.add("input.mask", Tensor(zeros: [1, 3])) }
      }
    ),
    (
      "expected.x_gradient needs an input.gradient",
      {
        try reluCase { $0.add("expected.x_gradient", doubles: [0, 0, 0], shape: [1, 3]) }
      }
    ),
    (
      "relu has no expected.weight_gradient",
      {
        try reluCase { $0.add("expected.weight_gradient", doubles: [0], shape: [1]) }
      }
    ),
    (
      "expected.y is 3 where 1×3 belongs",
      {
        try reluCase(expected: []) { $0.add("expected.y", doubles: [0, 0, 0], shape: [3]) }
      }
    ),
    (
      "expected.y is F32 where F64 belongs",
      {
        try reluCase(expected: []) { $0.add("expected.y", Tensor(zeros: [1, 3])) }
      }
    ),
    ("it has no expected values", { try reluCase(expected: []) }),
    (
      "input.labels must be 1 class from 0 to 2",
      {
        try reluCase(operation: "softmax_cross_entropy", expected: []) {
          $0.add("input.labels", integers: [3], shape: [1])
        }
      }
    ),
    (
      "input.x is empty",
      {
        try caseOf("flatten", x: [0, 1 << 40, 1 << 40])
      }
    ),
    ("input.x is empty", { try caseOf("flatten", x: [1 << 30, 1 << 30, 0]) }),
    (
      "input.x scalar does not fit the parameters: the input must be N×C×H×W, not scalar",
      {
        try caseOf("flatten", x: [])
      }
    ),
    (
      "does not fit the parameters: a window of 2 does not fit on 1 with padding 0",
      {
        try caseOf(
          "max_pooling", x: [1, 1, 1, 1],
          parameters: #"{"kernel":2,"stride":1,"padding":0,"rounding":"ceil"}"#)
      }
    ),
    ("parameters lacks network", { try reluCase(operation: "network") }),
  ]

  @Test("a sealed file that isn't a valid case is rejected in one line", arguments: unsound)
  func refuses(message: String, bytes: @Sendable () throws -> [UInt8]) throws {
    let error = #expect(throws: GoldenError.self) {
      try GoldenCase(bytes: try bytes(), path: "x")
    }
    let line = try #require(error).description
    #expect(line.hasPrefix("x: ") && line.contains(message))
    #expect(!line.contains("\n"))
  }

  @Test("mutated cases with a new digest are rejected or run, and none crashes")
  func fuzz() throws {
    let names = [
      "convolution/groups-2", "locally_connected/single-position", "max_pooling/ceil-small",
      "average_pooling/single-element", "local_response_normalization/paper-tiny-1e-30",
      "spatial_normalization/paper-tiny-1e-30", "batch_normalization/training-vectors",
      "dropout/paper-test-tiny-1e-30", "softmax/tiny-1e-30", "softmax_cross_entropy/two-classes",
      "linear/single-element", "flatten/tiny-1e-30",
    ]
    let originals = try names.map {
      Array(try Data(contentsOf: URL(fileURLWithPath: "\(goldenFolder)/\($0).safetensors")))
    }
    let random = CounterRandom("golden fuzz", seed: 1)
    let tokens = ["0", "9", "-", "1e9", "true", "null", "\"", ",", "[", "ceil", "input", "999999"]
    let verifier = GoldenVerifier(engine: ReferenceEngine())
    var run = 0
    for round in 0..<(isOptimized ? 20_000 : 3000) {
      let draw = { (i: Int, bound: Int) in random.below(bound, UInt64(round * 8 + i)) }
      var bytes = originals[draw(0, originals.count)]
      let length = Int(bytes[0]) + Int(bytes[1]) << 8
      let position = draw(1, 2) == 0 ? 8 + draw(2, length) : draw(2, bytes.count)
      switch draw(3, 5) {
      case 0: bytes[position] = UInt8(draw(4, 256))
      case 1: bytes[position] = UInt8(ascii: "0") + UInt8(draw(4, 10))
      case 2:
        // The header has one byte more, and is one byte longer.
        let token = Array(tokens[draw(4, tokens.count)].utf8)
        bytes.insert(contentsOf: token, at: 8 + draw(2, length))
        bytes[0] &+= UInt8(token.count)
      case 3: bytes.removeLast(draw(4, bytes.count))
      default: for i in 0..<4 where position + i < bytes.count { bytes[position + i] = 0xFF }
      }
      guard let sealed = try? CaseDigest.sealed(bytes) else { continue }
      do {
        let example = try GoldenCase(bytes: sealed, path: "fuzz")
        let outcome = try verifier.verify(example)
        if case .compared = outcome { run += 1 }
      } catch let error as GoldenError {
        if error.description.contains("\n") { Issue.record("two lines: \(error)") }
      }
    }
    #expect(run > 100)
  }

  @Test("each file of a folder, valid or not, gives one result")
  func suite() throws {
    try withFolder { folder in
      try AtomicFile.write(try reluCase(), to: "\(folder)/a.safetensors")
      try AtomicFile.write("garbage", to: "\(folder)/b.safetensors")
      try AtomicFile.write("", to: "\(folder)/c.safetensors")
      try FileManager.default.createDirectory(
        atPath: "\(folder)/d.safetensors/inner", withIntermediateDirectories: true)
      try AtomicFile.write(try reluCase(), to: "\(folder)/d.safetensors/inner/e.safetensors")
      try AtomicFile.write("not looked at", to: "\(folder)/f.outputs.safetensors")
      let results = try GoldenVerifier(engine: ReferenceEngine()).verify(
        try GoldenSuite(path: folder))
      #expect(
        results.map(\.path) == [
          "a.safetensors", "b.safetensors", "c.safetensors", "d.safetensors",
          "d.safetensors/inner/e.safetensors",
        ])
      #expect(results.map(\.passed) == [true, false, false, false, true])
      #expect(
        results.flatMap(\.failures) == [
          "b.safetensors: 7 bytes are too few", "c.safetensors: 0 bytes are too few",
          "d.safetensors: it is a folder",
        ])
    }
  }

  @Test(
    "a folder without cases",
    arguments: [
      ("/nonexistent", "/nonexistent: no file or folder at this path"),
      ("/dev/fd/../null/x", "/dev/fd/../null/x: no file or folder at this path"),
      ("a\0b", "a\\u{0}b: no file or folder at this path"),
    ])
  func noCases(path: String, message: String) throws {
    let error = #expect(throws: GoldenError.self) { try GoldenSuite(path: path) }
    #expect(error?.description == message)
    try withFolder { folder in
      let error = #expect(throws: GoldenError.self) { try GoldenSuite(path: folder) }
      #expect(error?.reason == "no cases (*.safetensors) in this folder")
    }
  }
}
