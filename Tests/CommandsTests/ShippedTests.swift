import Digests
import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Cells
@testable import Commands
@testable import Notebook
@testable import Training

/// The networks that come with the program: their names, their cards, half precision.
@Suite struct ShippedTests {
  static func run(_ lines: String...) -> CellResult {
    var session = Session(host: QuietHost())
    for line in lines.dropLast() {
      #expect(session.run(line).failure == nil, "\(line)")
    }
    return session.run(lines.last!)
  }

  /// A card says what is in the file beside it.
  @Test func cardsAreTrue() throws {
    let shipped = TrainedNetwork.shipped
    #expect(shipped.names.contains("cuda-convnet-18"))
    for name in shipped.names {
      let path = try #require(shipped.path(of: name))
      let facts = try #require(shipped.card(of: name), "\(name) has no card").facts
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      let state = try Checkpoint(path: path).state
      let count = state.parameters.values.reduce(0) { $0 + $1.count }
      #expect(facts["SHA-256"] == SHA256.digits(of: bytes), "\(name)")
      #expect(facts["network"] == state.network.name, "\(name)")
      #expect(facts["parameters"]?.filter { $0 != "," } == "\(count)", "\(name)")
      #expect(facts["data"]?.hasPrefix(state.datasetName) == true, "\(name)")
      #expect(facts["recipe"] == state.recipe.name && facts["seed"] == "\(state.recipe.seed)")
      #expect(facts["epochs"] == "\(state.epoch) of \(state.recipe.epochs)", "\(name)")
      #expect(bytes.count <= 5_000_000, "\(name)")
      // The errors by class add up to the whole.
      let text = try String(contentsOfFile: "\(shipped.folder)/\(name).md", encoding: .utf8)
      for (place, crops) in [(1, "single crop"), (2, "ten crops")] {
        let errors = state.classNames.compactMap { name -> Double? in
          let row = text.split(separator: "\n").first { $0.hasPrefix("| \(name) |") }
          let cells = row?.split(separator: "|").map { $0.filter { "0123456789.".contains($0) } }
          return cells.flatMap { $0.count > place ? Double($0[place]) : nil }
        }
        let stated = facts["test error, \(crops)"].flatMap { Double($0.dropLast()) }
        let mean = errors.reduce(0, +) / Double(max(1, errors.count))
        #expect(errors.count == state.classNames.count, "\(name), \(crops)")
        #expect(abs(mean - (stated ?? .nan)) < 0.0051, "\(name), \(crops): \(mean)")
      }
      let epochs = text.split(separator: "\n").filter { $0.hasPrefix("| \(state.epoch) |") }
      #expect(epochs.count == 1, "the curve of \(name) has its epoch")
      #expect(
        FileManager.default.fileExists(atPath: "\(shipped.folder)/\(name).svg"), "\(name).svg")
    }
  }

  @Test func listsWhatIsThere() throws {
    let result = Self.run("load trained --list")
    #expect(result.failure == nil)
    let text = result.output.plainText
    #expect(text.contains("cuda-convnet-18      89,578  CIFAR-10"), "\(text)")
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
    let networks = try #require(result.json["networks"]?.arrayValue)
    #expect(networks.count == TrainedNetwork.shipped.names.count)
    #expect(networks.allSatisfy { $0["card"]?["SHA-256"] != nil })
  }

  @Test(arguments: ["load cuda-convnet-18 --list", "load trained cuda-convnet-18 --list"])
  func listsACheckpoint(_ line: String) throws {
    let result = Self.run(line)
    #expect(result.failure == nil)
    let text = result.output.plainText
    #expect(text.contains("conv1.weight"), "\(text)")
    #expect(
      text.contains("\nIt is a checkpoint of cuda-convnet-18, which it brings along."), "\(text)")
    #expect(result.json["fits"]?.arrayValue == ["cuda-convnet-18"])
  }

  /// With the word before it or alone, a name means the network that comes with the program.
  @Test func names() {
    for (long, short) in [
      ("load trained cuda-convnet-18", "load cuda-convnet-18"),
      ("predict trained cuda-convnet-18 card", "predict cuda-convnet-18 card"),
      ("plot trained cuda-convnet-18", "plot cuda-convnet-18"),
    ] {
      let (first, second) = (Self.run(long), Self.run(short))
      #expect(first.failure == nil && second.failure == nil)
      #expect(first.output.plainText == second.output.plainText)
    }
  }

  @Test(arguments: [
    ("load trained nothing", "no trained network 'nothing' comes with this program"),
    ("evaluate trained nothing", "no trained network 'nothing' comes with this program"),
    ("load nothing.safetensors cuda-convnet-18", "one network is enough"),
    ("evaluate runs/one runs/two", "one network is enough"),
  ])
  func refusals(_ line: String, _ message: String) throws {
    let failure = try #require(Self.run(line).failure)
    #expect(failure.message.hasPrefix(message), "\(failure.message)")
    #expect(failure.hint != nil)
  }

  /// A network that isn't in the folder, but which a recipe trains.
  @Test func namesTheRecipe() {
    let failure = TrainedNetwork.missing("cuda-convnet-13")
    #expect(failure.hint?.hasSuffix("train --recipe cuda-convnet-13 trains one") == true)
    #expect(failure.hint?.contains("cuda-convnet-18") == true)
  }

  @Test func halfPrecision() throws {
    try inTemporaryFolder { folder in
      func size(_ name: String) throws -> Int {
        try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)).count
      }
      for (load, name) in [("load cuda-convnet-18", "a"), ("network cuda-convnet-26", "b")] {
        var session = Session(host: QuietHost())
        for line in [
          load, "save weights \(folder)/\(name).safetensors",
          "save weights \(folder)/\(name)-half.safetensors --half", "let before = conv1.weight",
          "load \(folder)/\(name)-half.safetensors",
        ] { #expect(session.run(line).failure == nil, "\(line)") }
        let shares =
          try Double(size("\(name)-half.safetensors"))
          / Double(size("\(name).safetensors"))
        #expect(shares < 0.62, "\(name): \(shares)")
        let before = try session.tensor("before")
        let after = try session.tensor("conv1.weight")
        let error = zip(before.values, after.values).map { abs($0 - $1) }.max() ?? .nan
        // Half a unit in the last of 11 bits.
        let largest = before.values.map(\.magnitude).max() ?? 0
        #expect(error > 0 && error <= largest * 0x1p-11, "\(name): \(error)")
        // What has no counterpart in half precision isn't written.
        #expect(session.run("set conv1.weight[0, 0, 0, 0] 70000").failure == nil)
        let refused = session.run("save weights \(folder)/c.safetensors --half").failure
        #expect(
          refused?.message.contains("conv1.weight[0, 0, 0, 0] is 70000.0, too large") == true,
          "\(refused?.message ?? "")")
        #expect(!FileManager.default.fileExists(atPath: folder + "/c.safetensors"))
      }
      let refused = Self.run("let a = 1", "save \(folder)/a.alexnet --half").failure
      #expect(refused?.message == "--half is for weights")
    }
  }
}
