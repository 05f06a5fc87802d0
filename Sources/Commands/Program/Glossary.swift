import Cells
import Documents

/// The words of the field that the notebook uses, each in a sentence or two.
enum Glossary {
  /// A word, the other words for it, and what it means.
  struct Entry {
    var word: String
    var others: [String] = []
    var meaning: String
  }

  /// The entry for a word, in either case.
  static func entry(_ word: String) -> Entry? {
    let word = word.lowercased()
    return entries.first { $0.word.lowercased() == word || $0.others.contains(word) }
  }

  static let entries = [
    Entry(
      word: "tensor", others: ["tensors", "array", "shape"],
      meaning:
        "a block of numbers with a shape, such as 96×55×55: channels, rows, columns; a layer takes one "
        + "and gives another"),
    Entry(
      word: "image", others: ["images", "picture", "pictures", "input", "pixel", "pixels"],
      meaning:
        "what runs through the network. view image shows it as it is; image[c, y, x] is a number of it "
        + "as the first layer takes it, also called input and conv1.input"),
    Entry(
      word: "class", others: ["classes", "label", "labels", "category"],
      meaning:
        "what an image may show: the network gives each class a score. Classes go by number from 0, "
        + "and by name where the network was trained here"),
    Entry(
      word: "layer", others: ["layers"],
      meaning: "one step of the network: it takes a block of numbers and gives another"),
    Entry(
      word: "channel", others: ["channels", "map", "maps", "plane", "feature map"],
      meaning:
        "one grid of numbers among several: red, green and blue of an image, or what one filter "
        + "found at each place (a feature map)"),
    Entry(
      word: "convolution", others: ["conv", "filter", "filters", "kernel", "kernels"],
      meaning:
        "a small window of weights (a filter) is laid over each place of the input; what lies under "
        + "it is multiplied with the weights and summed"),
    Entry(
      word: "stride", meaning: "by how many places a window moves from one output to the next"),
    Entry(
      word: "padding", others: ["pad"],
      meaning: "zeros added around a map, so that windows reach its edge"),
    Entry(
      word: "groups", others: ["group"],
      meaning: "the channels are split and each part is convolved alone: the paper's two GPUs"),
    Entry(
      word: "ReLU", others: ["rectified linear unit"],
      meaning: "max(0, x): what is negative becomes 0 (paper, section 3.1)"),
    Entry(
      word: "LRN", others: ["local response normalization", "normalization", "norm"],
      meaning: "local response normalization: a value is divided by a power of the squares of its "
        + "neighbouring channels at the same place (paper, section 3.3)"),
    Entry(
      word: "pooling", others: ["pool", "max pooling"],
      meaning:
        "of each window only the largest number is kept, or the mean; AlexNet's windows overlap "
        + "(paper, section 3.4)"),
    Entry(
      word: "dropout", others: ["drop"],
      meaning:
        "in training half of the values are set to 0 at random; at test all are used, times ½ "
        + "(paper, section 4.2)"),
    Entry(
      word: "logit", others: ["logits"], meaning: "a class's score before the softmax; any number"),
    Entry(
      word: "softmax",
      meaning: "scores become probabilities: e^x over the sum of all e^x, so that they sum to 1"),
    Entry(
      word: "parameter", others: ["parameters", "weight", "weights", "bias", "biases"],
      meaning: "a number that training chooses: weights multiply, biases are added"),
    Entry(
      word: "MAC", others: ["macs", "multiply-add", "multiply-adds", "work"],
      meaning:
        "a multiplication and an addition; those of convolutions and fully connected layers are "
        + "counted, biases, LRN and pooling are left out"),
    Entry(
      word: "receptive field", others: ["field"],
      meaning: "the pixels of the image that one number can depend on"),
    Entry(
      word: "gradient", others: ["gradients", "backward"],
      meaning: "by how much the loss changes with a number: what training follows downhill"),
    Entry(
      word: "loss", others: ["losses", "cross-entropy", "cross entropy", "crossentropy"],
      meaning:
        "how wrong the network is about an image: −ln p of the right class, in nats. 0 where p is 1; "
        + "ln 1000 = 6.9 where 1000 classes are equally likely"),
    Entry(
      word: "learning rate", others: ["rate"],
      meaning: "how far a step of training follows the gradient downhill"),
    Entry(
      word: "batch", others: ["batches", "step", "steps"],
      meaning: "the images whose gradients are averaged for one step of training"),
    Entry(
      word: "epoch", others: ["epochs"], meaning: "one pass over all training images"),
    Entry(
      word: "accuracy", others: ["error", "test error"],
      meaning: "the share of images that were classified correctly; the error is the rest"),
    Entry(
      word: "seed", others: ["seeds", "random"],
      meaning: "the number that everything drawn follows from: the same seed gives the same numbers"
    ),
    Entry(
      word: "ULP", others: ["ulps", "float", "double"],
      meaning:
        "unit in the last place: the distance from one 32-bit number (Float) to the next; sums here "
        + "are made in 64 bits (Double) and rounded once"),
  ]

  /// The whole list.
  static var output: Output {
    var output = Output()
    for entry in entries { output.line(.name(entry.word) + "  " + Text(entry.meaning), hang: 4) }
    return output
  }
}
