import Basics
import Datasets
import Networks
import Tensors

/// A pixel of the prepared image that was set.
package struct SetPixel: Hashable, Sendable {
  /// Channel, row, column.
  package var index: [Int]
  /// From 0 to 255.
  package var byte: UInt8
  /// What the first layer gets.
  var value: Float
}

/// One number that was set: which one, and its values.
package struct SetNumber {
  /// `conv1.weight[5, 0, 3, 2]`, or a pixel of `image`.
  var element: String
  /// The value before.
  var old: Float
  /// The value it was set to.
  var new: Float

  /// The change: `conv1.weight[5, 0, 3, 2] 0.0129 → 0.1`.
  var words: String { "\(element) \(Basics.number(old)) → \(Basics.number(new))" }
  /// The same change as `undo` makes it: `conv1.weight[5, 0, 3, 2] 0.1 → 0.0129`.
  package var undoneWords: String { "\(element) \(Basics.number(new)) → \(Basics.number(old))" }
}

/// The outputs before a number was changed, to compare with.
package struct EarlierOutputs: Sendable {
  /// The change: `conv1.weight[5, 0, 3, 2] 0.0129 → 0.1`.
  package var change: String
  /// The first layer's input.
  package var input: Tensor
  /// The outputs of the layers that had run, by name.
  package var outputs: [String: Tensor]
}

extension Session {
  /// The shape of a value that `set` can change one number of, and what its axes are called: the image, or a
  /// parameter of a layer.
  ///
  /// - Throws: `Failure` if the name is none of these.
  package func shape(ofChangeable name: String) throws -> Shape {
    if Self.namesImage(name, in: network) { return network.input.shape().withoutBatch }
    let (layer, place) = try parameter(named: name)
    return layer.parameters[place].shape
  }

  /// Whether a name means the first layer's input.
  package static func namesImage(_ name: String, in network: Network) -> Bool {
    SessionEnvironment.imageNames.contains(name) && network.index(of: name) == nil
  }

  /// A parameter by its name, such as `conv1.weight`.
  private func parameter(named name: String) throws -> (layer: LayerGeometry, place: Int) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let layer = try geometry()[try layerIndex(parts[0])]
    let names = layer.parameters.map(\.name)
    guard parts.count == 2, let place = names.firstIndex(of: parts[1]) else {
      let own = names.map { "\(layer.name).\($0)" }
      throw Failure(
        .name,
        parts.count == 1 || ["output", "input", "gradient"].contains(parts[1])
          ? "\(name) is computed, so it can't be set"
          : "\(layer.name) has no \(quoted(parts.dropFirst().joined(separator: ".")))",
        hint: own.isEmpty
          ? "\(layer.name) has no parameters; set changes weights, biases and pixels"
          : "what can be set: " + (own + ["image"]).joined(separator: ", "))
    }
    return (layer, place)
  }

  /// Sets one number of a parameter and runs the layers again that had run; `undo` sets the old number.
  ///
  /// - Returns: the number before.
  package mutating func set(_ name: String, at index: [Int], to value: Float) throws -> Float {
    let (layer, place) = try parameter(named: name)
    let old = try weights.parameters(
      of: layer, initialization: network.layers[layer.index].initialization,
      cancellation: host.cancellation)[place][index]
    guard old.bitPattern != value.bitPattern else { return old }
    let change = SetNumber(element: "\(name)[\(coordinates(index))]", old: old, new: value)
    try rerunning(change.words, undoing: .number(layer, place: place, index, change)) {
      $0.put(value, at: index, of: layer, place)
    }
    return old
  }

  /// Sets one pixel of the prepared image by its byte, as if the image had it there, and runs the layers again
  /// that had run; `undo` restores it.
  ///
  /// - Returns: what the first layer got before, and what it gets now.
  package mutating func setPixel(_ index: [Int], byte: UInt8) throws -> (old: Float, new: Float) {
    let old = try begin().input[[0] + index]
    // The preparation is the same for each pixel of one shade, however it scales and crops.
    let flat = Image(
      width: picture.image.width, height: picture.image.height, filledWith: RGB(gray: byte))
    let new = try preparation().prepared(flat)[[0] + index]
    guard old.bitPattern != new.bitPattern else { return (old, new) }
    let change = SetNumber(element: "image[\(coordinates(index))]", old: old, new: new)
    try rerunning(change.words, undoing: .pixels(pixels, change)) { session in
      session.pixels.removeAll { $0.index == index }
      session.pixels.append(SetPixel(index: index, byte: byte, value: new))
    }
    return (old, new)
  }

  /// Makes a change and runs the layers again that had run, so that their outputs can be compared.
  private mutating func rerunning(
    _ words: String, undoing reverted: Change, _ change: (inout Session) -> Void
  ) throws {
    let position = trace?.position ?? 0
    if let trace, position > 0 {
      var outputs: [String: Tensor] = [:]
      for layer in 0..<position {
        outputs[network.layers[layer].name] = trace.output(of: layer)
      }
      earlier = EarlierOutputs(change: words, input: trace.input, outputs: outputs)
    } else {
      earlier = nil
    }
    remember(reverted)
    change(&self)
    reset()
    guard position > 0 else { return }
    _ = try begin()
    for _ in 0..<position {
      host.report(progress: "running \(trace?.next?.name ?? "")")
      _ = try step()
    }
    host.report(progress: nil)
  }

  /// How an output, or the image for −1, differs from before the last number was set: now − before.
  ///
  /// - Throws: `Failure` if no number was set, or the layer hadn't run.
  package mutating func difference(of layer: Int) throws -> Tensor {
    guard let earlier else {
      throw Failure(
        .order, "there is nothing to compare with: no number was set since a layer ran",
        hint: "next, then set \(firstWeight)[0, 0, 0, 0] 1, then view difference LAYER")
    }
    let name = layer < 0 ? "image" : network.layers[layer].name
    guard let before = layer < 0 ? earlier.input : earlier.outputs[name],
      let now = layer < 0 ? trace?.input : trace?.output(of: layer), before.shape == now.shape
    else {
      throw Failure(
        .order, "\(name) hadn't run when \(earlier.change) was set",
        hint: "only layers that had run can be compared")
    }
    return Tensor(shape: now.shape, values: zip(now.values, before.values).map { $0 - $1 })
  }

  private var firstWeight: String {
    let layer = (try? geometry())?.first { $0.parameters.contains { $0.name == "weight" } }
    return "\(layer?.name ?? "conv1").weight"
  }
}
