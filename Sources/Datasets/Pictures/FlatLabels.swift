import Basics
import TensorFiles

/// The classes of a folder of images without class folders, as ImageNet's validation part comes: from
/// a text file beside or inside it.
///
/// Either `val.txt` (for a folder `val`), a line `NAME LABEL` for each image, labels from 0 in the
/// order of the classes; or `ILSVRC2012_validation_ground_truth.txt`, whose line k is the ID of the
/// image with the number k at the end of its name, with another text file of lines `ID SYNSET`.
struct FlatLabels {
  /// The classes, in the order of their labels.
  private let classNames: [String]
  /// The folder of the images, with its path below the root: `val`.
  private let folder: (path: String, name: String)
  private let root: String

  /// ImageNet's file of IDs.
  static let groundTruthName = "ILSVRC2012_validation_ground_truth.txt"

  init(classNames: [String], folder: String, root: String) {
    (self.classNames, self.root) = (classNames, root)
    self.folder = (folder, String(folder.dropFirst(root.count + 1)))
  }

  /// The file of labels, if there is one.
  static func file(for folder: String, root: String) -> String? {
    let name = folder.split(separator: "/").last.map(String.init) ?? "val"
    var places = [root, folder].flatMap {
      [$0 + "/\(name).txt", $0 + "/\(name.lowercased()).txt"]
    }
    // That file is about validation images; ImageNet's test images have no labels.
    if !["test", "testing"].contains(name.lowercased()) {
      places += [root, folder, root + "/data", root + "/ILSVRC2012_devkit_t12/data"]
        .map { $0 + "/" + groundTruthName }
    }
    return places.first { FileStamp(of: $0) != nil }
  }

  /// The label of each of these images.
  ///
  /// - Parameters:
  ///   - names: the images, in the order of their names.
  ///   - search: notes the files that are read.
  func labels(of names: [String], _ search: inout ImageSearch) throws(ImageError) -> [Int] {
    guard let file = Self.file(for: folder.path, root: root) else {
      throw ImageError(
        "\(printable(folder.path)) holds images without class folders, and no file has their labels",
        hint: "\(folder.name).txt beside it, with a line NAME LABEL for each, or "
          + "\(Self.groundTruthName) with a text file of lines ID SYNSET")
    }
    search.stamp(file)
    return file.hasSuffix("/" + Self.groundTruthName)
      ? try labels(byNumber: names, file, &search) : try labels(byName: names, file)
  }

  // NAME LABEL.

  private func labels(byName names: [String], _ file: String) throws(ImageError) -> [Int] {
    let known = Set(names.map(ExactName.init))
    var labels: [ExactName: (label: Int, line: Int)] = [:]
    for (number, line) in try lines(of: file) {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count >= 2, let last = words.last, let label = Int(last) else {
        throw ImageError(
          "\(printable(file)), line \(number): \(printable(line, limit: 60)) isn't NAME LABEL",
          hint: "as in: \(names[0]) 0")
      }
      let written = String(line[..<last.startIndex]).trimmingSpaces()
      // Some lists name the images with their folder.
      let name = ExactName(
        written.hasPrefix(folder.name + "/")
          ? String(written.dropFirst(folder.name.count + 1)) : written)
      guard classNames.indices.contains(label) else {
        throw ImageError(
          "\(printable(file)), line \(number): the label \(label) is beyond the "
            + "\(classNames.count) classes",
          hint: "labels are 0 to \(classNames.count - 1), in the order of the class folders' names")
      }
      if let before = labels[name] {
        throw ImageError(
          "\(printable(file)) has two labels for \(printable(name.text)), in lines "
            + "\(before.line) and \(number)", hint: "remove one of the lines")
      }
      guard known.contains(name) else {
        throw ImageError(
          "\(printable(file)), line \(number): \(printable(name.text)) isn't in "
            + printable(folder.path), hint: "copy the image there, or remove the line")
      }
      labels[name] = (label, number)
    }
    let missing = names.filter { labels[ExactName($0)] == nil }
    if let first = missing.first {
      throw ImageError(
        "\(printable(file)) has no label for \(printable(first))"
          + (missing.count > 1 ? " and \(missing.count - 1) others" : ""),
        hint: "add a line NAME LABEL for each, or move them out of \(folder.name)")
    }
    return names.compactMap { labels[ExactName($0)]?.label }
  }

