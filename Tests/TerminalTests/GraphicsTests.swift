import Foundation
import TestSupport
import Testing

@testable import Cells
@testable import Datasets
@testable import Documents
@testable import Tensors
@testable import Terminal

/// A decoder of sixels, written from the format's description, for images whose colors are given in percent.
struct SixelDecoder {
  var image: Image

  init?(_ text: String) {
    guard text.hasPrefix("\u{1B}P"), text.hasSuffix("\u{1B}\\"),
      let start = text.firstIndex(of: "q")
    else { return nil }
    var body = text[text.index(after: start)...].dropLast(2)
    func numbers() -> [Int] {
      let text = body.prefix { $0.isNumber || $0 == ";" }
      body = body.dropFirst(text.count)
      return text.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    }
    var colors: [Int: RGB] = [:]
    var canvas: Image?
    var (x, top, color, count) = (0, 0, 0, 1)
    while let character = body.first {
      body = body.dropFirst()
      switch character {
      case "\"":
        let size = numbers()
        guard size.count == 4, size[2] > 0, size[3] > 0 else { return nil }
        canvas = Image(width: size[2], height: size[3], filledWith: RGB(1, 2, 3))
      case "#":
        let parts = numbers()
        color = parts[0]
        if parts.count == 5, parts[1] == 2 {
          let bytes = parts[2...].map { UInt8(($0 * 255 + 50) / 100) }
          colors[color] = RGB(bytes[0], bytes[1], bytes[2])
        }
      case "!": count = numbers()[0]
      case "$": x = 0
      case "-": (x, top) = (0, top + 6)
      case "?"..."~":
        let bits = character.asciiValue! - 63
        for _ in 0..<count {
          for row in 0..<6 where bits >> row & 1 == 1 {
            guard let width = canvas?.width, let height = canvas?.height, x < width,
              top + row < height, let paint = colors[color]
            else { return nil }
            canvas?[top + row, x] = paint
          }
          x += 1
        }
        count = 1
      default: return nil
      }
    }
    guard let canvas else { return nil }
    image = canvas
  }
}

@Suite struct SixelTests {
  /// An image of random colors, from a fixed seed.
  static func noise(_ width: Int, _ height: Int, colors: Int) -> Image {
    var state: UInt64 = 7
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    let palette = (0..<colors).map { _ in
      RGB(UInt8(next() % 256), UInt8(next() % 256), UInt8(next() % 256))
    }
    var image = Image(width: width, height: height, filledWith: RGB(gray: 0))
    for y in 0..<height {
      for x in 0..<width { image[y, x] = palette[Int(next() % UInt64(colors))] }
    }
    return image
  }

  static let images: [(name: String, image: Image)] = [
    ("one pixel", noise(1, 1, colors: 1)), ("a row", noise(9, 1, colors: 3)),
    ("a band and a row", noise(7, 7, colors: 40)), ("runs", noise(60, 13, colors: 2)),
    ("256 colors", noise(40, 41, colors: 256)), ("too many colors", noise(64, 50, colors: 3200)),
    ("the test card", TestCard.image),
    (
      "a chart",
      Chart.drawing([Chart("loss", epochs: [1, 2], lines: [.init("a", [2, 1])])], title: "a")
        .image()
    ),
  ]

  @Test(arguments: images.map(\.name))
  func decodesToTheQuantizedImage(_ name: String) throws {
    let image = try #require(Self.images.first { $0.name == name }).image
    for most in [256, 16, 2] {
      let palette = SixelPalette(image, most: most)
      #expect(palette.colors.count <= most)
      #expect(palette.colors.allSatisfy { max($0.red, $0.green, $0.blue) <= 100 })
      let decoded = try #require(SixelDecoder(SixelEncoder.encode(palette)))
      #expect(decoded.image == palette.image)
    }
  }

