import Foundation
import Networks
import TensorFiles
import Tensors
import Testing

@testable import Training

/// Checkpoints are restored exactly, and invalid ones are rejected.
@Suite struct CheckpointTests {
  static func bytes(_ contents: Checkpoint.Contents = .everything) throws -> [UInt8] {
    let folder = try Folder()
    try Checkpoint(KeptRun.state, contents: contents).write(to: folder("c"))
    return try folder.bytes("c")
  }

  static func read(_ bytes: [UInt8]) throws -> Checkpoint {
    let folder = try Folder()
    try folder.write(bytes, to: "c")
    return try Checkpoint(path: folder("c"))
  }

  @Test(arguments: Checkpoint.Contents.allCases)
  func isRestored(_ contents: Checkpoint.Contents) throws {
    let bytes = try Self.bytes(contents)
    let read = try Self.read(bytes)
    var (state, expected) = (read.state, KeptRun.state)
    #expect(read.contents == contents)
    if contents == .weights { expected.memory = [:] }
    #expect(state.parameters == expected.parameters && !state.parameters.isEmpty)
    #expect(state.memory == expected.memory && state.memory.isEmpty == (contents == .weights))
    #expect(state.recipe == expected.recipe && state.network == expected.network)
    #expect(state.pipeline == expected.pipeline)
    #expect(state.schedule == expected.schedule && state.best == expected.best)
    #expect((state.epoch, state.step) == (expected.epoch, expected.step))
    #expect(state.datasetFingerprint == expected.datasetFingerprint)
    #expect(state.classNames == expected.classNames && state.datasetName == expected.datasetName)
    #expect((state.engineTitle, state.threads) == (expected.engineTitle, expected.threads))
    // Times are stored elsewhere.
    let untimed = { (record: EpochRecord) in
      var record = record
      (record.seconds, record.imagesPerSecond) = (0, 0)
      return record
    }
    #expect(state.history.map(untimed) == expected.history.map(untimed))
    #expect(state.history.allSatisfy { $0.seconds.isNaN })
    // The same run gives the same bytes, also when read and written again.
    let folder = try Folder()
    state.history = expected.history
    try Checkpoint(state, contents: contents).write(to: folder("again"))
    #expect(try folder.bytes("again") == bytes)
  }

  /// In half precision the file is smaller, and the parameters are rounded; nothing else changes.
  @Test func inHalfPrecision() throws {
    let folder = try Folder()
    let checkpoint = Checkpoint(KeptRun.state, contents: .weights)
    try checkpoint.write(to: folder("whole"))
    try checkpoint.write(to: folder("half"), asHalf: true)
    let read = try Checkpoint(path: folder("half"))
    for (name, tensor) in KeptRun.state.parameters {
      let rounded = tensor.values.map { Float(Double(halfPrecision: UInt16(halfPrecision: $0))) }
      #expect(read.state.parameters[name]?.values == rounded)
    }
    #expect(read.state.parameters != KeptRun.state.parameters)
    #expect(read.state.pipeline == KeptRun.state.pipeline && read.contents == .weights)
    let elements = KeptRun.state.parameters.values.reduce(0) { $0 + $1.count }
    let saved = try folder.bytes("whole").count - folder.bytes("half").count
    // The header is padded to a multiple of 8 bytes.
    #expect(abs(saved - 2 * elements) < 16)
    let file = try SafeTensors(path: folder("half"))
    #expect(file.elementType(of: "conv1.weight") == .float16)
    #expect(file.elementType(of: "pictures/mean") == .float32)
  }

