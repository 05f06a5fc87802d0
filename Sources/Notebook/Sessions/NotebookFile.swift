import Basics
import Cells
import TensorFiles

/// A Jupyter notebook file (nbformat 4.5): cells, and what they showed.
package struct NotebookFile: Sendable {
  /// A cell of code or of text.
  package struct Cell: Sendable {
    /// Whether it is code.
    package var isCode = true
    /// Its text.
    package var source: String
    /// What it showed, as the file stores it.
    package var outputs: [JSONValue] = []
    /// Its number when it ran last; nil if it never ran.
    package var number: Int?
    /// Its metadata.
    package var metadata: [JSONValue.Member] = []
    /// Its identifier; nil in files older than 4.5.
    package var identifier: String?
    /// The whole cell, for one that isn't code.
    package var whole: JSONValue?

    /// Whether the cells after it run even if it fails, as programs for notebooks read its tags.
    package var mayFail: Bool {
      metadata["tags"]?.arrayValue?.contains(.string(NotebookFile.failingTag)) ?? false
    }
  }

  /// The cells in order.
  package var cells: [Cell]
  /// What the file says about itself.
  package var metadata: [JSONValue.Member]

  static let failingTag = "raises-exception"
  /// The largest file that is read, in bytes.
  package static let largest = 64 << 20

  /// Whether a file's name says that it is a notebook.
  package static func isNamed(_ path: String) -> Bool { path.lowercased().hasSuffix(".ipynb") }

  /// The seed with which the session started; nil if the file doesn't say.
  package var seed: UInt64? {
    switch metadata["alexnet"]?["seed"] {
    case .integer(let seed)?: UInt64(exactly: seed)
    case .string(let seed)?: UInt64(seed)
    default: nil
    }
  }

  /// The engine that was chosen with `--engine`; nil if the program chose.
  package var engine: String? { metadata["alexnet"]?["engine"]?.stringValue }

  /// The cells of code that aren't empty, each with the number that it gets when all of them run.
  package var numberedCode: [(number: Int, cell: Cell)] {
    let code = cells.filter { $0.isCode && !$0.source.allSatisfy(\.isWhitespace) }
    return code.enumerated().map { ($0 + 1, $1) }
  }
}

// MARK: - Reading

extension NotebookFile {
  /// Reads a file.
  ///
  /// - Throws: `FileError`, or `Failure` that names the file, the cell and what is wrong with it.
  package init(path: String) throws {
    let size = try OpenFile(path).count
    guard size <= Self.largest else {
      throw Failure(
        .file, "\(quoted(path)) has \(NumberFormat.bytes(size)), too large for a notebook",
        hint: "notebooks up to \(NumberFormat.bytes(Self.largest)) are read; clear its outputs")
    }
    let bytes = try OpenFile.bytes(of: path, limit: Self.largest)
    if let other = FileKind.mismatch(bytes, wanted: .notebook) {
      throw Failure(.file, "\(quoted(path)): \(other.reason)", hint: other.hint)
    }
    do {
      try self.init(bytes)
    } catch {
      throw Failure(.file, "\(quoted(path)): \(error.message)", hint: error.hint)
    }
  }

  /// Why bytes aren't a notebook that can run here.
  struct Malformed: DescribedError {
    let kind = ErrorKind.file
    var message: String
    var hint: String?
  }

  /// Reads the bytes of a file.
  init(_ bytes: [UInt8]) throws(Malformed) {
    let json: JSONValue
    do {
      json = try JSONParser.parse(bytes)
    } catch {
      let reason = bytes.isEmpty ? "it is empty" : "its JSON is damaged: \(error.message)"
      throw Malformed(message: "it isn't a notebook, since \(reason)")
    }
    guard let version = json["nbformat"]?.integerValue else {
      throw Malformed(message: "it isn't a notebook, since it has no nbformat")
    }
    guard version == 4 else {
      throw Malformed(
        message: "its format is nbformat \(version), and only nbformat 4 is read",
        hint: version < 4
          ? "jupyter nbconvert --to notebook FILE converts it" : "a newer Jupyter wrote it")
    }
    guard case .object(let metadata) = json["metadata"] ?? [:] else {
      throw Malformed(message: "its metadata isn't an object")
    }
    self.metadata = metadata
    try Self.requireOwn(metadata)
    guard let list = json["cells"]?.arrayValue else {
      throw Malformed(message: "it has no list of cells")
    }
    cells = []
    for (place, value) in list.enumerated() { cells.append(try Cell(value, place: place + 1)) }
  }

  /// Throws if the cells are in another language.
  private static func requireOwn(_ metadata: [JSONValue.Member]) throws(Malformed) {
    let spec = metadata["kernelspec"]
    let name = spec?["name"]?.stringValue
    let language = metadata["language_info"]?["name"]?.stringValue ?? spec?["language"]?.stringValue
    guard let other = language ?? name, other != Self.language, name != Self.language else {
      return
    }
    let title = spec?["display_name"]?.stringValue ?? name
    let kernel = title.map { " (kernel \(quoted($0)))" } ?? ""
    throw Malformed(
      message: "its cells are written in \(quoted(other))\(kernel), not for alexnet",
      hint: "open it with Jupyter")
  }

  /// The language of cells, and the name of the kernel.
  static let language = "alexnet"
}

extension NotebookFile.Cell {
  private typealias Malformed = NotebookFile.Malformed

  /// Reads a cell.
  ///
  /// - Parameter place: its place in the file, from 1.
  fileprivate init(_ json: JSONValue, place: Int) throws(NotebookFile.Malformed) {
    func wrong(_ what: String) -> Malformed { Malformed(message: "cell \(place): \(what)") }
    guard case .object(let members) = json else { throw wrong("it is \(json.kind)") }
    guard let kind = members["cell_type"]?.stringValue else { throw wrong("it has no cell_type") }
    guard ["code", "markdown", "raw"].contains(kind) else {
      throw wrong("there is no cell_type \(quoted(kind))")
    }
    guard let text = members["source"]?.joinedText else {
      throw wrong("its source isn't a string or a list of strings")
    }
    guard case .object(let metadata) = members["metadata"] ?? [:] else {
      throw wrong("its metadata isn't an object")
    }
    (source, self.metadata, identifier) = (text, metadata, members["id"]?.stringValue)
    isCode = kind == "code"
    guard isCode else {
      whole = json
      return
    }
    number = members["execution_count"]?.integerValue
    guard let outputs = (members["outputs"] ?? []).arrayValue else {
      throw wrong("its outputs aren't a list")
    }
    for (index, output) in outputs.enumerated() where output["output_type"]?.stringValue == nil {
      throw wrong("output \(index + 1) has no output_type")
    }
    self.outputs = outputs
  }
}

extension JSONValue {
  /// A text that is stored as a string, or as a list of its lines; nil for anything else.
  var joinedText: String? {
    if let text = stringValue { return text }
    guard let parts = arrayValue else { return nil }
    let lines = parts.compactMap(\.stringValue)
    return lines.count == parts.count ? lines.joined() : nil
  }
}
