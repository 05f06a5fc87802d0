import Documents
import Explanations
import Foundation
import Layers
import Networks
import ReferenceEngine
import TensorFiles
import Tensors
import Testing

@testable import Figures

/// Figures hold the layer's own Floats, and as many as fit.
@Suite struct LayerFigureTests {
  /// A network with a layer of every kind.
  static let network: Network = {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/kinds.json").path(percentEncoded: false)
    do {
      return try NetworkFile.load(file)
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  static let names = network.layers.map(\.name)

  /// The network, run on values of both signs, some of them equal.
  static func run() throws -> Trace {
    let shape = network.input.shape()
    let input = Tensor(
      shape: shape, values: (0..<shape.count).map { Float($0 * 37 % 251 - 125) / 60 })
    var weights = Weights(seed: 1)
    let trace = try Trace(network: network, engine: ReferenceEngine(), input: input)
    while try trace.step(weights: &weights) != nil {}
    return trace
  }

  static func figure(
    _ name: String, of trace: Trace? = nil, element: [Int]? = nil, room: Int? = nil
  ) throws -> LayerFigure {
    let layer = try #require(network.index(of: name))
    return try LayerFigure(
      trace ?? run(), layer: layer, element: element,
      limit: room.map { $0 + FigurePage.overhead } ?? LayerFigure.limit)
  }

  // MARK: - Unpacking, as the script does

  static func bytes(_ value: JSONValue?) throws -> [UInt8] {
    let text = try #require(value?.stringValue)
    return try [UInt8](#require(Data(base64Encoded: text)))
  }

  static func floats(_ value: JSONValue?) throws -> [Float] {
    let bytes = try bytes(value)
    return stride(from: 0, to: bytes.count, by: 4).map { place in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) })
    }
  }

  static func unpack(_ plane: JSONValue, count: Int) throws -> [Float] {
    if plane["table"] != nil {
      let table = try floats(plane["table"])
      return try bytes(plane["places"]).map { table[Int($0)] }
    }
    let values = try floats(plane["values"])
    guard plane["mask"] != nil else { return values }
    let mask = try bytes(plane["mask"])
    var next = 0
    return (0..<count).map { place in
      guard mask[place >> 3] >> UInt8(place & 7) & 1 == 1 else { return 0 }
      next += 1
      return values[next - 1]
    }
  }

  /// The Float `distance` Floats after another one.
  static func moved(_ value: Float, by distance: Int8) -> Float {
    func ordinal(_ bits: Int32) -> Int32 { bits ^ ((bits >> 31) & .max) }
    let place = ordinal(Int32(bitPattern: value.bitPattern)) + Int32(distance)
    return Float(bitPattern: UInt32(bitPattern: ordinal(place)))
  }

  static func box(_ json: JSONValue?) throws -> (FigureBox, planes: [JSONValue]) {
    func integers(_ name: String) throws -> [Int] {
      try #require(json?[name]?.arrayValue).compactMap(\.integerValue)
    }
    let (first, size) = (try integers("first"), try integers("size"))
    var box = FigureBox(whole: [1, 1, 1, 1])
    box.channels = first[0]..<first[0] + size[0]
    box.rows = first[1]..<first[1] + size[1]
    box.columns = first[2]..<first[2] + size[2]
    return (box, try #require(json?["planes"]?.arrayValue))
  }

  static func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
    a.map(\.bitPattern) == b.map(\.bitPattern)
  }

  // MARK: - Completeness

  /// The tests' network has a layer of every kind, and the script explains each.
  @Test func knowsEveryKind() throws {
    let kinds = Set(Layer.Kind.allCases)
    #expect(Set(Self.network.layers.map(\.layer.kind)) == kinds)
    for table in ["explainers", "workings"] {
      let text = try #require(
        FigurePage.script.firstRange(of: try Regex("const \(table) = \\{[^}]*\\};")))
      let keys = FigurePage.script[text].matches(of: #/([a-z_]+): /#).map { String($0.1) }
      #expect(Set(keys) == Set(kinds.map(\.rawValue)) && keys.count == kinds.count, "\(table)")
    }
  }

  // MARK: - What is in a figure

