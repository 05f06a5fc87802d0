import Foundation
import Layers
import Notebook
import TensorFiles
import TestSupport
import Testing

@testable import Cells
@testable import Commands
@testable import Networks

/// `load` with other programs' files, and `save weights --names`.
@Suite struct WeightFileTests {
  static let fixtures =
    URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../WeightFilesTests/Fixtures").standardizedFileURL.path + "/"

  /// The network that the fixtures' Caffe and ONNX files are for.
  static let tiny = """
    {"format": "alexnet-network", "version": 1, "name": "tiny", "title": "",
     "input": {"channels": 3, "height": 31, "width": 31, "scale": 1, "mean": [0, 0, 0],
               "deviation": [1, 1, 1]},
     "layers": [
      {"name": "conv1", "kind": "convolution", "filters": 4, "kernel": 5, "stride": 2, "padding": 1},
      {"name": "relu1", "kind": "relu"},
      {"name": "norm1", "kind": "local_response_normalization"},
      {"name": "pool1", "kind": "max_pooling", "kernel": 3, "stride": 2},
      {"name": "conv2", "kind": "convolution", "filters": 6, "kernel": 3, "padding": 1, "groups": 2},
      {"name": "relu2", "kind": "relu"},
      {"name": "norm2", "kind": "local_response_normalization"},
      {"name": "pool2", "kind": "max_pooling", "kernel": 3, "stride": 2},
      {"name": "conv3", "kind": "convolution", "filters": 6, "kernel": 3, "padding": 1},
      {"name": "relu3", "kind": "relu"},
      {"name": "conv4", "kind": "convolution", "filters": 4, "kernel": 3, "padding": 1, "groups": 2},
      {"name": "relu4", "kind": "relu"},
      {"name": "conv5", "kind": "convolution", "filters": 4, "kernel": 3, "padding": 1, "groups": 2},
      {"name": "relu5", "kind": "relu"},
      {"name": "pool5", "kind": "max_pooling", "kernel": 2, "stride": 1},
      {"name": "flatten", "kind": "flatten"}, {"name": "fc6", "kind": "linear", "outputs": 8},
      {"name": "relu6", "kind": "relu"}, {"name": "drop6", "kind": "dropout"},
      {"name": "fc7", "kind": "linear", "outputs": 8}, {"name": "relu7", "kind": "relu"},
      {"name": "fc8", "kind": "linear", "outputs": 5}]}
    """

  /// What a cell says, whatever its lines and columns.
  static func words(_ result: CellResult) -> String {
    result.output.plainText.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func session() -> Session { Session(host: QuietHost()) }

  /// What the file's program does otherwise is set and shown, and `undo` reverts it.
  @Test func caffe() throws {
    try inTemporaryFolder { folder in
      try Self.tiny.write(toFile: folder + "/tiny.json", atomically: true, encoding: .utf8)
      var session = session()
      let loaded = session.run("network load \(folder)/tiny.json")
      #expect(loaded.failure == nil, "\(loaded.failure?.message ?? "")")
      let before = session.network
      let result = session.run("load \(Self.fixtures)new.caffemodel")
      #expect(result.failure == nil, "\(result.failure?.message ?? "")")
      let text = Self.words(result)
      #expect(text.contains("1,189 parameters from"), "\(text)")
      #expect(result.json.text.contains(#""format": "Caffe""#), "\(result.json.text)")
      #expect(text.contains("norm1, norm2: n 3, k 1, α 0.02 divided by n, β 0.75, as in Caffe"))
      #expect(text.contains("drop6: no rescaling when classifying (inverted dropout)"))
      #expect(session.weights.isTrained(try session.geometry()))
      #expect(session.network != before)
      #expect(session.run("undo").failure == nil && session.network == before)
    }
  }

  @Test func list() throws {
    var session = session()
    let text = Self.words(session.run("load \(Self.fixtures)protocol4.pth --list"))
    #expect(
      text.contains("PyTorch, zip, pickle protocol 4 · 16 tensors, 1,477 elements"), "\(text)")
    #expect(text.contains("features.0.weight 4×3×5×5 F32 features.0.bias 4 F32"), "\(text)")
    #expect(text.contains("It fits none of our networks."))
    #expect(session.weights.loaded.isEmpty)
    let json = session.run("load \(Self.fixtures)half.pth --list").json.text
    #expect(
      json.contains(#"{"name": "classifier.6.bias", "shape": [5], "type": "F16"}"#), "\(json)")
  }

  /// A file that fits another network brings it along, unless the user insists on one.
  @Test func anotherNetwork() throws {
    try inTemporaryFolder { folder in
      var small = session()
      #expect(small.run("network quick32").failure == nil)
      #expect(small.run("save weights \(folder)/w.safetensors").failure == nil)
      var session = session()
      let text = session.run("load \(folder)/w.safetensors").output.plainText
      #expect(text.hasPrefix("quick32 · 116,170 parameters from"), "\(text)")
      #expect(session.network.name == "quick32")
      // Classes come with a checkpoint or with --labels; our own names don't bring ImageNet's.
      #expect(session.network.labels == Zoo.network(named: "quick32")?.labels)
      for insisting in ["set conv1.stride 2", "remove norm1"] {
        session = self.session()
        #expect(session.run(insisting).failure == nil)
        let failure = session.run("load \(folder)/w.safetensors").failure
        #expect(failure?.hint == "the file fits quick32", "\(failure?.message ?? "")")
        #expect(session.weights.loaded.isEmpty)
      }
      let failure = self.session().running(
        "load \(folder)/w.safetensors --network alexnet"
      ).failure
      #expect(failure?.hint == "the file fits quick32", "\(failure?.message ?? "")")
    }
  }

  /// torchvision's names, written and read again, with ImageNet's classes.
  @Test func torchvision() throws {
    try inTemporaryFolder { folder in
      var session = session()
      let refused = session.run("save weights \(folder)/w.safetensors --names torchvision").failure
      #expect(
        refused?.message == "torchvision's names are for the layers of alexnet-owt, not alexnet")
      #expect(session.run("save \(folder)/x.alexnet --names own").failure?.kind == .usage)
      for cell in [
        "network alexnet-owt", "set fc6.outputs 2", "set fc7.outputs 2",
        "save weights \(folder)/w.safetensors --names torchvision",
      ] {
        let failure = session.run(cell).failure
        #expect(failure == nil, "\(cell): \(failure?.message ?? "")")
      }
      let file = try SafeTensors(path: folder + "/w.safetensors")
      #expect(file.metadata["format"] == "pt")
      #expect(
        Set(file.names)
          == Set(
            (["0", "3", "6", "8", "10"].map { "features.\($0)" }
              + ["1", "4", "6"].map { "classifier.\($0)" })
              .flatMap { ["\($0).weight", "\($0).bias"] }))
      #expect(session.network.labels == nil)
      let text = session.run("load \(folder)/w.safetensors").output.plainText
      #expect(text.contains("classes: ImageNet's 1,000, in the order of their synsets"), "\(text)")
      #expect(session.network.labels?[207] == "golden retriever")
    }
  }
}

extension Session {
  /// The result of a cell in a copy of the session.
  fileprivate func running(_ cell: String) -> CellResult {
    var copy = self
    return copy.run(cell)
  }
}
