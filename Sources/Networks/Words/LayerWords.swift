import Basics
import Layers

extension Layer.Kind {
  /// The usual name: `max pooling`.
  public var title: String {
    switch self {
    case .convolution: "convolution"
    case .locallyConnected: "locally connected"
    case .maxPooling: "max pooling"
    case .averagePooling: "average pooling"
    case .localResponseNormalization: "local response normalization"
    case .spatialNormalization: "spatial normalization"
    case .batchNormalization: "batch normalization"
    case .activation(.relu): "ReLU"
    case .activation(.tanh): "tanh"
    case .activation(.elu): "ELU"
    case .flatten: "flatten"
    case .linear: "fully connected"
    case .dropout: "dropout"
    case .softmax: "softmax"
    }
  }
}

extension NormalizationConvention {
  /// Whose definition it is: `paper's formula`.
  public var title: String {
    switch self {
    case .paper: "paper's formula"
    case .source2012: "authors' 2012 program"
    case .caffe: "Caffe's formula"
    case .pytorch: "PyTorch's formula"
    case .tensorflow: "TensorFlow's formula"
    case .onnx: "ONNX's formula"
    case .onednn: "oneDNN's formula"
    }
  }

  /// Whose definition it is, short enough for a list of several.
  package var shortTitle: String {
    switch self {
    case .paper: "the paper"
    case .source2012: "the authors' program"
    case .caffe: "Caffe"
    case .pytorch: "PyTorch"
    case .tensorflow: "TensorFlow"
    case .onnx: "ONNX"
    case .onednn: "oneDNN"
    }
  }
}

extension Dropout.Convention {
  /// What happens to every element at test time.
  package var wordsInInference: String {
    switch self {
    case .paper: "at test time every element is multiplied by 1 − rate (paper, section 4.2)"
    case .inverted: "at test time every element is unchanged (inverted dropout)"
    }
  }
}

extension Window {
  /// `11×11, stride 4, padding 2, rounded up`; the usual values (stride 1, no padding, down) are
  /// left out.
  public var words: String {
    var parts = ["\(kernel)×\(kernel)"]
    if stride != 1 { parts.append("stride \(stride)") }
    if padding != 0 { parts.append("padding \(padding)") }
    if rounding == .ceil { parts.append("rounded up") }
    return parts.joined(separator: ", ")
  }
}

extension Layer {
  /// The layer and its settings: `convolution 11×11, stride 4`.
  public var words: String {
    settings.isEmpty ? kind.title : "\(kind.title) \(settings)"
  }

  /// The layer's settings: `11×11, stride 4`; empty if it has none.
  public var settings: String {
    switch self {
    case .convolution(let convolution):
      convolution.window.words + Self.groupsWords(convolution.groups)
    case .locallyConnected(let local): local.window.words
    case .maxPooling(let pooling), .averagePooling(let pooling): pooling.window.words
    case .localResponseNormalization(let lrn):
      Self.normalizationWords("n \(lrn.n)", lrn.k, lrn.alpha, lrn.beta, lrn.convention)
        + Self.groupsWords(lrn.groups)
    case .spatialNormalization(let normalization):
      Self.normalizationWords(
        "n \(normalization.n)×\(normalization.n)", normalization.k, normalization.alpha,
        normalization.beta, normalization.convention)
    case .batchNormalization(let normalization):
      "ε \(NumberFormat.shortest(normalization.epsilon)), momentum \(NumberFormat.shortest(normalization.momentum))"
    case .dropout(let dropout):
      "\(NumberFormat.shortest(dropout.rate)), "
        + (dropout.convention == .paper
          ? "paper's: scaled at test" : "inverted: scaled in training")
    case .activation: fieldWords
    case .flatten, .linear, .softmax: ""
    }
  }

  /// Each field with its value, as formulas write it: `α 1`.
  var fieldWords: String {
    let greek = ["alpha": "α", "beta": "β", "epsilon": "ε"]
    return fieldSettings.map { "\(greek[$0.name] ?? $0.name) \($0.value)" }
      .joined(separator: ", ")
  }

  private static func normalizationWords(
    _ n: String, _ k: Double, _ alpha: Double, _ beta: Double, _ convention: NormalizationConvention
  ) -> String {
    "\(n), k \(NumberFormat.shortest(k)), α \(NumberFormat.shortest(alpha)), β \(NumberFormat.shortest(beta)), "
      + convention.title
  }

  private static func groupsWords(_ groups: Int) -> String {
    groups == 1 ? "" : ", \(groups) groups"
  }
}
