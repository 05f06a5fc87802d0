import Foundation
import TestSupport
import Testing

@testable import Cells
@testable import Datasets
@testable import Documents
@testable import Networks
@testable import Notebook
@testable import TensorFiles
@testable import Tensors
@testable import Views

/// The small network of Fixtures/features.py, and what that script computed with NumPy in float64.
enum FeatureFixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures/"
  static let side = 9

  static func golden() throws -> JSONValue {
    let bytes = try Data(contentsOf: URL(filePath: folder + "features.json"))
    return try JSONParser.parse(Array(bytes))
  }

  /// Parameter `place`: ((7919 k + 131 place + 90) mod 1009) / 1009 − 0.5.
  static func parameter(_ place: Int, _ shape: Shape) -> Tensor {
    Tensor(
      shape: shape,
      values: (0..<shape.count).map {
        Float(Double(($0 * 7919 + 131 * place + 90) % 1009) / 1009 - 0.5)
      })
  }

  /// The samples of image n, C×H×W: (37 c + 91 y + 53 x + 7 x y + 29 n + 13 n c y) mod 256.
  static func samples(_ n: Int) -> [UInt8] {
    (0..<3 * side * side).map { place in
      let (c, y, x) = (place / side / side, place / side % side, place % side)
      return UInt8((37 * c + 91 * y + 53 * x + 7 * x * y + 29 * n + 13 * n * c * y) % 256)
    }
  }

  /// The images 1 to 12.
  static let set = PictureSet(
    name: "formula", classNames: ["cat", "dog"], channels: 3, height: side, width: side,
    pixels: (1...12).flatMap(samples), labels: (1...12).map { $0 % 2 })

  /// A session on the network with these weights, looking at image 0.
  static func session() throws -> Session {
    var session = Session(host: QuietHost(isInteractive: true))
    let loaded = session.run("network load \(folder)features-network.json")
    #expect(loaded.failure == nil, "\(loaded.failure?.message ?? "")")
    var place = 0
    for layer in try session.geometry() where !layer.parameters.isEmpty {
      session.weights.set(
        layer.parameters.map { parameter in
          defer { place += 1 }
          return Self.parameter(place, parameter.shape)
        }, of: session.network.layers[layer.index])
    }
    let samples = samples(0)
    let plane = side * side
    let bytes = (0..<plane).flatMap { i in (0..<3).map { samples[$0 * plane + i] } }
    session.look(
      at: SourcePicture(
        name: "image 0", image: Image(width: side, height: side, bytes: bytes), label: "cat"))
    return session
  }
}

extension JSONValue {
  /// The numbers of a list, or of lists of lists.
  fileprivate var numbers: [Double] {
    switch self {
    case .array(let values): values.flatMap(\.numbers)
    case .number(let number): [number]
    case .integer(let number): [Double(number)]
    default: []
    }
  }
}

private func expectClose(_ found: [Float], _ expected: [Double], within bound: Double = 1e-5) {
  #expect(found.count == expected.count)
  for (a, b) in zip(found, expected) {
    #expect(abs(Double(a) - b) <= bound * max(1, abs(b)), "\(a) \(b)")
  }
}

/// Views of what a network looks at, compared with values computed with NumPy.
@Suite struct FeatureViewTests {
  @Test func occlusion() throws {
    let cases = try #require(try FeatureFixture.golden()["occlusion"]?.arrayValue)
    #expect(cases.count == 3)
    for golden in cases {
      var session = try FeatureFixture.session()
      let (size, stride) = (golden["size"]!.numbers[0], golden["stride"]!.numbers[0])
      let found = try OcclusionMap("dog", size: Int(size), stride: Int(stride), in: &session)
      expectClose([found.whole.measure], golden["whole"]!.numbers)
      expectClose([found.whole.score], golden["wholeOdds"]!.numbers)
      expectClose(found.map.values, golden["map"]!.numbers)
      expectClose(found.scores.values, golden["odds"]!.numbers)
      expectClose(found.drop.values, golden["drop"]!.numbers)
      let starts = golden["starts"]!.numbers.map { Int($0) }
      let squares = try OcclusionMap.squares(size: Int(size), stride: Int(stride), in: session)
      #expect(squares.rows == starts && squares.columns == starts)
      // The lowest value is where the map has it.
      let values = golden["map"]!.numbers
      let place = values.firstIndex(of: values.min()!)!
      #expect(found.lowest.row == starts[place / starts.count])
      #expect(found.lowest.column == starts[place % starts.count])
    }
  }

