import Layers
import Tensors

extension NetworkShapeError {
  /// What would fit, computed from the network; nil if nothing similar does.
  public var hint: String? {
    switch shapeError {
    case .windowTooLarge(let window, _): smallestInputHint(window)
    case .paddingTooLarge(let window):
      window.kernel > 1
        ? "a padding of at most \(window.kernel - 1) fits" : "a kernel of 1 takes no padding"
    case .inputs(let declared, let arriving): declarationHint(declared, arriving)
    case .groups(_, let channels, _): groupsHint(channels)
    case .rank(needs: 2, _): flattenHint
    case .rank:
      input.rank == 2
        ? "put layers on maps before the flatten\(flattenName.map { ": \($0)" } ?? "")" : nil
    case .convention(_, let n): "n \(max(1, n - 1)) or \(n + 1)"
    case .range, .value, .tooLarge, .tooMuch: nil
    }
  }

  private func smallestInputHint(_ window: Window) -> String {
    let least = max(1, window.kernel - 2 * window.padding)
    let local = "it takes at least \(least)×\(least)"
    guard index > 0, let side = smallestInput(for: least) else { return local }
    return "\(local), for which the input must be at least \(side)×\(side)"
  }

  /// The smallest square input for which the layer that doesn't fit gets `least` rows.
  ///
  /// Backward through each window, o outputs need (o − 1)·stride + kernel − 2·padding rows, or
  /// stride − 1 fewer if rounded up. The first sides from there on are then tried.
  private func smallestInput(for least: Int) -> Int? {
    var side = least
    for named in network.layers[..<index].reversed() {
      guard let window = named.layer.window else { continue }
      let slack = window.rounding == .ceil ? window.stride - 1 : 0
      side = max(1, (side - 1) * window.stride + window.kernel - 2 * window.padding - slack)
      guard side <= ShapeError.largest else { return nil }
    }
    return (side..<side + 64).first { side in
      arriving(atInput: side).map { min($0.h, $0.w) >= least } ?? false
    }
  }

  /// The input shape that the layer that doesn't fit would get from an image of `side` columns.
  private func arriving(atInput side: Int) -> Shape? {
    var shape: Shape = [1, network.input.channels, side, side]
    for named in network.layers[..<index] {
      guard let next = try? named.layer.outputShape(for: shape) else { return nil }
      shape = next
    }
    return shape
  }

  private func declarationHint(_ declared: Int, _ arriving: Int) -> String {
    let own = "set \(layerName).inputs to \(arriving)"
    guard let source else { return own }
    let name = network.layers[source].name
    var fitting = network
    switch network.layers[source].layer.weighted {
    case .convolution(var convolution):
      convolution.filters = declared
      fitting.layers[source].layer = .convolution(convolution)
      return accepts(fitting) ? "\(own), or \(name).filters to \(declared)" : own
    case .locallyConnected: return "\(own), or \(name).filters to \(declared)"
    case .linear: return "\(own), or \(name).outputs to \(declared)"
    case .batchNormalization, nil: break
    }
    guard network.layers[source].layer == .flatten else { return own }
    let now = network.input.height
    let near = (1...64).flatMap { [now - $0, now + $0] }.filter { $0 > 0 }
    let side = near.first { self.arriving(atInput: $0)?.c == declared }
    return side.map { "\(own); an input of \($0)×\($0) would give \(declared)" } ?? own
  }

  /// Whether that layer fits in the changed network.
  private func accepts(_ changed: Network) -> Bool {
    do throws(NetworkShapeError) {
      _ = try changed.geometry()
      return true
    } catch {
      return error.index > index
    }
  }

  private func groupsHint(_ channels: Int) -> String {
    var channels = channels
    if case .convolution(let convolution) = network.layers[index].layer {
      channels = Self.greatestCommonDivisor(input.c, convolution.filters)
    }
    let divisors = (1...64).filter { channels % $0 == 0 }
    return "these divide: \(divisors.prefix(8).map(String.init).joined(separator: ", "))"
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }

  private var flattenHint: String {
    let after = index > 0 ? network.layers[index - 1].name : "input"
    return "insert \(after) flatten makes \(CountDerivation.features(input)) features of them"
  }

  private var flattenName: String? {
    network.layers[..<index].last { $0.layer == .flatten }?.name
  }
}
