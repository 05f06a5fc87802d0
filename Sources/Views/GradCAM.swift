import Basics
import Cells
import Documents
import Expressions
import Layers
import Networks
import TensorFiles
import Tensors

/// Where the maps of a layer speak for a class.
///
///     α[k] = 1/(h·w) · Σ over y, x of ∂S / ∂A[k, y, x]
///     L[y, x] = max(0, Σ over k of α[k] · A[k, y, x])
///
/// where S is the class's output before the softmax and A the layer's h×w maps (Selvaraju and others 2017,
/// arXiv 1610.02391, equations 1 and 2).
struct GradCAM {
  /// L: h×w.
  let map: Tensor
  /// α: one number for each map of the layer.
  let weights: Tensor
  private let gradient: ClassGradient
  private let caption: (name: String, layer: String, note: String)

  /// The map of these maps and their gradients, both 1×K×h×w.
  static func map(_ maps: Tensor, _ slopes: Tensor) -> (map: Tensor, weights: Tensor) {
    let (k, h, w) = (maps.shape.c, maps.shape.h, maps.shape.w)
    let plane = h * w
    let means = (0..<k).map { channel in
      slopes.values[channel * plane..<(channel + 1) * plane].reduce(0) { $0 + Double($1) }
        / Double(plane)
    }
    let values = (0..<plane).map { place -> Float in
      let sum = (0..<k).reduce(0.0) { $0 + means[$1] * Double(maps.values[$1 * plane + place]) }
      // A NaN stays one.
      return sum < 0 ? 0 : Float(sum)
    }
    return (
      Tensor(shape: [h, w], values: values), Tensor(shape: [k], values: means.map { Float($0) })
    )
  }

  /// The last convolution with what follows it element by element or channel by channel, up to its
  /// activation; nil if there is no convolution.
  static func lastMaps(of network: Network) -> Int? {
    let layers = network.layers.map(\.layer)
    let last = layers.lastIndex { layer in
      switch layer {
      case .convolution, .locallyConnected: true
      case .maxPooling, .averagePooling, .localResponseNormalization, .spatialNormalization,
        .batchNormalization, .activation, .flatten, .linear, .dropout, .softmax:
        false
      }
    }
    guard var place = last else { return nil }
    if place + 1 < layers.count, case .batchNormalization = layers[place + 1] { place += 1 }
    if place + 1 < layers.count, case .activation = layers[place + 1] { place += 1 }
    return place
  }

  /// Runs the network forward, and back from the score of a class.
  ///
  /// - Parameter layer: the layer's name; nil for the last convolution, after its activation.
  init(_ word: String, layer name: String?, in session: inout Session) throws {
    let network = session.network
    _ = try session.viewedClass(word, for: "gradcam")
    guard let layer = try name.map({ try session.layerIndex($0) }) ?? Self.lastMaps(of: network)
    else {
      throw Failure(
        .network, "\(network.name) has no convolution", hint: "view saliency \(word) needs none")
    }
    let title = network.layers[layer].name
    guard try session.geometry()[layer].output.rank == 4 else {
      throw Failure(
        .usage, "\(title) has no maps", hint: "--layer takes a layer with rows and columns")
    }
    let note = try session.warnIfUntrained()
    gradient = try ClassGradient(of: word, for: "gradcam", in: &session)
    guard let maps = gradient.plan.output(of: layer),
      let slopes = gradient.plan.inputGradient(of: layer + 1)
    else { preconditionFailure("A plan that keeps everything has all outputs and gradients.") }
    (map, weights) = Self.map(maps, slopes)
    caption = (session.className(gradient.number), title, note)
  }

  var view: View {
    let maps = MapPicture(map)
    let (h, w) = (map.shape[0], map.shape[1])
    let (height, width) = (gradient.input.shape.h, gradient.input.shape.w)
    let heat = HeatOverlay.enlarged(map, height: height, width: width)
    let place = map.values.indices.max { map.values[$0] < map.values[$1] } ?? 0
    let (y, x) = (place / w, place % w)
    let strongest =
      map.values[place] > 0
      ? "It is strongest at [\(y), \(x)] of \(h)×\(w), in the image about rows "
        + "\(y * height / h)…\((y + 1) * height / h - 1) and columns "
        + "\(x * width / w)…\((x + 1) * width / w - 1)."
      : "It is 0 everywhere: no place of \(caption.layer) speaks for this class."
    let first =
      "Grad-CAM of \(caption.name) at \(caption.layer)\(caption.note), over the image: "
      + "the warmer, the more the maps there raise the score S = \(number(gradient.score)). "
      + strongest
    let second =
      "the map itself: the layer's maps, each times the mean of its gradient, added up; what is negative "
      + "becomes 0; \(maps.scaling) (Selvaraju et al. 2017, arXiv 1610.02391, equations 1 and 2)."
    let values = map
    var view = View(
      [
        CaptionedImage(
          HeatOverlay.image(heat, over: MapPicture(gradient.input).image), caption: first,
          scale: HeatOverlay.scale(to: heat.values.max() ?? 0, "of the map")),
        CaptionedImage(maps.image, caption: second),
      ], value: .tensor(map), csv: { values.csv })
    view.facts = [
      .init(name: "class", value: .integer(gradient.number)),
      .init(name: "name", value: .string(caption.name)),
      .init(name: "layer", value: .string(caption.layer)),
      .init(name: "score", value: .number(Double(gradient.score))),
    ]
    return view
  }
}
