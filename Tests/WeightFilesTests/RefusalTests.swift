import Basics
import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import WeightFiles

/// Files that are damaged, hostile or of another kind: one line that names the file.
struct RefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var message: String
    var testDescription: String { "\(name): \(message)" }
  }

  /// Opens a file of these bytes and reads every tensor.
  static func read(_ bytes: [UInt8], name: String) throws {
    try inTemporaryFolder { folder in
      let path = folder + "/" + name
      try Data(bytes).write(to: URL(filePath: path))
      for entry in try WeightFile(path: path).entries { _ = try entry.tensor() }
    }
  }

  /// A pickle of protocol 2 with these opcodes.
  static func pickle(_ opcodes: String) -> [UInt8] { [0x80, 2] + Array(opcodes.utf8) + [0x2E] }

  /// A pickle whose one byte string is doubled again and again through the memo.
  static let laughs: [UInt8] = {
    var bytes: [UInt8] = [0x80, 2, 0x5D, 0x71, 0]
    for level in UInt8(1)..<40 {
      bytes += [0x5D, 0x71, level, 0x28, 0x68, level - 1, 0x68, level - 1, 0x65]
    }
    return bytes + [0x2E]
  }()

  static func numpy(_ header: String) -> [UInt8] {
    let text = Array(header.utf8)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count), 0] + text
  }

  static let cases: [Case] = [
    // The classic: os.system in protocol 0, by GLOBAL, by STACK_GLOBAL, by INST.
    Case(
      name: "a.pth", bytes: Array("cos\nsystem\n(S'echo hacked'\ntR.".utf8),
      message: "it refers to os.system"),
    Case(
      name: "a.pth", bytes: pickle("cposix\nsystem\nX\u{4}\0\0\0echoq\0\u{85}R"),
      message: "it refers to posix.system"),
    Case(
      name: "a.pt",
      bytes: [0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0x8C, 8] + Array("builtins".utf8)
        + [0x8C, 4] + Array("eval".utf8) + [0x93, 0x2E],
      message: "it refers to builtins.eval"),
    Case(
      name: "a.pth", bytes: Array("(S'echo'\nios\nsystem\n.".utf8),
      message: "it refers to os.system"),
    Case(
      name: "a.pkl", bytes: pickle("c__main__\nAlexNet\n)\u{81}}b"),
      message: "it refers to __main__.AlexNet"),
    Case(name: "a.pkl", bytes: laughs, message: "nested too deeply, or too many"),
    Case(
      name: "a.pkl", bytes: pickle("]q\0h\0a"), message: "nested too deeply, or too many"),
    Case(
      name: "a.pkl", bytes: [0x80, 2, 0x5D] + [UInt8](repeating: 0x32, count: 3_000_000) + [0x2E],
      message: "too many values"),
    Case(
      name: "a.pkl", bytes: [0x80, 2] + [UInt8](repeating: 0x28, count: 1_000_000) + [0x2E],
      message: "its pickle is damaged"),
    Case(name: "a.pkl", bytes: [0x80, 9, 0x7D, 0x2E], message: "a pickle of protocol 9"),
    Case(
      name: "a.pkl", bytes: [0x80, 2, 0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0x61],
      message: "it is cut short"),
    Case(name: "a.pkl", bytes: pickle("}"), message: "it holds no tensors"),
    // A header of 4 GB, in NumPy's second version; one that can't be read; a shape beyond the file.
    Case(
      name: "a.npy", bytes: [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x7B],
      message: "claims to be 4294967295 bytes long"),
    Case(name: "a.npy", bytes: numpy("{'descr': [('a', '<f4')]}"), message: "can't be read"),
    Case(
      name: "a.npy",
      bytes: numpy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999, 99999), }"),
      message: "its shape 99999×99999 needs 9,999,800,001 elements, and the file has 0"),
    Case(
      name: "a.npy",
      bytes: numpy(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9), }"),
      message: "larger than any memory"),
    Case(
      name: "a.npy", bytes: numpy("{'descr': '<U9', 'fortran_order': False, 'shape': (), }"),
      message: "holds <U9, which can't be read"),
    Case(
      name: "a.npy",
      bytes: numpy("{'descr': '<i4', 'fortran_order': False, 'shape': (1,), }") + [1, 0, 0, 0],
      message: "array holds I32, not floating-point numbers"),
    Case(
      name: "a.zip", bytes: Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 60),
      message: "its archive is damaged or cut short"),
    Case(name: "a.onnx", bytes: [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], message: "it is cut short"),
    Case(name: "a.onnx", bytes: [0x08, 8], message: "it has no graph"),
    Case(name: "a.caffemodel", bytes: [0x0A, 1, 0x61], message: "it has no weights"),
    Case(
      name: "x.safetensors.index.json",
      bytes: Array(#"{"weight_map": {"a": "../b.safetensors"}}"#.utf8),
      message: "a isn't in a safetensors file beside the index"),
    Case(
      name: "x.safetensors.index.json",
      bytes: Array(#"{"weight_map": {"a": "b.safetensors"}}"#.utf8),
      message: "its part b.safetensors can't be read: No such file"),
    // Other kinds.
    Case(
      name: "a.pth", bytes: Array("version https://git-lfs.github.com/spec/v1\noid".utf8),
      message: "it is a Git LFS pointer"),
    Case(name: "a.pth", bytes: Array("<!DOCTYPE html>".utf8), message: "it is a web page"),
    Case(name: "a.npz", bytes: [0x1F, 0x8B, 8, 0], message: "it is a gzip archive"),
    Case(
      name: "a.h5", bytes: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A],
      message: "it is an HDF5 file"),
  ]

  @Test(arguments: cases)
  func refused(_ example: Case) throws {
    #expect {
      try Self.read(example.bytes, name: example.name)
    } throws: { error in
      let message = (error as? any DescribedError)?.message ?? ""
      #expect(
        message.contains("/" + example.name) && message.contains(example.message), "\(message)")
      #expect(!message.contains("\n") && (error as? any DescribedError)?.kind == .file)
      return true
    }
  }

  /// Real archives with an entry that isn't what it says: a bomb, an unknown method, a wrong checksum.
  @Test func archives() throws {
    let bytes = try Fixtures.bytes("keras2.npz")
    let directory = try #require(
      bytes.indices.dropLast(3).first { bytes[$0..<$0 + 4].elementsEqual([0x50, 0x4B, 1, 2]) })
    for (offset, value, said) in [
      (24, [0xFF, 0xFF, 0xFF, 0x7F] as [UInt8], "which can't be"),
      (10, [14, 0], "compressed in a way (14)"), (8, [1, 0], "is encrypted"),
      (16, [1, 2, 3, 4], "its checksum differs"),
      (20, [0xFF, 0xFF, 0xFF, 0x7F], "damaged or cut short"),
    ] {
      var spoiled = bytes
      spoiled.replaceSubrange(directory + offset..<directory + offset + value.count, with: value)
      #expect {
        try Self.read(spoiled, name: "a.npz")
      } throws: {
        let message = ($0 as? any DescribedError)?.message ?? ""
        #expect(message.contains(said), "\(message)")
        return $0 is WeightFileError
      }
    }
  }

  /// Keras's own format is an archive with an HDF5 file in it.
  @Test func keras() throws {
    let archive = Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 26)
    let name = Array("model.weights.h5".utf8)
    var entry: [UInt8] = [0x50, 0x4B, 1, 2] + [UInt8](repeating: 0, count: 42)
    entry[28] = UInt8(name.count)
    entry += name
    var end: [UInt8] = [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0]
    end += [UInt8(entry.count), 0, 0, 0, UInt8(archive.count), 0, 0, 0, 0, 0]
    #expect {
      try Self.read(archive + entry + end, name: "a.keras")
    } throws: {
      let error = $0 as? WeightFileError
      #expect(error?.reason.contains("it is a Keras model") == true)
      return error?.hint?.contains("keras.models.load_model") == true
    }
  }

  /// A model whose values are in a file that isn't there.
  @Test func externalDataIsMissing() throws {
    let bytes = try Fixtures.bytes("external.onnx")
    #expect {
      try Self.read(bytes, name: "external.onnx")
    } throws: {
      let error = $0 as? WeightFileError
      #expect(
        error?.reason == "conv1_w_0 is in another file, external.data: No such file or directory")
      return error?.hint == "put external.data into the model's folder"
    }
  }
}