  /// Log-odds differ where probabilities round to 1, and don't overflow.
  @Test(arguments: [
    ([0, 0] as [Float], 0, 0.5 as Float, 0 as Float), ([30, 0], 0, 1, 30), ([60, 0], 0, 1, 60),
    ([200, 100, 100], 1, 0, -100), ([1000, 0], 0, 1, 1000), ([0, 1000], 0, 0, -1000),
    ([0, 0, 0, 0], 2, 0.25, -1.0986123),
  ])
  func logOdds(_ scores: [Float], _ number: Int, _ probability: Float, _ odds: Float) {
    let belief = OcclusionMap.Belief(inClass: number, scores: scores)
    #expect(abs(belief.measure - probability) <= 1e-6)
    #expect(abs(belief.score - odds) <= 1e-5 * max(1, abs(odds)))
  }

  /// Outside the square nothing changes, and inside it is what a grey image has there.
  @Test func onlyTheSquareIsCovered() {
    let input = Tensor(shape: [1, 2, 3, 4], values: (0..<24).map { Float($0) })
    let grey = Tensor(shape: [1, 2, 3, 4], values: (0..<24).map { Float(100 + $0) })
    let covered = OcclusionMap.covered(input, grey, 1, 2, 2)
    for place in 0..<24 {
      let (y, x) = (place / 4 % 3, place % 4)
      #expect(covered.values[place] == Float(y >= 1 && x >= 2 ? 100 + place : place))
    }
  }

  @Test func gradCAM() throws {
    let cases = try #require(try FeatureFixture.golden()["gradcam"]?.arrayValue)
    for golden in cases {
      var session = try FeatureFixture.session()
      guard case .string(let layer)? = golden["layer"] else { throw Failure(.file, "no layer") }
      let found = try GradCAM("dog", layer: layer, in: &session)
      expectClose(found.weights.values, golden["weights"]!.numbers)
      expectClose(found.map.values, golden["map"]!.numbers)
      // relu2 is what is taken if no layer is named.
      guard layer == "relu2" else { continue }
      #expect(try GradCAM("1", layer: nil, in: &session).map == found.map)
    }
  }

  /// By hand: the means of the gradients are 2 and −1, so L = max(0, 2 A₀ − A₁).
  @Test func gradCAMByHand() {
    let maps = Tensor(shape: [1, 2, 1, 3], values: [1, 0, 3, 0, 5, 7])
    let slopes = Tensor(shape: [1, 2, 1, 3], values: [6, 0, 0, -1, -4, 2])
    let (map, weights) = GradCAM.map(maps, slopes)
    #expect(weights.values == [2, -1] && map.values == [2, 0, 0] && map.shape == [1, 3])
  }

  @Test(arguments: [
    ("alexnet", "relu5", "relu7"), ("alexnet32", "relu5", "relu7"),
    ("alexnet-batchnorm", "relu5", "relu7"), ("cuda-convnet-26", "relu3", "relu4"),
  ])
  func layersThatAreTaken(_ name: String, _ maps: String, _ hidden: String) throws {
    let network = try #require(Zoo.network(named: name))
    let names = network.layers.map(\.name)
    #expect(GradCAM.lastMaps(of: network).map { names[$0] } == maps)
    #expect(NeighbourSearch.lastHidden(of: network).map { names[$0] } == hidden)
  }

