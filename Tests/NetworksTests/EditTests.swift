import Layers
import Testing

@testable import Networks

/// An edit as it is typed: `set conv1.stride 2`, `remove norm1`, `insert relu5 dropout rate 0.2`.
func edit(_ text: String) -> NetworkEdit {
  let words = text.split(separator: " ").map(String.init)
  switch words[0] {
  case "set": return .set(path: words[1], value: FieldValue(words[2]))
  case "remove": return .remove(layer: words[1])
  default:
    let fields = stride(from: 3, to: words.count, by: 2).map {
      FieldSetting(words[$0], FieldValue(words[$0 + 1]))
    }
    return .insert(after: words[1], kind: words[2], fields: fields)
  }
}

/// An edit of a network, its result, and its message about weights.
struct EditCase: Sendable, CustomTestStringConvertible {
  var network = "alexnet"
  let edit: String
  var steps: [String] = []
  var changed: [String] = []
  /// What the changed layers are afterwards, where their names don't say it.
  var layers: [Layer] = []
  var anew: [String] = []
  var parameters: Int?
  var notes: [String] = []

  var testDescription: String { "\(network): \(edit)" }

  static let all = [
    EditCase(
      edit: "set input 224",
      steps: [
        "conv1 55 → 54", "pool1 27 → 26", "conv2 27 → 26", "pool2 13 → 12", "conv3 13 → 12",
        "conv4 13 → 12", "conv5 13 → 12", "pool5 6 → 5", "fc6 9216 → 6400 inputs",
      ],
      anew: ["fc6"], parameters: 50_844_008,
      notes: [
        "conv1: (224 + 2·0 − 11) / 4 + 1 = 54.25 is not whole. "
          + "Rounded down, 54: the last row and column are not read",
        "pool1: (54 + 2·0 − 3) / 2 + 1 = 26.5 is not whole. "
          + "Rounded down, 26: the last row and column are not read",
        "pool2: (26 + 2·0 − 3) / 2 + 1 = 12.5 is not whole. "
          + "Rounded down, 12: the last row and column are not read",
        "pool5: (12 + 2·0 − 3) / 2 + 1 = 5.5 is not whole. "
          + "Rounded down, 5: the last row and column are not read",
      ]),
    EditCase(
      edit: "set conv1.stride 2",
      steps: [
        "conv1 55 → 109", "pool1 27 → 54", "conv2 27 → 54", "pool2 13 → 26", "conv3 13 → 26",
        "conv4 13 → 26", "conv5 13 → 26", "pool5 6 → 12", "fc6 9216 → 36864 inputs",
      ],
      changed: ["conv1"], anew: ["fc6"], parameters: 175_624_552,
      notes: [
        "pool2: (54 + 2·0 − 3) / 2 + 1 = 26.5 is not whole. "
          + "Rounded down, 26: the last row and column are not read",
        "pool5: (26 + 2·0 − 3) / 2 + 1 = 12.5 is not whole. "
          + "Rounded down, 12: the last row and column are not read",
      ]),
    EditCase(
      edit: "set pool1.stride 3",
      steps: [
        "pool1 27 → 18", "conv2 27 → 18", "pool2 13 → 8", "conv3 13 → 8", "conv4 13 → 8",
        "conv5 13 → 8", "pool5 6 → 3", "fc6 9216 → 2304 inputs",
      ],
      changed: ["pool1"], anew: ["fc6"], parameters: 34_066_792,
      notes: [
        "pool1: (55 + 2·0 − 3) / 3 + 1 = 18.33 is not whole. "
          + "Rounded down, 18: the last row and column are not read",
        "pool2: (18 + 2·0 − 3) / 2 + 1 = 8.5 is not whole. "
          + "Rounded down, 8: the last row and column are not read",
        "pool5: (8 + 2·0 − 3) / 2 + 1 = 3.5 is not whole. "
          + "Rounded down, 3: the last row and column are not read",
      ]),
    EditCase(
      edit: "set rounding ceil",
      changed: [
        "conv1", "pool1", "conv2", "pool2", "conv3", "conv4", "conv5", "pool5",
      ]),
    EditCase(edit: "set norm1.convention 2012", changed: ["norm1"]),
    EditCase(edit: "set norm1.k 1", changed: ["norm1"]),
    EditCase(edit: "set convention onnx", changed: ["norm1", "norm2"]),
    EditCase(
      edit: "set conv1.filters 64", steps: ["conv2 96 → 64 inputs"], changed: ["conv1"],
      anew: ["conv1", "conv2"], parameters: 62_161_896),
    EditCase(edit: "set conv1.deviation 0.02", changed: ["conv1"], anew: ["conv1"]),
    EditCase(edit: "set fc8.outputs 10", changed: ["fc8"], anew: ["fc8"], parameters: 58_322_314),
    EditCase(edit: "set classes 10", changed: ["fc8"], anew: ["fc8"], parameters: 58_322_314),
    EditCase(
      edit: "set conv2.groups 2", changed: ["conv2"], anew: ["conv2"],
      parameters: 62_378_344 - 614_656 + 307_456),
    EditCase(edit: "set conv2.inputs 96", changed: ["conv2"]),
    EditCase(
      edit: "set activation tanh",
      changed: ["tanh1", "tanh2", "tanh3", "tanh4", "tanh5", "tanh6", "tanh7"],
      layers: Array(repeating: .tanh, count: 7)),
    EditCase(edit: "set drop6.rate 0.25", changed: ["drop6"]),
    EditCase(edit: "remove norm1", changed: []),
    EditCase(
      edit: "remove pool5", steps: ["fc6 9216 → 43264 inputs"], anew: ["fc6"],
      parameters: 201_838_952),
    EditCase(edit: "insert relu3 norm", changed: []),
    EditCase(
      edit: "insert relu5 conv filters 128", steps: ["fc6 9216 → 4608 inputs"],
      anew: ["conv6", "fc6"], parameters: 62_378_344 - 4608 * 4096 + 128 * 256 * 9 + 128),
    EditCase(
      edit: "insert conv3 max_pooling kernel 3 stride 2",
      steps: [
        "pool3 13 → 6", "conv4 13 → 6", "conv5 13 → 6", "pool5 6 → 2", "fc6 9216 → 1024 inputs",
      ],
      anew: ["fc6"], parameters: 62_378_344 - 8192 * 4096,
      notes: [
        "pool5: (6 + 2·0 − 3) / 2 + 1 = 2.5 is not whole. "
          + "Rounded down, 2: the last row and column are not read"
      ]),
    EditCase(
      network: "cuda-convnet-11", edit: "set input 25",
      steps: ["conv1 24 → 25"]),
    EditCase(
      network: "cuda-convnet-18", edit: "set rounding floor",
      steps: [
        "pool1 16 → 15", "conv2 16 → 15", "pool2 8 → 7", "conv3 8 → 7", "pool3 4 → 3",
        "fc10 1024 → 576 inputs",
      ],
      changed: ["pool1", "pool2", "pool3"], anew: ["fc10"], parameters: 89_578 - 448 * 10,
      notes: [
        "pool1: (32 + 2·0 − 3) / 2 + 1 = 15.5 is not whole. "
          + "Rounded down, 15: the last row and column are not read"
      ]),
    EditCase(
      network: "alexnet-2012", edit: "set input 227", changed: []),
  ]
}

