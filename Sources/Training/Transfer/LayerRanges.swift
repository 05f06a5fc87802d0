import Basics
import Networks
import TensorFiles

/// Layers named as at the prompt: `conv1`, `conv1...conv3`, `conv1..<fc6`.
enum LayerRanges {
  /// Splits a list as typed, `conv1...conv3, fc6`, into its items.
  static func items(_ text: String) -> [String] {
    text.split { $0 == " " || $0 == "," }.map(String.init)
  }

  /// The positions of the layers with parameters that the items name.
  ///
  /// - Parameters:
  ///   - items: names and ranges of names; the ends of a range may be any layers.
  ///   - network: the network.
  ///   - field: the recipe's field, for the error.
  /// - Throws: `RecipeError` if a layer doesn't exist, or an item names no layer with parameters.
  static func positions(
    _ items: [String], in network: Network, field: String
  ) throws -> Set<Int> {
    let geometry = try network.geometry()
    let known = geometry.filter { !$0.parameters.isEmpty }
    func position(_ name: some StringProtocol, among layers: [LayerGeometry]) throws -> Int {
      if let layer = layers.first(where: { $0.name == name }) { return layer.index }
      let exists = layers.count < geometry.count && geometry.contains { $0.name == name }
      throw RecipeError(
        field,
        exists
          ? "names \(printable(String(name))), which has no parameters"
          : "names \(printable(String(name), limit: 60)), but \(network.name) has no layer of that name"
            + (layers.count < geometry.count ? " with parameters" : ""),
        hint: Suggestion.didYouMean(String(name), among: known.map(\.name), else: "they are"))
    }
    var positions: Set<Int> = []
    for item in items {
      guard let mark = ["...", "..<"].first(where: { item.contains($0) }),
        let place = item.firstRange(of: mark)
      else {
        positions.insert(try position(item, among: known))
        continue
      }
      let (first, last) = (item[..<place.lowerBound], item[place.upperBound...])
      let from = try position(first, among: geometry)
      let end = try position(last, among: geometry)
      guard from <= end else {
        throw RecipeError(
          field, "has the range \(printable(item)), but \(last) comes before \(first)",
          hint: "write it as \(last)\(mark)\(first)")
      }
      let named = known.map(\.index).filter {
        $0 >= from && (mark == "..." ? $0 <= end : $0 < end)
      }
      guard !named.isEmpty else {
        throw RecipeError(
          field, "has the range \(printable(item)), in which no layer has parameters",
          hint: "those with parameters are \(known.map(\.name).joined(separator: ", "))")
      }
      positions.formUnion(named)
    }
    return positions
  }

  /// Names in words, three or more neighbours as a range: `conv1...conv3, fc8`.
  ///
  /// - Parameters:
  ///   - names: some of the layers with parameters.
  ///   - all: the names of all layers with parameters, in the network's order.
  static func words(_ names: [String], among all: [String]) -> String {
    var groups: [[String]] = []
    var isNext = false
    for name in all {
      if names.contains(name) {
        if isNext { groups[groups.count - 1].append(name) } else { groups.append([name]) }
      }
      isNext = names.contains(name)
    }
    return groups.map { group in
      group.count < 3
        ? group.joined(separator: ", ") : "\(group[0])...\(group[group.count - 1])"
    }.joined(separator: ", ")
  }
}
