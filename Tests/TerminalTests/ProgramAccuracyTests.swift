import Foundation
import TestSupport
import TensorFiles
import Testing

private enum Torch {
  static let isInstalled =
    (try? runTool([ProgramPeerTests.python, "-c", "import torch"]).status == 0) ?? false
}

/// The scripts that `Benchmarks/accuracy.py` compares the recipe `five-minutes` with.
@Suite(.enabled(if: Torch.isInstalled, "needs a Python with torch: make peers"))
struct ProgramAccuracyTests {
  static let peers = ProgramPeerTests.benchmarks + "/peers"

  /// A folder with CIFAR-10's files: 20 images in each, a class as bright as its number.
  static func data(in folder: TemporaryFolder) throws -> String {
    let path = folder.path + "/cifar-10-batches-bin"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for name in (1...5).map({ "data_batch_\($0).bin" }) + ["test_batch.bin"] {
      var bytes: [UInt8] = []
      for image in 0..<20 {
        let label = UInt8(image % 10)
        bytes.append(label)
        bytes += (0..<3072).map { UInt8(20 * Int(label) + ($0 &* 31 &+ image) % 50) }
      }
      try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    }
    try "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n".write(
      toFile: path + "/batches.meta.txt", atomically: true, encoding: .utf8)
    return folder.path
  }

  /// The last line's members.
  static func figures(_ result: (status: Int32, output: String)) throws -> [String: Double] {
    try #require(result.status == 0, "\(result.output)")
    let line = result.output.split(separator: "\n").last ?? ""
    guard case .object(let members) = try JSONParser.parse(Array(line.utf8)) else { return [:] }
    let numbers = members.map { ($0.name, ProgramPeerTests.flat($0.value).first ?? .nan) }
    return Dictionary(numbers, uniquingKeysWith: { $1 })
  }

  /// Runs the recipe's network for three steps; it has as many parameters as the program's.
  @Test func sameRecipe() throws {
    let folder = try TemporaryFolder()
    let alexnet = try BuiltProducts.path("alexnet")
    let (recipe, network) = (folder.path + "/recipe.json", folder.path + "/network.json")
    var result = try runTool([alexnet, "recipe", "five-minutes", "--file", recipe])
    try #require(result.status == 0, "\(result.output)")
    let file = try Data(contentsOf: URL(filePath: recipe))
    guard case .string(let name)? = try JSONParser.parse(Array(file))["network"] else {
      throw CocoaError(.fileReadCorruptFile)
    }
    result = try runTool([alexnet, "--network", name, "network", "save", network])
    try #require(result.status == 0, "\(result.output)")
    let summary = try Self.figures(
      runTool([alexnet, "summary", name, "--json"], withErrors: false))

    let figures = try Self.figures(
      runTool(
        [
          ProgramPeerTests.python, Self.peers + "/five_minutes_peer.py", "--network", network,
          "--recipe", recipe, "--data", Self.data(in: folder), "--steps", "3", "--threads", "1",
        ], withErrors: false))
    #expect(figures["parameters"] == summary["trainable"])
    #expect(figures["steps"] == 3)
    #expect((0...1).contains(figures["test_error"] ?? -1))
  }

  /// 1.97 million parameters, as published.
  @Test func airbench() throws {
    let folder = try TemporaryFolder()
    let figures = try Self.figures(
      runTool(
        [
          ProgramPeerTests.python, Self.peers + "/airbench_peer.py", "--data",
          Self.data(in: folder), "--steps", "12", "--width", "64", "--batch", "50",
          "--images", "50", "--threads", "1",
        ], withErrors: false))
    #expect(figures["parameters"] == 1_972_792)
    #expect(figures["epochs"] == 12)
    #expect((0...1).contains(figures["test_error"] ?? -1))
  }

  /// Whitened patches are uncorrelated; rates rise and fall; crops are parts of the padded image.
  @Test func parts() throws {
    let script = """
      import sys, torch
      import torch.nn.functional as F
      sys.path.insert(0, sys.argv[1])
      sys.argv = sys.argv[:1]
      import airbench_peer, cifar10, five_minutes_peer as ours
      images = torch.nn.functional.avg_pool2d(torch.randn(64, 3, 34, 34), 3, 1)
      filters = airbench_peer.whitening_filters(images)
      values = F.conv2d(images, filters).transpose(0, 1).reshape(24, -1)
      assert torch.equal(filters[:12], -filters[12:])
      covariance = values[:12] @ values[:12].T / values.shape[1]
      variance = covariance.diagonal()
      assert (covariance - torch.diag(variance)).abs().max() < 1e-3, covariance
      assert 0.9 < variance[0] < 1.001, variance
      for place, factor in [(0, 0.2), (0.23, 1), (1, 0.07)]:
          assert abs(airbench_peer.rate_factor(place) - factor) < 1e-9
      cycle = {"kind": "one-cycle", "warm_up": 0.25, "start": 0.1, "final": 0.01, "anneal": "linear"}
      for step, factor in [(0, 0.1), (25, 1), (100, 0.01)]:
          assert abs(ours.rate_factor(cycle, step, 101) - factor) < 1e-9
      image = torch.rand(1, 3, 32, 32)
      padded, crop = F.pad(image, [1] * 4), cifar10.Crops(image, 1)
      places = [padded[:, :, r:r + 32, c:c + 32] for r in range(3) for c in range(3)]
      for mirrored in (False, True):
          for _ in range(9):
              found = crop(torch.tensor([0]), torch.tensor([mirrored]))
              found = found.flip(-1) if mirrored else found
              assert any(torch.equal(found, place) for place in places)
      cut = ours.cut_out(torch.ones(100, 3, 32, 32), 8)
      cleared = 1024 - cut[:, 0].sum((1, 2))
      assert cleared.max() == 64 and cleared.min() >= 16 and torch.equal(cut[:, 0], cut[:, 2])
      assert sum(weight for _, weight in airbench_peer.views(image, 6)) == 1
      """
    let result = try runTool([ProgramPeerTests.python, "-c", script, Self.peers])
    #expect(result.status == 0, "\(result.output)")
  }
}
