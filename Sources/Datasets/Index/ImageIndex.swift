import Synchronization
import TensorFiles

/// Where the encoded images of a set are, and the class of each: files in folders, or parts of tar
/// shards.
///
/// Built by `append`; about 35 bytes an image with names of 20 bytes, so that two million take 70 MB.
package struct ImageIndex: Sendable {
  /// The folder that the containers' paths start from.
  package let root: String

  /// The classes' names, in the order of the labels.
  package let classNames: [String]

  /// The class of each image: indices into `classNames`.
  package private(set) var labels: [UInt16] = []

  /// The folders, or the shards, by their paths below `root`.
  package private(set) var containers: [String] = []

  /// The container of each image.
  private(set) var containerOf: [UInt32] = []

  /// The length of each image's file, or of its part of a shard, in bytes.
  private(set) var lengths: [UInt32] = []

  /// Where each image starts in its shard; empty if the containers are folders.
  private(set) var offsets: [UInt64] = []

  /// All names, in their containers, one after the other as UTF-8.
  private(set) var names: [UInt8] = []

  /// Where each name ends.
  private(set) var nameEnds: [UInt32] = []

  private let shards = OpenShards()

  /// An index without images.
  ///
  /// - Parameters:
  ///   - root: the folder that the containers' paths start from.
  ///   - classNames: at most `PictureSet.mostClasses`.
  package init(root: String, classNames: [String]) {
    (self.root, self.classNames) = (root, classNames)
  }

  /// The number of images.
  package var count: Int { labels.count }

  /// Whether the images are parts of shards, not separate files.
  package var isSharded: Bool { !offsets.isEmpty }

  /// Adds a folder or a shard.
  ///
  /// - Returns: its number for `append`.
  package mutating func addContainer(_ path: String) -> Int {
    containers.append(path)
    return containers.count - 1
  }

  /// Adds an image.
  ///
  /// - Parameters:
  ///   - name: its name in the container: the file's, or `KEY.jpg` in a shard.
  ///   - container: the container's number.
  ///   - offset: where it starts in its shard; nil if the container is a folder.
  ///   - length: its length in bytes.
  ///   - label: its class.
  /// - Throws: `ImageError` if a number is too large for an index.
  package mutating func append(
    _ name: String, in container: Int, at offset: Int? = nil, length: Int, label: Int
  ) throws(ImageError) {
    precondition(
      (offset == nil) == offsets.isEmpty || count == 0, "An index has one kind of image.")
    precondition(containers.indices.contains(container), "There is no container \(container).")
    precondition(classNames.indices.contains(label), "There is no class \(label).")
    let end = names.count + name.utf8.count
    guard let length = UInt32(exactly: length), length <= Image.maximumFileSize,
      let end = UInt32(exactly: end), count < Int(UInt32.max)
    else {
      throw ImageError(
        "\(printable(containers[container] + "/" + name)) has \(length) bytes; "
          + "at most \(Image.maximumFileSize >> 20) MiB are read")
    }
    names.makeRoom(for: name.utf8.count)
    names += name.utf8
    nameEnds.add(end)
    labels.add(UInt16(label))
    containerOf.add(UInt32(container))
    lengths.add(length)
    if let offset { offsets.add(UInt64(offset)) }
  }

  /// An index of the images at these positions, in this order.
  package func subset(_ indices: [Int]) -> ImageIndex {
    var part = ImageIndex(root: root, classNames: classNames)
    part.containers = containers
    for index in indices {
      part.names += nameBytes(index)
      part.nameEnds.append(UInt32(part.names.count))
      part.labels.append(labels[index])
      part.containerOf.append(containerOf[index])
      part.lengths.append(lengths[index])
      if isSharded { part.offsets.append(offsets[index]) }
    }
    return part
  }

  /// The length of an image's file, or of its part of a shard.
  package func length(of index: Int) -> Int { Int(lengths[index]) }

  /// An image's path below `root`, or its name and its shard: what identifies it.
  package func place(of index: Int) -> String {
    let (container, name) = (
      container(of: index), String(decoding: nameBytes(index), as: UTF8.self)
    )
    if isSharded { return "\(name) in \(container)" }
    return container.isEmpty ? name : container + "/" + name
  }

  /// An image's name in messages: its path, or its name and its shard's path.
  package func name(of index: Int) -> String {
    let name = String(decoding: nameBytes(index), as: UTF8.self)
    let path = path(container(of: index))
    return isSharded ? "\(name) in \(path)" : path + "/" + name
  }

  /// The encoded image, whole or the first bytes of it.
  ///
  /// - Throws: `ImageError` if it can't be read, or its file has another length than when the index
  ///   was built.
  package func bytes(of index: Int, first most: Int = .max) throws(ImageError) -> [UInt8] {
    let expected = Int(lengths[index])
    do throws(FileError) {
      let file: OpenFile
      if isSharded {
        file = try shards.open(path(container(of: index)))
        guard Int(offsets[index]) + expected <= file.count else { throw changed(index, file) }
      } else {
        file = try OpenFile(name(of: index))
        guard file.count == expected else { throw changed(index, file) }
      }
      var bytes = [UInt8](repeating: 0, count: min(expected, most))
      try bytes.withUnsafeMutableBufferPointer { bytes throws(FileError) in
        try file.read(
          into: UnsafeMutableRawBufferPointer(bytes), at: isSharded ? Int(offsets[index]) : 0)
      }
      return bytes
    } catch {
      throw ImageError(error)
    }
  }

  private func changed(_ index: Int, _ file: OpenFile) -> FileError {
    FileError(
      .read, file.path,
      reason: isSharded
        ? "its \(file.count) bytes end before \(String(decoding: nameBytes(index), as: UTF8.self))"
          + ": it is cut short, or changed after the index was built"
        : "it has \(file.count) bytes, and had \(lengths[index]) when the index was built: "
          + "data verify builds the index again")
  }

  private func container(of index: Int) -> String { containers[Int(containerOf[index])] }

  private func path(_ container: String) -> String {
    container.isEmpty ? root : root + "/" + container
  }

  private func nameBytes(_ index: Int) -> ArraySlice<UInt8> {
    names[(index == 0 ? 0 : Int(nameEnds[index - 1]))..<Int(nameEnds[index])]
  }
}

