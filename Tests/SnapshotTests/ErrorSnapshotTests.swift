import Testing

/// The text of every error: the caret, the message, the hint.
@Suite struct ErrorSnapshotTests {
  /// Cells that fail, each in a notebook at its prompt in which conv1 has run.
  static let cells: [(group: String, cells: [String])] = [
    (
      "commands",
      [
        "sumary", "sumary caffenet", "step", "print conv1", "lessons", "ls", "x = 5", "x += 1",
        "let = 3",
        "conv1 = 3", "why", "why conv1", "why conv1[1, 2", "view", "show", "set",
        "set conv1.stride",
        "goto", "goto conv9", "goto conv1 5", "next 0", "next -3", "next 99999999999999999999",
        "next many", "insert relu1", "insert relu1 rleu", "insert nowhere relu", "remove nowhere",
        "summary --nonsense", "summary --network", "summary --style keras2", "summary nothing",
        "network \"no such", "network nothing", "help sumary", "help nonsense topic", "?nothing",
        "golden", "golden check", "golden verify nothing", "lesson 99", "lesson new",
        "recipe 18-seconds", "experiment relu", "undo", "backward 1000", "backward cat", "seed",
        "seed x", "seed -1", "predict card", "evaluate", "plot", "save", "save session.txt",
        "verify conv1", "overlap relu1", "diff alexnet", "diff alexnet caffnet", "quit now",
        "next --color blue", "next --color never", "next --plain", "network caffenet --seed 3",
        "run", "load", "progress import", "data", "data fetch mnist", "train --epochs 0",
        "train --set momentum", "train --set momentun=0.9", "train --rate fast",
        "train --recipe nothing", "bench --steps 0",
      ]
    ),
    (
      "expressions",
      [
        "1 + ", "(1 + 2", "1 +* 2", "[1, (2]", "1)", "\"abc", ".5", "2a", "2 ^ 3", "27x27",
        "1 2", "1 < 2 < 3", "conv7 + 1", "conv1.weigth", "conv1.output.maen", "zzz", "sqr(2)",
        "conv1(2)", "out", "out[99]", "let relu = 1", "let next = 1", "let = 3", "let b =",
        "conv1[96, 0, 0]", "conv1[0, 0, 55]", "conv1[-1, 0, 0]", "conv1[0.5, 0, 0]",
        "conv1[1e300, 0, 0]", "conv1[0, 0, 0, 0, 0]", "conv1.weight[0, 0, 2..4]",
        "conv1.weight[0, 0, 4...2]", "conv1 + image", "true + 1", "!3", "-\"a\"", "norm1.output",
        "pool1 + 1", "fc6.weight[4096]", "conv1.gradient", "maxPooling(conv1, stride: 2)",
        "maxPooling(conv1, kernal: 2)", "maxPooling(conv1, 3)", "maxPooling(conv1, kernel: 0)",
        "maxPooling(conv1, kernel: 99)", "abs(1, 2)", "abs()", "reshape([1, 2, 3], [2, 2])",
        "convolution(image, conv1.weight[0])", "linear([1, 2], conv1.weight)", "softmax([])",
        "crossEntropy([1, 2], 5)", "1 / 0", "sqrt(-1)", "0.1 + 0.2 == 0.3", "größe + 1",
        "[1,\n2,\n3 4]", "let a = 1\na + b",
      ]
    ),
    (
      "layers",
      [
        "why norm1[17, 10, 299]", "why conv1[1, 2]", "why conv1[96, 0, 0]", "why conv1[-1, 0, 0]",
        "why conv1[a, 0, 0]", "why conv9[0, 0, 0]", "why conv1.weight[0, 0, 0, 0]",
        "why gradient conv1[0, 0, 0]", "why gradient conv1.weight[0, 0, 0, 11]",
        "why relu1[0, 0, 0] --toward-output", "view conv9", "view conv1[99]", "view 3 +",
        "view fc6",
        "show conv1.wieght", "set conv1.stride 0", "set conv1.stride two", "set conv1.kernel 500",
        "set conv1.strides 2", "set conv9.stride 2", "set relu1.slope 2", "set input 0",
        "set input 7", "set rounding sideways", "set conv1.filters 99999999999999999999",
        "set conv2.groups 7", "set norm1.n 0", "set drop6.rate 1", "insert conv1 linear outputs=3",
        "insert conv1 convolution filters=0 kernel=3", "insert conv1 max_pooling kernel=99",
        "insert conv1 relu slope=2", "remove flatten", "remove conv1", "overlap pool1[0, 27, 0]",
        "verify gradient conv9", "goto fc9", "image shapes:test/99999", "image cifar:test/17",
      ]
    ),
    (
      "files",
      [
        "image DIR/nothing.png", "image DIR", "image DIR/text.txt", "image DIR/empty.png",
        "run DIR/nothing.alexnet", "run DIR", "run DIR/text.txt", "load DIR/nothing.safetensors",
        "load DIR/text.txt", "load DIR/empty.png", "network load DIR/nothing.json",
        "network load DIR/text.txt", "network load DIR/kind.json", "network load DIR/shape.json",
        "network save DIR/text.txt", "save DIR/no-folder/a.alexnet", "save weights DIR/mine.pt",
        "view conv1 --png DIR/text.txt", "view conv1 --png DIR/a.jpg", "golden verify DIR",
        "golden judge DIR",
        "golden verify DIR/text.txt", "evaluate DIR/nothing.safetensors",
        "predict trained DIR/nothing.png", "train --data DIR/nothing", "train --resume DIR/nothing",
        "data info --data DIR/nothing", "data verify --data DIR", "lesson DIR/nothing.md",
        "lesson DIR/broken.md", "lesson verify DIR/broken.md", "progress import DIR/text.txt",
        "plot DIR/text.txt", "image DIR/photo.gif",
      ]
    ),
  ]

