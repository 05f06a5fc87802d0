import Digests
import TensorFiles

/// A case file: the inputs of an operation or a network, and the expected results.
/// `Golden/README.md` states the format for other programs.
package struct GoldenCase: Sendable {
  /// The subject of a case.
  package enum Subject: Sendable {
    /// One operation.
    case operation(OperationCase)
    /// A whole network, forward and backward.
    case network(NetworkCase)
    /// A few steps of training.
    case training(TrainingCase)
  }

  /// Where the file is.
  package let path: String
  /// The name of the case.
  package let name: String
  /// The operation's name in files: `convolution`, …, `network`, `training`.
  package let operation: String
  /// The parameters in the file: a JSON object.
  package let parameters: String
  /// What computed the expected values.
  package let generator: String
  /// The seed of the counter-based generator.
  package let seed: UInt64
  /// The inputs and expected values.
  package let subject: Subject

  /// The largest case file that is read, in bytes.
  static let largest = 64 << 20
  static let format = "alexnet-golden"
  static let version = "1"

  /// Reads a case.
  ///
  /// - Throws: `GoldenError` if the file can't be read, any byte of it was changed since it was
  ///   sealed, or it doesn't follow the format.
  package init(path: String) throws(GoldenError) {
    let bytes: [UInt8]
    do {
      bytes = try OpenFile.bytes(of: path, limit: Self.largest)
    } catch {
      throw GoldenError(path, error.reason)
    }
    try self.init(bytes: bytes, path: path)
  }

  /// Reads a case whose bytes are in memory; `path` is its name in messages.
  ///
  /// - Throws: `GoldenError`, as for `init(path:)`.
  package init(bytes: [UInt8], path: String) throws(GoldenError) {
    if let other = FileKind.mismatch(bytes, wanted: .safetensors) {
      throw GoldenError(path, other.reason, hint: other.hint)
    }
    do {
      guard try CaseDigest.holds(bytes) else {
        throw GoldenError(path, "its digest does not match: some byte of the file was altered")
      }
    } catch let error as FileSealError {
      throw GoldenError(path, error.reason)
    } catch let error as GoldenError {
      throw error
    } catch {
      throw GoldenError(path, "\(error)")
    }
    let file: SafeTensors
    do {
      file = try SafeTensors(bytes: bytes, file: path)
    } catch {
      throw GoldenError(error)
    }
    func string(_ key: String) throws(GoldenError) -> String {
      guard let text = file.metadata[key] else { throw GoldenError(path, "metadata lacks \(key)") }
      return text
    }
    guard try string("format") == Self.format else {
      throw GoldenError(path, "its format is not \(Self.format)")
    }
    guard try string("version") == Self.version else {
      throw GoldenError(
        path,
        "its version is \(printable(try string("version"))); this program reads \(Self.version)"
      )
    }
    guard let seed = UInt64(try string("seed")) else {
      throw GoldenError(path, "its seed is not a whole number")
    }
    self.path = path
    self.seed = seed
    name = try string("case")
    operation = try string("operation")
    parameters = try string("parameters")
    generator = try string("generator")
    switch operation {
    case "network":
      subject = .network(try NetworkCase(parameters: parameters, seed: seed, file: file))
    case "training":
      subject = .training(try TrainingCase(parameters: parameters, seed: seed, file: file))
    default:
      subject = .operation(
        try OperationCase(operation: operation, parameters: parameters, file: file))
    }
  }

  /// The command that writes the file again, for a message about it.
  package var regenerate: String {
    "Golden/generate.py --only "
      + (operation == "network" ? "networks" : printable(operation)) + "/\(printable(name))"
  }
}
