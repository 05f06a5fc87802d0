import TestSupport
import Testing

/// Every report: the tables, explanations and lists that commands show, beyond their examples.
@Suite(.serialized) struct ReportSnapshotTests {
  struct Report: Sendable {
    /// The snapshot.
    var name: String
    /// The cells of one notebook.
    var cells: [String]

    init(_ name: String, _ cells: String...) {
      (self.name, self.cells) = ("reports/\(name)", cells)
    }
  }

  /// A network with every kind of layer, small enough to run in a moment.
  static let everyKind = """
    {"format": "alexnet-network", "version": 1, "name": "every", "title": "every kind of layer",
     "input": {"channels": 3, "height": 11, "width": 11, "scale": 1, "mean": [120, 110, 100],
               "deviation": [50, 60, 70]},
     "labels": ["circle", "square", "star"],
     "layers": [\(layersOfEveryKind)]}
    """

  static let reports = [
    // Stepping.
    Report("step/next", "next", "next 2", "previous", "goto pool1", "goto conv1", "reset"),
    Report("step/small", "network load DIR/every.json", "next 100", "next", "previous"),
    Report(
      "step/forward", "forward --network cuda-convnet-18", "load trained cuda-convnet-18", "forward"
    ),
    Report(
      "step/backward", "load trained cuda-convnet-18", "forward", "backward cat", "backward 3"),
    Report(
      "step/classes", "load trained cuda-convnet-18", "forward", "show softmax", "softmax",
      "softmax[3]"),

    // Where one number comes from.
    Report(
      "why/alexnet", "next 4", "why conv1[5, 10, 23]", "why relu1[5, 10, 23]",
      "why norm1[17, 10, 23]", "why pool1[3, 4, 5]", "why image[0, 5, 5]", "why input[2, 0, 226]"),
    Report(
      "why/forward", "network load DIR/every.json", "forward", "why conv1[2, 0, 0]",
      "why norm1[2, 3, 4]", "why pool1[2, 5, 5]", "why relu1[2, 3, 3]", "why conv2[3, 1, 1]",
      "why tanh2[3, 1, 1]", "why norm2[1, 2, 2]", "why batch2[1, 2, 2]", "why local3[4, 0, 1]",
      "why pool3[4, 1, 1]", "why flatten[6]", "why fc4[2]", "why drop4[2]", "why fc5[1]",
      "why softmax[1]"),
    Report(
      "why/bfloat16", "network load DIR/every.json", "why conv1[2, 0, 0] --precision bfloat16",
      "why fc5[1] --precision bfloat16", "why local3[4, 0, 1] --precision bfloat16",
      "why relu1[2, 3, 3] --precision bfloat16", "backward star",
      "why gradient fc5[1] --precision bfloat16",
      "compare reference planted-1 --precision bfloat16",
      "why fc5[1] --precision half"),
    Report(
      "why/backward", "network load DIR/every.json", "forward", "backward star",
      "why gradient fc5[1]", "why gradient fc5.weight[1, 2]", "why gradient fc5.bias[1]",
      "why gradient drop4[2]", "why gradient fc4[2]", "why gradient flatten[6]",
      "why gradient pool3[4, 1, 1]", "why gradient local3[4, 0, 1]",
      "why gradient local3.weight[0, 1, 4, 1, 1, 1]", "why gradient batch2[1, 2, 2]",
      "why gradient batch2.weight[1]", "why gradient batch2.bias[1]", "why gradient norm2[1, 2, 2]",
      "why gradient tanh2[3, 1, 1]", "why gradient conv2[3, 1, 1]",
      "why gradient conv2.weight[3, 0, 1, 1]", "why gradient conv2.bias[3]",
      "why gradient relu1[2, 3, 3]", "why gradient pool1[2, 5, 5]", "why gradient norm1[2, 3, 4]",
      "why gradient conv1[2, 3, 3]", "why gradient conv1.weight[2, 1, 0, 0]",
      "why gradient conv1.bias[2]", "why gradient image[0, 5, 5]"),
    Report(
      "why/conventions", "network caffenet", "next 4", "why norm1[17, 10, 13]",
      "why norm1[17, 10, 13] --engine reference", "network alexnet-2012", "next 3",
      "why norm1[17, 10, 13]"),
    Report(
      "why/influence", "why conv1[5, 10, 23] --toward-input", "why pool1[3, 0, 0] --toward-input",
      "network load DIR/every.json", "why conv2[3, 1, 1] --toward-input",
      "why softmax[1] --toward-input"),
    Report(
      "why/overlap", "overlap pool1", "overlap pool1[3, 4, 5]", "overlap conv1",
      "overlap conv2 --network cuda-convnet-18", "overlap pool1[0, 26, 26]"),
    Report(
      "verify/gradient", "network load DIR/every.json", "verify gradient conv1",
      "verify gradient norm1", "verify gradient pool1", "verify gradient batch2",
      "verify gradient fc5"),

    // Networks.
    Report("networks/list", "networks", "network caffenet", "networks", "network"),
    Report(
      "networks/summary", "summary", "summary caffenet", "summary alexnet-batchnorm",
      "summary cuda-convnet-13", "summary quick32 --style keras",
      "summary quick32 --style torchsummary", "summary quick32 --formula"),
    Report("networks/formula", "summary --formula"),
    Report(
      "networks/file", "network load DIR/every.json", "summary", "network save DIR/saved.json"),
    Report(
      "networks/diff", "diff alexnet caffenet", "diff alexnet alexnet-owt",
      "diff cuda-convnet-26 cuda-convnet-18", "diff alexnet alexnet"),
    Report(
      "networks/change", "set conv1.stride 2", "set conv1.filters 48", "set input 224",
      "set rounding ceil", "remove norm1", "insert conv5 max_pooling kernel=2 stride=2", "undo",
      "undo", "diff", "set conv1.stride 2"),
    Report(
      "networks/weights", "load trained cuda-convnet-18", "seed 2", "seed",
      "save weights DIR/w.safetensors",
      "load DIR/w.safetensors"),

    // The paper and the proof.
    Report("paper/paper", "paper", "paper settings", "paper results"),
    Report("paper/source", "paper vs source"),
    Report("golden/verify", "golden verify relu", "golden verify max_pooling/ties --brief"),
    Report("experiments/list", "experiment", "experiment relu-vs-tanh --describe"),

    // Training.
    Report(
      "training/recipes", "recipes", "recipe 80-seconds", "recipe paper", "recipe source-2012"),
    Report("training/changed", "recipe cuda-convnet-18 --json"),
    Report("training/plot", "plot trained cuda-convnet-18"),
    Report(
      "training/train", TrainingFiles.train + " --epochs 3 --out DIR/run",
      "evaluate DIR/run --data DIR/images",
      "evaluate DIR/run --data DIR/images --crops ten --part validation", "predict DIR/run card",
      "plot DIR/run", "load DIR/run", "recipe"),
    Report("training/data", "data info --data DIR/images", "data info --data DIR/images --json"),
    Report(
      "training/predict", "predict trained cuda-convnet-18 card",
      "predict trained cuda-convnet-18 card shapes:test/3 --crops ten",
      "load trained cuda-convnet-18", "predict card --json"),

    // Looking.
    Report(
      "look/view", "view image", "next", "view conv1[5]", "view conv1.weight[0...3]",
      "image shapes:test/3", "view image"),
    Report("look/show", "next", "show conv1[5]", "show image", "show conv1.weight"),
    Report(
      "look/expressions", "next", "conv1.output.shape", "conv1", "conv1.weight[0, 2, 3...5, 0...2]",
      "let a = conv1[16]", "a.mean + 3 * a.deviation", "out[2]", "conv1.output[0...3]",
      "(224 - 11) / 4 + 1", "softmax([1, 2, 3])", "relu"),
    Report("look/json", "summary quick32 --json", "next --json", "conv1[5, 10, 23] + 1"),
    Report(
      "look/session", "let a = 2", "next", "save DIR/session.alexnet", "run DIR/session.alexnet",
      "a + 1"),
  ]

  static let names = reports.map(\.name)

  @Test(arguments: names) func gives(_ name: String) throws {
    let report = try #require(Self.reports.first { $0.name == name })
    let stage = try Stage()
    try stage.write(Self.everyKind, to: "every.json")
    try stage.writeTrainingFiles()
    try expectSnapshot(stage.run(report.cells), name)
  }
}
