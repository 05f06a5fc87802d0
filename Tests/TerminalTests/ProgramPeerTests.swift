import Foundation
import TestSupport
import TensorFiles
import Testing

/// The programs that `make bench` compares with: each computes the network that it's measured on.
@Suite struct ProgramPeerTests {
  static let benchmarks = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Benchmarks").standardizedFileURL.path

  /// A Python with the programs: `make peers` installs one.
  static let python: String = {
    if let named = ProcessInfo.processInfo.environment["ALEXNET_PYTHON"] { return named }
    let installed = benchmarks + "/../.build/peers/bin/python"
    return FileManager.default.isExecutableFile(atPath: installed) ? installed : "python3"
  }()

  /// A form of a program: `openvino f32-operator`.
  struct Form: CustomTestStringConvertible, Sendable {
    let peer: String
    let form: String
    var testDescription: String { peer + " " + form }
  }

  /// Those that are installed. The compiled forms take long to compile, and come from the same code.
  static let forms: [Form] = {
    guard
      let list = try? runTool(
        [python, benchmarks + "/peers/measure.py", "--list"], withErrors: false),
      list.status == 0, case .array(let forms) = try? JSONParser.parse(Array(list.output.utf8))
    else { return [] }
    return forms.compactMap { form in
      guard case .object(let members) = form, case .string(let peer)? = members["peer"],
        case .string(let name)? = members["form"]
      else { return nil }
      return ["compiled", "slices", "slices-last", "xla"].contains(name)
        ? nil : Form(peer: peer, form: name)
    }
  }()

  /// A small network with what the measured ones have: windows that run past the edge, both
  /// normalizations. The sums of squares are large, so that they matter.
  static func network(alpha: Double) -> String {
    """
    {"format": "alexnet-network", "version": 1, "name": "small", "title": "",
     "input": {"channels": 3, "height": 16, "width": 16, "scale": 1, "mean": [0.4, 0.5, 0.6],
               "deviation": [0.2, 0.2, 0.2]},
     "layers": [
       {"name": "conv1", "kind": "convolution", "filters": 12, "kernel": 3, "stride": 1, "padding": 1,
        "rounding": "floor"},
       {"name": "relu1", "kind": "relu"},
       {"name": "norm1", "kind": "local_response_normalization", "n": 5, "k": 2, "alpha": \(alpha),
        "beta": 0.75, "convention": "paper", "groups": 1},
       {"name": "pool1", "kind": "max_pooling", "kernel": 3, "stride": 2, "padding": 0,
        "rounding": "ceil"},
       {"name": "norm2", "kind": "spatial_normalization", "n": 3, "k": 1, "alpha": \(alpha),
        "beta": 0.75, "convention": "source2012"},
       {"name": "pool2", "kind": "average_pooling", "kernel": 3, "stride": 2, "padding": 0,
        "rounding": "ceil"},
       {"name": "flatten", "kind": "flatten"},
       {"name": "drop3", "kind": "dropout", "rate": 0.5, "convention": "inverted"},
       {"name": "fc3", "kind": "linear", "outputs": 9},
       {"name": "relu3", "kind": "relu"},
       {"name": "fc4", "kind": "linear", "outputs": 4},
       {"name": "softmax", "kind": "softmax"}]}
    """
  }

  /// The numbers of a JSON value, whatever lists they are in.
  static func flat(_ value: JSONValue?) -> [Double] {
    switch value {
    case .array(let values): values.flatMap { flat($0) }
    case .number(let number): [number]
    case .integer(let number): [Double(number)]
    default: []
    }
  }

  static func member(_ name: String, of text: Substring?) throws -> JSONValue? {
    guard case .object(let members) = try JSONParser.parse(Array((text ?? "").utf8)) else {
      return nil
    }
    return members[name]
  }

