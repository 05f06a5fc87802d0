import Foundation
import Layers
import Tensors
import Testing

@testable import Networks

private let small = """
  {
    "format": "alexnet-network", "version": 1, "name": "mine", "title": "small",
    "input": {"channels": 3, "height": 8, "width": 8, "scale": 255, "mean": [1.5, 2, 3], "deviation": [1, 1, 1]},
    "labels": ["cat", "dog"],
    "layers": [
      {"name": "conv1", "kind": "convolution", "filters": 4, "kernel": 3, "padding": 1, "init": {"deviation": 0.01, "bias": 0}},
      {"name": "norm1", "kind": "local_response_normalization", "convention": "source2012"},
      {"name": "pool1", "kind": "max_pooling", "kernel": 3, "stride": 2, "rounding": "ceil"},
      {"name": "flatten", "kind": "flatten"},
      {"name": "fc2", "kind": "linear", "outputs": 2},
      {"name": "softmax", "kind": "softmax"}
    ]
  }
  """

/// One spoiled file: what is replaced by what, and what is said.
struct Spoiled: Sendable, CustomTestStringConvertible {
  let old: String
  let new: String
  let message: String
  var testDescription: String { "\(old) → \(new)" }

  init(_ old: String, _ new: String, _ message: String) {
    (self.old, self.new, self.message) = (old, new, message)
  }

