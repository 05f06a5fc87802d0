import Basics
import Documents
import Networks
import TensorFiles

/// What a network gives for each class: probabilities, or logits where it doesn't end in a softmax.
///
/// A logit may be any number, so it is shown as it is: no percent sign and no bar.
struct ClassScores {
  /// One value a class.
  let values: [Double]
  /// Whether the values are probabilities.
  let areProbabilities: Bool

  /// The values of a network's last layer.
  init(_ values: [Double], of network: Network) {
    (self.values, areProbabilities) = (values, network.givesProbabilities)
  }

  /// The heading of a column of them.
  var title: String { areProbabilities ? "share" : "logit" }

  /// Says that these are logits; nil of probabilities.
  var note: Text? {
    areProbabilities
      ? nil : .faint("logits, not probabilities: the network doesn't end in a softmax")
  }

  /// Says how many values are NaN; nil where none is.
  var complaint: Text? {
    let count = values.count(where: \.isNaN)
    return count == 0 ? nil : .bad("\(count) of \(values.count) outputs are nan (not a number)")
  }

  /// The classes of the largest values, NaN before all others.
  func best(_ count: Int) -> [Int] { Array(values.indicesFromLargest.prefix(max(0, count))) }

  /// The value of a class, for people.
  func text(_ index: Int) -> Text {
    Text(areProbabilities ? NumberFormat.percent(values[index]) : number(values[index], 4))
  }

  /// A bar as long as a probability; nothing for a logit.
  func bar(_ index: Int) -> Text {
    .faint(areProbabilities ? Basics.bar(values[index], width: 30) : "")
  }

  /// A class for programs.
  func json(_ index: Int, name: String, _ value: JSONValue) -> JSONValue {
    [
      "class": .integer(index), "name": .string(name),
      areProbabilities ? "probability" : "logit": value,
    ]
  }
}
