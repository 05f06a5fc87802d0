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

  /// torchvision's AlexNet, without torchvision.
  static let alexNet = """
    import json, math, subprocess, sys, torch
    from torch import nn
    def alexnet(fc6, fc7):
        return nn.Sequential(
            nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(64, 192, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, 1, 1), nn.ReLU(), nn.Conv2d(384, 256, 3, 1, 1), nn.ReLU(),
            nn.Conv2d(256, 256, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(3, 2),
        ), nn.Sequential(
            nn.Dropout(), nn.Linear(9216, fc6), nn.ReLU(), nn.Dropout(), nn.Linear(fc6, fc7),
            nn.ReLU(), nn.Linear(fc7, 1000))
    model = nn.Module()
    features, classifier = alexnet(int(sys.argv[2]), int(sys.argv[3]))
    model.features, model.classifier = features, classifier
    def compare(cells):
        lines = subprocess.run([sys.argv[1], "--json", "--engine", "reference"] + [
            word for cell in cells + ["input[0]", "input[1]", "input[2]", "fc8.output"] for word in ("-c", cell)],
            capture_output=True, text=True, check=True).stdout.splitlines()
        flat = lambda value: [x for v in value for x in flat(v)] if isinstance(value, list) else [value]
        *image, ours = (flat(json.loads(line)["value"]) for line in lines[-4:])
        model.eval()
        with torch.no_grad():
            x = torch.tensor(image).reshape(1, 3, 224, 224)
            theirs = classifier(torch.flatten(features(x), 1)).flatten()
        # What roundings explain: see NetworkBound. The reference rounds once a layer, PyTorch each of n sums.
        theirs, u = theirs.double(), 2.0**-24
        terms = [w[0].numel() for w in model.parameters() if w.dim() > 1]
        deviation = u * math.sqrt(sum(2 + n for n in terms))
        size = (theirs.square().mean() + theirs.square()).sqrt()
        bound = math.sqrt(2 * math.log(1000 / 1e-9)) * deviation * size + u * theirs.abs()
        share = ((torch.tensor(ours, dtype=torch.double) - theirs).abs() / bound).max().item()
        assert len(ours) == 1000 and share <= 1, share
        print("same logits, within", share, "of the bound")
    """

  /// PyTorch loads what `--names torchvision` wrote, unchanged, and computes the same logits.
  @Test(.enabled(if: isThere, "needs a Python with torch and safetensors: ALEXNET_PYTHON"))
  func loadsTorchvisionNames() throws {
    let folder = try TemporaryFolder()
    let script =
      Self.alexNet + """

        from safetensors.torch import load_file
        cells = ["network alexnet-owt", "set fc6.outputs 16", "set fc7.outputs 16",
                 f"save weights {sys.argv[4]}/w.safetensors --names torchvision"]
        subprocess.run([sys.argv[1]] + [w for c in cells for w in ("-c", c)], check=True)
        print(model.load_state_dict(load_file(sys.argv[4] + "/w.safetensors"), strict=True))
        compare(cells[:3])
        """
    let result = try runTool([
      Self.python, "-c", script, try BuiltProducts.path("alexnet"), "16", "16", folder.path,
    ])
    #expect(result.status == 0 && result.output.contains("All keys matched"), "\(result.output)")
    #expect(result.output.contains("same logits"))
  }

  /// The full-size network from PyTorch's file, which chooses alexnet-owt and ImageNet's classes.
  @Test(.enabled(if: isThere && isOptimized, "needs torch, and an optimized build"))
  func readsTheFullSizeFile() throws {
    let folder = try TemporaryFolder()
    let script =
      Self.alexNet + """

        torch.manual_seed(1)
        for layer in list(features) + list(classifier):
            if hasattr(layer, "weight"):
                nn.init.kaiming_normal_(layer.weight)
        torch.save(model.state_dict(), sys.argv[4] + "/alexnet.pth")
        compare([f"load {sys.argv[4]}/alexnet.pth"])
        """
    let result = try runTool([
      Self.python, "-c", script, try BuiltProducts.path("alexnet"), "4096", "4096", folder.path,
    ])
    #expect(result.status == 0 && result.output.contains("same logits"), "\(result.output)")
  }

  /// Whether Python has the programs that Caffe's and ONNX's files are compared with.
  static let hasPeers =
    (try? runTool([python, "-c", "import torch, safetensors, onnx, onnxruntime, cv2"]).status) == 0

  /// Full-size files of Caffe and ONNX, against OpenCV and ONNX Runtime.
  @Test(
    .enabled(
      if: hasPeers && isOptimized, "needs onnx, onnxruntime and OpenCV, and an optimized build"))
  func readsFullSizeFiles() throws {
    let folder = try TemporaryFolder()
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../WeightFilesTests/Fixtures/full_size.py").standardizedFileURL
    let result = try runTool([
      Self.python, "-B", script.path, try BuiltProducts.path("alexnet"), folder.path,
    ])
    #expect(result.status == 0, "\(result.output)")
    let line = #/(\w+\.\w+): \d+ MB, .* is 0\.\d+ of what roundings explain/#
    #expect(
      result.output.matches(of: line).map(\.1) == [
        "new.caffemodel", "old.caffemodel", "pytorch.onnx", "caffe2.onnx",
      ], "\(result.output)")
    #expect(try folder.names().isEmpty)
  }
}
