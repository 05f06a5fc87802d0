import Basics
import Foundation
import Layers
import Networks
import TensorFiles
import Tensors

/// Chooses which part of a layer fits into a figure, and packs it.
struct FigureParts {
  private let geometry: LayerGeometry
  private let x: Tensor
  private let y: Tensor
  private let parameters: [Tensor]
  private let definitions: [NormalizationDefinition]
  /// The part of the output.
  private(set) var box: FigureBox
  /// The outputs of a fully connected layer whose weights are in the figure.
  private var outputs: [Int] = []
  /// What has been packed, by channel.
  private var inputs: [Int: PackedPlane] = [:]
  private var values: [Int: PackedPlane] = [:]
  private var weights: [Int: PackedPlane] = [:]

  /// - Parameters:
  ///   - first: the element that the figure must hold.
  ///   - isChosen: whether the channels are those around it, rather than those from 0 on.
  ///   - size: about how many bytes the packed data may have.
  init(
    _ geometry: LayerGeometry, input: Tensor, output: Tensor, parameters: [Tensor],
    around first: [Int], isChosen: Bool, size: Int
  ) throws {
    (self.geometry, self.parameters) = (geometry, parameters)
    (x, y) = (input, output)
    definitions = NormalizationDefinition.all(for: geometry.layer)
    box = FigureBox(whole: geometry.output)
    let all = box.channels
    let start = first.count == 3 ? first : [0, 0, first[0]]
    box.channels = start[0]..<start[0] + 1
    let isLinear = geometry.layer.kind == .linear
    outputs = isLinear ? [first[0]] : []
    while packed() > size {
      // Every output of a fully connected layer needs the whole input.
      guard !isLinear, box.shrink(around: start[1], start[2]) else {
        throw FigureError(layer: geometry.name, element: "\(geometry.name)[\(coordinates(first))]")
      }
      (inputs, values, weights) = ([:], [:], [:])
    }
    if isLinear {
      addOutputs(isChosen: isChosen, size: size)
    } else {
      addChannels(all, isChosen: isChosen, size: size)
    }
  }

  /// Adds channels above and below as long as they fit.
  private mutating func addChannels(_ all: Range<Int>, isChosen: Bool, size: Int) {
    var (up, down) = (true, true)
    while up || down {
      for isUp in [true, false] where isUp ? up : down {
        var larger = box
        larger.channels =
          isUp
          ? box.channels.lowerBound..<box.channels.upperBound + 1
          : box.channels.lowerBound - 1..<box.channels.upperBound
        let before = box
        if larger.channels.clamped(to: all) == larger.channels {
          box = larger
          if packed() <= size { continue }
          box = before
        }
        if isUp { up = false } else { down = false }
      }
    }
  }

  /// Adds the outputs with the largest values as long as their weights fit.
  private mutating func addOutputs(isChosen: Bool, size: Int) {
    let order = y.values.indices.sorted { (y.values[$0], $1) > (y.values[$1], $0) }
    if !isChosen, let largest = order.first {
      outputs = [largest]
      weights = [:]
    }
    var room = size - packed()
    for output in order where !outputs.contains(output) {
      let plane = packedWeights(of: output)
      room -= plane.size
      guard room >= 0 else { break }
      outputs.append(output)
      weights[output] = plane
    }
    outputs.sort()
  }

  // MARK: - Packing

  /// Packs what isn't packed yet, and estimates the bytes of everything.
  private mutating func packed() -> Int {
    let read = box.input(of: geometry, definitions: definitions)
    var size = 0
    for channel in read.channels {
      if inputs[channel] == nil { inputs[channel] = PackedPlane(read.plane(channel, of: x)) }
      size += inputs[channel]?.size ?? 0
    }
    for channel in box.channels {
      if values[channel] == nil { values[channel] = packedOutput(channel) }
      size += values[channel]?.size ?? 0
    }
    for output in weighted {
      if weights[output] == nil { weights[output] = packedWeights(of: output) }
      size += weights[output]?.size ?? 0
    }
    return size + smallParameters.reduce(0) { $0 + PackedPlane($1.values).size + 20 }
  }

