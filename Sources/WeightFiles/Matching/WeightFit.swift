import Basics
import Layers
import Networks
import TensorFiles
import Tensors

/// Which tensor of a file becomes which parameter of a network.
package struct WeightFit: Sendable {
  struct Assignment: Sendable {
    let layer: Int
    let parameter: Parameter
    /// Our name: `conv1.weight`.
    let name: String
    let entry: WeightFile.Entry
    let arrangement: Arrangement
  }

  /// The network, with the settings that the file's program has.
  package let network: Network
  /// The settings that differ from the network as it was, a sentence each.
  package let notes: [String]
  /// How the file names its tensors; nil if it describes its layers.
  package let naming: NameMap?
  let assignments: [Assignment]
  /// Why a tensor doesn't fit, by our name for it, if a part may fit. Parameters for which the file has no
  /// tensor aren't among them.
  package let misfits: [String: String]

  /// Whether the weights come from another program.
  package var isForeign: Bool { naming.map { $0.name != NameMap.all[0].name } ?? true }

  /// Matches a file with a network.
  ///
  /// - Throws: `WeightFileError` with the first tensor or layer that doesn't fit, both shapes, and as
  ///   a hint the network that the file fits, if one does.
  package init(_ file: WeightFile, network: Network) throws {
    do {
      self =
        try file.layers.map { try Self.byLayers(file, $0, network) } ?? Self.byNames(file, network)
    } catch let error as WeightFileError {
      let other = Self.fitting(file).first { $0.name != network.name }
      throw WeightFileError(
        error.file, error.reason, hint: other.map { "the file fits \($0.name)" } ?? error.hint)
    }
  }

  private init(
    _ conventions: Conventions, naming: NameMap?, _ assignments: [Assignment],
    misfits: [String: String] = [:]
  ) {
    (network, notes) = (conventions.network, conventions.notes)
    (self.naming, self.assignments, self.misfits) = (naming, assignments, misfits)
  }

  /// Matches those tensors of a file that fit a network, which may be none: by their names, whatever
  /// else the file holds.
  package init(fittingPartOf file: WeightFile, network: Network) throws {
    let match = try Self.match(file, network)
    var conventions = Conventions(network)
    if !match.assignments.isEmpty {
      conventions.follow(match.map.program, map: match.map.name)
    }
    self.init(
      conventions, naming: match.map, match.assignments,
      misfits: Dictionary(
        match.wrong.map { ($0.name, $0.error.reason) }, uniquingKeysWith: { a, _ in a }))
  }

  /// The built-in networks that a file fits.
  package static func fitting(_ file: WeightFile) -> [Network] {
    Zoo.networks.filter { network in
      (try? file.layers.map { try byLayers(file, $0, network) } ?? byNames(file, network)) != nil
    }
  }

  /// Reads every tensor.
  ///
  /// - Throws: `WeightFileError`, also for numbers that weights can't be; `Cancelled`.
  package func load(into weights: inout Weights, cancellation: Cancellation = .never) throws {
    var loaded: [Int: [Tensor]] = [:]
    for assignment in assignments {
      try cancellation.check()
      loaded[assignment.layer, default: []].append(try Self.read(assignment))
    }
    for (layer, tensors) in loaded { weights.set(tensors, of: network.layers[layer]) }
  }

  /// Reads every tensor, by our names: `conv1.weight`.
  ///
  /// - Throws: as `load(into:cancellation:)`.
  package func tensors(cancellation: Cancellation = .never) throws -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for assignment in assignments {
      try cancellation.check()
      tensors[assignment.name] = try Self.read(assignment)
    }
    return tensors
  }

  private static func read(_ assignment: Assignment) throws -> Tensor {
    let stored = try assignment.entry.tensor()
    if let bad = stored.values.firstIndex(where: { !$0.isFinite }) {
      throw invalid(assignment, stored, bad, "")
    }
    if assignment.parameter.role == .runningVariance,
      let bad = stored.values.firstIndex(where: { $0 < 0 })
    {
      throw invalid(assignment, stored, bad, ": a variance can't be negative")
    }
    return assignment.arrangement.arranged(stored, as: assignment.parameter.shape)
  }

  private static func invalid(
    _ assignment: Assignment, _ tensor: Tensor, _ place: Int, _ why: String
  ) -> WeightFileError {
    let index = tensor.shape.index(at: place).map(String.init).joined(separator: ", ")
    return WeightFileError(
      assignment.entry.file,
      "\(printable(assignment.entry.name))[\(index)] is \(tensor.values[place])\(why)")
  }

  // MARK: By layers

  private static func byLayers(
    _ file: WeightFile, _ layers: [FileLayer], _ network: Network
  ) throws -> WeightFit {
    let geometry = try network.geometry()
    try LayerComparison(file: file.file, network: network, geometry: geometry).check(layers)
    let isCaffe = file.format == .caffe || file.variant?.contains("caffe") == true
    let first = geometry.first { $0.layer.kind == .convolution }?.index
    var assignments: [Assignment] = []
    let weighted = layers.filter { layer in
      switch layer.operation {
      case .convolution, .linear, .batchNormalization: true
      default: false
      }
    }
    for (layer, own) in zip(weighted, geometry.filter { !$0.parameters.isEmpty }) {
      guard layer.tensors.count == own.parameters.count else {
        throw WeightFileError(
          file.file,
          "its layer \(printable(layer.name, limit: 60)) has "
            + "\(NumberFormat.count(layer.tensors.count, "tensor")), where \(own.name) of "
            + "\(network.name) has \(own.parameters.count)")
      }
      for (parameter, name) in zip(own.parameters, layer.tensors) {
        guard let entry = file.entry(name) else {
          throw WeightFileError(file.file, "\(printable(name)) is missing")
        }
        var arrangement = Arrangement()
        if parameter.role == .weight {
          arrangement.isTransposed = layer.isTransposed
          arrangement.isReversed = isCaffe && own.index == first && own.input.c == 3
        }
        assignments.append(
          try assign(entry, to: parameter, of: own, arrangement, file, network))
      }
    }
    var conventions = Conventions(network)
    let program = isCaffe ? "Caffe" : "the file"
    conventions.normalize(
      layers.compactMap {
        if case .localResponseNormalization(let n, let k, let alpha, let beta) = $0.operation {
          (n, k, alpha, beta)
        } else {
          nil
        }
      }, file.format == .caffe ? .caffe : .onnx, of: program)
    let epsilons = layers.compactMap { layer -> Double? in
      if case .batchNormalization(let epsilon) = layer.operation { epsilon } else { nil }
    }
    if let epsilon = epsilons.first { conventions.setEpsilon(epsilon) }
    conventions.invertDropout()
    return WeightFit(conventions, naming: nil, assignments)
  }

  private static func assign(
    _ entry: WeightFile.Entry, to parameter: Parameter, of layer: LayerGeometry,
    _ arrangement: Arrangement, _ file: WeightFile, _ network: Network
  ) throws -> Assignment {
    let name = layer.name(of: parameter)
    guard entry.shape == arrangement.stored(parameter.shape) else {
      throw WeightFileError(
        file.file,
        "\(printable(entry.name)) is \(entry.shape), but \(name) of \(network.name) is "
          + "\(parameter.shape)"
          + (arrangement.isTransposed ? ", here \(arrangement.stored(parameter.shape))" : ""))
    }
    return Assignment(
      layer: layer.index, parameter: parameter, name: name, entry: entry, arrangement: arrangement)
  }

  // MARK: By names

  /// What a file has for each parameter of a network.
  private struct Match {
    var map: NameMap
    var assignments: [Assignment] = []
    /// The names of tensors that the file lacks.
    var missing: [String] = []
    /// Tensors of another shape, by our names for them.
    var wrong: [(name: String, error: WeightFileError)] = []
    /// The names of tensors that belong to a parameter.
    var taken: Set<String> = []
  }

  private static func byNames(_ file: WeightFile, _ network: Network) throws -> WeightFit {
    let match = try match(file, network)
    func more(_ count: Int, _ what: String) -> String {
      count > 0 ? " (and \(NumberFormat.grouped(count)) more \(what))" : ""
    }
    if let first = match.missing.first {
      let all = match.missing.count + match.assignments.count + match.wrong.count
      throw WeightFileError(
        file.file,
        "\(printable(first)) is missing"
          + more(match.missing.count - 1, "of the \(all) that \(network.name) needs"))
    }
    if let first = match.wrong.first?.error {
      throw WeightFileError(
        file.file, first.reason + more(match.wrong.count - 1, "of other shapes"), hint: first.hint)
    }
    let surplus = file.entries.map(\.name).filter {
      !match.taken.contains($0) && !$0.hasSuffix("num_batches_tracked")
    }
    if let first = surplus.first {
      throw WeightFileError(
        file.file,
        "no layer of \(network.name) uses \(printable(first))"
          + more(surplus.count - 1, "that none uses"))
    }
    var conventions = Conventions(network)
    conventions.follow(match.map.program, map: match.map.name)
    return WeightFit(conventions, naming: match.map, match.assignments)
  }

  /// Matches by the map of names that has most of the parameters.
  private static func match(_ file: WeightFile, _ network: Network) throws -> Match {
    let geometry = try network.geometry()
    let entries = file.entries.filter { !$0.name.hasSuffix("num_batches_tracked") }
    var best: (map: NameMap, names: [String: WeightFile.Entry], matches: Int, score: Int)?
    for prefix in prefixes(entries.map(\.name)) {
      let names = Dictionary(
        entries.map { (plain($0.name, without: prefix), $0) }, uniquingKeysWith: { a, _ in a })
      for map in NameMap.all {
        var (matches, score) = (0, 0)
        for layer in geometry {
          for parameter in layer.parameters {
            guard let name = map.name(of: parameter, in: layer, geometry), let entry = names[name]
            else { continue }
            matches += 1
            // Two maps with the same names differ in how their elements are arranged.
            let arrangement = arrangement(map.program, parameter, layer, geometry)
            if entry.shape == arrangement.stored(parameter.shape) { score += 1 }
          }
        }
        if best.map({ (matches, score) > ($0.matches, $0.score) }) ?? true {
          best = (map, names, matches, score)
        }
      }
    }
    guard let best else { throw WeightFileError(file.file, "it holds no tensors") }
    var match = Match(map: best.map)
    for layer in geometry {
      for parameter in layer.parameters {
        let name = best.map.name(of: parameter, in: layer, geometry)
        guard let name, let entry = best.names[name] else {
          match.missing.append(name ?? layer.name(of: parameter))
          continue
        }
        match.taken.insert(entry.name)
        do {
          match.assignments.append(
            try assign(
              entry, to: parameter, of: layer,
              arrangement(best.map.program, parameter, layer, geometry), file, network))
        } catch let error as WeightFileError {
          match.wrong.append((layer.name(of: parameter), error))
        }
      }
    }
    return match
  }

  /// How a program arranges a parameter.
  static func arrangement(
    _ program: NameMap.Program, _ parameter: Parameter, _ layer: LayerGeometry,
    _ geometry: [LayerGeometry]
  ) -> Arrangement {
    guard parameter.role == .weight, layer.layer.kind != .batchNormalization else {
      return Arrangement()
    }
    var arrangement = Arrangement()
    let isFirst = geometry.first { $0.layer.kind == .convolution }?.index == layer.index
    switch program {
    case .own, .pytorch: break
    case .caffe: arrangement.isReversed = isFirst && layer.input.c == 3
    case .caffeInTensorFlow, .keras:
      arrangement.isTransposed = true
      arrangement.isReversed = program == .caffeInTensorFlow && isFirst && layer.input.c == 3
      if layer.layer.kind == .linear,
        let flatten = geometry[..<layer.index].last(where: { $0.layer == .flatten }),
        flatten.input.rank == 4,
        !geometry[flatten.index..<layer.index].contains(where: { $0.layer.kind == .linear })
      {
        arrangement.flattened = flatten.input.withoutBatch
      }
    }
    return arrangement
  }

  /// What all names may begin with: nothing, or what they share up to a dot, such as `module.` in
  /// files of DataParallel, or `_orig_mod.` of compiled models.
  private static func prefixes(_ names: [String]) -> [String] {
    var prefixes = [""]
    guard let first = names.first.map(plain) else { return prefixes }
    var rest = first[...]
    while prefixes.count <= 4, let dot = rest.firstIndex(of: ".") {
      let prefix = String(first[...dot])
      guard names.allSatisfy({ plain($0).hasPrefix(prefix) }) else { break }
      prefixes.append(prefix)
      rest = first[first.index(after: dot)...]
    }
    return prefixes
  }

  /// A name with dots between its parts, and without TensorFlow's output number.
  private static func plain(_ name: String) -> String {
    var name = name.split(separator: "/", omittingEmptySubsequences: false).joined(separator: ".")
    if name.hasSuffix(":0") { name.removeLast(2) }
    return name
  }

  private static func plain(_ name: String, without prefix: String) -> String {
    String(plain(name).dropFirst(prefix.count))
  }
}

extension WeightFile.Entry {
  /// The file that the tensor is in.
  var file: String {
    switch elements {
    case .safetensors(let file): file.file
    case .array(let array): array.bytes.file
    }
  }
}
