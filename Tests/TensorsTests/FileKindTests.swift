import TensorFiles
import Testing

@Suite("kinds of files")
struct FileKindTests {
  /// The first bytes of real files, each written by a program for its kind.
  static let beginnings: [(FileKind, [UInt8])] = [
    (.png, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]),
    (.jpeg, [0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF".utf8)),
    (.gif, Array("GIF89a".utf8)), (.webp, Array("RIFF\u{4}\0\0\0WEBPVP8 ".utf8)),
    (.bitmap, Array("BMF\0\0\0\0\0\0\0\u{36}\0\0\0(".utf8)),
    (.tiff, Array("II*\0".utf8)), (.tiff, Array("MM\0*".utf8)),
    (.heic, [0, 0, 0, 0x18] + Array("ftypheic".utf8)),
    (.avif, [0, 0, 0, 0x18] + Array("ftypavif".utf8)),
    (.netpbm, Array("P5\n1 1\n255\n ".utf8)),
    (.svg, Array("<svg xmlns=".utf8)), (.svg, Array("<?xml version=\"1.0\"?>\n<svg>".utf8)),
    (.xml, Array("<?xml version=\"1.0\"?><a>".utf8)),
    (.html, Array("\n <!DOCTYPE HTML><html>".utf8)), (.html, Array("<html lang=en>".utf8)),
    (.pdf, Array("%PDF-1.7".utf8)), (.executable, [0x7F] + Array("ELF".utf8)),
    (.gzip, [0x1F, 0x8B, 8, 0]), (.xz, [0xFD] + Array("7zXZ\0".utf8)),
    (.bzip2, Array("BZh91AY".utf8)), (.zstandard, [0x28, 0xB5, 0x2F, 0xFD]),
    (.tar, Array("a.png".utf8) + [UInt8](repeating: 0, count: 252) + Array("ustar\0".utf8)),
    (.zip, [0x50, 0x4B, 3, 4, 20, 0] + Array("a.png".utf8)),
    (.torch, [0x50, 0x4B, 3, 4, 0, 0] + Array("archive/data.pkl".utf8)),
    (.numpyArchive, [0x50, 0x4B, 3, 4, 45, 0] + Array("arr_0.npy".utf8)),
    (.pickle, [0x80, 2, 0x8A, 0x0A]), (.pickle, [0x80, 4, 0x95, 1]), (.pickle, [0x80, 3, 0x7D]),
    (.hdf5, [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]),
    (.numpy, [0x93] + Array("NUMPY".utf8) + [1, 0]),
    (.onnx, [8, 8, 0x12, 7] + Array("pytorch".utf8)),
    (.caffe, [0x0A, 8] + Array("CaffeNet".utf8) + [0xA2, 6]),
    (.caffe, [0x0A, 7] + Array("AlexNet".utf8) + [0x12, 0x40]),
    (.lfsPointer, Array("version https://git-lfs.github.com/spec/v1\noid sha256:".utf8)),
    (.safetensors, [2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8)),
    (.safetensors, [3, 0, 0, 0, 0, 0, 0, 0] + Array(" {}".utf8)),
    (.network, Array("{\n  \"format\": \"alexnet-network\",".utf8)),
    (.recipe, Array("{\"format\": \"alexnet-recipe\",".utf8)),
    (.metrics, Array("{\"format\":\"alexnet-metrics\",".utf8)),
    (.lesson, Array("---\ntitle: Padding\n".utf8)),
    (.progress, Array("{\n  \"version\": 1,\n  \"ask\": true,\n  \"lessons\": {".utf8)),
    (.notebook, Array("{\n \"cells\": [\n  {\n   \"cell_type\": \"code\"".utf8)),
  ]

  @Test("each is recognized by its first bytes", arguments: beginnings)
  func recognized(kind: FileKind, bytes: [UInt8]) {
    #expect(FileKind(of: bytes) == kind)
    #expect(FileKind(of: bytes + [UInt8](repeating: 0x20, count: 10_000)) == kind)
    #expect(!kind.name.isEmpty && !kind.hint.isEmpty)
    let wanted: FileKind = kind == .safetensors ? .network : .safetensors
    let mismatch = FileKind.mismatch(bytes, wanted: wanted)
    #expect(mismatch?.reason == "it is \(kind.name), not \(wanted.name)")
    #expect(FileKind.mismatch(bytes, wanted: kind) == nil)
  }

  @Test(
    "bytes of no known kind",
    arguments: [
      "", "{}", "next\nwhy conv1[0, 1, 2]\n", "BMW", "cat\ndog\n", "P5", "let x = 3",
      "{\"version\": 1, \"lessons\": []}", "---", "\u{1}\u{2}\u{3}", "\u{FF}\u{D8}", "PK",
    ])
  func unknown(text: String) { #expect(FileKind(of: Array(text.utf8)) == nil) }

  @Test("every truncated beginning is of that kind, of none, or of a kind it contains")
  func cuts() {
    for (kind, bytes) in Self.beginnings {
      for count in 0..<bytes.count {
        let cut = FileKind(of: bytes.prefix(count))
        let general: [FileKind: FileKind] = [.torch: .zip, .numpyArchive: .zip, .svg: .xml]
        #expect(cut == nil || cut == kind || cut == general[kind], "\(kind), \(count) bytes")
      }
    }
  }
}
