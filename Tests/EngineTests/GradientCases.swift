import Layers
import Tensors

/// The table for central differences: every layer, with every variant of its parameters.
let gradientCases: [GradientCase] =
  convolutionCases + locallyConnectedCases + poolingCases + acrossChannelCases
  + withinChannelCases + batchNormalizationCases + elementwiseCases

private func window(
  _ kernel: Int, _ stride: Int = 1, _ padding: Int = 0, _ rounding: Rounding = .floor
) -> Window {
  Window(kernel: kernel, stride: stride, padding: padding, rounding: rounding)
}

/// Strides that leave a remainder, padding, rounding up, and different numbers of rows and columns.
private let geometries: [(window: Window, h: Int, w: Int)] = [
  (window(1), 2, 3), (window(2), 3, 4), (window(3, 1, 1), 4, 3), (window(3, 2), 6, 5),
  (window(3, 2, 0, .ceil), 4, 6), (window(3, 2, 1, .ceil), 4, 5), (window(2, 3, 1, .ceil), 5, 4),
  (window(5, 1, 2), 3, 4), (window(4, 4, 3, .ceil), 5, 6),
]

private let convolutionCases: [GradientCase] =
  geometries.map { window, h, w in
    GradientCase(
      name: "convolution \(window) on \(h)×\(w)",
      layer: .convolution(Convolution(filters: 2, window: window)), input: [2, 2, h, w])
  }
  + [(1, 3, 2), (2, 4, 4), (2, 2, 6), (3, 3, 3)].map { groups, channels, filters in
    GradientCase(
      name: "convolution in \(groups) groups, \(channels) to \(filters)",
      layer: .convolution(
        Convolution(filters: filters, window: window(2, 1, 1), groups: groups)),
      input: [2, channels, 3, 2])
  }

private let locallyConnectedCases: [GradientCase] = geometries.map { window, h, w in
  GradientCase(
    name: "locally connected \(window) on \(h)×\(w)",
    layer: .locallyConnected(LocallyConnected(filters: 2, window: window)), input: [2, 2, h, w])
}

private let poolingCases: [GradientCase] = geometries.flatMap { window, h, w in
  [
    GradientCase(
      name: "max pooling \(window) on \(h)×\(w)", layer: .maxPooling(Pooling(window: window)),
      input: [2, 2, h, w], values: .apart),
    GradientCase(
      name: "average pooling \(window) on \(h)×\(w)",
      layer: .averagePooling(Pooling(window: window)), input: [2, 2, h, w]),
  ]
}

private let acrossChannelCases: [GradientCase] = NormalizationConvention.allCases.flatMap {
  convention in
  [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (3, 2), (4, 3), (9, 1)]
    .filter { n, _ in convention != .caffe || n % 2 == 1 }
    .map { n, groups in
      GradientCase(
        name: "across channels, \(convention), n \(n), \(groups) groups",
        layer: .localResponseNormalization(
          LocalResponseNormalization(
            n: n, k: 1.5, alpha: 0.75, beta: 0.75, convention: convention, groups: groups)),
        input: [2, 6, 1, 2])
    }
}

private let withinChannelCases: [GradientCase] = NormalizationConvention.allCases.flatMap {
  convention in
  [1, 2, 3, 4, 5]
    .filter { convention != .caffe || $0 % 2 == 1 }
    .map { n in
      GradientCase(
        name: "within a channel, \(convention), n \(n)",
        layer: .spatialNormalization(
          SpatialNormalization(n: n, k: 1, alpha: 0.75, beta: 0.5, convention: convention)),
        input: [1, 2, 4, 3])
    }
}

private let batchNormalizationCases: [GradientCase] = Mode.allCases.flatMap { mode in
  ([[3, 2, 2, 2], [5, 3], [1, 2, 3, 2]] as [Shape]).map { input in
    GradientCase(
      name: "batch normalization of \(input) in \(mode)",
      layer: .batchNormalization(BatchNormalization(epsilon: 0.25, momentum: 0.9)), input: input,
      mode: mode)
  }
}

private let elementwiseCases: [GradientCase] =
  [
    GradientCase(name: "relu", layer: .relu, input: [2, 2, 3, 2], values: .apart),
    GradientCase(name: "tanh", layer: .tanh, input: [2, 3, 2, 2]),
    GradientCase(name: "elu", layer: .activation(.elu(alpha: 1)), input: [2, 3, 2, 2]),
    GradientCase(
      name: "elu, α 1.5", layer: .activation(.elu(alpha: 1.5)), input: [2, 2, 3, 2], values: .apart),
    GradientCase(name: "flatten", layer: .flatten, input: [2, 2, 3, 2]),
    GradientCase(name: "softmax", layer: .softmax, input: [3, 5]),
    GradientCase(name: "softmax of one class", layer: .softmax, input: [2, 2]),
    GradientCase(name: "linear 5 to 3", layer: .linear(Linear(outputs: 3)), input: [2, 5]),
    GradientCase(
      name: "linear 7 to 18, batch 17", layer: .linear(Linear(outputs: 18)), input: [17, 7]),
    GradientCase(name: "linear 1 to 4", layer: .linear(Linear(outputs: 4)), input: [3, 1]),
  ]
  + Mode.allCases.flatMap { mode in
    Dropout.Convention.allCases.map { convention in
      GradientCase(
        name: "dropout, \(convention), in \(mode)",
        layer: .dropout(Dropout(rate: 0.25, convention: convention)), input: [2, 3, 2, 2],
        mode: mode)
    }
  }