  /// Few colors stay as they are, within the half percent that sixels round to.
  @Test func fewColorsAreExact() {
    let image = Self.noise(40, 40, colors: 200)
    let shown = SixelPalette(image).image
    for (a, b) in zip(image.bytes, shown.bytes) { #expect(abs(Int(a) - Int(b)) <= 2) }
  }

  /// Of many colors, each pixel gets one that is close: on average within 5 levels on the test card.
  @Test func manyColorsAreClose() {
    let shown = SixelPalette(TestCard.image).image
    let sum = zip(TestCard.image.bytes, shown.bytes).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    let mean = Double(sum) / Double(shown.bytes.count)
    #expect(mean < 5, "\(mean)")
  }

  /// libsixel decodes the same, where it is installed.
  @Test func libsixelAgrees() throws {
    let tool = ["/usr/bin/sixel2png", "/usr/local/bin/sixel2png", "/opt/homebrew/bin/sixel2png"]
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let tool else { return }
    let folder = try TemporaryFolder()
    for (number, example) in Self.images.enumerated() {
      let palette = SixelPalette(example.image)
      let path = "\(folder.path)/\(number)"
      try Data(SixelEncoder.encode(palette).utf8).write(to: URL(fileURLWithPath: path + ".six"))
      _ = try runTool([tool, "-i", path + ".six", "-o", path + ".png"])
      #expect(try Image.load(path: path + ".png") == palette.image, "\(example.name)")
    }
  }
}

@Suite struct ImageSequenceTests {
  /// The chunks of a kitty transmission: each one's keys and payload.
  static func chunks(_ text: String) -> [(keys: [String: String], payload: String)] {
    text.components(separatedBy: "\u{1B}_G").dropFirst().map { part in
      let body = part.components(separatedBy: "\u{1B}\\")[0]
      let halves = body.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
      let pairs = halves[0].split(separator: ",").map { $0.split(separator: "=").map(String.init) }
      return (
        Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0[1]) }), String(halves.last ?? "")
      )
    }
  }

  /// Files whose base64 text is shorter than a chunk, exactly one, exactly two, or a little more.
  @Test(arguments: [1, 3072, 3073, 6144, 20_000])
  func kitty(_ count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let chunks = Self.chunks(ImageSequences.kitty(png: bytes))
    #expect(chunks[0].keys["a"] == "T" && chunks[0].keys["f"] == "100")
    #expect(chunks[0].keys["q"] == "2" && chunks[0].keys["C"] == "1")
    #expect(chunks.count == (count * 4 / 3 + 4095) / 4096)
    for (place, chunk) in chunks.enumerated() {
      let isLast = place == chunks.count - 1
      #expect(chunk.keys["m"] == (isLast ? "0" : "1"))
      #expect(place == 0 || chunk.keys.count == 1)
      #expect(chunk.payload.count <= 4096 && (isLast || chunk.payload.count % 4 == 0))
    }
    let data = try #require(Data(base64Encoded: chunks.map(\.payload).joined()))
    #expect(Array(data) == bytes)
  }

  @Test func iTerm2() throws {
    let png = try TestCard.image.encodePNG()
    let text = ImageSequences.iTerm2(png: png, width: 256, height: 256)
    let match = try #require(
      text.wholeMatch(of: #/\u{1B}\]1337;File=([^:]*):([A-Za-z0-9+\/=]*)\u{7}/#))
    let keys = match.1.split(separator: ";").map(String.init)
    #expect(Set(keys).isSuperset(of: ["inline=1", "size=\(png.count)", "width=256px"]))
    let data = try #require(Data(base64Encoded: String(match.2)))
    #expect(try Image.decode(Array(data), name: "a") == TestCard.image)
  }
}

/// How documents with images are encoded.
@Suite struct GraphicsEncodingTests {
  static let image = CaptionedImage(
    Image(width: 2, height: 3, bytes: Array(stride(from: 0, to: 180, by: 10))),
    caption: "Six pixels.")

