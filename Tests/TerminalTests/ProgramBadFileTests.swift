import Foundation
import Testing

/// Files that are missing, empty, truncated or of another kind, and names that don't exist: each
/// gives one line that names the file or name, a hint, and exit code 1.
@Suite struct ProgramBadFileTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var arguments: [String]
    /// The contents of the file `f`; nil to create none.
    var bytes: [UInt8]?
    var message: String
    var testDescription: String { "\(arguments): \(message)" }

    init(_ line: String, _ message: String, bytes: [UInt8]? = nil) {
      arguments = line.split(separator: " ").map(String.init)
      (self.bytes, self.message) = (bytes, message)
    }

    init(_ line: String, _ message: String, text: String) {
      self.init(line, message, bytes: Array(text.utf8))
    }
  }

  /// Every command that takes a file, with a missing file, an empty one, a folder, or a pipe.
  static let places: [Case] = {
    var cases: [Case] = []
    for line in [
      "image f", "load f", "network load f", "run f", "golden verify f", "summary --image f",
      "golden inputs out --cases f",
    ] {
      cases.append(Case(line, "f"))
    }
    for line in ["image f", "load f", "network load f", "--image f -c 1"] {
      cases.append(Case(line, "f", bytes: []))
    }
    for line in ["image", "load", "network load", "run"] {
      cases.append(Case(line + " .", ".: it is a folder"))
    }
    for line in ["image", "load", "network load", "run"] {
      cases.append(Case(line + " pipe", "pipe: it is not a regular file"))
    }
    return cases
  }()

  static let pictures: [Case] = [
    Case("image f", "PNG", text: "P6 1 1 255 abc"),
    Case("image f", "f", bytes: Array(png.prefix(60))),
    Case("image f", "f", bytes: Array(png.dropLast(20))),
    Case("image f", "100000×100000", bytes: header(width: 100_000, height: 100_000)),
    Case("image f", "f", bytes: header(width: 0, height: 5)),
    Case("image f", "f", bytes: header(width: .max, height: .max)),
  ]

  static let networks: [Case] = [
    Case("network load f", "f: line 1, column 3", text: "[1"),
    Case("network load f", "f", text: "{}"),
    Case("network load f", "f", text: #"{"format": "alexnet-network", "layers": 3}"#),
    Case("network load f", "f", bytes: [0xFF, 0xFE, 0x00]),
  ]

  static let weights: [Case] = [
    Case("load f", "f", bytes: [UInt8](repeating: 0xFF, count: 8)),
    Case("load f", "f", bytes: length(1 << 40) + Array("{}".utf8)),
    Case("load f", "f", bytes: length(2) + Array("{}".utf8)),
    Case("load f", "f", bytes: tensors("[96]", "[0,384]", bytes: 10)),
    Case("load f", "f", bytes: tensors("[96]", "[384,0]", bytes: 384)),
    Case("load f", "f", bytes: tensors("[9223372036854775807,9]", "[0,384]", bytes: 384)),
    Case("load f", "conv1.weight", bytes: tensors("[96]", "[0,384]", bytes: 384)),
    Case("load f --labels nope", "nope", bytes: tensors("[96]", "[0,384]", bytes: 384)),
    Case("golden verify .", "."),
  ]

  /// Files of a kind that the command doesn't read: the message says what the file is.
  static let kinds: [Case] = {
    let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF".utf8)
    let torch: [UInt8] = [0x50, 0x4B, 3, 4, 0, 0] + Array("archive/data.pkl".utf8)
    let pointer = Array("version https://git-lfs.github.com/spec/v1\noid sha256:12\n".utf8)
    let network = Array(#"{"format": "alexnet-network", "version": 1}"#.utf8)
    let weights = length(2) + Array("{}".utf8)
    var cases: [Case] = []
    for (bytes, name) in [
      (jpeg, "a JPEG image"), (png, "a PNG image"), (torch, "a PyTorch file"),
      (pointer, "a Git LFS pointer"), (Array("<!DOCTYPE html><p>".utf8), "a web page"),
      ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0], "a gzip archive"),
      ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0], "an HDF5 file"),
      ([0x80, 2, 0x7D, 0x71, 0, 0, 0, 0, 0], "a Python pickle"),
      ([0x93] + Array("NUMPY".utf8) + [1, 0, 0], "a NumPy array"),
    ] {
      for line in [
        "load f", "network load f", "run f", "recipe f", "train --recipe f --data shapes",
        "plot f", "evaluate f --data shapes", "data info --data f", "progress import f",
        "lesson f.md", "load weights --labels f",
      ] {
        // load reads these, and says what is wrong with them.
        let isRead = ["PyTorch", "pickle", "NumPy"].contains { name.contains($0) }
        cases.append(
          Case(line, line == "load f" && isRead ? "f: its" : "it is \(name)", bytes: bytes))
      }
      if !name.contains("PEG"), !name.contains("PNG") {
        cases.append(Case("image f", "f is \(name)", bytes: bytes))
      }
    }
    cases.append(Case("load f", "network load reads it", bytes: network))
    cases.append(Case("progress import f", "load reads weights", bytes: weights))
    cases.append(Case("load weights --labels f", "network load reads it", bytes: network))
    let progress = Array("{\n  \"version\": 1,\n  \"ask\": true,\n  \"lessons\": {}\n}\n".utf8)
    for line in ["load f", "network load f", "run f", "lesson f.md", "plot f"] {
      cases.append(Case(line, "progress import FILE", bytes: progress))
    }
    // Text has no signature, so the message says what is missing.
    cases.append(Case("lesson f.md", "f.md", text: "# No lesson\n"))
    cases.append(Case("load weights --labels f", "f names 2 classes", text: "cat\ndog\n"))
    cases.append(Case("load weights --labels f", "f names 0 classes", bytes: []))
    cases.append(Case("load weights --labels f", "UTF-8", bytes: [0xFF, 0xFE, 0x61, 0]))
    cases.append(Case("load weights --labels nope", "nope", bytes: []))
    cases.append(Case("load weights --labels .", "folder", bytes: []))
    cases.append(Case("network load f", "load reads weights", bytes: weights))
    cases.append(Case("image f", "load reads weights", bytes: weights))
    return cases
  }()

  static let scripts: [Case] = [
    Case("run f", "UTF-8", bytes: [0x31, 0x0A, 0xFF]),
    Case("run f", "UTF-8", bytes: [0x31, 0x0A, 0x00]),
    Case("run f", "1 MiB", bytes: [UInt8](repeating: 0x39, count: 10 << 20)),
    Case("run f", "more than the", bytes: [UInt8](repeating: 0x0A, count: 17 << 20)),
  ]

  static let names: [Case] = [
    Case("why conv1[96,0,0]", "0...95"), Case("why conv1[0,-1,0]", "0...54"),
    Case("why conv9[0,0,0]", "'conv9'"), Case("why conv1[0.5,0,0]", "whole numbers"),
    Case("why gradient conv1[0,0,0]", "backward"), Case("overlap pool1[0,99,0]", "0 to 26"),
    Case("goto conv9", "'conv9'"), Case("show conv9", "conv9"), Case("show conv1[96]", "95"),
    Case("view conv9", "conv9"), Case("summary nope", "'nope'"),
    Case("diff alexnet nope", "'nope'"),
    Case("network nope", "'nope'"), Case("remove conv9", "conv9"),
    Case("set conv1.strid 2", "strid"),
    Case("set conv1.kernel 500", "conv1"), Case("set conv1.stride -1", "stride"),
    Case("insert conv9 relu", "conv9"), Case("insert conv1 nope", "nope"),
    Case("backward 1000", "0 to 999"), Case("backward nope", "'nope'"), Case("help nope", "'nope'"),
    Case("image cifar:test/x", "'cifar:test/x'"), Case("verify gradient conv9", "conv9"),
    Case("undo", "nothing was changed"), Case("previous", "no layer has run yet"),
  ]

  @Test(arguments: places + pictures + networks + weights + kinds + scripts + names)
  func saysWhatIsWrong(_ example: Case) throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("weights", Self.length(2) + Array("{}".utf8))
    if let bytes = example.bytes {
      for name in ["f", "f.md"] { _ = try folder.file(name, bytes) }
    }
    guard mkfifo(folder.path + "/pipe", 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
    let before = folder.files
    for json in [false, true] {
      let result = try alexnet(
        example.arguments + (json ? ["--json"] : []), environment: ["COLUMNS": "1000"],
        shell: #"cd "$HOME" && exec "$0" "$@""#, home: folder.path)
      #expect(result.status == 1, "\(result)")
      let text = json ? result.output : result.errors
      #expect(text.contains(example.message), "\(result)")
      #expect((json ? result.errors : result.output).isEmpty, "\(result)")
      let lines = text.split(separator: "\n")
      #expect(
        lines.filter { $0.hasPrefix(json ? #"{"error": {"# : "error: ") }.count == 1, "\(result)")
      #expect(lines.count <= (json ? 1 : result.hasCaret ? 4 : 2), "\(result)")
      #expect(lines.allSatisfy { $0.count < 600 }, "\(result)")
      #expect(folder.files == before)
    }
  }

  /// Invalid cases count as failed: `golden verify` continues with the other files of a folder.
  @Test func goldenCases() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("a.safetensors", "")
    _ = try folder.file("b.safetensors", [UInt8](repeating: 0xFF, count: 100))
    let result = try alexnet(["golden", "verify", folder.path])
    #expect(result.status == 1, "\(result)")
    #expect(result.output.contains("a.safetensors") && result.output.contains("b.safetensors"))
    #expect(result.output.contains("2 of 2 cases failed"), "\(result)")
    let json = try alexnet(["golden", "verify", folder.path, "--json"])
    #expect(json.status == 1 && json.lines.count == 1, "\(json)")
    #expect(json.output.contains(#""failed": 2"#), "\(json)")
  }

  /// A PNG with one row.
  static let png: [UInt8] = Array(
    Data(
      base64Encoded:
        "iVBORw0KGgoAAAANSUhEUgAAAAQAAAABCAIAAAB2XpiaAAAAEElEQVR4nGNkYPj/n4GBAQAKBQIBsQ3JxgAAAABJRU5ErkJggg=="
    ) ?? Data())

  /// A PNG whose header has this size, with one byte of pixels.
  static func header(width: UInt32, height: UInt32) -> [UInt8] {
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", bigEndian(width) + bigEndian(height) + [8, 2, 0, 0, 0]) + chunk("IDAT", [0])
  }

  /// A chunk with a correct checksum.
  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return bigEndian(UInt32(data.count)) + body + bigEndian(checksum(body))
  }

  /// The CRC-32 checksum of a chunk's name and data.
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
        sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1
      }
    }
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) }
  }

  private static func length(_ count: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
  }

  /// A safetensors file with one tensor and this many bytes of values.
  private static func tensors(_ shape: String, _ offsets: String, bytes: Int) -> [UInt8] {
    let header = #"{"conv1.bias":{"dtype":"F32","shape":\#(shape),"data_offsets":\#(offsets)}}"#
    return length(header.utf8.count) + Array(header.utf8) + [UInt8](repeating: 0, count: bytes)
  }
}