  static let all = [
    Spoiled("{\n", "[\n", "line 2, column 11: ‘]’ is expected here"),
    Spoiled(
      "\"alexnet-network\"", "\"onnx\"",
      "it is no network: \"format\": \"alexnet-network\" is missing"),
    Spoiled("\"version\": 1", "\"version\": 2", "version: only version 1 is known"),
    Spoiled("\"title\"", "\"titel\"", "‘titel’ does not belong here; did you mean title?"),
    Spoiled(
      "\"mine\"", "\"my net\"", "name: ‘my net’ must be a letter, then letters, digits or - _ ."),
    Spoiled("\"mine\"", "7", "name: a whole number stands where a string belongs"),
    Spoiled(
      "\"small\"", "\"two\\nlines\"", "title: one line of at most 200 characters belongs here"),
    Spoiled(
      "\"height\": 8", "\"height\": 0",
      "input, height: a whole number from 1 to 16,384 belongs here"),
    Spoiled(
      "\"height\": 8", "\"height\": 8.5",
      "input, height: a whole number from 1 to 16,384 belongs here"),
    Spoiled(
      "\"height\": 8", "\"hight\": 8", "input: ‘hight’ does not belong here; did you mean height?"),
    Spoiled(
      "\"scale\": 255", "\"scale\": 0",
      "input, scale: a number above 0 belongs here: the value of full brightness"),
    Spoiled(
      "[1.5, 2, 3]", "[1.5, 2]",
      "input, mean: a list of numbers, one for each of the 3 channels, belongs here"),
    Spoiled(
      "[1, 1, 1]", "[1, 1, 0]",
      "input, deviation: a list of numbers, one for each of the 3 channels and above 0, belongs here"
    ),
    Spoiled("[\"cat\", \"dog\"]", "[\"cat\"]", "labels: 1 label for 2 outputs"),
    Spoiled(
      "[\"cat\", \"dog\"]", "[\"cat\", 2]", "label 2: a whole number stands where a string belongs"),
    Spoiled("[\"cat\", \"dog\"]", "{}", "labels: an object stands where a list of strings belongs"),
    Spoiled("\"pool1\"", "\"conv1\"", "layer 3: layer 1 is called conv1 already"),
    Spoiled(
      "\"pool1\"", "\"1pool\"", "layer 3, name: ‘1pool’ must be a letter, then letters, digits or _"
    ),
    Spoiled(
      "\"pool1\"", "\"pool.1\"",
      "layer 3, name: ‘pool.1’ must be a letter, then letters, digits or _"),
    Spoiled(
      "\"pool1\"", "\"größe\"", "layer 3, name: ‘größe’ must be a letter, then letters, digits or _"
    ),
    Spoiled(
      "\"pool1\"", "\"input\"",
      "layer 3: no layer can be called input: the word has a meaning of its own"),
    Spoiled(
      "\"pool1\"", "\"why\"",
      "layer 3: no layer can be called why: the word has a meaning of its own"),
    Spoiled(
      "\"max_pooling\"", "\"max_poling\"",
      "layer 3 (pool1): there is no kind of layer called ‘max_poling’; did you mean max_pooling?"),
    Spoiled("\"max_pooling\"", "null", "layer 3 (pool1), kind: null stands where a string belongs"),
    Spoiled("\"filters\": 4, ", "", "layer 1 (conv1): filters is missing"),
    Spoiled(
      "\"filters\": 4", "\"filters\": \"four\"",
      "layer 1 (conv1): filters takes a whole number, not ‘four’"),
    Spoiled(
      "\"filters\": 4", "\"filters\": 4.5",
      "layer 1 (conv1): filters takes a whole number, not ‘4.5’"),
    Spoiled(
      "\"filters\": 4", "\"filters\": true",
      "layer 1 (conv1): filters takes a number or a word, not a truth value"),
    Spoiled("\"filters\": 4", "\"filters\": 0", "conv1: filters 0 is not between 1 and 1,048,576"),
    Spoiled(
      "\"filters\": 4", "\"filters\": 99999999999999999999",
      "line 6, column 57: the number 99999999999999999999 is too large"),
    Spoiled(
      "\"padding\": 1", "\"paddign\": 1",
      "layer 1 (conv1): ‘paddign’ does not belong here; did you mean padding?"),
    Spoiled(
      "\"padding\": 1", "\"deviation\": 1",
      "layer 1 (conv1): ‘deviation’ does not belong here; known are filters, kernel, stride, padding, rounding, groups, inputs, init"
    ),
    Spoiled(
      "\"kind\": \"flatten\"", "\"kind\": \"flatten\", \"kernel\": 1",
      "layer 4 (flatten): ‘kernel’ does not belong here; name and kind are all there is"),
    Spoiled(
      "\"ceil\"", "\"cel\"",
      "layer 3 (pool1): rounding takes one of floor, ceil, not ‘cel’; did you mean ceil?"),
    Spoiled(", \"bias\": 0}", "}", "layer 1 (conv1), init: bias is missing"),
    Spoiled(
      "\"bias\": 0}", "\"bias\": 0, \"x\": 1}",
      "layer 1 (conv1), init: ‘x’ does not belong here; known are deviation, bias"),
    Spoiled(
      "\"deviation\": 0.01", "\"deviation\": -1",
      "layer 1 (conv1), init: deviation takes a number from 0, not ‘-1’"),
    Spoiled(
      "{\"deviation\": 0.01, \"bias\": 0}", "0.01",
      "layer 1 (conv1), init: an object with deviation and bias belongs here"),
    Spoiled(
      "{\"name\": \"flatten\", \"kind\": \"flatten\"},", "",
      "fc2: takes a row of features, and maps of 4×4×4 arrive from pool1; insert pool1 flatten makes 4·4·4 = 64 features of them"
    ),
    Spoiled(
      "\"kernel\": 3, \"stride\": 2", "\"kernel\": 9, \"stride\": 2",
      "pool1: (8 + 2·0 − 9) / 2 is below zero: not one 9×9 window fits on the 4×8×8 that arrives; it takes at least 9×9, for which the input must be at least 9×9"
    ),
    Spoiled(
      "\"outputs\": 2}", "\"outputs\": 2, \"inputs\": 63}",
      "fc2: declared for 63 features, and 64 arrive from flatten; declare fc2 for 64"),
    Spoiled(
      "\"version\": 1", "\"version\": 1, \"version\": 1",
      "line 2, column 46: the name version comes twice"),
    Spoiled(
      "\"layers\": [", "\"layers\": [7, ", "layer 1: a whole number stands where an object belongs"),
    Spoiled(
      "\"layers\": [", "\"layers\": [], \"x\": [",
      "‘x’ does not belong here; known are format, version, name, title, input, labels, layers"),
  ]
}

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
    // One layer a line.
    let layers = text.split(separator: "\n").filter { $0.contains("\"kind\"") }
    #expect(layers.count == network.layers.count)
  }

  @Test func savesAndLoads() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "mine.json").path
    let network = try read(small)
    try NetworkFile.save(network, to: path)
    #expect(try NetworkFile.load(path) == network)
    #expect(throws: NetworkFileError.self) { try NetworkFile.load(folder.path) }
    #expect(throws: NetworkFileError.self) { try NetworkFile.load(path + ".not") }
    try String(repeating: " ", count: 1_000_001).write(
      toFile: path, atomically: true, encoding: .utf8)
    #expect {
      try NetworkFile.load(path)
    } throws: {
      "\($0)" == "\(path): 1000001 bytes are more than the 1000000 allowed"
    }
  }

  @Test func whatIsLeftOut() throws {
    let network = try read(small)
    #expect(
      network.layers[0].layer
        == .convolution(Convolution(filters: 4, window: Window(kernel: 3, padding: 1))))
    #expect(
      network.layers[1].layer
        == .localResponseNormalization(LocalResponseNormalization(convention: .source2012)))
    #expect(network.layers[4].initialization == nil)
    #expect(network.labels == ["cat", "dog"])
    #expect(
      try read(small.replacingOccurrences(of: "\"labels\": [\"cat\", \"dog\"],", with: "")).labels
        == nil)
  }

  /// What the help shows can be read, and names every kind and member.
  @Test func helpIsTrue() throws {
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
    let text = small.replacingOccurrences(of: spoiled.old, with: spoiled.new)
    #expect(text != small)
    #expect {
      try read(text)
    } throws: {
      #expect("\($0)" == "n.json: \(spoiled.message)")
      return $0 is NetworkFileError
    }
  }

  @Test(arguments: [
    ("", "line 1, column 1: the text ends too early"),
    ("7", "a whole number stands where an object belongs"),
    ("{}", "it is no network: \"format\": \"alexnet-network\" is missing"),
    (String(repeating: "[", count: 100_000), "line 1, column 66: more than 64 levels of nesting"),
    ("\u{0}", "line 1, column 1: no value starts so"),
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
    let text = small.replacingOccurrences(
      of: "{\"name\": \"conv1\"", with: relu + ",{\"name\": \"conv1\"")
    #expect {
      try read(text)
    } throws: {
      "\($0)" == "n.json: layers: 1,007 are more than the 1,000 allowed"
    }
  }

  /// Whatever stands in the file, it is a network that can be summed up, or one line says why not.
  @Test func mutations() {
    let seeds = [small, small.replacingOccurrences(of: "convolution", with: "locally_connected")]
      .map { Array($0.utf8) }
    let scraps = [
      "0", "-1", "1e9", "9999999", "\"", "{", "]", ",", "\\u0000", "null", "1048576", "\"x\":1,",
      "true",
    ]
    .map { Array($0.utf8) }
    let random = CounterRandom("networks.fuzz", seed: 1)
    var counter: UInt64 = 0
    func below(_ bound: Int) -> Int {
      counter += 1
      return random.below(bound, counter)
    }
    var read = 0
    for round in 0..<20_000 {
      var bytes = seeds[round % 2]
      for _ in 0...below(3) {
        let at = below(bytes.count)
        switch below(5) {
        case 0: bytes[at] = UInt8(below(256))
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(contentsOf: scraps[below(scraps.count)], at: at)
        case 3:
          // A number somewhere becomes another one.
          if let digit = bytes[at...].firstIndex(where: { (48...57).contains($0) }) {
            bytes.replaceSubrange(digit...digit, with: Array(String(below(3000)).utf8))
          }
        default: bytes.removeSubrange(at..<min(bytes.count, at + 1 + below(40)))
        }
        if bytes.isEmpty { break }
      }
      do throws(NetworkFileError) {
        let network = try NetworkFile.network(in: bytes, file: "f")
        read += 1
        let summary = try? Summary(network)
        #expect(summary != nil && summary!.rows.count == network.layers.count)
        #expect(
          (try? NetworkFile.network(in: Array(NetworkFile.text(of: network).utf8), file: "f"))
            == network)
      } catch {
        let line = error.description
        #expect(line.count > 5 && line.count < 700 && !line.contains("\n"))
      }
    }
    // Enough mutations are harmless for the other half of the test to mean something.
    #expect((500..<19_000).contains(read))
  }
}
