import Basics
import Cells
import Commands
import Datasets
import Documents
import Expressions
import Layers
import Networks
import TensorFiles
import Tensors
import Training

/// The images of a set whose features have the smallest Euclidean distance from those of the session's image
/// (the paper, section 6.1 and figure 4, right).
struct NeighbourSearch {
  /// One of the images that were found.
  struct Found: Hashable {
    let index: Int
    /// The class.
    let label: Int
    /// √ Σ (f − g)².
    let distance: Double
  }

  /// The nearest first; of equally near ones the first in the set.
  let found: [Found]
  /// What the features are.
  private let caption: (features: String, count: Int, set: String, note: String)
  private let classNames: [String]
  private let tiles: [Image]
  private let picture: SourcePicture

  /// The layer whose output is the last hidden layer: what the last fully connected layer takes, before
  /// dropout and without the change of shape.
  static func lastHidden(of network: Network) -> Int? {
    let layers = network.layers.map(\.layer)
    let last = layers.lastIndex { layer in
      switch layer {
      case .linear: true
      case .convolution, .locallyConnected, .maxPooling, .averagePooling,
        .localResponseNormalization, .spatialNormalization, .batchNormalization, .activation,
        .flatten, .dropout, .softmax:
        false
      }
    }
    guard let last else { return nil }
    return layers[..<last].lastIndex { layer in
      switch layer {
      case .flatten, .dropout: false
      case .convolution, .locallyConnected, .maxPooling, .averagePooling,
        .localResponseNormalization, .spatialNormalization, .batchNormalization, .activation,
        .linear, .softmax:
        true
      }
    }
  }

  /// The `count` nearest images of a set.
  ///
  /// - Parameters:
  ///   - features: the features of a batch of images, one list for each.
  ///   - progress: called with the images done.
  static func nearest(
    _ count: Int, to picture: Image, in set: PictureSet, batch: Int,
    features: ([Image]) throws -> [[Float]], progress: (Int) throws -> Void = { _ in }
  ) throws -> [Found] {
    let query = try features([picture])[0]
    var found: [Found] = []
    for start in stride(from: 0, to: set.count, by: batch) {
      try progress(start)
      let places = Array(start..<min(start + batch, set.count))
      for (place, values) in zip(places, try features(places.map { try set.image($0) })) {
        let square = zip(query, values).reduce(0.0) { sum, pair in
          let difference = Double(pair.0) - Double(pair.1)
          return sum + difference * difference
        }
        // An image whose distance is NaN or infinite is left out.
        guard square.isFinite else { continue }
        found.append(
          Found(index: place, label: Int(set.labels[place]), distance: square.squareRoot()))
      }
      found.sort { ($0.distance, $0.index) < ($1.distance, $1.index) }
      found = Array(found.prefix(count))
    }
    return found
  }

  /// Searches a data set.
  ///
  /// - Parameters:
  ///   - layer: the layer whose output is compared, or `image` for the pixels; nil for the last hidden one.
  ///   - options: how many are shown, and of how many images.
  init(layer name: String?, _ options: FeatureOptions, in session: inout Session) throws {
    let network = session.network
    let count = options.count ?? 6
    guard (1...24).contains(count) else {
      throw Failure(
        .usage, "--count takes a number from 1 to 24, not \(count)",
        hint: "it is how many images are shown, 6 without it")
    }
    let isPixels = name.map { SessionEnvironment.imageNames.contains($0) } ?? false
    let layer = isPixels ? -1 : try name.map { try session.layerIndex($0) }
    guard let layer = layer ?? Self.lastHidden(of: network) else {
      throw Failure(
        .network, "\(network.name) has no hidden layer before a fully connected one",
        hint: "--layer names the layer to compare")
    }
    guard let data = session.settings.data else {
      throw Failure(
        .usage, "view neighbours needs images to search",
        hint: "view neighbours --data shapes, --data cifar10, or a folder of images by class")
    }
    let dataset = try session.dataset(data)
    let set = try options.images(of: options.part == .test ? dataset.test : dataset.train)
    let plan = layer < 0 ? nil : try LayerPlan(through: layer, in: &session)
    let preparation = try session.preparation()
    let note = layer < 0 ? "" : try session.warnIfUntrained()
    let host = session.host
    defer { host.report(progress: nil) }
    found = try Self.nearest(
      count, to: session.picture.image, in: set, batch: LayerPlan.batch
    ) { images in
      let inputs = images.map { preparation.prepared($0) }
      return try plan?.outputs(of: inputs, cancellation: host.cancellation) ?? inputs.map(\.values)
    } progress: { done in
      try host.cancellation.check()
      host.report(
        progress: "searching  \(NumberFormat.grouped(done)) of \(NumberFormat.grouped(set.count))")
    }
    let side = network.input.height
    tiles =
      try [session.picture.image.centerSquare(side: side)]
      + found.map { try set.image($0.index).centerSquare(side: side) }
    let outputs = try layer < 0 ? network.input.shape() : session.geometry()[layer].output
    let numbers = NumberFormat.grouped(outputs.withoutBatch.count)
    caption = (
      layer < 0
        ? "pixels, \(numbers) numbers" : "\(network.layers[layer].name), \(numbers) numbers",
      set.count, set.name, note
    )
    classNames = set.classNames
    picture = session.picture
  }

