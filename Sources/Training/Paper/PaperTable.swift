import Documents
import TensorFiles

/// A table of facts from the paper or the authors' program.
package struct PaperTable: Sendable {
  /// The heading, which is also the table's name in JSON.
  package var title: String
  /// The names of the columns.
  package var columns: [String]
  /// The rows, with one cell per column.
  package var rows: [[String]]
  /// A remark below the table.
  package var note: String?

  /// Rows as objects by column.
  package var json: JSONValue {
    .array(
      rows.map { row in
        .object(zip(columns, row).map { .init(name: $0.0, value: .string($0.1)) })
      })
  }

  /// The table.
  package var table: Table {
    var table = Table(columns.map { .init($0, wrapping: 12...72) }, indent: 2)
    for row in rows { table.row(named: row) }
    return table
  }

  package static let settings = PaperTable(
    title: "Settings, as printed",
    columns: ["what", "setting", "section"],
    rows: [
      ["batch", "128 images", "5"],
      ["momentum, decay", "0.9 and 0.0005", "5"],
      ["update", "v ← 0.9·v − 0.0005·ε·w − ε·⟨∂L/∂w⟩, w ← w + v", "5"],
      ["rate ε", "0.01, divided by 10 three times, when validation error stalls", "5"],
      ["length", "about 90 epochs of 1.2 million images", "5"],
      ["weights", "N(0, 0.01²) in every layer", "5"],
      ["biases", "1 in conv2, conv4, conv5 and the hidden linear layers, else 0", "5"],
      ["LRN", "n 5, k 2, α 1e-4, β 0.75, after the ReLU of conv1 and conv2", "3.3"],
      ["pooling", "maximum of 3×3 windows that move by 2", "3.4"],
      ["dropout", "½ in fc6 and fc7; outputs ×½ at test", "4.2"],
      ["images", "shorter side to 256, central 256×256, minus the mean image", "2"],
      ["augmentation", "random 224×224 crops and mirrors; colours along their PCA", "4.1"],
      ["at test", "5 crops and their mirrors, softmax averaged", "4.1"],
    ],
    note:
      "ε multiplies the decay inside the velocity; PyTorch's SGD keeps it outside, which differs "
      + "once ε changes.")

  package static let results2010 = PaperTable(
    title: "ILSVRC-2010, test error in % (section 6, table 1)",
    columns: ["model", "top-1", "top-5"],
    rows: [
      ["sparse coding", "47.1", "28.2"], ["SIFT + Fisher vectors", "45.7", "25.7"],
      ["AlexNet, ten crops", "37.5", "17.0"],
      ["AlexNet, one crop (footnote 5)", "39.0", "18.3"],
    ])

  package static let results2012 = PaperTable(
    title: "ILSVRC-2012, error in % (section 6, table 2)",
    columns: ["model", "top-1 val.", "top-5 val.", "top-5 test"],
    rows: [
      ["SIFT + Fisher vectors, the runner-up", "", "", "26.2"],
      ["1 network", "40.7", "18.2", ""], ["5 networks", "38.1", "16.4", "16.4"],
      ["1 network*", "39.0", "16.6", ""],
      ["7 networks: the 5 and 2*", "36.7", "15.4", "15.3"],
    ],
    note: "* with a sixth convolution, trained first on the whole autumn 2011 release of ImageNet. "
      + "The paper writes 7 CNNs* for the average of the five ordinary networks and two of these.")

  package static let logged = PaperTable(
    title: "What the authors' program wrote down itself, error as a share",
    columns: ["what", "top-1", "top-5", "in the paper"],
    rows: [
      ["ILSVRC-2010, ten crops", "0.374727", "0.169987", "37.5 and 17.0"],
      ["ILSVRC-2010, centre crop", "0.390247", "0.182953", "39.0 and 18.3"],
      ["ILSVRC-2012", "0.406640", "0.182100", "40.7 and 18.2"],
      ["one GPU, conv5 whole", "0.3917", "0.1823", "1.7 and 1.2 worse"],
    ],
    note: "Comments at the end of layer-params-145-2010.cfg and layer-params-145.cfg; the last row "
      + "is configuration 145-half. The training of 145 later continued with the rate raised again: "
      + "0.402500 and 0.179940 at epoch 135.")

  package static let gains = PaperTable(
    title: "What each idea gains according to the paper, points of error",
    columns: ["idea", "top-1", "top-5", "section"],
    rows: [
      ["two GPUs, against one with half the filters*", "1.7", "1.2", "3.2"],
      ["local response normalization", "1.4", "1.2", "3.3"],
      ["overlapping pooling, 3/2 against 2/2", "0.4", "0.3", "3.4"],
      ["colour noise", "over 1", "", "4.1"],
      ["a middle layer, lost when it is removed", "about 2", "", "7"],
    ],
    note:
      "* conv5 and the fully connected layers kept their full size on one GPU, so the comparison "
      + "favours the one-GPU network (footnote 2). "
      + "On CIFAR-10: a four-layer net with ReLU reaches 25% training error six times faster than "
      + "with tanh (figure 1, whose caption says that the size of the effect depends on the "
      + "network); LRN took 13% test error to 11% (section 3.3).")

  package static let versusSource = PaperTable(
    title: "The paper against the authors' program of 2012",
    columns: ["what", "paper", "program"],
    rows: [
      [
        "input", "224×224", "224, and the side of a map is 1 + ⌈(in + 2·pad − k) / stride⌉: 55",
      ],
      ["LRN, factor of Σ a²", "α", "α/n: 2e-5 for α 1e-4, n 5"],
      [
        "LRN and the GPUs", "N is the total number of kernels in the layer: across both GPUs (3.3)",
        "each GPU normalizes its own half: 48 channels in norm1, 128 in norm2",
      ],
      ["block 1", "conv, ReLU, LRN, pool", "conv, LRN, pool, ReLU"],
      ["block 2", "conv, ReLU, LRN, pool", "conv, ReLU, LRN, normalization within a map, pool"],
      ["block 5", "conv, ReLU, pool", "conv, pool, ReLU"],
      ["pooling, 3/2", "rounding not stated", "rounded up"],
      [
        "ties in max pooling", "not stated",
        "every input equal to the maximum gets the gradient (here: the first one)",
      ],
      ["initial weights", "N(0, 0.01²) everywhere", "deviation 0.03 in conv3, conv4, conv5"],
      ["bias decay", "not stated", "none"],
      [
        "bias rates", "one rate for all layers",
        "their own: 0.002 in the ILSVRC-2010 run, constant while the weights' rate falls "
          + "(inferred); 0 in conv1 once it is frozen",
      ],
      [
        "weight rate", "0.01, ÷10 three times",
        "the ILSVRC-2010 run: 1e-3 at epoch 23, 1e-4 at 51, 1e-5 at 78; in conv1 1e-5 at 68, "
          + "frozen at 72; stopped at 93",
      ],
      ["dropout", "outputs ×½ at test", "the same"],
      [
        "colour noise", "eigenvalues λ times draws of deviation 0.1",
        "deviations (√λ, inferred from a name) times 0.1, the image then divided by 1.1; in "
          + "training only, off at epoch 68",
      ],
      [
        "crops", "2048 variants of an image",
        "offsets 0…32 down and across: 33²·2 = 2178 (the border of 16 is deduced)",
      ],
      ["shared crops", "not stated", "32 consecutive images share one crop and one flip"],
      [
        "mean image", "subtracted from each pixel",
        "its centre crop is subtracted from every crop",
      ],
    ],
    note: "network alexnet-2012 is built the program's way, and recipe source-2012 trains it so; "
      + "set norm1.convention 2012 changes one layer.")
}
