import Layers
import Tensors
import Testing

@testable import Networks
@testable import WeightFiles

/// Files of which only some tensors fit a network, under other programs' names and layouts.
struct PartialFitTests {
  /// What each file says about fc8, which has five outputs there and two here.
  @Test(arguments: [
    ("protocol4.pth", "classifier.6.weight is 5×8, but fc8.weight of tiny is 2×8"),
    ("own.npz", "fc8.weight is 5×8, but fc8.weight of tiny is 2×8"),
    ("keras3.npz", "dense_2/kernel is 8×5, but fc8.weight of tiny is 2×8, here 8×2"),
  ])
  func allButTheLastLayer(_ file: String, _ reason: String) throws {
    let opened = try Fixtures.open(file)
    let network = Fixtures.tiny()
    let whole = try WeightFit(opened, network: network)
    let part = try WeightFit(fittingPartOf: opened, network: network.telling(["a", "b"]))
    #expect(part.misfits["fc8.weight"]?.hasSuffix(reason) == true, "\(part.misfits)")
    #expect(Set(part.misfits.keys) == ["fc8.weight", "fc8.bias"])
    var expected = try whole.tensors()
    for name in ["fc8.weight", "fc8.bias"] { expected[name] = nil }
    #expect(expected.count == 14)
    #expect(try part.tensors() == expected)
    #expect(part.notes == whole.notes)
  }

  /// A file that fits nothing gives nothing, and its program's settings don't count.
  @Test func nothing() throws {
    var network = Fixtures.tiny()
    network.layers = [
      NamedLayer("norm0", .localResponseNormalization(.init())), .flatten, .linear("out", 2),
    ]
    let fit = try WeightFit(fittingPartOf: try Fixtures.open("protocol4.pth"), network: network)
    #expect(try fit.tensors().isEmpty)
    #expect(fit.network == network && fit.notes.isEmpty)
  }
}
