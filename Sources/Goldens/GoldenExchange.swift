import Foundation
import TensorFiles
import Tensors

/// Judges kernels of other programs, with inputs and outputs in files.
package enum GoldenExchange {
  static let format = "alexnet-golden-inputs"

  /// Writes the inputs of every operation case, without expected values, to
  /// `FOLDER/<operation>/<case>.safetensors`: tensors `input.x`, `input.weight`, … and the operation
  /// with its parameters as metadata.
  ///
  /// Whole networks are left out: their inputs follow from a formula.
  ///
  /// - Parameter claim: called with the path of each file before the first is written; if it
  ///   throws, nothing is written.
  /// - Returns: the number of files written.
  /// - Throws: `GoldenError` if a case isn't valid, `FileError` if a file can't be written,
  ///   `Cancelled`.
  @discardableResult
  package static func exportInputs(
    from suite: GoldenSuite, to folder: String, cancellation: Cancellation = .never,
    claim: (_ path: String) throws -> Void = { _ in }
  ) throws -> Int {
    let folder = HomeFolder.expanding(folder)
    var files: [(path: String, writer: SafeTensorsWriter)] = []
    for file in suite.files {
      try cancellation.check()
      let example = try suite.load(file)
      guard case .operation(let operation) = example.subject else { continue }
      var writer = SafeTensorsWriter(metadata: [
        "format": format, "version": GoldenCase.version, "case": example.name,
        "operation": example.operation, "parameters": example.parameters,
      ])
      operation.addInputs(to: &writer)
      let name = GoldenSuite.exchangeName(file, operation: example.operation)
      let path = "\(folder)/\(name)\(GoldenSuite.suffix)"
      try claim(path)
      files.append((path, writer))
    }
    for file in files {
      try cancellation.check()
      try makeFolder(of: file.path)
      try file.writer.write(to: file.path)
    }
    return files.count
  }

  /// Judges outputs that another program wrote to `FOLDER/<operation>/<case>.outputs.safetensors`:
  /// tensors `y`, `x_gradient`, `weight_gradient`, … with the shapes that the case expects, F32 or
  /// F64.
  ///
  /// - Parameters:
  ///   - folder: where the outputs are.
  ///   - suite: the cases whose inputs they were computed from; whole networks are left out.
  ///   - arithmetic: how the program computes; the bounds follow from it.
  /// - Returns: one result per case; `missing` if it has no file.
  /// - Throws: `Cancelled`.
  package static func judge(
    _ folder: String, against suite: GoldenSuite, arithmetic: Arithmetic = .float,
    cancellation: Cancellation = .never
  ) throws(Cancelled) -> [GoldenResult] {
    let folder = HomeFolder.expanding(folder)
    return try suite.results(cancellation: cancellation) { example, file in
      guard case .operation(let operation) = example.subject else { return nil }
      let name = GoldenSuite.exchangeName(file, operation: example.operation)
      return judge(operation, outputs: "\(folder)/\(name)\(GoldenSuite.outputsSuffix)", arithmetic)
    }
  }

  /// Whether a folder holds outputs of any case, good or bad.
  package static func hasOutputs(in folder: String) -> Bool {
    let root = URL(filePath: HomeFolder.expanding(folder), directoryHint: .isDirectory)
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    return files?.contains { ($0 as? URL)?.path.hasSuffix(GoldenSuite.outputsSuffix) == true }
      ?? false
  }

  private static func judge(
    _ example: OperationCase, outputs path: String, _ arithmetic: Arithmetic
  ) -> GoldenResult.Outcome {
    guard FileManager.default.fileExists(atPath: path) else { return .missing(path) }
    let outputs: SafeTensors
    do {
      outputs = try SafeTensors(path: path)
    } catch {
      return .unreadable(error.description)
    }
    return .compared(
      OperationCase.Result.allCases.filter { example.expected[$0] != nil }.map { result in
        let name = result.rawValue
        guard let shape = outputs.shape(of: name) else {
          return GoldenComparison(tensor: name, problem: "it is missing from \(printable(path))")
        }
        do {
          // Checked first, so that not more than expected is read.
          guard shape.count == example.expected[result]?.count else {
            return example.comparison(of: result, [], shape: shape, arithmetic)
          }
          return example.comparison(
            of: result, try outputs.doubles(name), shape: shape, arithmetic)
        } catch {
          return GoldenComparison(tensor: name, problem: "\(error)")
        }
      })
  }

  private static func makeFolder(of path: String) throws(FileError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
      throw FileError(
        .write, folder.relativePath,
        reason: cause.map { String(cString: strerror(Int32($0.code))) }
          ?? "the folder can't be created")
    }
  }
}

extension OperationCase {
  /// Adds x and the other inputs, under the names that cases use.
  func addInputs(to writer: inout SafeTensorsWriter) {
    writer.add("input.x", x)
    let names = ["weight", "bias", "running_mean", "running_var"]
    for (name, tensor) in zip(names, parameters) { writer.add("input.\(name)", tensor) }
    if let mask { writer.add("input.mask", mask) }
    if let gradient { writer.add("input.gradient", gradient) }
    if let labels { writer.add("input.labels", integers: labels, shape: [labels.count]) }
  }
}
