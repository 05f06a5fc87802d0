import Basics
import Cells
import Commands
import Datasets
import Documents
import Explanations
import Networks
import Tensors

/// The window that an element is computed from, marked on the layer's input, and on the image the pixels that
/// can influence the element.
struct WindowView {
  /// The images.
  let images: [CaptionedImage]
  /// The regions, for files.
  private let regions: [ReceptiveField.Region]

  init(_ images: [CaptionedImage], _ regions: [ReceptiveField.Region]) {
    (self.images, self.regions) = (images, regions)
  }

  var view: View {
    let rows = regions.flatMap { region in
      region.extents.map {
        "\(region.name),\($0.axis),\($0.inside.lowerBound),\($0.inside.upperBound - 1),\($0.size)"
      }
    }
    return View(
      images, csv: { (["where,axis,first,last,size"] + rows).joined(separator: "\n") + "\n" })
  }

  /// The most maps shown next to each other.
  private static let mostMaps = 16

  /// Draws the windows of an element such as `pool1[3, 4, 5]`, running the layers that it needs.
  init(_ text: String, in session: inout Session) throws {
    guard !text.isEmpty else {
      throw Failure(.usage, "view why needs an element", hint: "view why pool1[3, 4, 5]")
    }
    let target = try Target(text, isGradient: false, in: &session)
    guard target.layer >= 0 else {
      throw Failure(
        .usage, "a pixel has no window: it is where windows end",
        hint: "view why \(session.network.layers[0].name)[c, y, x]")
    }
    // Before anything runs, since a wrong index is noticed here.
    let field = try ReceptiveField(try session.geometry(), layer: target.layer, at: target.index)
    let trace = try session.trace(through: target.layer)
    let name = "\(session.network.layers[target.layer].name)[\(coordinates(target.index))]"
    let pixels = field.pixels
    let isFirst = target.layer == 0
    var images = [
      CaptionedImage(
        try Self.background(in: &session),
        caption: "\(name) on the image: the frame marks \(Self.words(pixels)), "
          + (isFirst ? "the window that it is computed from." : "which can influence it."),
        frames: Self.frames(pixels))
    ]
    if !isFirst, let input = trace.input(of: target.layer) {
      let explanation = try Explanation.explain(trace, layer: target.layer, at: target.index)
      images.append(Self.image(of: input, field.regions[1], explanation, name))
    }
    self.init(images, Array(field.regions.dropFirst()))
  }

  /// The image as the network sees it: the part that is used, before the mean is subtracted if the
  /// preparation shows it.
  private static func background(in session: inout Session) throws -> Image {
    if let preprocessing = try session.preparation() as? Preprocessing,
      preprocessing.mean.count == 3
    {
      return preprocessing.crop(session.picture.image)
    }
    return MapPicture(try session.begin().input).image
  }

  /// The maps that the element reads, with the window on each.
  static func image(
    of input: Tensor, _ region: ReceptiveField.Region, _ explanation: Explanation, _ name: String
  ) -> CaptionedImage {
    let words = words(region)
    guard input.shape.rank == 4 else {
      let maps = MapPicture(input)
      let first = region.extents[0].inside
      let isAll = region.extents[0].isEverything
      let frame = Frame(
        rows: first.lowerBound / maps.width..<first.lowerBound / maps.width + 1,
        columns: first.lowerBound % maps.width..<first.lowerBound % maps.width + 1)
      return CaptionedImage(
        maps.image,
        caption: "\(name) on \(region.name): it reads \(words), drawn row by row, \(maps.width) "
          + "per row; \(maps.scaling).", frames: isAll ? [] : [frame])
    }
    let channels = region.extents[0].inside
    let plane = input.shape.h * input.shape.w
    var (shown, which) = (channels, "")
    if channels.count > mostMaps, let strongest = strongest(explanation) {
      shown = strongest.channel..<strongest.channel + 1
      which =
        " Of its \(channels.count) channels, \(strongest.channel) is shown, whose products add up "
        + "to the most, \(signed(strongest.sum, 4))."
    }
    var maps = MapPicture(
      Tensor(
        shape: [shown.count, 1, input.shape.h, input.shape.w],
        values: Array(input.values[shown.lowerBound * plane..<shown.upperBound * plane])))
    maps.number(from: [shown.lowerBound])
    return CaptionedImage(
      maps.image,
      caption: "\(name) on \(region.name): the frame marks \(words), from which it is computed; "
        + "\(maps.scaling)." + which, tiles: maps.tiles.count > 1 ? maps : nil,
      frames: frames(region))
  }

  /// The channel whose products add up to the most, regardless of the sign.
  private static func strongest(_ explanation: Explanation) -> (channel: Int, sum: Double)? {
    switch explanation.detail {
    case .convolution(let detail), .locallyConnected(let detail): strongest(detail.sum)
    case .gradient(let detail):
      if case .products(let sum) = detail.parts { strongest(sum) } else { nil }
    default: nil
    }
  }

  private static func strongest(_ sum: ProductSum) -> (channel: Int, sum: Double)? {
    sum.groups.max { abs($0.sum) < abs($1.sum) }.map { ($0.number, $0.sum) }
  }

  private static func frames(_ region: ReceptiveField.Region) -> [Frame] {
    guard region.extents.count == 3, !region.extents[1].inside.isEmpty,
      !region.extents[2].inside.isEmpty
    else { return [] }
    return [Frame(rows: region.extents[1].inside, columns: region.extents[2].inside)]
  }

  /// `rows 8…10, columns 10…12`, with channels where they aren't all.
  private static func words(_ region: ReceptiveField.Region) -> String {
    region.extents.filter { $0.axis != "channel" || !$0.isEverything }.map { extent in
      extent.isEverything
        ? "all \(NumberFormat.grouped(extent.size)) \(extent.axis)s"
        : extent.inside.count == 1
          ? "\(extent.axis) \(extent.inside.lowerBound)" : "\(extent.axis)s \(span(extent.inside))"
    }.joined(separator: ", ")
  }
}
