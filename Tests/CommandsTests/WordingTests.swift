import Datasets
import Testing

@testable import Cells
@testable import Documents
@testable import Expressions
@testable import Lessons
@testable import Notebook

/// Wording: examples, hints, numbers and line widths.
@Suite struct WordingTests {
  /// The help of every command ends with at least one example.
  @Test(arguments: CommandTable.notebook.all.map { $0.word })
  func helpShowsAnExample(_ word: String) throws {
    var session = Session(host: QuietHost())
    let lines = session.run("help \(word)").output.plainText.split(
      separator: "\n", omittingEmptySubsequences: false)
    let heading = try #require(lines.lastIndex(of: "examples"))
    let shown = lines[(heading + 1)...].filter { $0.hasPrefix("  \(word)") }
    #expect(!shown.isEmpty)
  }

  /// Examples that tests don't run can at least be parsed.
  @Test func examplesThatAreNotRunAreRead() throws {
    for command in CommandTable.notebook.all {
      for example in command.examples where !example.isRun {
        let words = try splitWords(example.line).map(\.text)
        guard case .command(let read) = try CommandTable.notebook.read(words) else {
          Issue.record("\(example.line) isn't a command")
          continue
        }
        #expect(type(of: read) == command, "\(example.line)")
      }
    }
  }

  /// An error for a missing argument names the argument and gives an example.
  @Test(arguments: [
    ("view", "image, input, a layer", "view image"), ("show", "a layer", "show conv1[5]"),
    ("why", "LAYER[c, y, x]", "why conv1[5, 10, 23]"), ("set", "LAYER.FIELD", "set conv1.stride 2"),
    ("data", "fetch, verify, info or prepare", "data fetch cifar10"),
    ("goto", "layer", "goto pool1"),
    ("golden", "verify, inputs or judge", "golden verify relu"),
    ("load", "trained", "load trained"),
    ("predict", "PNG or JPEG", "predict trained card"), ("insert relu1", "kind", "insert relu3"),
    ("backward", "class", "backward cat"), ("save", "weights", "save weights mine.safetensors"),
  ])
  func bareCommandsSayWhatIsMissing(_ cell: String, _ what: String, _ example: String) {
    var session = Session(host: QuietHost(isInteractive: true))
    let failure = session.run(cell).failure
    #expect(failure?.kind == .usage)
    #expect(failure?.message.contains(what) == true, "\(failure?.message ?? "")")
    #expect(failure?.hint?.contains(example) == true, "\(failure?.hint ?? "")")
    #expect(failure?.message.contains("<") == false)
  }

  @Test(arguments: [
    ("x = 5", "write let x = 5"), ("q = 3", "write let my_q = 3"), ("s=1+1", "write let s = 1+1"),
    ("x += 2", "write let x = x + 2"), ("conv1 = 3", "write let my_conv1 = 3"),
    ("größe = [1, 2]", "write let größe = [1, 2]"),
  ])
  func anAssignmentIsPointedToLet(_ cell: String, _ hint: String) {
    var session = Session(host: QuietHost(isInteractive: true))
    #expect(session.run(cell).failure?.hint == hint)
  }

  /// A mistyped letter doesn't suggest `q`, which would end the session.
  @Test(arguments: ["é", "s", "z", "qq", "a == 3", "w"])
  func quitIsNotProposed(_ cell: String) {
    var session = Session(host: QuietHost(isInteractive: true))
    let failure = session.run(cell).failure
    #expect(failure != nil)
    #expect(failure?.hint?.contains("mean q") != true, "\(failure?.hint ?? "")")
  }

