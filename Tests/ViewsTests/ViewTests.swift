import Foundation
import TestSupport
import Testing

@testable import Cells
@testable import Datasets
@testable import Documents
@testable import Explanations
@testable import Networks
@testable import Notebook
@testable import Tensors
@testable import Views

/// A session on a small network.
func smallSession(_ network: String = "cuda-convnet-26") -> Session {
  var session = Session(host: QuietHost(isInteractive: true))
  _ = session.run("network \(network)")
  return session
}

extension Session {
  /// The images that a line shows.
  mutating func images(_ line: String) throws -> [CaptionedImage] {
    let result = run(line)
    #expect(result.failure == nil, "\(line): \(result.failure?.message ?? "")")
    return result.output.blocks.compactMap { if case .image(let image) = $0 { image } else { nil } }
  }
}

/// The images of `view`: tiles, their numbers and their scale.
@Suite struct ViewTests {
  @Test(
    arguments: [
      ("view conv1", (0..<32).map(String.init)),
      ("view conv1[4...7]", ["4", "5", "6", "7"]),
      ("view conv1[28...]", ["28", "29", "30", "31"]),
      ("view conv1.weight[30...31]", ["30", "31"]),
      ("view conv2.weight[3...4, 6...7]", ["3,6", "3,7", "4,6", "4,7"]),
      ("view conv2.weight[3, 6...9]", ["6", "7", "8", "9"]),
    ])
  func tilesHaveTheirIndices(_ line: String, _ labels: [String]) throws {
    var session = smallSession()
    let image = try #require(try session.images(line).first)
    #expect(image.tiles?.labels == labels)
    #expect(image.caption.contains("numbered \(labels[0])…\(labels[labels.count - 1])"))
    #expect(image.caption.contains("all tiles share one scale: "))
    // As characters, each number is above its tile; a drawing has them too.
    let text = image.characters(width: 78).joined(separator: "\n")
    #expect(labels.allSatisfy(text.contains))
    let drawn = image.drawing(side: 4).elements.compactMap { element in
      if case .text(let text, _, _, _, _) = element { text } else { nil }
    }
    #expect(drawn.first == labels[0] && Set(drawn).isSubset(of: Set(labels)))
  }

  /// Three maps of a layer are three tiles; three channels of the image or of a filter are one in colour.
  @Test(arguments: [
    ("view conv1[4...6]", 3), ("view difference conv1[4...6]", 3), ("view input", 1),
    ("view conv1.weight[3]", 1), ("view conv1.input", 1), ("view conv2.input[0...2]", 3),
  ])
  func coloursAreOnlyOfImages(_ line: String, _ count: Int) throws {
    var session = smallSession()
    for line in ["next 3", "set conv1.bias[5] 1"] { _ = session.run(line) }
    let image = try session.images(line)[0]
    #expect((image.tiles?.tiles.count ?? 1) == count, "\(image.caption)")
    #expect(image.caption.contains("in grey") == (count == 3), "\(image.caption)")
  }

  /// With `--own-scale` each tile reaches black or white; with one scale only the strongest does.
  @Test func ownScales() throws {
    var session = smallSession()
    func strongest(_ maps: MapPicture) -> [UInt8] {
      maps.tiles.indices.map { tile in
        let bytes = maps.image(of: tile).bytes
        return bytes.map { max($0, 255 - $0) }.max() ?? 0
      }
    }
    let shared = try #require(try session.images("view conv2[0...7]")[0].tiles)
    let own = try session.images("view conv2[0...7] --own-scale")[0]
    #expect(strongest(shared).contains { $0 < 250 })
    #expect(strongest(try #require(own.tiles)).allSatisfy { $0 == 255 })
    #expect(own.caption.contains("each tile has its own scale"))
  }

  /// A single map has no number and says nothing about tiles.
  @Test func singleMap() throws {
    var session = smallSession()
    let image = try session.images("view conv1[5]")[0]
    #expect(image.tiles == nil && !image.caption.contains("tile"))
  }

  /// The saliency is the slope of the class's score, checked against central differences.
  @Test func saliencyIsTheSlopeOfTheScore() throws {
    var session = smallSession()
    _ = session.run("let s = 1")
    let result = session.run("view saliency 3")
    guard case .tensor(let map)? = result.output.value else {
      Issue.record("no map: \(result.failure?.message ?? "")")
      return
    }
    let network = session.network
    let input = try session.begin().input
    #expect(map.shape == [input.shape.h, input.shape.w])
    func score(_ input: Tensor) throws -> Double {
      let trace = try Trace(network: network, engine: session.engine(), input: input)
      while trace.position < network.layers.count - 1 { try trace.step(weights: &session.weights) }
      return Double(trace.output(of: trace.position - 1)!.values[3])
    }
    let most = map.values.max() ?? 0
    #expect(most > 0)
    for (y, x) in [(0, 0), (7, 19), (12, 12), (20, 5)] {
      let slopes = try (0..<input.shape.c).map { c -> Double in
        var (more, less) = (input, input)
        more[0, c, y, x] += 0.5
        less[0, c, y, x] -= 0.5
        return abs(try score(more) - score(less))
      }
      let found = Double(map[[y, x]])
      #expect(abs(found - slopes.max()!) < 0.02 * Double(most), "\(y) \(x) \(found) \(slopes)")
    }
    // Another class has another map, and its name or number is in the caption.
    #expect(result.output.plainText.contains("saliency of"))
    #expect(session.run("view saliency 4").output.value != result.output.value)
  }

