import Layers
import Tensors

/// A window along one axis, and the parts of it outside the map.
package struct ClippedAxis: Hashable, Sendable {
  /// The window as if the map had no edges; may start below 0.
  package let whole: Range<Int>
  /// The part of it on the map.
  package let inside: Range<Int>
  /// Positions before the map: padding.
  package let before: Int
  /// Positions after the map that are padding.
  package let afterInPadding: Int
  /// Positions after the map and its padding: they exist because the number of outputs is rounded
  /// up.
  package let afterByRounding: Int

  /// Whether the whole window is on the map.
  package var isWhole: Bool { inside == whole }

  init(_ window: Window, output: Int, input: Int) {
    let start = output * window.stride - window.padding
    whole = start..<start + window.kernel
    inside = window.inputs(of: output, input: input)
    before = max(0, min(window.kernel, -start))
    let after = max(0, min(window.kernel, whole.upperBound - input))
    afterByRounding = max(0, min(after, whole.upperBound - input - window.padding))
    afterInPadding = after - afterByRounding
  }
}

/// The window of one output: rows and columns of the input.
package struct ClippedWindow: Hashable, Sendable {
  /// The rows.
  package let rows: ClippedAxis
  /// The columns.
  package let columns: ClippedAxis

  /// Whether the whole window is on the map.
  package var isWhole: Bool { rows.isWhole && columns.isWhole }
  /// How many elements of each channel are in it.
  package var count: Int { rows.inside.count * columns.inside.count }

  init(_ window: Window, y: Int, x: Int, input: Shape) {
    rows = ClippedAxis(window, output: y, input: input.h)
    columns = ClippedAxis(window, output: x, input: input.w)
  }
}
