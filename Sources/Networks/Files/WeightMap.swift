import Basics
import Layers
import TensorFiles
import Tensors

/// Which tensor of a file feeds which parameter of which layer.
///
/// Two ways of naming are known. This project's is `conv1.weight`. PyTorch's, for a model in two
/// sequences as torchvision's AlexNet is: `features.0.weight` for the layer at that place before
/// the flatten, `classifier.1.weight` for the one at that place after it. A prefix that all names
/// share, such as the `module.` of PyTorch's DataParallel, is ignored.
public struct WeightMap: Hashable, Sendable {
  /// One parameter and its tensor.
  public struct Entry: Hashable, Sendable {
    /// The layer's position in the network.
    public let layer: Int
    /// The layer's parameter.
    public let parameter: Parameter
    /// This project's name for it: `conv1.weight`.
    public let name: String
    /// The tensor's name in the file.
    public let tensor: String
  }

  /// How the tensors of a file are named.
  public enum Naming: String, CaseIterable, Hashable, Sendable {
    /// By this project's layer names.
    case own
    /// By positions in `features` and `classifier`.
    case torchvision
  }

  /// How the file's tensors are named.
  public let naming: Naming
  /// Every parameter of the network, in its order.
  public let entries: [Entry]
  /// Tensors of the file that no layer uses, but which are allowed.
  public let ignored: [String]

  /// Maps a file's tensors to a network's parameters.
  ///
  /// - Parameters:
  ///   - tensors: the file's tensors, names and shapes.
  ///   - network: the network; it must fit.
  ///   - file: the file's name in messages.
  ///   - ignoring: whether a tensor that no layer uses is allowed. PyTorch's counts of batches
  ///     always are.
  /// - Throws: `WeightError` if a parameter has no tensor or one of another shape, or if a tensor
  ///   is left over; `NetworkShapeError`.
  public init(
    _ tensors: [(name: String, shape: Shape)], network: Network, file: String,
    ignoring: (String) -> Bool = { _ in false }
  ) throws {
    let shapes = Dictionary(tensors.map { ($0.name, $0.shape) }, uniquingKeysWith: { a, _ in a })
    let geometry = try network.geometry()
    func matches(_ entries: [Entry]) -> Int { entries.count { shapes[$0.tensor] != nil } }
    var best: (naming: Naming, entries: [Entry], matches: Int)?
    let shared = Self.commonPrefix(tensors.map(\.name))
    for prefix in ["", shared] {
      for naming in Naming.allCases {
        let name: (LayerGeometry) -> String =
          naming == .own ? { $0.name } : Self.torchvisionName(geometry)
        let entries = Self.entries(geometry) { prefix + name($0) }
        let count = matches(entries)
        if best.map({ count > $0.matches }) ?? true { best = (naming, entries, count) }
      }
    }
    (naming, entries) = best.map { ($0.naming, $0.entries) } ?? (.own, [])

    let missing = entries.filter { shapes[$0.tensor] == nil }
    let wrong = entries.filter { entry in
      shapes[entry.tensor].map { $0 != entry.parameter.shape } ?? false
    }
    let taken = Set(entries.map(\.tensor))
    let extra = tensors.map(\.name).filter { !taken.contains($0) }
    ignored = extra.filter { $0.hasSuffix(".num_batches_tracked") || ignoring($0) }
    let surplus = extra.filter { !ignored.contains($0) }
    let other = Self.fitting(
      Dictionary(
        tensors.map { (String($0.name.dropFirst(shared.count)), $0.shape) },
        uniquingKeysWith: { a, _ in a }), besides: network)
    if let first = missing.first {
      throw WeightError(
        file, "\(printable(first.tensor)) is missing",
        more: missing.count - 1, of: "of the \(entries.count) that \(network.name) needs",
        fitting: other)
    }
    if let first = wrong.first {
      throw WeightError(
        file,
        "\(printable(first.tensor)) is \(shapes[first.tensor]!), but \(first.name) of "
          + "\(network.name) is \(first.parameter.shape)",
        more: wrong.count - 1, of: "of other shapes", fitting: other)
    }
    if let first = surplus.first {
      throw WeightError(
        file, "no layer of \(network.name) uses \(printable(first))", more: surplus.count - 1,
        of: "that none uses", fitting: other)
    }
  }

  /// The parameters of a network, each with the name of its tensor.
  private static func entries(
    _ geometry: [LayerGeometry], named name: (LayerGeometry) -> String
  ) -> [Entry] {
    geometry.flatMap { layer in
      layer.parameters.map { parameter in
        Entry(
          layer: layer.index, parameter: parameter, name: layer.name(of: parameter),
          tensor: "\(name(layer)).\(parameter.name)")
      }
    }
  }

  /// What all names begin with, up to a dot: `module.` in files of PyTorch's DataParallel.
  private static func commonPrefix(_ names: [String]) -> String {
    guard let first = names.first, let dot = first.firstIndex(of: ".") else { return "" }
    let prefix = String(first[...dot])
    return names.allSatisfy { $0.hasPrefix(prefix) } ? prefix : ""
  }

  private static func torchvisionName(
    _ geometry: [LayerGeometry]
  ) -> (LayerGeometry) -> String {
    let flatten = geometry.firstIndex { $0.layer == .flatten } ?? geometry.count
    return { layer in
      layer.index < flatten
        ? "features.\(layer.index)" : "classifier.\(layer.index - flatten - 1)"
    }
  }

  /// The name of another network of the zoo that all of the file's tensors fit, if there is one.
  private static func fitting(_ shapes: [String: Shape], besides network: Network) -> String? {
    Zoo.networks.first { candidate in
      guard candidate != network, let geometry = try? candidate.geometry() else { return false }
      return [entries(geometry) { $0.name }, entries(geometry, named: torchvisionName(geometry))]
        .contains { entries in
          entries.count <= shapes.count
            && entries.allSatisfy { shapes[$0.tensor] == $0.parameter.shape }
        }
    }?.name
  }
}

/// Why the weights of a file don't fit a network, in one line.
public struct WeightError: DescribedError, Hashable, Sendable, CustomStringConvertible {
  /// The file, as the caller named it.
  public let file: String
  /// What is wrong, with the first tensor concerned and the number of others.
  public let reason: String
  /// What to do, if known.
  public let hint: String?

  init(_ file: String, _ reason: String) {
    (self.file, self.reason, hint) = (file, reason, nil)
  }

  init(_ file: String, _ reason: String, more: Int, of what: String, fitting: String?) {
    self.file = file
    self.reason = more > 0 ? "\(reason) (and \(NumberFormat.grouped(more)) more \(what))" : reason
    hint = fitting.map { "the file fits \($0)" }
  }

  /// The file and the reason.
  public var message: String { "\(printable(file)): \(reason)" }

  /// Always `.file`.
  public var kind: ErrorKind { .file }
}
