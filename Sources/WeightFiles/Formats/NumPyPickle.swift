import TensorFiles

/// The arrays of a pickle that NumPy wrote.
struct NumPyPickle {
  let pickle: Pickle
  let file: String

  /// The arrays in dictionaries and lists, also those in an array of objects.
  func tree() throws -> TensorTree {
    var builder = TensorTreeBuilder(pickle, file: file) { object, place in
      try array(object, place, depth: 0)
    }
    return try builder.tree(pickle.value)
  }

  private func damaged(_ place: String) -> WeightFileError {
    WeightFileError(file, "\(printable(place)) isn't described as NumPy describes arrays")
  }

  /// `_reconstruct(…)` with the state `(version, shape, type, isFortran, bytes or list)`.
  private func array(
    _ object: Pickle.Object, _ place: String, depth: Int
  ) throws -> TensorTree? {
    if object.function.hasSuffix(".numeric._frombuffer") { return try buffer(object, place) }
    guard object.function.hasSuffix(".multiarray._reconstruct") else { return nil }
    guard let state = pickle.sequence(object.state), state.count == 5,
      let shape = pickle.integers(state[1]), let type = try type(state[2], place),
      let isFortran = state[3].bool ?? state[3].integer.map({ $0 != 0 })
    else { throw damaged(place) }
    if type.isObject {
      // An array of objects may hold dictionaries of arrays, but no further array of objects.
      guard depth == 0, shape.allSatisfy({ $0 == 1 }), let values = pickle.sequence(state[4]),
        values.count == 1
      else { throw damaged(place) }
      var builder = TensorTreeBuilder(pickle, file: file) { object, place in
        try array(object, place, depth: depth + 1)
      }
      return try builder.tree(values[0])
    }
    return try stored(state[4], type, shape, isFortran: isFortran, place)
  }

  /// `_frombuffer(bytes, type, shape, "C" or "F")`, as protocol 5 has it.
  private func buffer(_ object: Pickle.Object, _ place: String) throws -> TensorTree {
    let arguments = object.arguments
    guard arguments.count == 4, let type = try type(arguments[1], place),
      let shape = pickle.integers(arguments[2]), let order = arguments[3].text
    else { throw damaged(place) }
    return try stored(arguments[0], type, shape, isFortran: order == "F", place)
  }

  private func stored(
    _ value: PickleValue, _ type: NumPyType, _ shape: [Int], isFortran: Bool, _ place: String
  ) throws -> TensorTree {
    guard let element = type.element else {
      throw WeightFileError(file, "\(printable(place)) holds \(type.name), which can't be read")
    }
    let bytes =
      switch value {
      case .bytes(let bytes): bytes
      case .text(let text): ByteRange(Array(text.utf8), file: file)
      default: throw damaged(place)
      }
    return .tensor(
      try StoredArray(
        bytes, element, shape, strides: isFortran ? NumPyHeader.fortranStrides(shape) : nil,
        isBigEndian: type.isBigEndian, place: printable(place)))
  }

  /// `dtype("f4", …)` with the state `(version, "<", …)`.
  private func type(_ value: PickleValue, _ place: String) throws -> NumPyType? {
    guard let object = pickle.object(value), object.function == "numpy.dtype",
      let name = object.arguments.first?.text
    else { return nil }
    let order = pickle.sequence(object.state).flatMap { $0.count > 1 ? $0[1].text : nil }
    return NumPyType(name: (order ?? "<") + name)
  }
}