struct EditTests {
  @Test(arguments: EditCase.all)
  func leadsTo(_ expected: EditCase) throws {
    let original = try zoo(expected.network)
    let network = try original.applying(edit(expected.edit))
    let changes = try network.changes(from: original)
    #expect(changes.steps == expected.steps)
    #expect(changes.changed.map(\.name) == expected.changed)
    if !expected.layers.isEmpty {
      #expect(changes.changed.map(\.second?.layer) == expected.layers)
    }
    #expect(changes.initializedAnew == expected.anew)
    #expect(changes.notes.map(\.message) == expected.notes)
    let before = try Summary(original).parameters
    #expect(changes.difference.parameters.first == before)
    #expect(changes.difference.parameters.second == expected.parameters ?? before)
    let summary = try Summary(network, changedFrom: original)
    for row in summary.rows {
      #expect((row.mark == .changed) == expected.changed.contains(row.name), "\(row.name)")
    }
    #expect(
      Set(changes.keepsWeights).isDisjoint(with: changes.initializedAnew)
        && changes.keepsWeights.count + changes.initializedAnew.count
          == summary.rows.count { $0.parameters > 0 }
    )
  }

  /// Every activation can be set, under its own name and with its usual settings.
  @Test(arguments: Activation.Kind.allCases)
  func activation(_ kind: Activation.Kind) throws {
    let network = try zoo("alexnet").applying(edit("set activation \(kind.rawValue)"))
    let set = network.layers.filter { $0.layer.kind.family == .activation }
    #expect(set.map(\.name) == (1...7).map { "\(kind.rawValue)\($0)" })
    #expect(set.allSatisfy { $0.layer == .activation(Activation(kind)) })
    #expect(try network.applying(edit("set activation relu")) == zoo("alexnet"))
  }

  @Test func marks() throws {
    let original = try zoo("alexnet")
    let network = try original.applying(edit("insert conv3 bn"))
      .applying(edit("set conv1.stride 2"))
    let rows = try Summary(network, changedFrom: original).rows
    #expect(rows.first { $0.name == "bn3" }?.mark == .inserted)
    #expect(rows.first { $0.name == "conv1" }?.mark == .changed)
    #expect(rows.first { $0.name == "pool2" }?.mark == .follows)
    #expect(rows.first { $0.name == "fc7" }?.mark == nil)
  }

  @Test func removing() throws {
    let original = try zoo("alexnet")
    let changes = try original.applying(edit("remove norm1")).changes(from: original)
    #expect(changes.removed.map(\.name) == ["norm1"])
    #expect(changes.inserted.isEmpty && changes.follows.isEmpty)
    #expect(changes.weightsSentence == nil)
  }

  @Test(arguments: [
    ("insert relu3 norm", "norm3", "local response normalization"),
    ("insert relu3 norm n 3 convention caffe", "norm3", "local response normalization"),
    ("insert relu1 norm", "norm3", "local response normalization"),
    ("insert input bn", "bn1", "batch normalization"),
    ("insert softmax drop", "drop1", "dropout"),
    ("insert relu4 average_pooling kernel 2 stride 1", "pool4", "average pooling"),
    ("insert relu4 local", "local4", "locally connected"),
    ("insert relu7 fc outputs 100", "fc1", "fully connected"),
  ])
  func insertedName(text: String, name: String, kind: String) throws {
    let original = try zoo("alexnet")
    let network = try original.applying(edit(text))
    let row = try #require(network.changes(from: original).inserted.first?.second)
    #expect(row.name == name)
    #expect(row.layer.kind.title == kind)
  }

  @Test func insertedWeightsAreInitializedAsRecommended() throws {
    let network = try zoo("alexnet").applying(edit("insert relu5 conv bias 0.5"))
    let layer = try #require(network.layers.first { $0.name == "conv6" })
    #expect(
      layer.initialization
        == Initialization(deviation: (2.0 / (256 * 9)).squareRoot(), bias: 0.5))
  }

  @Test func labelsThatNoLongerFitAreDropped() throws {
    let network = try zoo("alexnet32")
    #expect(try network.applying(edit("set fc8.outputs 12")).labels == nil)
    #expect(try network.applying(edit("set conv1.filters 8")).labels == network.labels)
  }

  @Test func weightsSentence() throws {
    let original = try zoo("alexnet")
    let one = try original.applying(edit("set classes 10")).changes(from: original)
    #expect(one.weightsSentence == "fc8 is initialized anew; the other 7 keep their weights.")
    let two = try original.applying(edit("set conv1.kernel 7")).changes(from: original)
    #expect(two.weightsSentence == "conv1 is initialized anew; the other 7 keep their weights.")
    let three = try original.applying(edit("set conv1.filters 64")).changes(from: original)
    #expect(
      three.weightsSentence
        == "conv1 and conv2 are initialized anew; the other 6 keep their weights.")
  }

  @Test(arguments: [
    (224, "alexnet", "223 and 227 fit exactly; rounding ceil gives 55"),
    (224, "alexnet-2012", "223 and 227 fit exactly; rounding floor gives 54"),
    (226, "alexnet", "223 and 227 fit exactly; rounding ceil gives 55"),
  ])
  func whatWouldFit(input: Int, network: String, hint: String) throws {
    let network = try zoo(network).applying(.set(path: "input", value: .whole(input)))
    let note = try #require(network.fitNotes().first)
    #expect(note.layer == "conv1")
    #expect(note.hint == hint)
  }

  @Test func roundedUpReachesPastTheEdge() throws {
    #expect(
      try zoo("alexnet-2012").fitNotes().first?.message
        == "conv1: (224 + 2·0 − 11) / 4 + 1 = 54.25 is not whole. "
        + "Rounded up, 55: the last window reaches 3 past the edge")
  }
}