  @Test(arguments: ["relu3", "image"])
  func neighbours(_ layer: String) throws {
    let golden = try #require(try FeatureFixture.golden()["neighbours"]?[layer]?.arrayValue)
    var session = try FeatureFixture.session()
    let preparation = try session.preparation()
    let index = session.network.index(of: layer)
    let plan = try index.map { try LayerPlan(through: $0, in: &session) }
    let picture = session.picture.image
    // In batches of any size the same images are found.
    for batch in [1, 5, 32] {
      let found = try NeighbourSearch.nearest(
        4, to: picture, in: FeatureFixture.set, batch: batch
      ) { images in
        let inputs = images.map { preparation.prepared($0) }
        return try plan?.outputs(of: inputs, cancellation: .never) ?? inputs.map(\.values)
      }
      #expect(found.map(\.index) == golden.map { Int($0["index"]!.numbers[0]) })
      #expect(found.map(\.label) == found.map { ($0.index + 1) % 2 })
      expectClose(found.map { Float($0.distance) }, golden.map { $0["distance"]!.numbers[0] })
    }
  }

  /// Linear between the centres of the cells, constant outside them.
  @Test func enlarging() {
    let map = Tensor(shape: [1, 2], values: [1, 3])
    #expect(HeatOverlay.enlarged(map, height: 1, width: 4).values == [1, 1.5, 2.5, 3])
    #expect(HeatOverlay.enlarged(map, height: 2, width: 2).values == [1, 3, 1, 3])
    let one = Tensor(shape: [1, 1], values: [5])
    #expect(HeatOverlay.enlarged(one, height: 2, width: 3).values == [5, 5, 5, 5, 5, 5])
  }

  /// Without heat the image stays, in grey; more heat is brighter on a dark image.
  @Test func heatIsOverTheImage() {
    let image = Image(width: 3, height: 1, filledWith: RGB(gray: 40))
    let shown = HeatOverlay.image(Tensor(shape: [1, 3], values: [0, 1, 2]), over: image)
    #expect(shown[0, 0] == RGB(gray: 40))
    let levels = (0..<3).map { shown.brightness(row: 0, column: $0) }
    #expect(levels[0] < levels[1] && levels[1] < levels[2], "\(levels)")
    #expect(shown[0, 2].red > shown[0, 2].blue)
    // Of a map of zeros nothing is coloured.
    #expect(HeatOverlay.image(Tensor(zeros: [1, 3]), over: image) == image)
  }

