import Foundation
import Layers
import Testing

@testable import Networks

struct NetworkFileTests {
  private func read(_ text: String) throws(NetworkFileError) -> Network {
    try NetworkFile.network(in: Array(text.utf8), file: "n.json", reserved: ["why", "summary"])
  }

  @Test(arguments: Zoo.networks)
  func roundTrip(_ network: Network) throws {
    let text = NetworkFile.text(of: network)
    let again = try read(text)
    #expect(again == network)
    #expect(NetworkFile.text(of: again) == text)
    // One line per layer.
    let layers = text.split(separator: "\n").filter { $0.contains("\"kind\"") }
    #expect(layers.count == network.layers.count)
  }

  @Test func savesAndLoads() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "mine.json").path
    let network = try read(smallNetwork)
    try NetworkFile.save(network, to: path)
    #expect(try NetworkFile.load(path) == network)
    #expect(throws: NetworkFileError.self) { try NetworkFile.load(folder.path) }
    #expect(throws: NetworkFileError.self) { try NetworkFile.load(path + ".not") }
    try String(repeating: " ", count: 1_000_001).write(
      toFile: path, atomically: true, encoding: .utf8)
    #expect {
      try NetworkFile.load(path)
    } throws: {
      "\($0)" == "\(path): its 1000001 bytes are more than the 1000000 allowed"
    }
  }

  @Test func fieldsLeftOut() throws {
    let network = try read(smallNetwork)
    #expect(
      network.layers[0].layer
        == .convolution(Convolution(filters: 4, window: Window(kernel: 3, padding: 1))))
    #expect(
      network.layers[1].layer
        == .localResponseNormalization(LocalResponseNormalization(convention: .source2012)))
    #expect(network.layers[4].initialization == nil)
    #expect(network.labels == ["cat", "dog"])
    #expect(
      try read(smallNetwork.replacingOccurrences(of: "\"labels\": [\"cat\", \"dog\"],", with: ""))
        .labels
        == nil)
  }

  /// The example in the help can be parsed, and the help names every kind and member.
  @Test func helpMatchesTheParser() throws {
    let help = NetworkFile.help
    let start = try #require(help.range(of: "{\n"))
    let end = try #require(help.range(of: "\n  }\n"))
    let example = help[start.lowerBound..<end.upperBound]
    #expect(try read(String(example)).layers.count == 6)
    for kind in Layer.Kind.allCases {
      #expect(help.contains("\n  \(kind.rawValue)"))
      for field in kind.fields { #expect(help.contains(field.name)) }
    }
    #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test(arguments: Spoiled.all)
  func spoiled(_ spoiled: Spoiled) throws {
    let text = smallNetwork.replacingOccurrences(of: spoiled.old, with: spoiled.new)
    #expect(text != smallNetwork)
    #expect {
      try read(text)
    } throws: {
      #expect("\($0)" == "n.json: \(spoiled.message)")
      return $0 is NetworkFileError
    }
  }

  @Test(arguments: [
    ("", "line 1, column 1: the text ends too early"),
    ("7", "must be an object, not a whole number"),
    ("{}", "not a network file: \"format\": \"alexnet-network\" is missing"),
    (String(repeating: "[", count: 100_000), "line 1, column 66: more than 64 levels of nesting"),
    ("\u{0}", "line 1, column 1: a value can't start like this"),
  ])
  func noNetworkAtAll(text: String, message: String) {
    #expect {
      try read(text)
    } throws: {
      "\($0)" == "n.json: \(message)"
    }
  }

  @Test func tooManyLayers() {
    let relu = (1...1001).map { "{\"name\": \"r\($0)\", \"kind\": \"relu\"}" }.joined(
      separator: ",")
    let text = smallNetwork.replacingOccurrences(
      of: "{\"name\": \"conv1\"", with: relu + ",{\"name\": \"conv1\"")
    #expect {
      try read(text)
    } throws: {
      "\($0)" == "n.json: layers: 1,007 are more than the 1,000 allowed"
    }
  }
}