  private var table: Table {
    var table = Table([
      .init("", numeric: true), .init("class"), .init("image", numeric: true),
      .init("distance", numeric: true),
    ])
    for (place, neighbour) in found.enumerated() {
      table.row([
        Text(String(place + 1)), .name(classNames[neighbour.label]), Text(String(neighbour.index)),
        Text(number(neighbour.distance, 4)),
      ])
    }
    return table
  }

  var view: View {
    let plane = tiles[0].width * tiles[0].height
    var values: [Float] = []
    values.reserveCapacity(3 * plane * tiles.count)
    for tile in tiles {
      for c in 0..<3 { for i in 0..<plane { values.append(Float(tile.bytes[3 * i + c])) } }
    }
    var maps = MapPicture(
      Tensor(shape: [tiles.count, 3, tiles[0].height, tiles[0].width], values: values))
    maps.range = 0...255
    maps.labels = ["image"] + found.indices.map { "\($0 + 1) \(classNames[found[$0].label])" }
    maps.details = [picture.label ?? ""] + found.map { number($0.distance, 4) }
    maps.columns = tiles.count
    var text =
      "neighbours of \(picture.name) in \(caption.features)\(caption.note): the nearest of "
      + "\(NumberFormat.count(caption.count, "image")) of \(caption.set), by Euclidean distance "
      + "(the paper, section 6.1)."
    if let label = picture.label, classNames.contains(label) {
      let same = found.count { classNames[$0.label] == label }
      text += " The image's class is \(label); \(same) of \(found.count) have the same."
    }
    if found.first?.distance == 0 { text += " Distance 0 is the image itself, or one like it." }
    let table = table
    var view = View(
      [CaptionedImage(maps.image, caption: text, tiles: maps)],
      value: .tensor(Tensor(shape: [found.count], values: found.map { Float($0.distance) })),
      csv: { table.csv })
    view.tables = [table]
    view.facts = [
      .init(
        name: "neighbours",
        value: .array(
          found.map {
            [
              "image": .integer($0.index), "class": .integer($0.label),
              "name": .string(classNames[$0.label]), "distance": .number($0.distance),
            ]
          }))
    ]
    return view
  }
}

/// The first layers of a network, for a batch of images.
struct LayerPlan {
  /// Images at a time.
  static let batch = 32
  private let plan: any Plan
  private let input: Shape
  private let count: Int

  /// The layers up to `last`.
  init(through last: Int, in session: inout Session) throws {
    let network = session.network
    let geometry = try Array(network.geometry(batch: Self.batch)[...last])
    try Memory.require(
      try network.inferenceMemory(batch: Self.batch),
      for: "running \(network.name) on \(Self.batch) images at a time",
      hint: "a smaller network needs less")
    input = network.input.shape(batch: Self.batch)
    count = last + 1
    plan = try session.fastEngine().engine.prepare(
      network.layers.prefix(count).map(\.layer), input: input, mode: .inference,
      keeping: .outputsOnly)
    try session.weights.supply(
      plan, of: network, geometry, cancellation: session.host.cancellation)
  }

  /// The last layer's output for each of at most `batch` inputs.
  func outputs(of inputs: [Tensor], cancellation: Cancellation) throws -> [[Float]] {
    var values = inputs.flatMap(\.values)
    values += [Float](repeating: 0, count: input.count - values.count)
    plan.setInput(Tensor(shape: input, values: values))
    try plan.forward(cancellation: cancellation)
    guard let output = plan.output(of: count - 1) else {
      preconditionFailure("A plan keeps its last output.")
    }
    let size = output.count / Self.batch
    return inputs.indices.map { Array(output.values[$0 * size..<($0 + 1) * size]) }
  }
}
