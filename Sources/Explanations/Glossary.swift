/// The technical terms that the notebook uses, each explained in a sentence or two.
package enum Glossary {
  /// A term, other words that lead to it, and its meaning.
  package struct Entry: Sendable {
    /// The term.
    package var word: String
    /// Other words that lead to it, in lower case.
    package var others: [String] = []
    /// What it means.
    package var meaning: String
  }

  /// The entry for a word in upper or lower case.
  package static func entry(_ word: String) -> Entry? {
    let word = word.lowercased()
    return entries.first { $0.word.lowercased() == word || $0.others.contains(word) }
  }

  /// All entries, in the order of `help words`.
  package static let entries = [
    Entry(
      word: "tensor", others: ["tensors", "array", "shape"],
      meaning:
        "a block of numbers with a shape, such as 96×55×55: channels, rows, columns; a layer turns one "
        + "into another"),
    Entry(
      word: "image", others: ["images", "picture", "pictures", "input", "pixel", "pixels"],
      meaning:
        "the input of the network. view image shows the image itself; image[c, y, x] is one of its "
        + "numbers after preparation, as the first layer gets it, also called input and conv1.input"
    ),
    Entry(
      word: "class", others: ["classes", "label", "labels", "category"],
      meaning:
        "a kind of thing that an image may show: the network gives each class a score. Classes are "
        + "numbered from 0, and have names if the network was trained here"),
    Entry(
      word: "layer", others: ["layers"],
      meaning: "one step of the network: it turns one tensor into another"),
    Entry(
      word: "channel", others: ["channels", "map", "maps", "plane", "feature map"],
      meaning:
        "one of several grids of numbers: the red, green or blue of an image, or one filter's output "
        + "at each position (a feature map)"),
    Entry(
      word: "convolution", others: ["conv"],
      meaning:
        "a small window of weights (a filter) slides over the input; at each position the inputs under "
        + "it are multiplied by the weights and summed"),
    Entry(
      word: "filter", others: ["filters", "kernel", "kernels"],
      meaning:
        "the weights that one output channel of a convolution uses: each of conv1's 96 filters has "
        + "3×11×11"),
    Entry(
      word: "stride", meaning: "how many positions a window moves from one output to the next"),
    Entry(
      word: "padding", others: ["pad"],
      meaning: "zeros added around a map, so that windows reach its edge"),
    Entry(
      word: "groups", others: ["group"],
      meaning:
        "the channels are split, and each part is convolved separately, as on the paper's two "
        + "GPUs"),
    Entry(
      word: "ReLU", others: ["rectified linear unit"],
      meaning: "max(0, x): negative numbers become 0 (paper, section 3.1)"),
    Entry(
      word: "LRN", others: ["local response normalization", "normalization", "norm"],
      meaning:
        "local response normalization: each value is divided by a power of the sum of squares in "
        + "neighbouring channels at the same position (paper, section 3.3)"),
    Entry(
      word: "batch normalization", others: ["batch norm", "batchnorm"],
      meaning:
        "each channel minus its mean over the batch, divided by its standard deviation, then scaled and "
        + "shifted by two trained numbers; after training, running averages take the batch's place"),
    Entry(
      word: "pooling", others: ["pool", "max pooling"],
      meaning:
        "each window is replaced by its largest number, or by its mean; AlexNet's windows overlap "
        + "(paper, section 3.4)"),
    Entry(
      word: "dropout", others: ["drop"],
      meaning:
        "in training, half of the values are set to 0 at random; at test time all are used, times ½ "
        + "(paper, section 4.2)"),
    Entry(
      word: "logit", others: ["logits"], meaning: "a class's score before the softmax; any number"),
    Entry(
      word: "softmax",
      meaning: "scores become probabilities: e^x over the sum of all e^x, so that they sum to 1"),
    Entry(
      word: "parameter", others: ["parameters", "bias", "biases"],
      meaning: "a number that training adjusts: weights multiply, biases are added"),
    Entry(
      word: "weight", others: ["weights"],
      meaning:
        "a parameter that multiplies an input; a bias is added instead"),
    Entry(
      word: "activation", others: ["activations"],
      meaning:
        "an output of a layer for one image, which the next layer reads. Training changes parameters; "
        + "activations follow from them"),
    Entry(
      word: "initialization", others: ["initial weights"],
      meaning:
        "the random numbers that weights start with: in the paper with a standard deviation of 0.01 "
        + "(section 5), with He's rule √(2 / fan-in)"),
    Entry(
      word: "fan-in", others: ["fan-out"],
      meaning:
        "how many inputs one output reads; the fan-out is how many outputs read one input"),
    Entry(
      word: "MAC", others: ["macs", "multiply-add", "multiply-adds", "work"],
      meaning:
        "a multiplication and an addition; only those of convolutions and fully connected layers are "
        + "counted, not biases, LRN and pooling"),
    Entry(
      word: "receptive field", others: ["field"],
      meaning: "the pixels of the image that one number can depend on"),
    Entry(
      word: "residual connection", others: ["residual", "residual block", "residual blocks"],
      meaning:
        "a layer's input is added to its output, x + F(x), so that signals and gradients pass even "
        + "where F does little"),
    Entry(
      word: "gradient", others: ["gradients", "backward"],
      meaning: "how much the loss changes as a number changes; training follows it downhill"),
    Entry(
      word: "forward pass", others: ["forward passes"],
      meaning:
        "all layers computed from the first to the last: from an image to its scores"),
    Entry(
      word: "backward pass", others: ["backward passes", "backpropagation"],
      meaning:
        "gradients computed from the last layer to the first: each layer's from those of the layer "
        + "after it"),
    Entry(
      word: "loss", others: ["losses", "cross-entropy", "cross entropy", "crossentropy"],
      meaning:
        "how wrong the network is about an image: −ln p of the right class, in nats. It is 0 if p is 1, "
        + "and ln 1000 = 6.9 if 1000 classes are equally likely"),
    Entry(
      word: "learning rate", others: ["rate"],
      meaning: "how far one training step goes against the gradient"),
    Entry(
      word: "batch", others: ["batches", "step", "steps"],
      meaning:
        "the images of one training step. Their gradients are added up and divided by the number of "
        + "images, so the step follows their mean"),
    Entry(
      word: "momentum",
      meaning:
        "the share of the last update that each update keeps: 0.9 in the paper (section 5)"),
    Entry(
      word: "velocity", others: ["velocities"],
      meaning:
        "one number per parameter, which momentum keeps from step to step: 0.9 of itself, minus the "
        + "learning rate times the gradient; each update adds it to the parameter"),
    Entry(
      word: "rank", others: ["ranks"],
      meaning:
        "one of several processes that train a network together; they are numbered from 0"),
    Entry(
      word: "data parallelism", others: ["data parallel"],
      meaning:
        "each rank has the whole network and a part of the batch; the ranks add up their gradients, "
        + "divide by the images of the whole batch, and make the same update"),
    Entry(
      word: "epoch", others: ["epochs"], meaning: "one pass over all training images"),
    Entry(
      word: "accuracy", others: ["error", "test error"],
      meaning: "the share of images that were classified correctly; the error is the rest"),
    Entry(
      word: "top-5 error", others: ["top-5", "top-1", "top-1 error"],
      meaning:
        "the share of images whose right class isn't among the five with the highest scores; the "
        + "top-1 error counts only the highest"),
    Entry(
      word: "log-odds",
      meaning:
        "ln(p / (1 − p)) of a probability p: 0 for 50%, 2.2 for 90%, 4.6 for 99%. It still changes "
        + "where p hardly does, near 0 and 1"),
    Entry(
      word: "seed", others: ["seeds", "random"],
      meaning:
        "the number that all random numbers are derived from: the same seed gives the same ones"
    ),
    Entry(
      word: "ULP", others: ["ulps", "float", "double"],
      meaning:
        "unit in the last place: the distance from one 32-bit number (Float) to the next; sums here "
        + "are computed in 64 bits (Double) and rounded once"),
  ]
}
