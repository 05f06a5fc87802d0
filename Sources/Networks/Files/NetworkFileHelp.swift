import Layers

extension NetworkFile {
  /// The format of a network's file in words, for `help network`.
  public static let help = """
    A network is a JSON file of at most 1 MB; network save FILE writes one.

      {
        "format": "alexnet-network",
        "version": 1,
        "name": "mine",
        "title": "one line that says what it is",
        "input": {"channels": 3, "height": 32, "width": 32, "scale": 255,
                  "mean": [125.3, 123, 113.9], "deviation": [1, 1, 1]},
        "labels": ["cat", "dog"],
        "layers": [
          {"name": "conv1", "kind": "convolution", "filters": 8, "kernel": 5,
           "padding": 2, "init": {"deviation": 0.01, "bias": 0}},
          {"name": "relu1", "kind": "relu"},
          {"name": "pool1", "kind": "max_pooling", "kernel": 3, "stride": 2,
           "rounding": "ceil"},
          {"name": "flatten", "kind": "flatten"},
          {"name": "fc2", "kind": "linear", "outputs": 2},
          {"name": "softmax", "kind": "softmax"}
        ]
      }

    input     the first layer gets pixels × scale (1 or 255), minus mean, divided by
              deviation, for each channel; "resize" is the side of the square that
              an image is scaled to before its centre is cropped
    labels    one per output of the last layer; optional, as is title
    layers    1 to 1,000, first to last; each name is a letter, then letters,
              digits or _, and is used once
    init      weights are drawn from N(0, deviation²), every bias starts as bias;
              the default is deviation 0.01 and bias 0

    The kinds and their members (those in brackets are optional):
    \(kinds)

    rounding    floor or ceil
    convention  in a dropout \(dropouts); in a normalization
                \(conventions)
    inputs      the required number of input channels or features; without it the
                layer takes any number
    """

  private static var kinds: String {
    Layer.Kind.allCases.map { kind in
      let members = kind.fields.filter { !$0.isInitialization }
        .map { $0.isRequired ? $0.name : "[\($0.name)]" }
      let all = members + (kind.drawsWeights ? ["[init]"] : [])
      let name = "  \(kind.rawValue)"
      return all.isEmpty ? name : "\(name)\n      \(all.joined(separator: " "))"
    }.joined(separator: "\n")
  }

  private static var conventions: String {
    NormalizationConvention.allCases.map(\.rawValue).joined(separator: ", ")
  }

  private static var dropouts: String {
    Dropout.Convention.allCases.map(\.rawValue).joined(separator: " or ")
  }
}
