/// What a file is, recognized by its first bytes and not by its name. Messages about a file of the
/// wrong kind say what it is and what opens it.
package enum FileKind: Hashable, Sendable, CaseIterable {
  // Images.
  case png, jpeg, gif, webp, bitmap, tiff, heic, avif, jpegXL, netpbm, svg
  // Documents and programs.
  case pdf, html, xml, executable, notebook
  // Archives.
  case zip, gzip, xz, bzip2, zstandard, tar
  // Other programs' weights and arrays.
  case torch, pickle, hdf5, numpy, numpyArchive, onnx, caffe, gguf
  // A placeholder for a file that Git LFS stores elsewhere.
  case lfsPointer
  // Files that this program reads and writes.
  case safetensors, network, recipe, metrics, lesson, progress

  /// How many bytes at the start of a file are examined.
  package static let prefixLength = 4096

  /// The kind with its article: `a JPEG image`.
  package var name: String {
    switch self {
    case .png: "a PNG image"
    case .jpeg: "a JPEG image"
    case .gif: "a GIF"
    case .webp: "a WebP image"
    case .bitmap: "a Windows bitmap"
    case .tiff: "a TIFF image"
    case .heic: "a HEIC image"
    case .avif: "an AVIF image"
    case .jpegXL: "a JPEG XL image"
    case .netpbm: "a Netpbm image (PBM, PGM or PPM)"
    case .svg: "an SVG drawing"
    case .pdf: "a PDF document"
    case .html: "a web page"
    case .xml: "an XML document"
    case .executable: "a compiled program"
    case .notebook: "a Jupyter notebook"
    case .zip: "a ZIP archive"
    case .gzip: "a gzip archive"
    case .xz: "an xz archive"
    case .bzip2: "a bzip2 archive"
    case .zstandard: "a Zstandard archive"
    case .tar: "a tar archive"
    case .torch: "a PyTorch file (.pt or .pth)"
    case .pickle: "a Python pickle"
    case .hdf5: "an HDF5 file, as Keras and MATLAB write"
    case .numpy: "a NumPy array (.npy)"
    case .numpyArchive: "an archive of NumPy arrays (.npz)"
    case .onnx: "an ONNX model"
    case .caffe: "a Caffe model"
    case .gguf: "a GGUF file"
    case .lfsPointer: "a Git LFS pointer, a placeholder for a file stored elsewhere"
    case .safetensors: "a safetensors file"
    case .network: "a network"
    case .recipe: "a recipe"
    case .metrics: "the metrics of a training run"
    case .lesson: "a lesson"
    case .progress: "a progress file"
    }
  }

  /// What to do with such a file.
  package var hint: String {
    switch self {
    case .png, .jpeg: "the command image opens PNG and JPEG images"
    case .gif, .webp, .bitmap, .tiff, .heic, .avif, .jpegXL, .netpbm, .svg:
      "convert it to PNG with an image editor, then open it with image"
    case .pdf, .xml, .executable, .gguf: "choose another file"
    case .notebook: "give it a name that ends in .ipynb; then run and open read it"
    case .html:
      "the download may be an error or login page: use the file's direct link"
    case .zip: "unpack it first"
    case .gzip, .xz, .bzip2, .zstandard, .tar: "unpack it first, with tar -xf or a file manager"
    case .torch, .numpy, .numpyArchive, .onnx, .caffe: "load reads its weights"
    case .pickle:
      "load reads weights in it; CIFAR-10's Python version: data fetch cifar10 downloads the binary one"
    case .hdf5:
      "convert it in Python: m = keras.models.load_model(FILE); "
        + "numpy.savez(\"weights.npz\", **{w.path: w.numpy() for w in m.weights})"
    case .lfsPointer: "git lfs pull, in the repository it is from, fetches the file itself"
    case .safetensors: "load reads weights and checkpoints"
    case .network: "network load reads it"
    case .recipe: "train --recipe FILE trains with it, recipe FILE prints it"
    case .metrics: "plot FILE draws it"
    case .lesson: "lesson FILE opens it"
    case .progress: "progress import FILE adds it to yours"
    }
  }

  /// The kind of the file that begins with these bytes; nil if they don't show one, as with plain
  /// text.
  package init?(of bytes: some Collection<UInt8>) {
    let start = Array(bytes.prefix(Self.prefixLength))
    if let kind = Self.signed(start) ?? Self.structured(start) ?? Self.textual(start) {
      self = kind
    } else {
      return nil
    }
  }

  /// The kind of the file at `path`; nil also if it can't be read.
  package init?(path: String) {
    guard let file = try? OpenFile(path) else { return nil }
    var start = [UInt8](repeating: 0, count: min(file.count, Self.prefixLength))
    let isRead: Void? = try? start.withUnsafeMutableBufferPointer { start throws(FileError) in
      try file.read(into: UnsafeMutableRawBufferPointer(start), at: 0)
    }
    guard isRead != nil else { return nil }
    self.init(of: start)
  }

  /// The message for bytes of a known kind other than the `wanted` one: "it is a JPEG image, not a
  /// safetensors file", and what to do with it.
  ///
  /// - Parameter wanted: what was expected; nil is plain text.
  package static func mismatch(
    _ bytes: some Collection<UInt8>, wanted: FileKind?
  ) -> (reason: String, hint: String)? {
    guard let kind = FileKind(of: bytes), kind != wanted else { return nil }
    return ("it is \(kind.name), not \(wanted?.name ?? "plain text")", kind.hint)
  }

  /// The same for the file at `path`.
  package static func mismatch(
    path: String, wanted: FileKind?
  ) -> (reason: String, hint: String)? {
    guard let kind = FileKind(path: path), kind != wanted else { return nil }
    return ("it is \(kind.name), not \(wanted?.name ?? "plain text")", kind.hint)
  }
}