  /// The half-blocks of a small image, pinned: two rows of pixels in each line, the last one alone.
  @Test func halfBlocks() {
    let blocks = HalfBlocks(columns: 2, rows: 24).encode(Self.image)
    let e = "\u{1B}["
    #expect(
      blocks
        == "\(e)38;2;0;10;20;48;2;60;70;80m▀\(e)38;2;30;40;50;48;2;90;100;110m▀\(e)0m\n"
        + "\(e)38;2;120;130;140m▀\(e)0m\(e)38;2;150;160;170m▀\(e)0m\(e)0m\n")
  }

  /// Tiles are below their numbers; numbers that would touch are left out.
  @Test func numberedTiles() {
    var maps = MapPicture(Tensor(shape: [3, 1, 2, 2], values: [Float](repeating: 1, count: 12)))
    maps.columns = 2
    maps.number(from: [9])
    let image = CaptionedImage(maps.image, caption: "Three.", tiles: maps)
    let lines = HalfBlocks(columns: 20, rows: 24).encode(image)
      .replacing(#/\u{1B}\[[0-9;]*m/#, with: "").split(separator: "\n").map(String.init)
    // Magnified four times: tiles are 8 wide, 4 apart.
    #expect(lines.filter { !$0.contains("▀") } == ["9           10", "11"], "\(lines)")
    #expect(lines.count { $0.contains("▀") } == 8 && lines[1].count == 20)
    let narrow = HalfBlocks(columns: 5, rows: 24).encode(image)
    #expect(narrow.hasPrefix("9  10\n"))
  }

  static func encode(_ form: TerminalGraphics.Form, _ blocks: [Block]) -> String {
    var encoder = TerminalEncoder(hasColour: true, isUTF8: true, width: 80, rows: 40)
    encoder.graphics = TerminalGraphics(form: form)
    return encoder.encode(Document(blocks))
  }

  /// An image is drawn above its caption: lines are made, and the cursor is put back below it.
  @Test(arguments: [TerminalGraphics.Form.kitty, .iTerm2, .sixel(colors: 256)])
  func pixels(_ form: TerminalGraphics.Form) throws {
    let text = Self.encode(form, [.image(Self.image)])
    #expect(text.hasSuffix("Six pixels.\n"))
    let lines = text.prefix { $0 == "\n" }.count
    #expect(text.contains("\u{1B}[\(lines)A\u{1B}7") && text.contains("\u{1B}8\u{1B}[\(lines)B"))
    // Magnified 24 times to 48×72 pixels: five lines of 16.
    #expect(lines == 5)
    #expect(!text.contains("▀"))
    if case .sixel = form {
      let sequence = text.components(separatedBy: "\u{1B}7")[1].components(separatedBy: "\u{1B}8")[
        0]
      let decoded = try #require(SixelDecoder(sequence)).image
      #expect(decoded.size == "48×72" && decoded[71, 0].red == 120)
    }
  }

  @Test func characters() {
    #expect(Self.encode(.blocks, [.image(Self.image)]).contains("▀"))
    let ascii = Self.encode(.ascii, [.image(Self.image)])
    #expect(!ascii.contains("▀") && !ascii.contains("\u{1B}") && ascii.contains("Six pixels."))
  }

  /// A chart is an image where pixels can be shown, else text; its sentence is a line of the document.
  @Test func charts() {
    let chart = Block.chart(Chart("loss", epochs: [1, 2], lines: [.init("training", [2, 1])]))
    #expect(Self.encode(.kitty, [chart]).contains("\u{1B}_G"))
    #expect(Self.encode(.blocks, [chart]).contains("t training"))
  }

  /// Images never need more columns or lines than there are.
  @Test(arguments: [(20, 10), (80, 24), (200, 60)])
  func fits(_ columns: Int, _ rows: Int) throws {
    let tiles = MapPicture(
      Tensor(shape: [96, 55, 55], values: [Float](repeating: 1, count: 290_400)))
    let image = CaptionedImage(tiles.image, caption: "Tiles.", tiles: tiles)
    for shown in [image, Self.image, CaptionedImage(TestCard.image, caption: "Card.")] {
      let text = TerminalGraphics(form: .sixel(colors: 16)).encode(
        shown, columns: columns, rows: rows)
      let size = try #require(text.firstMatch(of: #/"1;1;(\d+);(\d+)/#))
      #expect(Int(size.1)! <= columns * 8 && Int(size.2)! <= (rows - 4) * 16)
      #expect(text.prefix { $0 == "\n" }.count < rows)
    }
  }
}

