import Basics
import Datasets
import Networks
import Tensors

/// A session's image before any preparation.
package struct SourcePicture: Sendable {
  /// The name that was typed: a path, `card`, `cifar:test/17`.
  package var name: String
  /// Its class, if it comes from a data set.
  package var label: String?
  /// The pixels; nil for the test card, so that it isn't drawn before something looks at it.
  private var pixels: Image?

  /// The built-in test card.
  package static let testCard = SourcePicture(name: "test card", pixels: nil)

  /// The pixels.
  package var image: Image { pixels ?? TestCard.image }

  /// An image from a file or a data set.
  package init(name: String, image: Image, label: String? = nil) {
    self.init(name: name, pixels: image, label: label)
  }

  private init(name: String, pixels: Image?, label: String? = nil) {
    (self.name, self.pixels, self.label) = (name, pixels, label)
  }

  /// The image with this name: `card`, `cifar:test/17`, `shapes-hard:test/3`, or the path of a PNG
  /// or JPEG.
  ///
  /// - Throws: `ImageError`, or `Failure` if the data set or the image doesn't exist.
  package static func named(_ name: String, data: String?) throws -> SourcePicture {
    if name == "card" { return .testCard }
    if name.hasPrefix("cifar:") { return try cifar(name, data: data) }
    if let set = Dataset.drawn.first(where: { name.hasPrefix("\($0):") }) {
      return try drawn(name, from: set)
    }
    do {
      return SourcePicture(name: name, image: try Image.load(path: name))
    } catch {
      throw ImageError(
        error.message,
        hint: error.hint ?? "image card is built in; relative paths start in the current folder")
    }
  }

  /// An image of a drawn data set: `shapes-hard:test/3`.
  private static func drawn(_ name: String, from set: String) throws -> SourcePicture {
    let dataset = try Dataset.open(set)
    let parts = name.dropFirst(set.utf8.count + 1).split(
      separator: "/", omittingEmptySubsequences: false)
    let sets = ["train": dataset.train, "test": dataset.test]
    guard parts.count == 2, let images = sets[String(parts[0])], let index = Int(parts[1]),
      (0..<images.count).contains(index)
    else {
      throw Failure(
        .name, "\(quoted(name)) isn't an image of \(set)",
        hint: "\(set):test/0 to \(set):test/\(dataset.test.count - 1), "
          + "\(set):train/0 to \(set):train/\(dataset.train.count - 1)")
    }
    return SourcePicture(
      name: name, image: try images.image(index),
      label: images.classNames[Int(images.labels[index])])
  }

  private static func cifar(_ name: String, data: String?) throws -> SourcePicture {
    let parts = name.dropFirst("cifar:".count).split(
      separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let split = CIFAR10.Split(rawValue: String(parts[0])),
      let index = Int(parts[1])
    else {
      throw Failure(
        .name, "\(quoted(name)) isn't a CIFAR-10 image",
        hint: "cifar:test/0 to cifar:test/9999, cifar:train/0 to cifar:train/49999")
    }
    let named = data == DataSource.cifar10.name ? nil : data
    guard let folder = CIFAR10.locate(folder: named) else {
      throw Failure(
        .file, "CIFAR-10 isn't on this machine",
        hint: "data fetch cifar10 downloads it; --data DIR names a folder that has it")
    }
    let set = try CIFAR10(folder: folder)
    let count = set.count(split)
    guard (0..<count).contains(index) else {
      throw Failure(
        .name, "\(quoted(name)): images of \(split.rawValue) go from 0 to \(count - 1)")
    }
    let (image, label) = try set.record(split, index)
    return SourcePicture(name: name, image: image, label: CIFAR10.classNames[label])
  }
}

/// How an image is prepared for the first layer, with a description in words.
package protocol PicturePreparation: CustomStringConvertible {
  /// The image prepared for the first layer, 1×C×H×W.
  func prepared(_ image: Image) -> Tensor
  /// The steps that change an image's size: `scaled to 384×256`, `central 256×256`; empty if it already
  /// has the required size.
  func resizing(_ image: Image) -> [String]
}

extension PicturePipeline: PicturePreparation {
  package func prepared(_ image: Image) -> Tensor { self(image) }

  package func resizing(_ image: Image) -> [String] {
    (image.width, image.height) == (source.width, source.height)
      ? []
      : image.resizing(
        toSide: max(source.width, source.height), width: source.width, height: source.height)
  }
}

extension Preprocessing: PicturePreparation {
  package func prepared(_ image: Image) -> Tensor { self(image) }

  package func resizing(_ image: Image) -> [String] {
    image.resizing(toSide: side, width: width, height: height)
  }
}

extension Image {
  /// The steps to the central part of a square of this side.
  fileprivate func resizing(toSide side: Int, width: Int, height: Int) -> [String] {
    let scaled = scaledSize(shorterSide: side)
    let next = [
      ("scaled to", scaled.width, scaled.height), ("central", side, side),
      ("central", width, height),
    ]
    var steps: [String] = []
    var size = [self.width, self.height]
    for (word, width, height) in next where [width, height] != size {
      steps.append("\(word) \(width)×\(height)")
      size = [width, height]
    }
    return steps
  }
}

extension Preprocessing {
  /// The preparation for a network's image format.
  package init(_ format: PictureFormat) throws(ImageError) {
    try self.init(
      height: format.height, width: format.width, scale: format.scale, mean: format.mean,
      deviation: format.deviation,
      side: format.resize.map { max($0, format.height, format.width) })
  }
}
