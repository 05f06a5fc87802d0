import Basics
import Layers
import Tensors

/// One count of a layer and its formula with numbers.
public struct CountDerivation: Hashable, Sendable {
  /// What is counted.
  public enum Subject: String, Hashable, Sendable {
    /// Rows and columns of a square map.
    case side
    /// Rows, if they differ from the columns.
    case rows
    /// Columns, if they differ from the rows.
    case columns
    /// Features of a flattened map.
    case features
    /// Numbers that the layer stores, running statistics included.
    case parameters
    /// Multiply-adds of a forward pass.
    case work
  }

  /// What is counted.
  public let subject: Subject
  /// The arithmetic, in Unicode: `96 · (3·11·11) + 96 = 34,944`.
  public let text: String
}

extension CountDerivation {
  /// How many outputs a window has along an axis of `input` elements.
  ///
  ///     ⌊(227 + 2·0 − 11) / 4⌋ + 1 = 55
  public static func side(_ window: Window, _ input: Int) -> String {
    let (open, close) = window.rounding == .floor ? ("⌊", "⌋") : ("⌈", "⌉")
    let left = "\(open)\(way(window, input)) / \(window.stride)\(close) + 1"
    guard let outputs = try? window.outputs(input) else { return left }
    let clipped = window.clippedWindows(input, outputs: outputs)
    guard clipped > 0 else { return "\(left) = \(outputs)" }
    return "\(left) = \(outputs + clipped), \(beyond(clipped)) = \(outputs)"
  }

  /// The effect of rounding on the number of outputs: `rounded down 54`, `rounded up 3, less 1 window
  /// that would start beyond the input`.
  public static func rounded(_ window: Window, _ input: Int, outputs: Int) -> String {
    let clipped = window.clippedWindows(input, outputs: outputs)
    return "rounded \(window.rounding == .floor ? "down" : "up") \(outputs + clipped)"
      + (clipped > 0 ? ", \(beyond(clipped))" : "")
  }

  private static func beyond(_ windows: Int) -> String {
    "less \(NumberFormat.count(windows, "window")) that would start beyond the input"
  }

  /// The same without rounding: `(224 + 2·0 − 11) / 4 + 1 = 54.25`.
  public static func exactSide(_ window: Window, _ input: Int) -> String {
    let exact = NumberFormat.quotient(window.way(input) + window.stride, window.stride)
    return "\(way(window, input)) / \(window.stride) + 1 = \(exact)"
  }

  /// How many parameters a layer has; nil if it has none.
  ///
  ///     96 · (3·11·11) + 96 = 34,944
  public static func parameters(_ geometry: LayerGeometry) -> String? {
    let total = NumberFormat.grouped(geometry.parameterCount)
    let output = geometry.output
    switch geometry.layer.weighted {
    case .convolution(let convolution):
      let filters = convolution.filters
      return "\(filters) · (\(patch(convolution, geometry.input))) + \(filters) = \(total)"
    case .locallyConnected(let local):
      let places = "\(output.h)·\(output.w) · \(local.filters)"
      return "\(places) · (\(patch(local, geometry.input))) + \(places) = \(total)"
    case .linear(let linear):
      return "\(linear.outputs) · \(geometry.input.c) + \(linear.outputs) = \(total)"
    case .batchNormalization:
      let running = NumberFormat.grouped(geometry.parameterCount - geometry.trainableCount)
      return "\(geometry.parameters.count) · \(geometry.input.c) = \(total), "
        + "\(running) of them running statistics"
    case nil: return nil
    }
  }

  /// How many multiply-adds a forward pass takes; nil if none are counted.
  ///
  ///     55·55 · 96 · (3·11·11) = 105,415,200
  public static func work(_ geometry: LayerGeometry) -> String? {
    let total = NumberFormat.grouped(geometry.multiplyAdds)
    let output = geometry.output
    let batch = output.n == 1 ? "" : "\(output.n) · "
    switch geometry.layer.weighted {
    case .convolution(let convolution):
      return "\(batch)\(output.h)·\(output.w) · \(convolution.filters) · "
        + "(\(patch(convolution, geometry.input))) = \(total)"
    case .locallyConnected(let local):
      return "\(batch)\(output.h)·\(output.w) · \(local.filters) · "
        + "(\(patch(local, geometry.input))) = \(total)"
    case .linear(let linear):
      return "\(batch)\(linear.outputs) · \(geometry.input.c) = \(total)"
    case .batchNormalization, nil: return nil
    }
  }

  /// How many features a map has: `256·6·6 = 9,216`.
  public static func features(_ input: Shape) -> String {
    let sizes = input.withoutBatch
    return sizes.dimensions.map(String.init).joined(separator: "·")
      + " = \(NumberFormat.grouped(sizes.count))"
  }

  /// How far a window can move: `(227 + 2·0 − 11)`.
  public static func way(_ window: Window, _ input: Int) -> String {
    "(\(input) + 2·\(window.padding) − \(window.kernel))"
  }

  /// What one output of a convolution sees: `3·11·11`, or `96/2·5·5` in 2 groups.
  private static func patch(_ convolution: Convolution, _ input: Shape) -> String {
    let groups = convolution.groups == 1 ? "" : "/\(convolution.groups)"
    return "\(input.c)\(groups)·\(convolution.window.kernel)·\(convolution.window.kernel)"
  }

  private static func patch(_ local: LocallyConnected, _ input: Shape) -> String {
    "\(input.c)·\(local.window.kernel)·\(local.window.kernel)"
  }
}

extension LayerGeometry {
  /// The formula of each count of this layer: sides first, then parameters and work.
  public var formulas: [CountDerivation] {
    var formulas: [CountDerivation] = []
    if let window = layer.window {
      let rows = CountDerivation.side(window, input.h)
      if input.h == input.w {
        formulas.append(CountDerivation(subject: .side, text: rows))
      } else {
        formulas.append(CountDerivation(subject: .rows, text: rows))
        formulas.append(
          CountDerivation(subject: .columns, text: CountDerivation.side(window, input.w)))
      }
    }
    if case .flatten = layer {
      formulas.append(CountDerivation(subject: .features, text: CountDerivation.features(input)))
    }
    if let text = CountDerivation.parameters(self) {
      formulas.append(CountDerivation(subject: .parameters, text: text))
    }
    if let text = CountDerivation.work(self) {
      formulas.append(CountDerivation(subject: .work, text: text))
    }
    return formulas
  }
}