  // IDs by line.

  private func labels(
    byNumber names: [String], _ file: String, _ search: inout ImageSearch
  ) throws(ImageError) -> [Int] {
    let (synsets, synsetFile) = try synsets(beside: file, &search)
    let labelOf = Dictionary(
      classNames.enumerated().map { ($0.element, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    let ids = try lines(of: file)
    var owner: [Int: String] = [:]
    var labels: [Int] = []
    for name in names {
      let digits = name.prefix { $0 != "." }.reversed().prefix(while: \.isASCIIDigit)
      guard let number = Int(String(digits.reversed())) else {
        throw ImageError(
          "\(printable(folder.path + "/" + name)) has no number at the end of its name",
          hint: "line k of \(Self.groundTruthName) belongs to the image with the number k, as in "
            + "ILSVRC2012_val_00000001.JPEG")
      }
      if let other = owner.updateValue(name, forKey: number) {
        throw ImageError(
          "\(printable(other)) and \(printable(name)) in \(printable(folder.path)) have the same "
            + "number", hint: "remove one of them")
      }
      guard ids.indices.contains(number - 1) else {
        throw ImageError(
          "\(printable(file)) has \(ids.count) lines, and so no label for \(printable(name))",
          hint: "is the file whole?")
      }
      let (line, text) = ids[number - 1]
      guard let id = Int(text.trimmingSpaces()), let synset = synsets[id] else {
        throw ImageError(
          "\(printable(file)), line \(line): \(printable(text, limit: 60)) isn't an ID of "
            + printable(synsetFile), hint: "that file has a line ID SYNSET for each class")
      }
      guard let label = labelOf[synset] else {
        throw ImageError(
          "\(printable(synsetFile)): the class \(printable(synset)) of ID \(id) has no folder among "
            + "the training images", hint: "\(printable(name)) is of that class")
      }
      labels.append(label)
    }
    return labels
  }

  /// The classes by their IDs, from the first text file beside `file` or in the root, in the order of
  /// names, in which every line begins with an ID and a class.
  private func synsets(
    beside file: String, _ search: inout ImageSearch
  ) throws(ImageError) -> ([Int: String], file: String) {
    let beside = String(file.dropLast(Self.groundTruthName.count + 1))
    for place in beside == root ? [root] : [beside, root] {
      for entry in try search.entries(of: place)
      where entry.kind == .file && entry.name.hasSuffix(".txt") && entry.length < 10_000_000 {
        let candidate = place + "/" + entry.name
        guard candidate != file, let lines = try? lines(of: candidate), !lines.isEmpty else {
          continue
        }
        let pairs = lines.map { number, line in
          let words = line.split(whereSeparator: \.isWhitespace)
          return (number, words.first.flatMap { Int($0) }, words.count > 1 ? String(words[1]) : "")
        }
        guard pairs.allSatisfy({ $0.1 != nil && ImageNetClasses.isSynset($0.2) }) else { continue }
        search.stamp(candidate)
        var synsets: [Int: String] = [:]
        for case let (number, id?, synset) in pairs {
          guard synsets.updateValue(synset, forKey: id) == nil else {
            throw ImageError(
              "\(printable(candidate)), line \(number): the ID \(id) occurs twice",
              hint: "remove one of the lines")
          }
        }
        return (synsets, candidate)
      }
    }
    throw ImageError(
      "\(printable(file)) needs a text file of lines ID SYNSET beside it",
      hint: "a line for each class, as in: 1 n02119789")
  }

  /// The lines that aren't blank, with their numbers.
  private func lines(of file: String) throws(ImageError) -> [(number: Int, text: String)] {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try OpenFile.bytes(of: file, limit: 1 << 30)
    } catch {
      throw ImageError(error)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ImageError("\(printable(file)) isn't text in UTF-8", hint: "save it as plain text")
    }
    return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .map { ($0.offset + 1, String($0.element)) }.filter { !$0.1.trimmingSpaces().isEmpty }
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
