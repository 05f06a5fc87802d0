import Basics
import TensorFiles
import Tensors

/// A file of named tensors, in any of the formats that AlexNet's weights come in. Opening it reads
/// names, shapes and types; elements are read when a tensor is requested.
package struct WeightFile: Sendable {
  /// The formats that can be read.
  package enum Format: String, Sendable, CaseIterable {
    case safetensors
    case pytorch = "PyTorch"
    case numpy = "NumPy"
    case caffe = "Caffe"
    case onnx = "ONNX"
  }

  /// One tensor.
  package struct Entry: Sendable {
    /// Its name in the file. Parts of a nested name are separated by dots.
    package let name: String
    /// Its shape in the file.
    package let shape: Shape
    /// How its elements are stored, as safetensors files name types: `F32`, `F16`.
    package let type: String
    let elements: Elements

    /// Its elements as Floats, in row-major order; Doubles are rounded to the nearest.
    ///
    /// - Throws: `WeightFileError`, `SafeTensorsError`; for whole numbers too.
    package func tensor() throws -> Tensor {
      switch elements {
      case .safetensors(let file): return try file.tensor(name)
      case .array(let array):
        guard array.type.isFloatingPoint else {
          throw WeightFileError(
            array.bytes.file,
            "\(printable(name)) holds \(array.type.rawValue), not floating-point numbers")
        }
        return Tensor(shape: array.shape, values: try array.floats())
      }
    }
  }

  enum Elements: Sendable {
    case safetensors(SafeTensors)
    case array(StoredArray)
  }

  /// The file, as the caller named it.
  package let file: String
  /// Its format.
  package let format: Format
  /// The format's variant: `zip, pickle protocol 2`; nil if there is only one.
  package let variant: String?
  /// The tensors, in the file's order.
  package let entries: [Entry]
  /// The layers of the network that the file describes, in its order; nil if it holds only tensors.
  package let layers: [FileLayer]?

  init(
    file: String, format: Format, variant: String? = nil, entries: [Entry],
    layers: [FileLayer]? = nil
  ) throws {
    var names: Set<ExactName> = []
    for entry in entries where !names.insert(ExactName(entry.name)).inserted {
      throw WeightFileError(file, "two tensors are named \(printable(entry.name))")
    }
    (self.file, self.format, self.variant) = (file, format, variant)
    (self.entries, self.layers) = (entries, layers)
  }

  /// The entry with this name; nil if there is none.
  package func entry(_ name: String) -> Entry? {
    let exact = ExactName(name)
    return entries.first { ExactName($0.name) == exact }
  }
}

extension WeightFile.Entry {
  init(_ name: String, _ array: StoredArray) {
    self.init(
      name: name, shape: array.shape, type: array.type.rawValue, elements: .array(array))
  }
}

extension WeightFile {
  /// Opens the file at `path`, whose format is recognized by its bytes.
  ///
  /// - Throws: `WeightFileError` or `SafeTensorsError`, in one line that names the file.
  package init(path: String) throws {
    let opened: OpenFile
    do {
      opened = try OpenFile(path)
    } catch {
      throw WeightFileError(path, error.reason)
    }
    let start = try ByteRange(opened).beginning(FileKind.prefixLength)
    let kind = FileKind(of: start)
    func named(_ ending: String) -> Bool { path.lowercased().hasSuffix(ending) }
    switch kind {
    case .torch?: self = try TorchArchive.read(opened)
    case .pickle?: self = try TorchStream.read(opened)
    case .numpy?: self = try NumPyFile.read(opened)
    case .zip?, .numpyArchive?: self = try Self.archive(opened, kind!)
    case .onnx?: self = try ONNXModel.read(opened)
    case .caffe?: self = try CaffeModel.read(opened)
    case nil where named(".safetensors.index.json") || named(".json"):
      self = try ShardIndex.read(opened)
    // These formats have no signature; what precedes their tensors may take many forms.
    case nil where named(".onnx"): self = try ONNXModel.read(opened)
    case nil where named(".caffemodel"): self = try CaffeModel.read(opened)
    case nil where named(".pth") || named(".pt") || named(".pkl"):
      self = try TorchStream.read(opened)
    case .safetensors?, nil:
      let file = try SafeTensors(path: path)
      self = try Self(file: path, format: .safetensors, entries: Self.entries(of: file))
    case let other?:
      throw WeightFileError(path, "it is \(other.name), not a file of weights", hint: other.hint)
    }
  }

  /// The tensors of a safetensors file.
  static func entries(of file: SafeTensors) -> [Entry] {
    file.names.map { name in
      Entry(
        name: name, shape: file.shape(of: name)!,
        type: file.elementType(of: name)?.rawValue ?? "another type",
        elements: .safetensors(file))
    }
  }

  /// An archive that begins in no particular way: PyTorch's, NumPy's or Keras's.
  private static func archive(_ opened: OpenFile, _ kind: FileKind) throws -> WeightFile {
    let archive = try ZipArchive(opened)
    let names = archive.entries.map(\.name)
    if names.contains(where: { $0.hasSuffix("/data.pkl") || $0 == "data.pkl" }) {
      return try TorchArchive.read(opened)
    }
    if names.contains(where: { $0.hasSuffix(".weights.h5") }) {
      throw WeightFileError(
        archive.file, "it is a Keras model, not a file that can be read here",
        hint: FileKind.hdf5.hint)
    }
    guard names.contains(where: { $0.hasSuffix(".npy") }) else {
      let other = kind == .numpyArchive ? FileKind.zip : kind
      throw WeightFileError(
        archive.file, "it is \(other.name), not a file of weights", hint: other.hint)
    }
    return try NumPyFile.read(archive)
  }
}