  /// Input, output and parameters, unpacked, are the layer's tensors to the last bit.
  @Test(arguments: names) func holdsTheTensors(_ name: String) throws {
    let trace = try Self.run()
    let figure = try Self.figure(name, of: trace)
    let geometry = try #require(trace.geometry.first { $0.name == name })
    let json = figure.json
    let (read, inputs) = try Self.box(json["input"])
    let x = try #require(trace.input(of: geometry.index))
    #expect(read == FigureBox(whole: geometry.input) && inputs.count == read.channels.count)
    for (channel, plane) in zip(read.channels, inputs) {
      let values = read.plane(channel, of: x)
      #expect(Self.sameBits(try Self.unpack(plane, count: values.count), values))
    }
    let (shown, outputs) = try Self.box(json["output"])
    let y = try #require(trace.output(of: geometry.index))
    #expect(shown == FigureBox(whole: geometry.output) && outputs.count == shown.channels.count)
    for (channel, plane) in zip(shown.channels, outputs) {
      let values = shown.plane(channel, of: y)
      if geometry.layer.kind == .convolution {
        let apart = plane["apart"] == nil ? [] : try Self.bytes(plane["apart"])
        var others = plane["others"] == nil ? [] : try Self.floats(plane["others"])
        let found = try values.indices.map { place in
          let distance = apart.isEmpty ? 0 : Int8(bitPattern: apart[place])
          guard distance != .min else { return others.removeFirst() }
          let index = [
            channel, place / shown.columns.count, place % shown.columns.count,
          ]
          let check = try Explanation.explain(trace, layer: geometry.index, at: index).check
          return Self.moved(check.rounded, by: distance)
        }
        #expect(Self.sameBits(found, values))
      } else {
        #expect(Self.sameBits(try Self.unpack(plane, count: values.count), values))
      }
    }
    let parameters = trace.parameters(of: geometry.index) ?? []
    guard !parameters.isEmpty else { return }
    if let weights = json["weights"] {
      let planes = try #require(weights["planes"]?.arrayValue)
      let count = try #require(weights["count"]?.integerValue)
      let found = try planes.flatMap { try Self.unpack($0, count: count) }
      var expected = parameters[0].values
      if geometry.layer.kind == .locallyConnected {
        // H×W×O×C×K×K in the file, by output in the figure.
        let shape = parameters[0].shape
        let each = shape[3] * shape[4] * shape[5]
        expected = (0..<shape[2]).flatMap { output in
          (0..<shape[0] * shape[1]).flatMap { place in
            let start = (place * shape[2] + output) * each
            return parameters[0].values[start..<start + each]
          }
        }
      }
      #expect(Self.sameBits(found, expected))
    }
    let names =
      geometry.layer.kind == .batchNormalization
      ? ["gamma", "beta", "mean", "variance"] : ["", "bias"]
    for (name, tensor) in zip(names, parameters) where !name.isEmpty {
      let plane = try #require(json["parameters"]?[name])
      #expect(plane["count"]?.integerValue == tensor.count)
      #expect(Self.sameBits(try Self.unpack(plane, count: tensor.count), tensor.values))
    }
  }