/// What terminals answer, and what that means.
@Suite struct GraphicsProbeTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var first: String
    var second = ""
    var environment: [String: String] = [:]
    var form: TerminalGraphics.Form
    var keys = ""
    var testDescription: String { name }
  }

  static let kittyOK = "\u{1B}_Gi=31;OK\u{1B}\\"

  static let cases = [
    Case(
      name: "kitty", first: "\u{1B}P>|kitty(0.26.5)\u{1B}\\\u{1B}[?62;c",
      second: kittyOK + "\u{1B}[?62;c", form: .kitty),
    Case(
      name: "xterm as a VT340", first: "\u{1B}P>|XTerm(379)\u{1B}\\\u{1B}[?63;1;2;4;6;9;15;22c",
      second: "\u{1B}[?1;0;16S\u{1B}[?63;1;2;4;6;9;15;22c", form: .sixel(colors: 16)),
    Case(
      name: "sixel, number of colors unknown", first: "\u{1B}[?62;4;22c",
      second: "\u{1B}[?62;4;22c",
      form: .sixel(colors: 256)),
    Case(
      name: "many colors", first: "\u{1B}[?62;4c", second: "\u{1B}[?1;0;1024S\u{1B}[?62;4c",
      form: .sixel(colors: 256)),
    Case(
      name: "xterm", first: "\u{1B}P>|XTerm(379)\u{1B}\\\u{1B}[?64;1;2;6;9;15;22c",
      second: "\u{1B}[?64;1c", form: .blocks),
    Case(
      name: "an error from kitty's protocol", first: "\u{1B}[?62c",
      second: "\u{1B}_Gi=31;ENOTSUPPORTED:no\u{1B}\\\u{1B}[?62c", form: .blocks),
    Case(
      name: "iTerm2", first: "\u{1B}P>|iTerm2 3.5.0\u{1B}\\\u{1B}[?62;4c", second: "\u{1B}[?62;4c",
      form: .iTerm2),
    Case(
      name: "WezTerm by its variable", first: "\u{1B}[?65;4;6;18;22c", second: "\u{1B}[?65;4c",
      environment: ["TERM_PROGRAM": "WezTerm"], form: .iTerm2),
    Case(name: "no answer", first: "", second: kittyOK, form: .blocks),
    Case(
      name: "no answer, but a name", first: "", environment: ["TERM_PROGRAM": "iTerm.app"],
      form: .iTerm2),
    Case(
      name: "tmux", first: kittyOK, environment: ["TMUX": "/tmp/tmux-0/default,1,0"], form: .blocks),
    Case(name: "screen", first: kittyOK, environment: ["TERM": "screen-256color"], form: .blocks),
    Case(
      name: "tmux by its answer", first: "\u{1B}P>|tmux 3.3a\u{1B}\\\u{1B}[?1;2;4c",
      second: kittyOK,
      form: .blocks),
    Case(
      name: "keys in between", first: "ne\u{1B}[?62;4cxt", second: "\u{1B}[A\u{1B}[?62;4c\r",
      form: .sixel(colors: 256), keys: "next\u{1B}[A\r"),
    Case(name: "a reply that was cut off", first: "\u{1B}[?62;4", form: .blocks),
  ]

  @Test(arguments: cases)
  func forms(_ example: Case) {
    let probe = GraphicsProbe(
      ask: { Array(($0 == GraphicsProbe.first ? example.first : example.second).utf8) },
      variable: { example.environment[$0] ?? "" })
    let (form, keys) = probe.run()
    #expect(form == example.form)
    #expect(String(decoding: keys, as: UTF8.self) == example.keys)
  }

  /// Whatever a terminal sends, cut anywhere.
  @Test func anyBytes() {
    for example in Self.cases {
      let bytes = Array((example.first + example.second).utf8)
      for end in bytes.indices { _ = GraphicsProbe.Replies(Array(bytes[..<end])) }
    }
    for byte in UInt8.min...UInt8.max {
      _ = GraphicsProbe.Replies([0x1B, byte])
      _ = GraphicsProbe.Replies([0x1B, UInt8(ascii: "P"), 0x1B, byte])
    }
  }

  /// A terminal that answers like kitty gets the image in its protocol, and keys that were pressed while it
  /// was asked begin the next line.
  @Test func program() throws {
    let notebook = try ProgramNotebook(rows: 50)
    try notebook.terminal.waitUntilRaw()
    try notebook.terminal.send("view image\r")
    try notebook.terminal.expectBytes(GraphicsProbe.first)
    try notebook.terminal.send("1 + 2\u{1B}P>|kitty(0.26.5)\u{1B}\\\u{1B}[?62;c")
    try notebook.terminal.expectBytes(GraphicsProbe.second(hasSixel: false))
    try notebook.terminal.send(Self.kittyOK + "\u{1B}[?62;c")
    try notebook.terminal.expectBytes("\u{1B}_Ga=T,f=100")
    try notebook.terminal.expect("[2]> ")
    try notebook.type("0\r", expect: "21")
    // It is asked once only.
    try notebook.type("view image\r", expect: "[4]> ")
    let text = String(decoding: notebook.terminal.transcript, as: UTF8.self)
    #expect(text.components(separatedBy: GraphicsProbe.first).count == 2)
    #expect(text.components(separatedBy: "\u{1B}_Ga=T").count == 3)
    #expect(try notebook.end() == 0)
  }

  /// In a pipe the terminal isn't asked; `--graphics` decides, and without it there are characters.
  @Test func pipes() throws {
    let plain = try alexnet(["view", "image"])
    #expect(!plain.bytes.contains(0x1B) && plain.output.contains("@"))
    let kitty = try alexnet(["view", "image", "--graphics", "kitty"])
    let png = try #require(
      Data(base64Encoded: ImageSequenceTests.chunks(kitty.output).map(\.payload).joined()))
    #expect(try Image.decode(Array(png), name: "a").width >= 256)
    let sixel = try alexnet(["--graphics", "sixel", "-c", "view image"])
    #expect(sixel.output.contains("\u{1B}P0;1;0q"))
    #expect(try alexnet(["view", "image", "--graphics", "blocks"]).output.contains("▀"))
    let refused = try alexnet(["-c", "view image --graphics sixel"])
    #expect(refused.errors.contains("start it as alexnet --graphics sixel"), "\(refused)")
  }
}