  /// A checkpoint from before some recipe fields existed can be read, with the same meaning.
  @Test func fromEarlierVersions() throws {
    let file = try SafeTensors(bytes: Self.bytes(), file: "c")
    var metadata = file.metadata
    let recipe = try #require(metadata["recipe"])
    metadata["recipe"] = recipe.replacing("\"crop_chunk\": 1, ", with: "")
      .replacing(", \"color_divisor\": 1, \"statistics\": null", with: "")
    #expect(metadata["recipe"] != recipe)
    var writer = SafeTensorsWriter(metadata: metadata)
    for name in file.names { writer.add(name, try file.tensor(name)) }
    CheckpointSeal.seal(&writer) { _ in [] }
    let folder = try Folder()
    try writer.write(to: folder("old"))
    let read = try Checkpoint(path: folder("old"))
    #expect(read.state.recipe == KeptRun.state.recipe)
    #expect(read.state.pipeline == KeptRun.state.pipeline)
  }

  /// Names and layouts are PyTorch's.
  @Test func names() throws {
    let file = try SafeTensors(bytes: Self.bytes(), file: "c")
    let shapes = [
      "conv1.weight": [3, 3, 3, 3], "conv1.bias": [3], "norm1.weight": [3], "norm1.bias": [3],
      "norm1.running_mean": [3], "norm1.running_var": [3], "fc2.weight": [3, 48],
      "fc2.bias": [3], "optimizer/conv1.weight.first_moment": [3, 3, 3, 3],
      "optimizer/fc2.bias.second_moment": [3], "pictures/mean": [3, 6, 6],
      "pictures/deviation": [3], "pictures/colors": [3, 3],
    ]
    for (name, shape) in shapes {
      #expect(file.shape(of: name)?.dimensions == shape, "\(name)")
      #expect(file.elementType(of: name) == .float32)
    }
    #expect(file.metadata["format"] == "alexnet-checkpoint" && file.metadata["version"] == "1")
  }

  /// Flipping any bit, or truncating the file anywhere, gives a one-line error.
  @Test func damage() throws {
    let bytes = try Self.bytes()
    let random = CounterRandom("damage", seed: 1)
    var damaged: [[UInt8]] = []
    for i in 0..<400 {
      // Half of them are in the header, which is a small part of the file.
      let end = i % 2 == 0 ? bytes.count : min(bytes.count, 6000)
      let place = random.below(end, UInt64(2 * i))
      var copy = bytes
      copy[place] ^= 1 << UInt8(random.below(8, UInt64(2 * i + 1)))
      damaged.append(copy)
      damaged.append(Array(bytes.prefix(random.below(bytes.count, UInt64(1000 + i)))))
    }
    damaged += [[], Array(bytes.prefix(7)), bytes + [0], Array(bytes.dropLast())]
    for copy in damaged {
      do {
        _ = try Self.read(copy)
        Issue.record("a damaged checkpoint was read")
      } catch let error as CheckpointError {
        #expect(!error.description.contains("\n") && error.description.count < 700)
      }
    }
  }

  /// A checkpoint with something changed, and a new digest as if it had been written that way.
  static func changed(
    metadata: [String: String?] = [:], tensors: [String: Tensor?] = [:]
  ) throws -> [UInt8] {
    let file = try SafeTensors(bytes: bytes(), file: "c")
    var writer = SafeTensorsWriter(metadata: file.metadata)
    for (name, text) in metadata { writer.metadata[name] = text }
    var all = Dictionary(uniqueKeysWithValues: try file.names.map { ($0, try file.tensor($0)) })
    for (name, tensor) in tensors { all[name] = tensor }
    for (name, tensor) in all { writer.add(name, tensor) }
    CheckpointSeal.seal(&writer) { _ in [] }
    return writer.bytes()
  }

  static func state(_ from: String, _ to: String) throws -> [UInt8] {
    let text = KeptRun.state.json.text
    precondition(text.contains(from), "\(text)")
    return try changed(metadata: ["state": text.replacing(from, with: to)])
  }

  /// A checkpoint, and what is wrong with it.
  struct Case: Sendable, CustomTestStringConvertible {
    let make: @Sendable () throws -> [UInt8]
    let message: String?
    var testDescription: String { message ?? "sound" }

    init(_ make: @escaping @Sendable () throws -> [UInt8], _ message: String?) {
      (self.make, self.message) = (make, message)
    }
  }

