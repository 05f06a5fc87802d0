import Basics
import Layers
import Networks

/// What else a file says about its network: settings that aren't weights, but change the results.
struct Conventions: Sendable {
  /// The network with these settings.
  private(set) var network: Network
  /// What was changed, a sentence each.
  private(set) var notes: [String] = []

  init(_ network: Network) { self.network = network }

  /// The usual settings of a program.
  mutating func follow(_ program: NameMap.Program, map: String) {
    switch program {
    case .own: return
    case .pytorch:
      normalize("PyTorch") { $0.convention = .pytorch }
      setEpsilon(1e-5)
      // torchvision's preparation of images is known; ports don't say theirs.
      if map != "torchvision", network.input.scale != 1 {
        network.input.scale = 1
        (network.input.mean, network.input.deviation) = ([0, 0, 0], [1, 1, 1])
        notes.append("images: 0 to 1, without a mean, as ports to PyTorch usually take them")
      }
    case .caffe, .caffeInTensorFlow:
      normalize("Caffe") { ($0.n, $0.k, $0.alpha, $0.convention) = (5, 1, 1e-4, .caffe) }
    case .keras: setEpsilon(1e-3)
    }
    invertDropout()
  }

  /// The settings of each local response normalization of a file, in order.
  mutating func normalize(
    _ settings: [(n: Int, k: Double, alpha: Double, beta: Double)],
    _ convention: NormalizationConvention, of program: String
  ) {
    var number = 0
    normalize(program) { normalization in
      guard number < settings.count else { return }
      let file = settings[number]
      (normalization.n, normalization.k) = (file.n, file.k)
      (normalization.alpha, normalization.beta) = (file.alpha, file.beta)
      normalization.convention = convention
      number += 1
    }
  }

  private mutating func normalize(
    _ program: String, _ change: (inout LocalResponseNormalization) -> Void
  ) {
    var changed: [String] = []
    var text = ""
    for index in network.layers.indices {
      guard case .localResponseNormalization(let old) = network.layers[index].layer else {
        continue
      }
      var new = old
      change(&new)
      guard new != old else { continue }
      network.layers[index].layer = .localResponseNormalization(new)
      changed.append(network.layers[index].name)
      text =
        "n \(new.n), k \(NumberFormat.short(new.k)), α \(NumberFormat.short(new.alpha))"
        + (new.convention.dividesAlpha ? " divided by n" : "")
        + ", β \(NumberFormat.short(new.beta))"
    }
    if !changed.isEmpty {
      notes.append("\(changed.joined(separator: ", ")): \(text), as in \(program)")
    }
  }

  mutating func setEpsilon(_ epsilon: Double) {
    var changed: [String] = []
    for index in network.layers.indices {
      guard case .batchNormalization(var layer) = network.layers[index].layer,
        layer.epsilon != epsilon
      else { continue }
      layer.epsilon = epsilon
      network.layers[index].layer = .batchNormalization(layer)
      changed.append(network.layers[index].name)
    }
    if !changed.isEmpty {
      notes.append("\(changed.joined(separator: ", ")): ε \(NumberFormat.short(epsilon))")
    }
  }

  /// Every program but the paper's rescales in training, so that dropout changes nothing afterwards.
  mutating func invertDropout() {
    let changed = network.layers.filter {
      if case .dropout(let dropout) = $0.layer { dropout.convention != .inverted } else { false }
    }.map(\.name)
    guard !changed.isEmpty else { return }
    network = network.dropping(by: .inverted)
    notes.append(
      "\(changed.joined(separator: ", ")): no rescaling when classifying (inverted dropout)")
  }
}
