import TensorFiles

extension CIFAR10 {
  /// Both parts of the data in a folder, read completely.
  ///
  /// - Parameters:
  ///   - folder: where the batches are; `locate(folder:environment:)` says how deep it may be.
  ///   - recordsPerBatch: images in each file: 10,000 in the official one.
  /// - Throws: `ImageError` if a batch is missing, incomplete or damaged.
  package static func dataset(
    folder: String, recordsPerBatch: Int = 10_000
  ) throws(ImageError) -> Dataset {
    let data = try CIFAR10(folder: folder, recordsPerBatch: recordsPerBatch)
    return Dataset(
      name: "CIFAR-10", train: try data.pictures(.train), test: try data.pictures(.test))
  }

  /// All images of a part.
  ///
  /// - Throws: `ImageError` if a file can't be read or a record has a class other than the ten.
  package func pictures(_ split: Split) throws(ImageError) -> PictureSet {
    let total = count(split)
    let size = Self.recordSize - 1
    var labels = [UInt16](repeating: 0, count: total)
    var pixels = [UInt8](repeating: 0, count: total * size)
    for (number, file) in files(split).enumerated() {
      let bytes = try Self.bytes(of: file)
      let first = number * recordsPerBatch
      for record in 0..<recordsPerBatch {
        labels[first + record] = UInt16(
          try Self.checkedClass(bytes[record * Self.recordSize], of: record, in: file))
      }
      pixels.withUnsafeMutableBytes { pixels in
        bytes.withUnsafeBytes { bytes in
          for record in 0..<recordsPerBatch {
            let start = record * Self.recordSize + 1
            UnsafeMutableRawBufferPointer(rebasing: pixels[((first + record) * size)...])
              .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + size)]))
          }
        }
      }
    }
    return PictureSet(
      name: "CIFAR-10 \(split.rawValue)", classNames: Self.classNames, channels: 3,
      height: Self.side, width: Self.side, pixels: pixels, labels: labels)
  }

  private static func bytes(of file: OpenFile) throws(ImageError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: file.count)
    do throws(FileError) {
      try bytes.withUnsafeMutableBufferPointer { bytes throws(FileError) in
        try file.read(into: UnsafeMutableRawBufferPointer(bytes), at: 0)
      }
    } catch {
      throw ImageError(error)
    }
    return bytes
  }
}