  @Test(arguments: [
    ("view saliency 10", "classes of"), ("view why conv1[99, 0, 0]", "99"),
    ("view why gradient", "needs an element"),
    ("view why gradient conv1[0, 0, 0]", "no gradients yet"),
    ("view why image[0, 0, 0]", "a pixel has no window"), ("view network 2", "network"),
    ("view network --scale 2 --png a.png", "--scale"),
  ])
  func refusals(_ line: String, _ says: String) throws {
    var session = smallSession()
    let failure = try #require(session.run(line).failure)
    #expect(failure.message.contains(says), "\(failure.message)")
  }
}

/// The windows that `view why` marks.
@Suite struct WindowViewTests {
  /// The frames are the window and the receptive field that `why` and `why --toward-input` report.
  @Test(arguments: [
    ("pool1[3, 4, 5]", 1), ("conv2[7, 0, 11]", 1), ("norm1[17, 3, 4]", 5), ("relu1[2, 6, 7]", 1),
    ("conv1[5, 3, 4]", 0),
  ])
  func framesAreTheWindows(_ element: String, _ maps: Int) throws {
    for name in ["cuda-convnet-26", "cuda-convnet-18"] {
      var session = smallSession(name)
      let layer = String(element.prefix { $0 != "[" })
      guard let index = session.network.index(of: layer) else { continue }
      let images = try session.images("view why \(element)")
      let numbers = element.split { !$0.isNumber }.suffix(3).compactMap { Int($0) }
      let field = try ReceptiveField(session.geometry(), layer: index, at: numbers)
      func frame(_ region: ReceptiveField.Region) -> Frame {
        Frame(rows: region.extents[1].inside, columns: region.extents[2].inside)
      }
      #expect(images[0].frames == [frame(field.pixels)])
      #expect(images.count == (index == 0 ? 1 : 2))
      guard index > 0 else { continue }
      #expect(images[1].frames == [frame(field.regions[1])])
      #expect((images[1].tiles?.tiles.count ?? 1) == maps || layer == "norm1")
      #expect(images[1].caption.contains(field.regions[1].name))
    }
  }

  /// The element of a gradient is marked on its map, and what it is computed from on the maps after it: those
  /// elements without which the gradient would be another.
  @Test(arguments: [
    ("image[0, 4, 5]", "0", "gradient conv1", [0...31, 2...6, 3...7]),
    ("conv1[3, 4, 5]", "3", "gradient pool1", [3...3, 1...2, 2...2]),
    ("relu1[3, 4, 5]", "3", "gradient conv2", [0...31, 2...6, 3...7]),
    ("conv2[1, 0, 0]", "1", "gradient relu2", [1...1, 0...0, 0...0]),
  ])
  func gradientsAreMarked(
    _ element: String, _ map: String, _ after: String, _ box: [ClosedRange<Int>]
  ) throws {
    var session = smallSession()
    for line in ["forward", "backward 3"] { #expect(session.run(line).failure == nil) }
    let images = try session.images("view why gradient \(element)")
    let index = element.split { !$0.isNumber }.suffix(3).compactMap { Int($0) }
    let name = element.prefix { $0 != "[" }
    #expect(images.count == 2 && images[0].caption.contains("marked on gradient \(name)[\(map)]"))
    #expect(
      images[0].frames == [Frame(rows: index[1]..<index[1] + 1, columns: index[2]..<index[2] + 1)])
    #expect(images[1].caption.contains(" on \(after): "))
    let frame = Frame(
      rows: box[1].lowerBound..<box[1].upperBound + 1,
      columns: box[2].lowerBound..<box[2].upperBound + 1)
    #expect(images[1].frames == [frame])
    try inTemporaryFolder { folder in
      let path = folder + "/a.csv"
      #expect(session.run("view why gradient \(element) --csv \(path)").failure == nil)
      let rows = try String(contentsOfFile: path, encoding: .utf8)
      #expect(rows.contains("\n\(after),row,\(box[1].lowerBound),\(box[1].upperBound),"), "\(rows)")
    }
  }