extension ImageIndex {
  /// An index whose arrays were stored.
  ///
  /// - Returns: nil if they don't fit together.
  init?(
    root: String, classNames: [String], containers: [String], labels: [UInt16],
    containerOf: [UInt32], lengths: [UInt32], offsets: [UInt64], nameEnds: [UInt32],
    names: [UInt8]
  ) {
    let count = labels.count
    guard containerOf.count == count, lengths.count == count, nameEnds.count == count,
      offsets.isEmpty || offsets.count == count, Int(nameEnds.last ?? 0) == names.count,
      labels.allSatisfy({ $0 < classNames.count }),
      containerOf.allSatisfy({ $0 < containers.count }),
      lengths.allSatisfy({ $0 <= Image.maximumFileSize }),
      offsets.allSatisfy({ $0 < UInt64(Int.max) - UInt64(Image.maximumFileSize) }),
      zip(nameEnds, nameEnds.dropFirst()).allSatisfy({ $0 <= $1 })
    else { return nil }
    self.init(root: root, classNames: classNames)
    (self.containers, self.labels, self.containerOf) = (containers, labels, containerOf)
    (self.lengths, self.offsets, self.nameEnds, self.names) = (lengths, offsets, nameEnds, names)
  }
}

/// Shards that are open for reading, so that each image doesn't open its shard again.
private final class OpenShards: Sendable {
  private let files = Mutex<[String: OpenFile]>([:])

  func open(_ path: String) throws(FileError) -> OpenFile {
    if let file = files.withLock({ $0[path] }) { return file }
    let file = try OpenFile(path)
    files.withLock { files in
      // A set may have more shards than a process may have files open.
      if files.count >= 128 { files.removeAll() }
      files[path] = file
    }
    return file
  }
}

extension Array {
  /// Appends an element. Room for more grows by an eighth at a time, since millions of entries would
  /// otherwise take up to twice their size.
  fileprivate mutating func add(_ element: Element) {
    makeRoom(for: 1)
    append(element)
  }

  /// Makes room for some more elements.
  fileprivate mutating func makeRoom(for more: Int) {
    let needed = count + more
    if needed > capacity { reserveCapacity(Swift.max(needed, count + count / 8, 64)) }
  }
}
