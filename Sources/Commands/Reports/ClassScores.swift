import Basics
import Documents
import Networks
import TensorFiles

/// A network's outputs by class: probabilities, or logits if it doesn't end in a softmax.
///
/// A logit may be any number, so it is shown as a number: no percent sign and no bar.
struct ClassScores {
  /// One value per class.
  let values: [Double]
  /// Whether the values are probabilities.
  let areProbabilities: Bool

  /// The scores of these values of the network's last layer.
  init(_ values: [Double], of network: Network) {
    (self.values, areProbabilities) = (values, network.givesProbabilities)
  }

  /// The heading of a column of scores.
  var title: String { areProbabilities ? "share" : "logit" }

  /// A note that these are logits; nil for probabilities.
  var note: Text? {
    areProbabilities
      ? nil : .faint("logits, not probabilities: the network doesn't end in a softmax")
  }

  /// How many values are NaN; nil if none is.
  var complaint: Text? {
    let count = values.count(where: \.isNaN)
    return count == 0 ? nil : .bad("\(count) of \(values.count) outputs are nan (not a number)")
  }

  /// The classes with the largest values, best first; NaN counts as largest.
  func best(_ count: Int) -> [Int] { Array(values.indicesFromLargest.prefix(max(0, count))) }

  /// A class's value: `97.3%`, or a logit with four digits.
  func text(_ index: Int) -> Text {
    Text(areProbabilities ? NumberFormat.percent(values[index]) : number(values[index], 4))
  }

  /// A bar of up to 30 columns for a probability; empty for a logit.
  func bar(_ index: Int) -> Text {
    .faint(areProbabilities ? Basics.bar(values[index], width: 30) : "")
  }

  /// A class's JSON.
  ///
  /// - Parameter value: the class's value, in the precision to write.
  func json(_ index: Int, name: String, _ value: JSONValue) -> JSONValue {
    [
      "class": .integer(index), "name": .string(name),
      areProbabilities ? "probability" : "logit": value,
    ]
  }
}