  /// A weight's gradient has two factors; the last layer's comes from the loss; a bias adds up one map.
  @Test(arguments: [
    ("conv1.weight[5, 2, 3, 1]", ["gradient conv1.weight[5, 2]", "gradient conv1", "image"]),
    ("conv1.bias[5]", ["gradient conv1.bias", "gradient conv1"]),
    ("fc10[3]", ["It comes from the loss"]),
    ("conv1[3, 4, 5]", ["windows that hold it", "gradient pool1"]),
  ])
  func gradientsOfEveryKind(_ element: String, _ says: [String]) throws {
    var session = smallSession()
    for line in ["forward", "backward 3"] { #expect(session.run(line).failure == nil) }
    let images = try session.images("view why gradient \(element)")
    #expect(images.count == (element.hasPrefix("fc10") ? 1 : says.count))
    for (image, text) in zip(images, says) { #expect(image.caption.contains(text)) }
    #expect(images[0].caption.hasPrefix("gradient \(element) = "))
  }

  /// A frame is visible in every form: as characters, as pixels and in a drawing.
  @Test func framesAreVisible() {
    let image = CaptionedImage(
      Image(width: 20, height: 20, filledWith: RGB(gray: 128)), caption: "a",
      frames: [Frame(rows: 5..<9, columns: 10..<16)])
    let characters = image.characters(width: 40)
    #expect(characters.count == 20)
    // The image is drawn twice as wide, and the frame is just outside the marked part.
    #expect(characters[4].contains("+o~~~~~~~~~~~~o+"), "\(characters.joined(separator: "\n"))")
    #expect(Array(characters[6])[19] == "|" && characters[9].contains("o~~~~~~~~~~~~o"))
    let scaled = image.scaled(width: 20, height: 20)
    #expect(scaled[4, 9] == Frame.color && scaled[9, 16] == Frame.color)
    #expect(scaled[6, 12] == RGB(gray: 128) && scaled[3, 9] == RGB(gray: 128))
    let drawn = image.drawing(side: 10).image()
    #expect(drawn[49, 120] == Frame.color && drawn[70, 130] == RGB(gray: 128))
  }

  /// At the edge of an image the frame stays on it.
  @Test func framesAtTheEdge() {
    let image = CaptionedImage(
      Image(width: 8, height: 8, filledWith: RGB(gray: 0)), caption: "a",
      frames: [Frame(rows: 0..<8, columns: 0..<1)])
    let scaled = image.scaled(width: 8, height: 8)
    #expect(scaled[0, 0] == Frame.color && scaled[7, 1] == Frame.color)
    #expect(scaled[3, 3] == RGB(gray: 0))
  }
}

/// `view network`: the boxes are the layers' sizes.
@Suite struct NetworkDrawingTests {
  @Test(arguments: Zoo.networks.map(\.name))
  func everyNetworkIsDrawn(_ name: String) throws {
    let network = try #require(Zoo.network(named: name))
    let block = try NetworkDrawing(network).block
    let drawing = block.drawing
    let text = Layout(width: 80).lines(.drawing(block)).map(\.string)
    #expect(text.allSatisfy { $0.count <= 80 }, "\(text.joined(separator: "\n"))")
    let all = text.joined(separator: "\n")
    for layer in try network.geometry() where layer.layer.weighted != nil {
      guard case .batchNormalization = layer.layer else {
        #expect(all.contains(layer.name) && all.contains("\(layer.output.withoutBatch)"))
        continue
      }
    }
    #expect(drawing.svg.contains("</svg>") && !drawing.svg.contains("nan"))
    #expect(drawing.width > 300 && drawing.width < 3000)
    for element in drawing.elements {
      if case .area(let points, _, _) = element {
        #expect(points.allSatisfy { $0.x >= 0 && $0.x <= drawing.width })
        #expect(points.allSatisfy { $0.y >= 0 && $0.y <= drawing.height })
      }
    }
  }

  /// The heights of the boxes have the ratios of the maps.
  @Test func boxesAreToScale() throws {
    let drawing = try NetworkDrawing(try #require(Zoo.network(named: "alexnet"))).block.drawing
    // The fronts of boxes: each is drawn after its top and its side.
    let fronts = drawing.elements.compactMap { element -> (Double, Double)? in
      guard case .area(let points, RGB(0xDC, 0xE9, 0xF5), _) = element else { return nil }
      return (points[2].x - points[0].x, points[2].y - points[0].y)
    }
    let sizes: [(Double, Double)] = [
      (3, 227), (96, 55), (256, 27), (384, 13), (384, 13), (256, 13),
    ]
    #expect(fronts.count == sizes.count)
    for (front, size) in zip(fronts, sizes) {
      #expect(abs(front.0 / fronts[3].0 - size.0 / 384) < 0.01)
      #expect(abs(front.1 / fronts[0].1 - size.1 / 227) < 0.01)
    }
  }

  /// Layers in groups, and layers that are read in groups, are drawn once for each group.
  @Test func groupsAreDrawnApart() throws {
    func boxes(_ name: String) throws -> Int {
      let drawing = try NetworkDrawing(try #require(Zoo.network(named: name))).block.drawing
      return drawing.elements.count { element in
        if case .area(_, RGB(0xDC, 0xE9, 0xF5), _) = element { true } else { false }
      }
    }
    #expect(try boxes("alexnet") == 6)
    #expect(try boxes("alexnet-grouped") == 1 + 2 * 5)
  }

  /// It is the network as it is now.
  @Test func changesShow() throws {
    var session = smallSession("alexnet")
    _ = session.run("set input 195")
    let result = session.run("view network")
    #expect(result.output.plainText.contains("96×47×47"), "\(result.output.plainText)")
  }
}
