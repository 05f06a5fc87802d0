import Basics
import Layers

/// A window that doesn't fit its map exactly: the stride leaves a remainder.
public struct FitNote: Hashable, Sendable {
  /// The layer's name.
  public let layer: String
  /// Its window.
  public let window: Window
  /// The rows (or columns) of the input.
  public let input: Int
  /// The rows (or columns) of the output.
  public let outputs: Int

  /// `(224 + 2·0 − 11) / 4 + 1 = 54.25`.
  public var arithmetic: String { CountDerivation.exactSide(window, input) }

  /// `conv1: (224 + 2·0 − 11) / 4 + 1 = 54.25 is not whole. Rounded down, 54`, and what that means
  /// for the far edge.
  public var message: String {
    "\(layer): \(arithmetic) is not whole. \(consequence)"
  }

  /// What would fit exactly: `223 and 227 would fit exactly; rounding ceil would give 55`.
  public var hint: String {
    let remainder = window.remainder(input)
    let (below, above) = (input - remainder, input + window.stride - remainder)
    let fits =
      below + 2 * window.padding >= window.kernel && below > 0
      ? "\(below) and \(above) fit exactly" : "\(above) fits exactly"
    var other = window
    other.rounding = window.rounding == .floor ? .ceil : .floor
    guard let outputs = try? other.outputs(input), outputs != self.outputs else { return fits }
    return "\(fits); rounding \(other.rounding.rawValue) gives \(outputs)"
  }

  private var consequence: String {
    let remainder = window.remainder(input)
    // How far the last window reads past the map and its padding; negative if it leaves some
    // unread.
    let over = (outputs - 1) * window.stride + window.kernel - input - 2 * window.padding
    if over > 0 {
      return "Rounded up, \(outputs): the last window reaches \(over) past the edge"
    }
    let clipped = window.clippedWindows(input, outputs: outputs)
    let rounded =
      clipped == 0
      ? "Rounded down, \(outputs)"
      : "Rounded up, \(outputs + clipped), less \(NumberFormat.count(clipped, "window")) that would start "
        + "beyond the input, \(outputs)"
    switch max(0, remainder - window.padding) {
    case 0: return rounded
    case 1: return "\(rounded): the last row and column are not read"
    case let unread: return "\(rounded): the last \(unread) rows and columns are not read"
    }
  }
}

extension Network {
  /// The windows that don't fit exactly, first layer to last.
  ///
  /// - Throws: `NetworkShapeError` at the first layer that can't take its input.
  public func fitNotes() throws(NetworkShapeError) -> [FitNote] {
    var notes: [FitNote] = []
    for layer in try geometry() {
      guard let window = layer.layer.window else { continue }
      let sides =
        layer.input.h == layer.input.w
        ? [(layer.input.h, layer.output.h)]
        : [(layer.input.h, layer.output.h), (layer.input.w, layer.output.w)]
      for (input, outputs) in sides where window.remainder(input) != 0 {
        notes.append(
          FitNote(layer: layer.name, window: window, input: input, outputs: outputs))
      }
    }
    return notes
  }
}