  /// The captions say in words what the images show, and files are written.
  @Test func wordsAndFiles() throws {
    var session = try FeatureFixture.session()
    let images = try session.images("view occlusion dog --size 3 --stride 4")
    #expect(
      images.count == 2 && images[0].caption.contains("occlusion of dog: its probability is 41.1%"))
    #expect(images[1].caption.contains("3×3 places") && !images[0].caption.contains("random"))
    #expect(images[0].frames.count == 1 && images[0].frames[0].rows.count == 3)
    // The colours have a scale, whose end is the largest drop.
    let scale = try #require(images[0].scale)
    #expect(scale.low == "0" && scale.high.hasSuffix("less log-odds"), "\(scale.high)")
    #expect(images[0].caption.contains("yellow is \(scale.high.prefix { $0 != " " })."))
    #expect(images[0].caption.contains("ln(p/(1 − p)) fall from −0.3587 to "))
    let cam = try session.images("view gradcam dog")
    #expect(cam.count == 2 && cam[0].caption.contains("Grad-CAM of dog at relu2"))
    try inTemporaryFolder { folder in
      for line in ["occlusion dog", "gradcam dog"] {
        let name = folder + "/" + line.prefix(4)
        let result = session.run(
          "view \(line) --png \(name).png --csv \(name).csv --html \(name).html")
        #expect(result.failure == nil, "\(result.failure?.message ?? "")")
        for kind in ["png", "csv", "html"] {
          let size = try FileManager.default.attributesOfItem(atPath: "\(name).\(kind)")[.size]
          #expect((size as? Int ?? 0) > 50)
        }
      }
      let rows = try String(contentsOfFile: folder + "/occl.csv", encoding: .utf8)
      #expect(
        rows.hasPrefix("# occlusion of dog")
          && rows.contains("\nfirst row,first column,size,probability,log-odds\n0,0,2,"),
        "\(rows.prefix(400))")
    }
  }

  /// The number of forward passes is shown before they are run, and counts for questions before long work.
  @Test func passesAreCounted() throws {
    var session = try FeatureFixture.session()
    let text = session.run("view occlusion dog --size 3 --stride 4").output.plainText
    let shown = Layout(width: 80).lines(Document(session.shown)).map(\.string).joined()
    #expect((text + shown).contains("10 forward passes"), "\(text) \(shown)")
    let work = session.work(of: "view occlusion dog --size 3 --stride 4")
    #expect(work.map(\.deed) == ["runs features 10 times"])
  }

  @Test func randomWeightsMeanNothing() throws {
    var session = smallSession()
    for line in ["view gradcam 3", "view occlusion 3 --size 8 --stride 8"] {
      let images = try session.images(line)
      #expect(images[0].caption.contains(", with random weights"))
      // It is said before the work, and so before everything else.
      let shown = Layout(width: 80).lines(Document(session.shown)).map(\.string)
      #expect(shown.first?.hasPrefix("The weights are random") == true, "\(shown)")
    }
    let failure = try #require(session.run("view confusion --data shapes").failure)
    #expect(failure.message.contains("random weights confuse"))
  }

  @Test(arguments: [
    ("view occlusion", "needs a class"), ("view occlusion lion", "no class 'lion'"),
    ("view occlusion 10", "classes of"), ("view occlusion 1 --size 0", "1 to 9"),
    ("view occlusion 1 --size 10", "1 to 9"), ("view occlusion 1 --stride 0", "1 to 9"),
    ("view gradcam", "needs a class"), ("view gradcam 1 --layer fc3", "fc3 has no maps"),
    ("view gradcam 1 --layer conv7", "no layer 'conv7'"),
    ("view gradcam 1 --size 2", "view occlusion"),
    ("view neighbours", "needs images"), ("view neighbours --data shapes --count 0", "1 to 24"),
    ("view neighbours --data shapes --images 0", "above 0"),
    ("view neighbours --data shapes --layer nothing", "no layer 'nothing'"),
    ("view neighbours --data /nowhere", "nowhere"), ("view image --part test", "view neighbours"),
    ("view confusion --count 3", "view neighbours"), ("view confusion cat", "takes no 'cat'"),
    ("view neighbors dog", "takes no 'dog'"), ("view neighbors", "needs images"),
  ])
  func refusals(_ line: String, _ says: String) throws {
    var session = try FeatureFixture.session()
    let failure = try #require(session.run(line).failure, "\(line)")
    #expect(failure.message.contains(says), "\(line): \(failure.message)")
  }

  /// Hints say what to type here, with the names of this network.
  @Test(arguments: [
    ("view occlusion", "view occlusion cat"), ("view gradcam 12", "0 cat, 1 dog"),
    ("view neighbours --data shapes --count 0", "6 without it"),
    ("view confusion dog", "view confusion --data cifar10"),
  ])
  func hints(_ line: String, _ says: String) throws {
    var session = try FeatureFixture.session()
    let failure = try #require(session.run(line).failure, "\(line)")
    #expect(failure.hint?.contains(says) == true, "\(line): \(failure.hint ?? "")")
  }

  /// The tiles say what they are, so that a file does without the table.
  @Test func tilesAreNamed() throws {
    var session = try FeatureFixture.session()
    let images = try session.images("view neighbors --data shapes --images 30 --count 2")
    let tiles = try #require(images[0].tiles)
    #expect(tiles.labels.count == 3 && tiles.labels[0] == "image")
    #expect(tiles.labels[1].wholeMatch(of: #/1 [a-z]+/#) != nil, "\(tiles.labels)")
    #expect(tiles.details.count == 3 && tiles.details.dropFirst().allSatisfy { Float($0) != nil })
    let drawn = images[0].drawing(side: 10).svg
    for text in tiles.labels + tiles.details.dropFirst() {
      #expect(drawn.contains(">\(text)</text>"), "\(text)")
    }
  }

  /// A name that a cell has given to a value comes first.
  @Test func namesOfValuesComeFirst() throws {
    var session = try FeatureFixture.session()
    _ = session.run("let neighbours = conv1[0]")
    #expect(try session.images("view neighbours")[0].caption.hasPrefix("neighbours: 9×9 values"))
  }
}
