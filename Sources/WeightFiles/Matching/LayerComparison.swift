import Layers
import Networks
import TensorFiles

/// Compares the layers that a file describes with a network's.
struct LayerComparison {
  let file: String
  let network: Network
  let geometry: [LayerGeometry]

  /// Throws at the first layer that computes something else. Settings of normalizations may differ;
  /// they are taken from the file.
  func check(_ layers: [FileLayer]) throws {
    let theirs = layers.filter { Self.word($0.operation) != nil }
    let ours = geometry.filter { Self.word($0) != nil }
    for (layer, own) in zip(theirs, ours) {
      guard let word = Self.word(layer.operation), let ownWord = Self.word(own) else { continue }
      guard word == ownWord else {
        throw WeightFileError(
          file,
          "its layer \(name(layer)) is \(word), where \(network.name) has \(own.name), \(ownWord)")
      }
      try compare(layer, own)
    }
    guard theirs.count == ours.count else {
      let extra = theirs.count > ours.count ? name(theirs[ours.count]) : ours[theirs.count].name
      throw WeightFileError(
        file,
        theirs.count > ours.count
          ? "its layer \(extra) has no counterpart in \(network.name)"
          : "it has no layer for \(extra) of \(network.name)")
    }
  }

  private func name(_ layer: FileLayer) -> String { printable(layer.name, limit: 60) }

  /// What a layer is called where order matters; nil for layers that only some programs write down.
  private static func word(_ operation: FileLayer.Operation) -> String? {
    switch operation {
    case .convolution: "a convolution"
    case .linear: "a fully connected layer"
    case .localResponseNormalization: "a local response normalization"
    case .maxPooling: "max pooling"
    case .batchNormalization: "a batch normalization"
    case .activation(let name): name
    case .averagePooling, .flatten, .dropout, .softmax: nil
    }
  }

  private static func word(_ layer: LayerGeometry) -> String? {
    switch layer.layer {
    case .convolution: "a convolution"
    case .linear: "a fully connected layer"
    case .localResponseNormalization: "a local response normalization"
    case .maxPooling: "max pooling"
    case .batchNormalization: "a batch normalization"
    case .activation(.relu): "ReLU"
    case .activation(.tanh): "TanH"
    case .activation: "another activation"
    case .locallyConnected: "a locally connected layer"
    case .spatialNormalization: "LRN within channels"
    case .averagePooling, .flatten, .dropout, .softmax: nil
    }
  }

  private func compare(_ layer: FileLayer, _ own: LayerGeometry) throws {
    func differ(_ what: String, _ theirs: Int?, _ ours: Int) throws {
      guard theirs != ours else { return }
      throw WeightFileError(
        file,
        "its layer \(name(layer)) has \(what) \(theirs.map(String.init) ?? "that differs by side"), "
          + "where \(own.name) of \(network.name) has \(ours)")
    }
    switch (layer.operation, own.layer) {
    case (.convolution(let kernel, let stride, let padding, let groups), .convolution(let ours)):
      if let kernel { try differ("kernel", kernel, ours.window.kernel) }
      try differ("stride", stride, ours.window.stride)
      try differ("padding", padding, ours.window.padding)
      try differ("groups", groups, ours.groups)
    case (.maxPooling(let kernel, let stride, let padding, let roundsUp), .maxPooling(let ours)):
      try differ("kernel", kernel, ours.window.kernel)
      try differ("stride", stride, ours.window.stride)
      try differ("padding", padding, ours.window.padding)
      var theirs = ours.window
      theirs.rounding = roundsUp ? .ceil : .floor
      for side in [own.input.h, own.input.w] {
        try differ("an output of side", try theirs.outputs(side), try ours.window.outputs(side))
      }
    default: break
    }
  }
}
