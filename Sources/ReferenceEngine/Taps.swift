import Layers

/// Where one row (or column) of a kernel is on the map: output `outputs.lowerBound + i` reads input
/// `firstInput + stride·i`.
struct Tap {
  /// The outputs for which this tap is on the map.
  let outputs: Range<Int>
  /// The input that the first of them reads.
  let firstInput: Int
}

extension Window {
  /// The tap of kernel row (or column) `k`: the outputs o with 0 ≤ o·stride + k − padding < input.
  func tap(_ k: Int, input: Int, outputs: Int) -> Tap {
    let shift = k - padding
    let low = shift >= 0 ? 0 : (-shift + stride - 1) / stride
    let high = input - 1 < shift ? 0 : min(outputs, (input - 1 - shift) / stride + 1)
    return Tap(outputs: low..<max(low, high), firstInput: low * stride + shift)
  }

  /// Every tap of a kernel along an axis, from the first to the last.
  func taps(input: Int, outputs: Int) -> [Tap] {
    (0..<kernel).map { tap($0, input: input, outputs: outputs) }
  }
}
