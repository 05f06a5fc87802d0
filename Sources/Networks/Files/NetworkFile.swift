import Basics
import Layers
import TensorFiles

/// A user's network in a JSON file: `NetworkFile.help` describes the format.
///
/// Reading a written file gives the same network, and the same network always gives the same text.
public enum NetworkFile {
  /// The value of the member `format` of every file.
  static let formatName = "alexnet-network"
  /// The largest file that is read, in bytes.
  public static let largest = 1_000_000
  /// The most layers that a network in a file may have.
  public static let mostLayers = 1_000
  /// Words that already mean something else next to layer names, so a layer can't have them as its
  /// name.
  public static let reservedNames: Set<String> = [
    "input", "image", "output", "weight", "bias", "gradient", "let", "out", "true", "false", "nan",
    "inf", "infinity", "pi", "classes", "rounding", "activation", "convention",
  ]

  /// Reads the network in the file at `path`.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - reserved: words that a layer can't have as its name, besides `reservedNames`.
  /// - Throws: `NetworkFileError`, also if the layers don't fit together.
  public static func load(
    _ path: String, reserved: Set<String> = []
  ) throws(NetworkFileError) -> Network {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try OpenFile.bytes(of: path, limit: largest)
    } catch {
      throw NetworkFileError(path, nil, error.reason)
    }
    return try network(in: bytes, file: path, reserved: reserved)
  }

  /// Reads a network from the bytes of a file; `file` is its name in messages.
  ///
  /// - Throws: `NetworkFileError`, also if the layers don't fit together.
  public static func network(
    in bytes: [UInt8], file: String, reserved: Set<String> = []
  ) throws(NetworkFileError) -> Network {
    let json: JSONValue
    if let other = FileKind.mismatch(bytes, wanted: .network) {
      throw NetworkFileError(file, nil, other.reason, hint: other.hint)
    }
    do throws(JSONError) {
      json = try JSONParser.parse(bytes)
    } catch {
      let before = bytes.prefix(error.offset)
      let line = before.count { $0 == UInt8(ascii: "\n") } + 1
      let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
      throw NetworkFileError(file, "line \(line), column \(column)", error.reason)
    }
    let network = try NetworkReader(file: file, reserved: reserved).network(json)
    let outputs: Int?
    do throws(NetworkShapeError) {
      outputs = try network.geometry().last?.output.withoutBatch.count
    } catch {
      throw NetworkFileError(file, nil, error.message, hint: error.hint, shapeError: error)
    }
    if let labels = network.labels, labels.count != outputs {
      let given = NumberFormat.count(labels.count, "label")
      throw NetworkFileError(file, "labels", "\(given) for \(outputs ?? 0) outputs")
    }
    return network
  }

  /// Writes a network to the file at `path`, whole or not at all.
  ///
  /// - Throws: `FileError`, after which the file is as it was.
  public static func save(_ network: Network, to path: String) throws(FileError) {
    try AtomicFile.write(text(of: network), to: path)
  }
}

/// Why a network can't be read from a file, in one line.
public struct NetworkFileError: DescribedError, Hashable, Sendable, CustomStringConvertible {
  /// The file, as the caller named it.
  public let file: String
  /// Where in the file: `line 3, column 7`, `layer 2 (relu1)`; nil for the file as a whole.
  public let place: String?
  /// What is wrong there.
  public let reason: String
  /// How to fix it, if known.
  public let hint: String?
  /// The layer that doesn't fit, if the file is valid otherwise.
  public let shapeError: NetworkShapeError?

  init(
    _ file: String, _ place: String?, _ reason: String, hint: String? = nil,
    shapeError: NetworkShapeError? = nil
  ) {
    (self.file, self.place, self.reason) = (file, place, reason)
    (self.hint, self.shapeError) = (hint, shapeError)
  }

  /// The file, the place and the reason.
  public var message: String {
    [printable(file), place, reason].compactMap(\.self).joined(separator: ": ")
  }

  /// Always `.file`.
  public var kind: ErrorKind { .file }
}