  /// The right network gives the program's logits and its number of parameters, alone and in a batch;
  /// one with another α doesn't, so the comparison would notice.
  @Test(
    .enabled(if: !forms.isEmpty, "needs a Python with a program to compare with: make peers"),
    arguments: forms)
  func computesTheSame(_ form: Form) throws {
    let folder = try TemporaryFolder()
    let (net, weights) = (folder.path + "/net.json", folder.path + "/weights.safetensors")
    let other = folder.path + "/other.json"
    try Self.network(alpha: 0.001).write(toFile: net, atomically: true, encoding: .utf8)
    try Self.network(alpha: 0.0015).write(toFile: other, atomically: true, encoding: .utf8)
    let measure = [Self.python, Self.benchmarks + "/peers/measure.py", "--network"]
    let drawn = try runTool(measure + [net, "--weights", weights])
    #expect(drawn.status == 0, "\(drawn.output)")

    let cells = ["network load \(net)", "load \(weights)", "forward", "input", "fc4.output"]
    let ours = try runTool(
      [try BuiltProducts.path("alexnet"), "--json"] + cells.flatMap { ["-c", $0] },
      withErrors: false)
    let lines = ours.output.split(separator: "\n")
    try #require(ours.status == 0 && lines.count >= 2, "\(ours.output)")
    let image = Self.flat(try Self.member("value", of: lines[lines.count - 2]))
    let logits = Self.flat(try Self.member("value", of: lines[lines.count - 1]))
    try #require(image.count == 3 * 16 * 16 && logits.count == 4)
    let file = folder.path + "/image.json"
    try "\(image)".write(toFile: file, atomically: true, encoding: .utf8)
    // What the errors of all are measured against: the same in float64.
    let exact = try runTool(
      [Self.python, Self.benchmarks + "/peers/exact.py", "--network", net, "--image", file],
      withErrors: false)
    let numbers = Self.flat(try JSONParser.parse(Array(exact.output.utf8)))
    try #require(numbers.count == 4, "\(exact.output)")
    for (number, logit) in zip(numbers, logits) {
      #expect(abs(number - logit) <= 1e-5 * logits.map(abs).max()!)
    }

    func difference(_ network: String) throws -> Double {
      let result = try runTool(
        measure + [
          network, "--peer", form.peer, "--form", form.form, "--image", file, "--batch", "3",
          "--only-logits",
        ], withErrors: false)
      try #require(result.status == 0, "\(result.output)")
      let line = result.output.split(separator: "\n").last
      #expect(try Self.flat(Self.member("parameters", of: line)) == [336 + 1737 + 40])
      let theirs = try ["logits", "batch_logits"].flatMap {
        try Self.flat(Self.member($0, of: line))
      }
      try #require(theirs.count == 8)
      return zip(theirs, logits + logits).map { abs($0 - $1) }.max()! / logits.map(abs).max()!
    }
    let bound = form.form.hasPrefix("bf16") ? 0.05 : 1e-4
    #expect(try difference(net) <= bound)
    if bound < 0.01 { #expect(try difference(other) > 10 * bound) }
  }

  /// The gradient of the normalization that is written for PyTorch, by central differences.
  @Test(
    .enabled(if: forms.contains { $0.peer == "pytorch" }, "needs a Python with torch: make peers"))
  func normalizationHasTheRightGradient() throws {
    let script = """
      import sys, torch
      sys.path.insert(0, sys.argv[1] + "/peers")
      from pytorch_peer import SliceNormalization
      x = torch.randn(2, 7, 3, 3, dtype=torch.float64, requires_grad=True)
      for constants in [(5, 2.0, 0.3, 0.75), (3, 1.0, 0.3, 0.6)]:
          assert torch.autograd.gradcheck(lambda x: SliceNormalization.apply(x, *constants), (x,))
      n, k, s, beta = 5, 2.0, 0.3, 0.75
      theirs = torch.nn.LocalResponseNorm(n, n * s, beta, k)(x)
      assert (SliceNormalization.apply(x, n, k, s, beta) - theirs).abs().max() < 1e-12
      """
    let result = try runTool([Self.python, "-c", script, Self.benchmarks])
    #expect(result.status == 0, "\(result.output)")
  }
}
