import Layers
import Networks
import Tensors
import Testing

@testable import Explanations

/// The inputs that can influence an element.
@Suite struct ReceptiveFieldTests {
  /// A pixel outside the field doesn't change the element by a single bit; some pixel inside does.
  @Test(arguments: SmallNetwork.all) func pixelsOutsideHaveNoInfluence(_ small: SmallNetwork) throws
  {
    let before = try small.forward()
    let asked = before.geometry.filter { $0.layer.kind != .softmax }.flatMap { layer in
      let elements = indices(of: layer.output.withoutBatch)
      return [0, elements.count / 2, elements.count - 1].map { (layer.index, elements[$0]) }
    }
    let fields = try asked.map {
      try ReceptiveField(before.geometry, layer: $0.0, at: $0.1, mode: small.mode)
    }
    var reached = Set<Int>()
    for pixel in indices(of: small.input.shape.withoutBatch) {
      var input = small.input
      input[[0] + pixel] += 1.5
      let after = try small.forward(input: input)
      for (i, (layer, index)) in asked.enumerated() {
        let (old, new) = try (#require(before.output(of: layer)), #require(after.output(of: layer)))
        let changed = old[[0] + index] != new[[0] + index]
        if changed { reached.insert(i) }
        #expect(
          !changed || fields[i].pixels.contains(pixel),
          "\(before.geometry[layer].name)\(index) depends on image\(pixel)")
      }
    }
    // Nearly every element depends on some pixel, unless a mask or a ReLU blocks the influence.
    #expect(reached.count * 2 > asked.count)
  }

  /// Strides whose product overflows: the ends of the field are still correct where they can be
  /// computed.
  @Test func stridesThatOverflow() throws {
    let window = Window(kernel: 524_289, stride: 1 << 20, padding: 524_288)
    let small = SmallNetwork(
      "wide", side: 9, (1...6).map { ("pool\($0)", .maxPooling(Pooling(window: window))) })
    let field = try ReceptiveField(small.network.geometry(), layer: 5, at: [0, 0, 0])
    #expect(field.pixels.extents.map(\.inside) == [0..<1, 0..<1, 0..<1])
    #expect(field.pixels.extents[1].whole == -(1 << 40)..<1)
  }

  /// Without blocked influences the field isn't too large either: every pixel in it has an
  /// influence.
  @Test func everyPixelInsideHasAnInfluence() throws {
    let small = SmallNetwork.divided
    let before = try small.forward()
    let layer = try #require(before.network.index(of: "within1"))
    for index in [[0, 0, 0], [3, 1, 1], [7, 2, 2]] {
      let field = try ReceptiveField(before.geometry, layer: layer, at: index)
      for pixel in indices(of: small.input.shape.withoutBatch) where field.pixels.contains(pixel) {
        var input = small.input
        input[[0] + pixel] += 1.5
        let after = try small.forward(input: input)
        #expect(
          before.output(of: layer)?[[0] + index] != after.output(of: layer)?[[0] + index],
          "within1\(index) does not depend on image\(pixel)")
      }
    }
  }

  /// AlexNet's fields, computed by hand: conv1[5, 10, 23] reads rows 40…50 and columns 92…102 of
  /// all three channels; norm1 adds two neighbours on each side; pool1 spans 11 + 2·4 = 19 pixels;
  /// conv2 adds 4·8 = 32, so 51. One element of pool5 would span 195 pixels, and its six by six
  /// elements 195 + 5·32 = 355, of which the image has 227.
  @Test(arguments: [
    ("conv1", [5, 10, 23], [0..<3, 40..<51, 92..<103], [11, 11]),
    ("pool1", [3, 4, 5], [0..<3, 32..<51, 40..<59], [19, 19]),
    ("conv2", [7, 13, 13], [0..<3, 88..<139, 88..<139], [51, 51]),
    ("conv2", [7, 0, 26], [0..<3, 0..<35, 192..<227], [51, 51]),
    ("fc6", [100], [0..<3, 0..<227, 0..<227], [355, 355]),
  ])
  func alexNet(_ layer: String, _ index: [Int], _ inside: [Range<Int>], _ sides: [Int]) throws {
    let network = try #require(Zoo.network(named: "alexnet"))
    let at = try #require(network.index(of: layer))
    let field = try ReceptiveField(network.geometry(), layer: at, at: index)
    #expect(field.regions.count == at + 2)
    #expect(field.regions[0].name == layer)
    #expect(field.pixels.name == "image")
    #expect(field.pixels.extents.map(\.axis) == ["channel", "row", "column"])
    #expect(field.pixels.extents.map(\.inside) == inside)
    #expect(field.pixels.extents.dropFirst().map(\.whole.count) == sides)
  }

  @Test func normalizationReachesNeighbouringChannels() throws {
    let network = try #require(Zoo.network(named: "alexnet"))
    let at = try #require(network.index(of: "norm1"))
    let field = try ReceptiveField(network.geometry(), layer: at, at: [95, 0, 0])
    #expect(field.regions[1].extents[0].inside == 93..<96)
    #expect(field.regions[1].count == 3)
  }

  @Test func aBatchNormalizationInTrainingDependsOnTheWholeBatch() throws {
    let geometry = try SmallNetwork.learning.network.geometry(batch: 2)
    for (mode, others) in [(Mode.training, true), (.inference, false)] {
      let field = try ReceptiveField(geometry, layer: 1, at: [2, 1, 1], mode: mode)
      #expect(field.pixels.holdsOtherPictures == others)
      #expect(!field.regions[0].holdsOtherPictures)
      #expect(field.pixels.extents[1].isEverything == others)
    }
  }
}
