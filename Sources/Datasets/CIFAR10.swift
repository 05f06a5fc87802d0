import TensorFiles

/// CIFAR-10: 60,000 images of 32×32 in ten classes, in the layout of the official binary archive.
///
/// Six files of 10,000 records each: one byte for the class, then 1,024 bytes of red, of green and
/// of blue, row by row. Records are read when needed. Source: Krizhevsky, "Learning multiple layers
/// of features from tiny images", 2009.
package struct CIFAR10: Sendable {
  /// The two parts of the data.
  package enum Split: String, CaseIterable, Sendable {
    /// 50,000 training images.
    case train
    /// 10,000 test images.
    case test

    var files: [String] {
      switch self {
      case .train: (1...5).map { "data_batch_\($0).bin" }
      case .test: ["test_batch.bin"]
      }
    }
  }

  /// The classes, in the order of their labels.
  package static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  /// Rows and columns of each image.
  package static let side = 32

  /// The name of the folder in the official archive.
  static let folderName = "cifar-10-batches-bin"

  private static let plane = side * side
  static let recordSize = 1 + 3 * plane

  private let batches: [Split: [OpenFile]]
  let recordsPerBatch: Int

  /// The data in a folder.
  ///
  /// - Parameters:
  ///   - folder: where the batches are; `locate(folder:environment:)` says how deep it may be.
  ///   - recordsPerBatch: images in each file: 10,000 in the official one.
  /// - Throws: `ImageError` if a batch is missing or has the wrong length.
  package init(folder: String, recordsPerBatch: Int = 10_000) throws(ImageError) {
    let found = Self.locate(folder: folder) ?? HomeFolder.expanding(folder)
    self.recordsPerBatch = recordsPerBatch
    var batches: [Split: [OpenFile]] = [:]
    for split in Split.allCases {
      for name in split.files {
        let file = try Self.open(found + "/" + name)
        let expected = recordsPerBatch * Self.recordSize
        guard file.count == expected else {
          throw Self.wrongLength(file, expected: expected)
        }
        batches[split, default: []].append(file)
      }
    }
    self.batches = batches
  }

  /// The number of images in a part.
  package func count(_ split: Split) -> Int { split.files.count * recordsPerBatch }

  /// One image.
  ///
  /// - Parameters:
  ///   - split: the part of the data.
  ///   - index: the number of the image, from 0.
  package func image(_ split: Split, _ index: Int) throws(ImageError) -> Image {
    try record(split, index).image
  }

  /// The class of one image: 0 to 9, an index into `classNames`.
  ///
  /// - Parameters:
  ///   - split: the part of the data.
  ///   - index: the number of the image, from 0.
  package func label(_ split: Split, _ index: Int) throws(ImageError) -> Int {
    try record(split, index).label
  }

  /// One image with its class.
  ///
  /// - Throws: `ImageError` if the image doesn't exist or can't be read, or its class isn't one of
  ///   the ten.
  package func record(
    _ split: Split, _ index: Int
  ) throws(ImageError) -> (image: Image, label: Int) {
    guard (0..<count(split)).contains(index), let files = batches[split] else {
      throw ImageError(
        "CIFAR-10's \(split.rawValue) part has no image \(index)",
        hint: "they are numbered 0 to \(count(split) - 1)")
    }
    let file = files[index / recordsPerBatch]
    let number = index % recordsPerBatch
    var bytes = [UInt8](repeating: 0, count: Self.recordSize)
    do throws(FileError) {
      try bytes.withUnsafeMutableBufferPointer { bytes throws(FileError) in
        try file.read(into: UnsafeMutableRawBufferPointer(bytes), at: number * Self.recordSize)
      }
    } catch {
      throw ImageError(error)
    }
    let label = try Self.checkedClass(bytes[0], of: number, in: file)
    var samples: [UInt8] = []
    samples.reserveCapacity(3 * Self.plane)
    for i in 0..<Self.plane {
      for c in 0..<3 { samples.append(bytes[1 + c * Self.plane + i]) }
    }
    return (Image(width: Self.side, height: Self.side, bytes: samples), Int(label))
  }

  /// The files of a part, in order.
  func files(_ split: Split) -> [OpenFile] { batches[split] ?? [] }

  /// The class at the start of a record, which must be one of the ten.
  static func checkedClass(
    _ label: UInt8, of record: Int, in file: OpenFile
  ) throws(ImageError) -> UInt8 {
    guard label < classNames.count else {
      throw ImageError(
        "\(printable(file.path)) is damaged: record \(record) has the class \(label); "
          + "there are 0 to 9", hint: "download the CIFAR-10 binary version again")
    }
    return label
  }

  private static func wrongLength(_ file: OpenFile, expected: Int) -> ImageError {
    if let kind = FileKind(path: file.path) {
      return ImageError(
        "\(printable(file.path)) is \(kind.name), not a batch of CIFAR-10", hint: kind.hint)
    }
    if file.count > 0, file.count.isMultiple(of: recordSize + 1) {
      return ImageError(
        "\(printable(file.path)) is from CIFAR-100, whose records begin with two classes",
        hint: "use the CIFAR-10 binary version")
    }
    let (record, rest) = file.count.quotientAndRemainder(dividingBy: recordSize)
    let place =
      file.count > expected
      ? "" : rest == 0 ? ": it ends before record \(record)" : ": it ends within record \(record)"
    return ImageError(
      "\(printable(file.path)) has \(file.count) bytes instead of \(expected)\(place)",
      hint: "it is cut short or of another kind: download the CIFAR-10 binary version again")
  }

  private static func open(_ path: String) throws(ImageError) -> OpenFile {
    do throws(FileError) {
      return try OpenFile(path)
    } catch {
      throw ImageError(
        error.description, hint: "CIFAR-10's binary version has six files: is this its folder?")
    }
  }
}
