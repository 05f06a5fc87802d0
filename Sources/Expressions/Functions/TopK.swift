import Basics
import Tensors

extension Function {
  /// The largest elements of a row of outputs.
  ///
  /// The value is the list of their indices, for a batch a list for each row. A note shows the
  /// elements and, for as many outputs as the network has classes, the classes' names.
  static let topK = Function(
    "topK", [.plain("x"), .label("k", Value(5))],
    "the indices of the k largest of F or N×F values, the largest first; of equal ones the first",
    example: "topK([3, 9, 4], k: 2)"
  ) { call in
    let x = try call.tensor("x")
    guard x.shape.rank == 1 || x.shape.rank == 2 else {
      throw call.fault(
        .shape, "x", "x must be F or N×F, not \(x.shape)",
        hint: "flatten(x) makes a row of it; for example topK(softmax.output, k: 5)")
    }
    let (rows, columns) = x.shape.rank == 1 ? (1, x.count) : (x.shape[0], x.shape[1])
    let k = try call.integer("k", least: 1)
    guard k <= columns else {
      throw call.fault(
        .value, "k", "k is \(k), but there are only \(NumberFormat.grouped(columns)) values",
        hint: "k may be 1 to \(columns)")
    }
    guard rows * k <= TensorMember.mostValues else {
      throw call.fault(
        .limit, "k", "\(NumberFormat.grouped(rows * k)) indices are too many to list",
        hint: "at most \(NumberFormat.grouped(TensorMember.mostValues))")
    }
    var lists: [Value] = []
    for row in 0..<rows {
      try call.cancellation.check()
      let values = x.values[(row * columns)..<((row + 1) * columns)]
      let best = values.indicesFromLargest.prefix(k)
      lists.append(.list(best.map { Value($0 - values.startIndex) }))
      if rows == 1 { call.notes.add(call.ranking(best.map { ($0, Double(values[$0])) }, columns)) }
    }
    if let count = Optional(x.values.count(where: \.isNaN)), count > 0 {
      call.notes.add(
        count == 1
          ? "1 value is not a number; it comes first"
          : "\(NumberFormat.grouped(count)) values are not numbers; they come first")
    }
    return rows == 1 ? lists[0] : .list(lists)
  }
}

extension Call {
  /// `4 deer 0.202573 · 1 automobile 0.167246 · …`: at most ten, with names if they are classes.
  fileprivate func ranking(_ best: [(index: Int, value: Double)], _ count: Int) -> String {
    let names = environment.classNames
    let shown = best.prefix(10).map { index, value in
      (names.count == count ? "\(index) \(names[index]) " : "[\(index)] ")
        + NumberFormat.format(value)
    }
    return (shown + (best.count > 10 ? ["…"] : [])).joined(separator: " · ")
  }
}
