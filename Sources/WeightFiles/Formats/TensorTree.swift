/// Tensors in nested dictionaries and lists, as Python programs save them.
indirect enum TensorTree: Sendable {
  case tensor(StoredArray)
  case branches([(name: String, tree: TensorTree)])
  /// A number, a text, or something else that isn't a tensor.
  case other

  /// The deepest nesting, and the most tensors. References let a small pickle describe huge trees.
  static let deepest = 16
  static let mostTensors = 100_000

  /// The keys under which training programs keep the state dict, beside epoch and optimizer.
  private static let stateNames = ["state_dict", "model_state_dict", "model", "net", "weights"]

  /// The tensors with their names, dots between the parts.
  func entries(of file: String) throws -> [WeightFile.Entry] {
    if case .branches(let branches) = self {
      for name in Self.stateNames {
        guard let state = branches.first(where: { $0.name == name })?.tree else { continue }
        var entries: [WeightFile.Entry] = []
        state.collect("", into: &entries)
        if !entries.isEmpty { return entries }
      }
    }
    var entries: [WeightFile.Entry] = []
    collect("", into: &entries)
    guard !entries.isEmpty else { throw WeightFileError(file, "it holds no tensors") }
    return entries
  }

  private func collect(_ name: String, into entries: inout [WeightFile.Entry]) {
    switch self {
    case .tensor(let array): entries.append(WeightFile.Entry(name.isEmpty ? "array" : name, array))
    case .branches(let branches):
      for branch in branches {
        branch.tree.collect(name.isEmpty ? branch.name : "\(name).\(branch.name)", into: &entries)
      }
    case .other: break
    }
  }
}

/// Builds the tree of a pickle's value.
struct TensorTreeBuilder {
  let pickle: Pickle
  let file: String
  /// The tensor that an object describes; nil if it describes something else.
  let tensor: (Pickle.Object, _ place: String) throws -> TensorTree?
  private var visits = 0

  init(
    _ pickle: Pickle, file: String,
    tensor: @escaping (Pickle.Object, _ place: String) throws -> TensorTree?
  ) {
    (self.pickle, self.file, self.tensor) = (pickle, file, tensor)
  }

  mutating func tree(_ value: PickleValue, name: String = "", depth: Int = 0) throws -> TensorTree {
    visits += 1
    guard depth < TensorTree.deepest, visits < 10 * TensorTree.mostTensors else {
      throw WeightFileError(file, "its values are nested too deeply, or too many, for weights")
    }
    switch value {
    case .object(let number):
      return try tensor(pickle.objects[number], name.isEmpty ? "its tensor" : name) ?? .other
    case .dictionary(let number):
      var branches: [(String, TensorTree)] = []
      for (key, value) in pickle.dictionaries[number] {
        let key = key.text ?? key.integer.map(String.init)
        guard let key else { continue }
        let branch = try tree(value, name: name + (name.isEmpty ? "" : ".") + key, depth: depth + 1)
        if case .other = branch { continue }
        branches.append((key, branch))
      }
      return .branches(branches)
    case .sequence(let number):
      var branches: [(String, TensorTree)] = []
      for (index, value) in pickle.sequences[number].enumerated() {
        let branch = try tree(value, name: "\(name).\(index)", depth: depth + 1)
        if case .other = branch { continue }
        branches.append(("\(index)", branch))
      }
      return .branches(branches)
    default: return .other
    }
  }
}