  /// Each way of packing gives back the bits: NaN, −0, infinities, subnormal numbers, many zeros.
  @Test func packs() throws {
    let odd: [Float] = [
      0, -0.0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1,
    ]
    let many = (0..<700).map { Float($0) / 7 }
    let table = odd + (0..<1000).map { Float($0 % 250) }
    let zeros = odd + many + [Float](repeating: 0, count: 2000)
    for (values, form) in [
      (odd + many, "values"), (table, "table"), (zeros, "mask"), ([], "values"),
    ] {
      let packed = PackedPlane(values)
      #expect(packed.json[form] != nil, "\(form)")
      #expect(Self.sameBits(try Self.unpack(packed.json, count: values.count), values))
      #expect(packed.size >= packed.json.text.utf8.count - 8)
    }
    // Distances, near, far and across 0.
    let computed: [Float] = [1, 1, 0, -0.0, 5, .nan]
    let stored: [Float] = [1, Float(1).nextUp, -0.0, 0.5, 5, 2]
    let json = PackedPlane.distances(of: stored, from: computed).json
    #expect(
      try Self.bytes(json["apart"]).map { Int8(bitPattern: $0) } == [0, 1, -1, -128, 0, -128])
    #expect(try Self.floats(json["others"]) == [0.5, 2])
    #expect(PackedPlane.distances(of: computed, from: computed).json.text == "{}")
  }

  /// The definitions of a normalization are those of `why`.
  @Test(arguments: ["norm1", "norm2", "spatial2"]) func hasEveryDefinition(_ name: String) throws {
    let trace = try Self.run()
    let geometry = try #require(trace.geometry.first { $0.name == name })
    let definitions = NormalizationDefinition.all(for: geometry.layer)
    let explanation = try Explanation.explain(
      trace, layer: geometry.index, at: [1, 2, 2])
    let rows =
      switch explanation.detail {
      case .localResponseNormalization(let detail), .spatialNormalization(let detail):
        detail.conventions
      default: [ConventionRow]()
      }
    #expect(!rows.isEmpty && rows.count == definitions.count)
    for (row, definition) in zip(rows, definitions) {
      #expect(row.convention == definition.convention && row.n == definition.n)
      #expect((row.k, row.alpha) == (definition.k, definition.alpha))
      #expect((row.beta, row.s) == (definition.beta, definition.s))
      #expect(row.usesOwnDefaults == definition.usesOwnDefaults)
      #expect(row.isTheLayers == definition.isTheLayers)
      #expect((row.outcome != nil) == (definition.json["exists"]?.boolValue == true))
    }
  }

  // MARK: - What fits

  /// However little room there is, the element is in the figure with everything it was computed from.
  @Test(arguments: names, [2_000, 5_000, 20_000]) func fits(_ name: String, _ room: Int) throws {
    let geometry = try #require(Self.network.geometry().first { $0.name == name })
    let last = FigureBox.sizes(geometry.output).map { $0 - 1 }
    let element = geometry.output.rank == 4 ? last : [last[2]]
    let figure: LayerFigure
    do {
      figure = try Self.figure(name, element: element, room: room)
    } catch let error as FigureError {
      // Not even one value fits.
      #expect(
        room < 5_000
          && error.hint == "why \(name)[\(element.map(String.init).joined(separator: ", "))]")
      return
    }
    #expect(figure.selected == element)
    let size = ["input", "output", "weights", "parameters"].reduce(0) {
      $0 + (figure.json[$1]?.text.utf8.count ?? 0)
    }
    #expect(size < room + 1_000, "\(size)")
    let (shown, _) = try Self.box(figure.json["output"])
    let place = geometry.output.rank == 4 ? element : [0, 0, element[0]]
    #expect(zip(shown.ranges, place).allSatisfy { $0.contains($1) })
    let (read, _) = try Self.box(figure.json["input"])
    let definitions = NormalizationDefinition.all(for: geometry.layer)
    #expect(read == shown.input(of: geometry, definitions: definitions))
    #expect(
      figure.included.contains(shown == FigureBox(whole: geometry.output) ? "All" : "explore")
        || geometry.layer.kind == .linear)
  }

  /// The page is below a megabyte, names no address to load from, and its data can't end its script.
  @Test(arguments: names) func isAPage(_ name: String) throws {
    let figure = try Self.figure(name)
    let page = FigurePage.page(figure.figure, title: "<\(name)>")
    #expect(page.utf8.count < LayerFigure.limit)
    #expect(page.contains("<title>&lt;\(name)&gt;</title>"))
    let addresses = page.matches(of: #/https?:\/\/[^\s"'\)]*/#).map { String($0.0) }
    #expect(addresses.allSatisfy { $0 == "http://www.w3.org/2000/svg" }, "\(addresses)")
    #expect(page.components(separatedBy: "</script").count == 3)
    #expect(!page.contains("<hen>"))
    #expect(!FigurePage.fragment(data: "</script><!--", alone: Document()).contains("<!--"))
  }

  @Test func refuses() throws {
    #expect(throws: ExplanationError.self) { try Self.figure("pool1", element: [6, 0, 0]) }
    #expect(throws: ExplanationError.self) { try Self.figure("fc4", element: [1, 2]) }
    #expect(throws: FigureError.self) { try Self.figure("fc4", room: 300) }
  }

  /// Without an element, the figure starts at the largest value in it.
  @Test(arguments: names) func startsAtTheLargest(_ name: String) throws {
    let trace = try Self.run()
    let figure = try Self.figure(name, of: trace)
    let geometry = try #require(trace.geometry.first { $0.name == name })
    let y = try #require(trace.output(of: geometry.index))
    #expect(y[[0] + figure.selected] == y.values.max())
    let words = figure.figure.text.plainText.split(whereSeparator: \.isWhitespace)
    #expect(words.joined(separator: " ").contains("explore \(name) --open"))
  }
}
