import Basics

/// A sum of products, such as Σ x·w, term by term in the order in which it was added up.
package struct ProductSum: Hashable, Sendable {
  /// One product.
  package struct Term: Hashable, Sendable {
    /// The first factor's index in its tensor, without the batch axis.
    package let firstIndex: [Int]
    /// The first factor.
    package let first: Float
    /// The second factor's index in its tensor.
    package let secondIndex: [Int]
    /// The second factor.
    package let second: Float
    /// Their product, exact in Double.
    package var product: Double { Double(first) * Double(second) }
  }

  /// Neighbouring terms that belong together: those of one input channel, filter or image.
  package struct Group: Hashable, Sendable {
    /// Which channel, filter or image.
    package let number: Int
    /// The positions of its terms.
    package let terms: Range<Int>
    /// The sum of its products.
    package let sum: Double
    /// The whole sum up to and including this group.
    package let running: Double
  }

  /// One of the two tensors that the factors come from.
  package struct Factor: Hashable, Sendable {
    /// The tensor's name: `pool1`, `conv2.weight`, `gradient conv2`.
    package let name: String
    /// Its letter in the formula: `x`, `w`, `g`.
    package let symbol: String
  }

  /// Where the first factors come from.
  package let first: Factor
  /// Where the second factors come from.
  package let second: Factor
  /// The kind of group: `channel`, `filter`, `image`.
  package let groupName: String
  /// The terms in the order in which they were added.
  package let terms: [Term]
  /// The groups, in that order; a sum without parts has one.
  package let groups: [Group]
  /// The start of the sum: the bias, or 0.
  package let start: Double

  /// The whole sum, in Double.
  package var total: Double { groups.last?.running ?? start }
  /// The number of terms.
  package var count: Int { terms.count }

  /// The number and sum of the terms of one sign.
  package struct Part: Hashable, Sendable {
    /// How many.
    package let count: Int
    /// Their sum.
    package let sum: Double

    init(_ products: [Double]) {
      count = products.count
      sum = products.reduce(0, +)
    }
  }

  /// The products above 0.
  package var positive: Part { Part(terms.map(\.product).filter { $0 > 0 }) }
  /// The products below 0.
  package var negative: Part { Part(terms.map(\.product).filter { $0 < 0 }) }
  /// How many products are 0.
  package var zeros: Int { terms.count { $0.product == 0 } }

  /// The sum of the terms' absolute values.
  package var magnitude: Double {
    terms.reduce(start.magnitude) { $0 + $1.product.magnitude }
  }

  /// The `count` terms with the largest absolute values, largest first; of equal ones, the earlier
  /// first.
  package func largest(_ count: Int) -> [Term] { largest(count, of: terms.indices) }

  /// The `count` terms with the largest absolute values in one group, largest first.
  package func largest(_ count: Int, in group: Group) -> [Term] { largest(count, of: group.terms) }

  private func largest(_ count: Int, of range: Range<Int>) -> [Term] {
    let order = terms[range].map(\.product.magnitude).indicesFromLargest
    return order.prefix(max(0, count)).map { terms[range.lowerBound + $0] }
  }
}

/// Adds up products, a group at a time, as a kernel does.
struct ProductSumBuilder {
  private var terms: [ProductSum.Term] = []
  private var groups: [ProductSum.Group] = []
  private var open: (number: Int, start: Int, sum: Double)?
  private var running: Double
  private let start: Double

  /// A sum that starts with `start`.
  init(start: Double = 0) {
    self.start = start
    running = start
  }

  /// Starts the terms of the next channel, filter or image.
  mutating func begin(_ number: Int) {
    close()
    open = (number, terms.count, 0)
  }

  mutating func add(_ first: Float, at firstIndex: [Int], _ second: Float, at secondIndex: [Int]) {
    let term = ProductSum.Term(
      firstIndex: firstIndex, first: first, secondIndex: secondIndex, second: second)
    terms.append(term)
    running += term.product
    open?.sum += term.product
  }

  private mutating func close() {
    guard let open else { return }
    groups.append(
      ProductSum.Group(
        number: open.number, terms: open.start..<terms.count, sum: open.sum, running: running))
    self.open = nil
  }

  /// The finished sum.
  consuming func finish(
    first: (name: String, symbol: String), second: (name: String, symbol: String),
    groups name: String
  ) -> ProductSum {
    close()
    return ProductSum(
      first: .init(name: first.name, symbol: first.symbol),
      second: .init(name: second.name, symbol: second.symbol), groupName: name, terms: terms,
      groups: groups, start: start)
  }
}