  /// The channels, or outputs, that have weights.
  private var weighted: [Int] {
    switch geometry.layer.kind {
    case .convolution, .locallyConnected: Array(box.channels)
    case .linear: outputs
    case .maxPooling, .averagePooling, .localResponseNormalization, .spatialNormalization,
      .batchNormalization, .activation, .flatten, .dropout, .softmax:
      []
    }
  }

  private func packedOutput(_ channel: Int) -> PackedPlane {
    let stored = box.plane(channel, of: y)
    guard case .convolution(let convolution) = geometry.layer else { return PackedPlane(stored) }
    return .distances(
      of: stored,
      from: convolutionPlane(
        convolution, channel: channel, of: box, input: x, weight: parameters[0],
        bias: parameters[1]))
  }

  /// The weights of one output: of all positions of the box, for a locally connected layer.
  private func packedWeights(of output: Int) -> PackedPlane {
    let (w, shape) = (parameters[0].values, parameters[0].shape)
    guard shape.rank == 6 else {
      let count = shape.count / shape[0]
      return PackedPlane(Array(w[output * count..<(output + 1) * count]))
    }
    // H×W×O×C×K×K
    let count = shape[3] * shape[4] * shape[5]
    return PackedPlane(
      box.rows.flatMap { row in
        box.columns.flatMap { column -> ArraySlice<Float> in
          let start = ((row * shape[1] + column) * shape[2] + output) * count
          return w[start..<start + count]
        }
      })
  }

  /// Biases, or the numbers of a batch normalization, of the channels in the box.
  private var smallParameters: [(name: String, values: [Float])] {
    switch geometry.layer {
    case .convolution: return [("bias", Array(parameters[1].values[box.channels]))]
    case .linear: return [("bias", parameters[1].values)]
    case .locallyConnected:
      let (bias, shape) = (parameters[1].values, parameters[1].shape)
      let values = box.rows.flatMap { row in
        box.columns.flatMap { column in
          box.channels.map { bias[(row * shape[1] + column) * shape[2] + $0] }
        }
      }
      return [("bias", values)]
    case .batchNormalization:
      let range = geometry.output.rank == 4 ? box.channels : box.columns
      return zip(["gamma", "beta", "mean", "variance"], parameters).map {
        ($0, Array($1.values[range]))
      }
    case .maxPooling, .averagePooling, .localResponseNormalization, .spatialNormalization,
      .activation, .flatten, .dropout, .softmax:
      return []
    }
  }

  // MARK: - What is in it

  /// Whether the whole input is in the figure.
  var hasWholeInput: Bool {
    box.input(of: geometry, definitions: definitions) == FigureBox(whole: geometry.input)
  }

  /// The element with the largest value in the figure.
  var largest: [Int] {
    if geometry.layer.kind == .linear {
      return [outputs.max { (y.values[$0], $1) < (y.values[$1], $0) } ?? 0]
    }
    var best: (value: Float, index: [Int])?
    for channel in box.channels {
      for (place, value) in box.plane(channel, of: y).enumerated() {
        if let best, !(value > best.value) { continue }
        guard !value.isNaN else { continue }
        best = (
          value,
          [
            channel, box.rows.lowerBound + place / box.columns.count,
            box.columns.lowerBound + place % box.columns.count,
          ]
        )
      }
    }
    let index = best?.index ?? [box.channels, box.rows, box.columns].map(\.lowerBound)
    return geometry.output.rank == 4 ? index : [index[2]]
  }

  /// Which part of the layer is in the figure, in a sentence.
  func included(element: [Int]?) -> String {
    let name = geometry.name
    let whole = FigureBox(whole: geometry.output)
    if geometry.layer.kind == .linear {
      let all = geometry.output.c
      guard outputs.count < all else {
        return "The weights of all \(NumberFormat.grouped(all)) outputs are in this figure."
      }
      let other = (0..<all).first { !outputs.contains($0) } ?? 0
      return "The weights of \(NumberFormat.grouped(outputs.count)) of "
        + "\(NumberFormat.count(all, "output")) fit into this figure (outlined): those with the "
        + "largest values. explore \(name)[\(other)] includes another."
    }
    guard box != whole else { return "All of \(name) is in this figure." }
    var parts: [String] = []
    if box.channels != whole.channels {
      parts.append("channels \(span(box.channels)) of \(whole.channels.count)")
    }
    if box.rows != whole.rows { parts.append("rows \(span(box.rows)) of \(whole.rows.count)") }
    if box.columns != whole.columns {
      let word = geometry.output.rank == 4 ? "columns" : "values"
      parts.append("\(word) \(span(box.columns)) of \(whole.columns.count)")
    }
    let other = zip(box.ranges, whole.ranges).map { part, all in
      part == all ? 0 : part.upperBound < all.upperBound ? part.upperBound : 0
    }
    let index = geometry.output.rank == 4 ? other : [other[2]]
    return
      "This figure holds \(parts.joined(separator: ", ")), since a figure has at most a megabyte. "
      + "explore \(name)[\(coordinates(index))] shows others."
  }

