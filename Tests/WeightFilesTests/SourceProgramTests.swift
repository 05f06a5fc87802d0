import Goldens
import Layers
import ReferenceEngine
import TensorFiles
import Tensors
import Testing

@testable import Networks
@testable import WeightFiles

/// A file's weights give the logits of the program that the file belongs to, within a bound that
/// follows from the number of roundings. `Fixtures/generate.py` made files and logits.
struct SourceProgramTests {
  struct Source: Sendable, CustomTestStringConvertible {
    var file: String
    var network: Network
    /// How the other program rounded.
    var arithmetic: Arithmetic
    var format: String
    var testDescription: String { file }
  }

  static let sources: [Source] = {
    let (plain, port) = (Fixtures.tiny(), Fixtures.tiny(normalizes: true))
    let grouped = Fixtures.tiny(groups: 2, normalizes: true)
    let exact = Arithmetic(result: 0x1p-53, accumulator: 0x1p-53)
    func torch(_ name: String, _ network: Network, _ format: String) -> Source {
      Source(file: name, network: network, arithmetic: exact, format: "PyTorch, " + format)
    }
    let zip = "zip, pickle protocol 2"
    return [
      torch("protocol2.pth", plain, zip), torch("protocol4.pth", plain, "zip, pickle protocol 4"),
      torch("protocol5.pth", plain, "zip, pickle protocol 5"),
      torch("stream.pth", plain, "stream of pickles, protocol 2"),
      torch("half.pth", plain, zip), torch("bfloat16.pth", plain, zip),
      torch("double.pth", plain, zip), torch("checkpoint.pth", plain, zip),
      torch("chain.pth", plain, zip), torch("net.pth", port, zip),
      torch("feature_extractor.pth", port, zip), torch("features.pth", port, zip),
      torch("named.pth", port, zip),
    ]
      + ["python2.npy", "protocol2.npy", "protocol3.npy", "protocol5.npy", "words.npy"].map {
        Source(file: $0, network: grouped, arithmetic: exact, format: "NumPy, .npy")
      }
      + ["keras3.npz", "keras2.npz"].map {
        Source(file: $0, network: plain, arithmetic: exact, format: "NumPy, .npz")
      }
      + [
        // Our own names say nothing about another program's dropout.
        Source(
          file: "own.npz", network: plain.dropping(by: .inverted), arithmetic: exact,
          format: "NumPy, .npz"),
        Source(
          file: "model.safetensors.index.json", network: plain, arithmetic: exact,
          format: "safetensors, 2 parts"),
        Source(file: "new.caffemodel", network: grouped, arithmetic: .float, format: "Caffe"),
        Source(
          file: "old.caffemodel", network: grouped, arithmetic: .float,
          format: "Caffe, older layer messages"),
        Source(
          file: "raw.onnx", network: grouped, arithmetic: .float, format: "ONNX, written by pytorch"
        ),
        Source(
          file: "external.onnx", network: grouped, arithmetic: .float,
          format: "ONNX, written by pytorch"),
        Source(
          file: "floats.onnx", network: grouped, arithmetic: .float,
          format: "ONNX, written by onnx-caffe2"),
        Source(file: "transposed.onnx", network: grouped, arithmetic: .float, format: "ONNX"),
      ]
  }()

  static func expected(_ name: String) throws -> Tensor {
    try SafeTensors(path: Fixtures.folder + "expected.safetensors").tensor(name)
  }

  /// The logits of a network on the image of the fixtures.
  static func logits(_ network: Network, _ weights: Weights) throws -> Tensor {
    var weights = weights
    let trace = try Trace(network: network, engine: ReferenceEngine(), input: expected("input"))
    while try trace.step(weights: &weights) != nil {}
    return try #require(trace.output(of: network.layers.count - 1))
  }

  static func comparison(_ source: Source, _ network: Network, _ weights: Weights) throws
    -> GoldenComparison
  {
    let expected = try expected(source.file)
    let agreement = NetworkAgreement(
      try network.geometry(), between: [.doubleRoundedOnce, source.arithmetic], logits: expected)
    return agreement.output(
      of: network.layers.count - 1, try logits(network, weights), expected)
  }

  @Test(arguments: sources)
  func sameLogits(_ source: Source) throws {
    let file = try Fixtures.open(source.file)
    #expect(
      [file.format.rawValue, file.variant].compactMap(\.self).joined(separator: ", ")
        == source.format)
    #expect(file.entries.count == 16)
    let fit = try WeightFit(file, network: source.network)
    var weights = Weights(seed: 1)
    try fit.load(into: &weights)
    #expect(weights.isTrained(try fit.network.geometry()))
    let comparison = try Self.comparison(source, fit.network, weights)
    #expect(comparison.passed, "\(comparison)")
    // With the network's own settings, which are the paper's, the logits differ.
    if !fit.notes.isEmpty {
      #expect(try !Self.comparison(source, source.network, weights).passed)
    }
  }

  /// What the file's program does differently is said.
  @Test(arguments: [
    (
      "new.caffemodel",
      [
        "norm1, norm2: n 3, k 1, α 0.02 divided by n, β 0.75, as in Caffe",
        "drop6, drop7: no rescaling when classifying (inverted dropout)",
      ]
    ),
    (
      "python2.npy",
      [
        "norm1, norm2: n 5, k 1, α 0.0001 divided by n, β 0.75, as in Caffe",
        "drop6, drop7: no rescaling when classifying (inverted dropout)",
      ]
    ),
    (
      "net.pth",
      [
        "norm1, norm2: n 3, k 2, α 0.02 divided by n, β 0.75, as in PyTorch",
        "drop6, drop7: no rescaling when classifying (inverted dropout)",
      ]
    ),
  ])
  func notes(file: String, notes: [String]) throws {
    let source = try #require(Self.sources.first { $0.file == file })
    #expect(try WeightFit(Fixtures.open(file), network: source.network).notes == notes)
  }
}