  @Test(arguments: [
    ("[3]> 1 + 1", "2"), (">>> 1 + 1", "2"), ("> 1 + 1", "2"), ("  [12]> 1 + 1", "2"),
    ("[1]> let a = [1,\n   ...> 41]\n[2]> a[0] + a[1]", "42"), ("(1\n> 0)", "true"),
    ("[3][0]", "3"),
  ])
  func promptsThatWereCopiedAlongAreLeftOut(_ cell: String, _ expected: String) {
    var session = Session(host: QuietHost())
    let result = session.run(cell)
    #expect(result.output.value?.description == expected, "\(result.failure?.message ?? "")")
  }

  /// With rounding up, the note gives the count before the last window is dropped, for any padding.
  @Test(arguments: [
    (
      "outputSize(5, kernel: 3, stride: 3, padding: 1, rounding: \"ceil\")",
      "2.33333; rounded up 3, less 1 window that would start beyond the input", 2
    ),
    (
      "outputSize(8, kernel: 3, stride: 4, padding: 2, rounding: \"ceil\")",
      "3.25; rounded up 4, less 1 window that would start beyond the input", 3
    ),
    (
      "outputSize(2, kernel: 1, stride: 2, rounding: \"ceil\")",
      "1.5; rounded up 2, less 1 window that would start beyond the input", 1
    ),
    ("outputSize(32, kernel: 3, stride: 2, rounding: \"ceil\")", "15.5; rounded up 16", 16),
    ("outputSize(224, kernel: 11, stride: 4)", "54.25; rounded down 54", 54),
  ])
  func notesOnSizesAddUp(_ cell: String, _ note: String, _ size: Int) {
    var session = Session(host: QuietHost())
    let result = session.run(cell)
    #expect(result.output.value == Value(size))
    #expect(
      result.output.plainText.replacing("\n      ", with: " ").contains(note),
      "\(result.output.plainText)")
  }

  @Test(arguments: [
    "loss", "tensor", "class", "classes", "batch", "learning rate", "image", "seed",
  ])
  func theFieldsWordsAreExplained(_ word: String) {
    var session = Session(host: QuietHost())
    #expect(session.run("help \(word)").failure == nil)
  }

  /// Long lines wrap between words, above all in explanations.
  @Test(arguments: [60, 80])
  func explanationsFit(_ width: Int) {
    var session = Session(host: QuietHost(isInteractive: true))
    let cells = [
      "network cuda-convnet-26", "backward 3", "why gradient conv1.weight[5, 0, 3, 2]",
      "why gradient image[0, 5, 5]", "why gradient conv2.weight[31, 30, 3, 2]",
      "why gradient pool1[3, 4, 5]", "why gradient conv1[5, 10, 23]", "why gradient conv1.bias[5]",
      "why conv2[7, 0, 0]", "why fc10[3]", "why softmax[3]", "why norm1[7, 2, 3]",
      "why pool1[3, 4, 5]", "why image[0, 5, 5]", "show image", "show softmax", "seed", "image",
      "help seed", "forward", "reset", "next 3",
    ]
    for cell in cells {
      let result = session.run(cell)
      let lines = Layout(width: width).lines(result.output.document)
      let widest = lines.max { $0.width < $1.width }
      #expect((widest?.width ?? 0) <= width, "\(cell): \(widest?.string ?? "")")
    }
  }

  /// The rows shown and the line for the hidden ones add up to the sum.
  @Test func hiddenChannelsAreNamed() throws {
    var session = Session(host: QuietHost())
    _ = session.run("network cuda-convnet-26")
    let text = session.run("why conv2[7, 0, 0]").output.plainText
    #expect(text.contains("26 channels not shown add"), "\(text)")
    let all = session.run("why conv2[7, 0, 0] --all").output.plainText
    #expect(!all.contains("channels not shown"))
  }

  /// Negative numbers are written with U+2212 everywhere.
  @Test func numbersAreWrittenOneWay() {
    var session = Session(host: QuietHost())
    for cell in ["-14.3", "-83", "[-1, -2.5]", "1e-7 * -1", "conv1.bias - 1", "let a = -3"] {
      let text = session.run(cell).output.plainText
      #expect(
        text.contains("−") && !text.contains(" -") && !text.hasPrefix("-"), "\(cell): \(text)")
    }
  }

  @Test(arguments: [
    ("shapes:test/3", "cross", "32×32"), ("shapes:train/0", "circle", "32×32"),
  ])
  func drawnShapesAreImages(_ name: String, _ label: String, _ size: String) throws {
    let image = try SourcePicture.named(name, data: nil)
    #expect(image.label == label)
    #expect("\(image.image.width)×\(image.image.height)" == size)
  }

  /// The steps from an image's own size to the size that the first layer takes.
  @Test(arguments: [
    (640, 427, "scaled to 383×256, central 256×256, central 227×227"),
    (256, 256, "central 227×227"),
  ])
  func theSizesOfAnImage(_ width: Int, _ height: Int, _ steps: String) throws {
    let session = Session(host: QuietHost())
    let image = Image(
      width: width, height: height, bytes: [UInt8](repeating: 9, count: width * height * 3))
    #expect(try session.preparation().resizing(image).joined(separator: ", ") == steps)
  }

  @Test func aTrainedNetworkSaysHowItShrinks() throws {
    var session = Session(host: QuietHost())
    #expect(session.run("load trained cuda-convnet-18").failure == nil)
    let image = Image(width: 640, height: 427, bytes: [UInt8](repeating: 9, count: 640 * 427 * 3))
    #expect(
      try session.preparation().resizing(image) == ["scaled to 47×32", "central 32×32"])
  }

  @Test(arguments: [
    ("data info shapes --data x", "shapes is drawn"), ("data verify x --data y", "two data sets"),
    ("data verify cifar10 --data nowhere", "nowhere"),
  ])
  func aNameAndDataMeanOneThing(_ cell: String, _ message: String) {
    var session = Session(host: QuietHost())
    let failure = session.run(cell).failure
    #expect(failure?.message.contains(message) == true, "\(failure?.message ?? "")")
    #expect(failure?.message.contains("not both") == false)
  }

  /// A link's target is named once.
  @Test(arguments: [
    ("is lesson [8](08-fully-connected-giants.md).", "is lesson 8."),
    ("is [Lesson 8](08-fully-connected-giants.md).", "is Lesson 8."),
    ("is [lesson 8](08-fully-connected-giants.md).", "is lesson 8."),
    ("is [the next](08-fully-connected-giants.md).", "is the next (lesson 8)."),
  ])
  func linksAreNamedOnce(_ text: String, _ shown: String) {
    #expect(Markdown.sentence(text).string == shown)
  }

  /// `seed` sets the seed, like the option.
  @Test func theSeedIsSet() {
    var session = Session(host: QuietHost())
    var other = Session(host: QuietHost())
    #expect(session.run("seed").output.plainText.contains("seed 1"))
    _ = session.run("seed 7")
    #expect(
      session.run("conv1.weight.mean").output.value
        != other.run("conv1.weight.mean").output.value)
    other.reseed(7)
    #expect(
      session.run("conv1.weight.mean").output.value
        == other.run("conv1.weight.mean").output.value)
  }

  /// Setting a seed keeps loaded weights.
  @Test func theSeedKeepsLoadedWeights() {
    var session = Session(host: QuietHost())
    _ = session.run("load trained")
    let before = session.run("conv1.weight.mean").output.value
    #expect(session.run("seed 7").failure == nil)
    #expect(session.run("conv1.weight.mean").output.value == before)
  }

  @Test func predictUsesTheLoadedNetwork() {
    var session = Session(host: QuietHost())
    #expect(session.run("predict card").failure?.kind == .order)
    _ = session.run("load trained")
    let loaded = session.run("predict card")
    #expect(loaded.failure == nil)
    #expect(loaded.output.plainText == session.run("predict trained card").output.plainText)
    #expect(session.run("predict trained").failure?.message == "which image?")
  }
}
