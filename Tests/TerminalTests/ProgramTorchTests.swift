import Foundation
import Layers
import TensorFiles
import TestSupport
import Testing

/// A checkpoint in PyTorch: `Examples/load_in_torch.py` computes the same logits as the program.
@Suite struct ProgramTorchTests {
  /// A network with every kind of layer that is easy to convert wrongly.
  static let network = """
    {"format": "alexnet-network", "version": 1, "name": "all", "title": "",
     "input": {"channels": 3, "height": 11, "width": 11, "scale": 1, "mean": [0, 0, 0],
               "deviation": [1, 1, 1]},
     "layers": [\(layersOfEveryKind)]}
    """

  static let python = ProcessInfo.processInfo.environment["ALEXNET_PYTHON"] ?? "python3"

  /// Whether Python has the modules that the script needs.
  static let isThere =
    (try? runTool([python, "-c", "import torch, numpy, safetensors, PIL"]).status) == 0

  static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Examples/load_in_torch.py").standardizedFileURL

  /// The script and the network of this test know every kind of layer; the script leaves softmax out.
  @Test(arguments: Layer.Kind.allCases)
  func knows(_ kind: Layer.Kind) throws {
    let text = try String(contentsOf: Self.script, encoding: .utf8)
    let kinds = try #require(
      text.split(separator: "\nKINDS = {").last?.split(separator: "\n}").first)
    #expect(kinds.contains("\"\(kind.rawValue)\":") || kind == .softmax)
    #expect(Self.network.contains("\"kind\": \"\(kind.rawValue)\""))
  }

  /// The numbers of a JSON list.
  static func numbers(_ line: String?, _ name: String) throws -> [Double] {
    guard case .object(let members) = try JSONParser.parse(Array((line ?? "").utf8)),
      case .array(let values)? = members[name]
    else { return [] }
    return values.map {
      switch $0 {
      case .number(let value): value
      case .integer(let value): Double(value)
      default: .nan
      }
    }
  }

  @Test(
    .enabled(if: isThere, "needs a Python with torch, numpy, safetensors and PIL: ALEXNET_PYTHON"),
    arguments: [
      ["tiny.json"],
      [
        "all.json", "--set", "pictures.resize=13", "--set", "pictures.crop=11", "--set",
        "pictures.mean=image",
      ],
    ])
  func sameLogits(_ network: [String]) throws {
    let place = try TrainingPlace()
    _ = try place.folder.file("all.json", Self.network)
    var words = TrainingPlace.begin
    words[2] = network[0]
    let trained = try place.alexnet(
      words + network.dropFirst() + ["--epochs", "2", "--out", "run"])
    #expect(trained.status == 0, "\(trained)")
    let last = network[0] == "tiny.json" ? "fc2" : "fc5"
    for picture in ["pictures/red/1.png", "pictures/blue/2.png"] {
      let ours = try place.alexnet([
        "--json", "-c", "load run", "-c", "image \(picture)", "-c", "forward", "-c",
        "\(last).output",
      ])
      let expected = try Self.numbers(ours.lines.last, "value")
      #expect(ours.status == 0 && expected.count == 3, "\(ours)")
      let torch = try runTool(
        [
          Self.python, Self.script.path, place.folder.path + "/run/best.safetensors",
          place.folder.path + "/" + picture, "--json",
        ], withErrors: false)
      let theirs = try Self.numbers(torch.output, "logits")
      #expect(torch.status == 0 && theirs.count == 3)
      for (a, b) in zip(expected, theirs) {
        #expect(abs(a - b) <= 1e-4 * (1 + abs(a)), "\(picture): \(expected) and \(theirs)")
      }
    }
  }
}