  static let cases: [Case] = [
    Case({ try changed() }, nil),
    Case({ try changed(metadata: ["format": "alexnet-weights"]) }, "isn't a checkpoint"),
    Case({ try changed(metadata: ["version": "2"]) }, "format version is 2"),
    Case({ try changed(metadata: ["version": "x"]) }, "its format version"),
    Case({ try changed(metadata: ["contents": "half"]) }, "neither everything nor weights"),
    Case({ try changed(metadata: ["recipe": "{}"]) }, "the recipe in it"),
    Case({ try changed(metadata: ["recipe": nil]) }, "recipe is missing"),
    Case({ try changed(metadata: ["network": "{}"]) }, "the network in it"),
    Case({ try changed(metadata: ["state": "[]"]) }, "isn't a JSON object"),
    Case(
      {
        try changed(metadata: ["network": NetworkFile.text(of: Zoo.network(named: "alexnet")!)])
      }, "of the 16 that alexnet needs"
    ),
    Case({ try changed(tensors: ["conv1.weight": Tensor(zeros: [3, 3, 5, 5])]) }, "conv1.weight"),
    Case({ try changed(tensors: ["conv1.weight": nil]) }, "conv1.weight is missing"),
    Case({ try changed(tensors: ["conv9.weight": Tensor(zeros: [1])]) }, "conv9.weight"),
    Case(
      { try changed(tensors: ["fc2.bias": Tensor(shape: [3], values: [0, .nan, 1])]) },
      "fc2.bias[1] is nan"
    ),
    Case(
      {
        try changed(
          tensors: [
            "optimizer/fc2.bias.first_moment": Tensor(shape: [3], values: [.infinity, 0, 1])
          ])
      }, "optimizer/fc2.bias.first_moment[0] is inf"
    ),
    Case(
      { try changed(tensors: ["optimizer/fc2.bias.first_moment": Tensor(zeros: [4])]) },
      "fc2.bias is"
    ),
    Case(
      { try changed(tensors: ["optimizer/fc9.bias.first_moment": Tensor(zeros: [3])]) },
      "doesn't belong to any parameter"
    ),
    Case(
      { try changed(tensors: ["norm1.running_var": Tensor(shape: [3], values: [1, -1, 1])]) },
      "variance below 0"
    ),
    Case({ try changed(tensors: ["pictures/mean": Tensor(zeros: [7])]) }, "image statistics"),
    Case(
      { try changed(tensors: ["pictures/deviation": Tensor(repeating: .nan, shape: [3])]) },
      "pictures/deviation"
    ),
    Case({ try state("\"epoch\": 3", "\"epoch\": -3") }, "epoch must be a whole number"),
    Case({ try state("\"step\": 0", "\"stop\": 0") }, "step is missing"),
    Case({ try state("\"history\": [", "\"history\": [7, ") }, "history"),
    Case(
      { try state("\"picture_size\": [3, 6, 6]", "\"picture_size\": [3, 0, 6]") }, "picture_size"),
  ]

  @Test(arguments: cases)
  func soundness(_ example: Case) throws {
    let bytes = try example.make()
    guard let message = example.message else {
      _ = try Self.read(bytes)
      return
    }
    do {
      _ = try Self.read(bytes)
      Issue.record("it was accepted, without: \(message)")
    } catch let error as CheckpointError {
      #expect(error.description.contains(message), "\(error)")
      #expect(!error.description.contains("\n"), "\(error)")
    }
  }

  @Test func missing() throws {
    let folder = try Folder()
    for path in [folder("nothing"), folder.path] {
      #expect(throws: CheckpointError.self) { try Checkpoint(path: path) }
    }
  }

  /// NaN and infinity are detected before they are written.
  @Test func finite() {
    var state = KeptRun.state
    #expect(Checkpoint(state).isFinite)
    state.memory["fc2.bias.first_moment"] = Tensor(shape: [3], values: [0, .nan, 0])
    #expect(!Checkpoint(state).isFinite)
  }
}