  /// The data for the script.
  var json: [JSONValue.Member] {
    let read = box.input(of: geometry, definitions: definitions)
    var members: [JSONValue.Member] = [
      .init(name: "kind", value: .string(geometry.layer.kind.rawValue)),
      .init(name: "settings", value: settings),
      .init(name: "input", value: Self.json(read, geometry.input, inputs)),
      .init(name: "output", value: Self.json(box, geometry.output, values)),
    ]
    if !weighted.isEmpty {
      let shape = parameters[0].shape
      let count =
        shape.rank == 6
        ? shape[3] * shape[4] * shape[5] * box.rows.count * box.columns.count
        : shape.count / shape[0]
      members.append(
        .init(
          name: "weights",
          value: [
            "outputs": .integers(weighted), "count": .integer(count),
            "planes": .array(weighted.map { weights[$0]?.json ?? .null }),
          ]))
    }
    let small = smallParameters.map { name, values -> JSONValue.Member in
      guard case .object(var parts) = PackedPlane(values).json else {
        preconditionFailure("A packed plane is an object.")
      }
      parts.append(.init(name: "count", value: .integer(values.count)))
      return .init(name: name, value: .object(parts))
    }
    members.append(.init(name: "parameters", value: .object(small)))
    if !definitions.isEmpty {
      members.append(.init(name: "definitions", value: .array(definitions.map(\.json))))
    }
    let (note, remark) = words
    if let note { members.append(.init(name: "note", value: .string(note))) }
    if let remark { members.append(.init(name: "remark", value: .string(remark))) }
    return members
  }

  private static func json(
    _ box: FigureBox, _ shape: Shape, _ planes: [Int: PackedPlane]
  ) -> JSONValue {
    [
      "shape": .integers(FigureBox.sizes(shape)),
      "first": .integers(box.ranges.map(\.lowerBound)), "size": .integers(box.ranges.map(\.count)),
      "isFeatures": .boolean(shape.rank != 4),
      "planes": .array(box.channels.map { planes[$0]?.json ?? .null }),
    ]
  }

  /// The layer's numbers by the names that the script knows.
  private var settings: JSONValue {
    var members: [JSONValue.Member] = []
    func add(_ name: String, _ value: JSONValue) { members.append(.init(name: name, value: value)) }
    if let window = geometry.layer.window {
      add("kernel", .integer(window.kernel))
      add("stride", .integer(window.stride))
      add("padding", .integer(window.padding))
    }
    switch geometry.layer {
    case .convolution(let convolution): add("groups", .integer(convolution.groups))
    case .localResponseNormalization(let lrn):
      add("groups", .integer(lrn.groups))
      add("isWithinChannel", false)
    case .spatialNormalization: add("isWithinChannel", true)
    case .batchNormalization(let normalization): add("epsilon", .number(normalization.epsilon))
    case .activation(.elu(let alpha)): add("alpha", .number(alpha))
    case .dropout(let dropout): add("factor", .number(dropout.factorInInference))
    case .locallyConnected, .maxPooling, .averagePooling, .activation(.relu), .activation(.tanh),
      .flatten, .linear, .softmax:
      break
    }
    return .object(members)
  }

  /// A note for every value, and words that the script can't find out.
  private var words: (note: String?, remark: String?) {
    switch geometry.layer {
    case .localResponseNormalization(let lrn): (lrn.note, nil)
    case .dropout(let dropout): (nil, dropout.convention.wordsInInference)
    case .flatten: (nil, "\(geometry.input.withoutBatch)")
    case .convolution, .locallyConnected, .maxPooling, .averagePooling, .spatialNormalization,
      .batchNormalization, .activation, .linear, .softmax:
      (nil, nil)
    }
  }
}