  /// The words of command lines in a shell.
  static let words: [[String]] = [
    ["sumary"], ["--nonsense"], ["summary", "--nonsense"], ["summary", "caffenet", "more"],
    ["--network", "nothing", "summary"], ["summary", "--network", "nothing"],
    ["--threads", "0", "summary"], ["summary", "--threads", "x"],
    ["why"], ["why", "norm1[17, 10"], ["1 + 1"], ["-c"], ["-c", "next", "summary"],
    ["next", "--image", "DIR/nothing.png"], ["next", "--color", "blue"],
  ]

  static let files = [
    "text.txt": "This is text.\n", "empty.png": "", "photo.gif": "GIF89a....",
    "kind.json": """
    {"format": "alexnet-network", "version": 1, "name": "n", "title": "",
     "input": {"channels": 3, "height": 11, "width": 11, "scale": 1, "mean": [0, 0, 0],
               "deviation": [1, 1, 1]},
     "layers": [{"name": "a", "kind": "convolutoin"}]}
    """,
    "shape.json": """
    {"format": "alexnet-network", "version": 1, "name": "n", "title": "",
     "input": {"channels": 3, "height": 11, "width": 11, "scale": 1, "mean": [0, 0, 0],
               "deviation": [1, 1, 1]},
     "layers": [{"name": "a", "kind": "max_pooling", "kernel": 20}]}
    """,
    "broken.md": "---\ntitle: A lesson\nminutes: many\n---\n\n# A lesson\n",
  ]

  static let names = cells.map { "errors/\($0.group)" } + ["errors/shell"]

  @Test(arguments: cells.map(\.group)) func says(_ group: String) throws {
    let cells = try #require(Self.cells.first { $0.group == group }?.cells)
    let stage = try Stage()
    for (name, text) in Self.files { try stage.write(text, to: name) }
    _ = stage.run("next")
    try expectSnapshot(stage.run(cells), "errors/\(group)")
  }

  @Test func shell() throws {
    var texts: [String] = []
    for words in Self.words { texts.append(try Stage(isInteractive: false).run(words: words)) }
    try expectSnapshot(texts.joined(separator: "\n\n"), "errors/shell")
  }
}
