import Layers

/// A layer of one network and the corresponding one of another.
struct LayerPair: Hashable {
  /// The position in the first network; nil if only the second has the layer.
  let first: Int?
  /// The position in the second network; nil if only the first has the layer.
  let second: Int?
  /// Whether the layer is at another place in the chain.
  var moved = false
}

/// Pairs the layers of two networks: first those of the same name, wherever they are; then, between
/// these, those of the same kind in order; then those of the same family (two activations, two
/// poolings).
///
/// - Returns: every layer of both once, in the order of the second network. A layer that only the
///   first has comes before the layer that follows it there.
func align(_ first: [NamedLayer], _ second: [NamedLayer]) -> [LayerPair] {
  let positions = Dictionary(
    second.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { earlier, _ in earlier })
  var partner: [Int: Int] = [:]  // position in second → position in first
  var inOrder: [(first: Int, second: Int)] = []
  for (index, layer) in first.enumerated() {
    guard let other = positions[layer.name], partner[other] == nil else { continue }
    partner[other] = index
    inOrder.append((index, other))
  }
  let anchors = longestRise(inOrder.map(\.second)).map { inOrder[$0] }
  let anchored = Set(anchors.map(\.second))
  var taken = Set(partner.values)

  var pairs: [LayerPair] = []
  var start = (first: 0, second: 0)
  for end in anchors + [(first.count, second.count)] {
    var alone = (start.first..<end.first).filter { !taken.contains($0) }
    let open = (start.second..<end.second).filter { partner[$0] == nil }
    for same in [{ $0 == $1 }, { $0.family == $1.family }] as [(Layer.Kind, Layer.Kind) -> Bool] {
      for other in open where partner[other] == nil {
        let kind = second[other].layer.kind
        guard let match = alone.firstIndex(where: { same(first[$0].layer.kind, kind) }) else {
          continue
        }
        partner[other] = alone[match]
        taken.insert(alone[match])
        alone.removeSubrange(...match)
      }
    }
    pairs += (start.first..<end.first).filter { !taken.contains($0) }
      .map { LayerPair(first: $0, second: nil) }
    for other in start.second..<min(end.second + 1, second.count) {
      let moved = partner[other].map { positions[first[$0].name] == other } == true
      pairs.append(
        LayerPair(
          first: partner[other], second: other, moved: moved && !anchored.contains(other)))
    }
    start = (end.first + 1, end.second + 1)
  }
  return pairs
}

/// The positions of a longest increasing subsequence of distinct numbers.
private func longestRise(_ values: [Int]) -> [Int] {
  var length = [Int](repeating: 1, count: values.count)
  var before = [Int?](repeating: nil, count: values.count)
  for i in values.indices {
    for j in 0..<i where values[j] < values[i] && length[j] >= length[i] {
      (length[i], before[i]) = (length[j] + 1, j)
    }
  }
  var rise: [Int] = []
  var next = values.indices.max { length[$0] < length[$1] }
  while let position = next {
    rise.append(position)
    next = before[position]
  }
  return rise.reversed()
}

extension Layer.Kind {
  /// Kinds that can replace each other.
  enum Family: Hashable {
    case convolution, pooling, normalization, activation, flatten, linear, dropout, softmax
  }

  var family: Family {
    switch self {
    case .convolution, .locallyConnected: .convolution
    case .maxPooling, .averagePooling: .pooling
    case .localResponseNormalization, .spatialNormalization, .batchNormalization: .normalization
    case .activation: .activation
    case .flatten: .flatten
    case .linear: .linear
    case .dropout: .dropout
    case .softmax: .softmax
    }
  }
}
