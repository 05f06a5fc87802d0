import ArgumentParser
import Cells

/// Computes the gradient of a class's loss, back through every layer.
package struct BackwardCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "backward",
    abstract: "Backpropagate the loss of a class to the pixels.",
    discussion: """
      The loss is the softmax cross-entropy of the class, −ln p. Afterwards, why gradient explains any \
      element of any gradient, and expressions can use conv1.gradient.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example(
      "backward cat --network cuda-convnet-18", "backpropagates the loss of class cat",
      expect: "loss of cat = −ln p = ln Σ e^x − x = 2.30266 nats"),
    .slip(
      "backward 1000", "classes are numbered from 0",
      expect: "classes of alexnet go from 0 to 999"),
  ]

  @Argument(help: "The class: its number from 0, or its name.") var label: String
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The names of the classes, if they have names.
  package static func completions(for words: [String], in session: Session) -> [String] {
    session.network.labels ?? []
  }

  /// Runs the remaining layers forward, then all of them backward.
  package func run(in session: inout Session) throws -> Output {
    let label = try session.classNumber(label)
    guard session.network.layers.last?.layer == .softmax else {
      throw Failure(
        .network, "\(session.network.name) doesn't end with a softmax, so it has no loss",
        hint: "insert \(session.network.layers.last?.name ?? "") softmax")
    }
    let trace = try session.begin()
    try session.requireMemory(through: session.network.layers.count, backward: true)
    while trace.next != nil {
      session.host.report(progress: "forward: \(trace.next?.name ?? "")")
      _ = try session.step()
    }
    session.host.report(progress: "backward")
    defer { session.host.report(progress: nil) }
    try trace.backward(labels: [label], cancellation: session.host.cancellation)
    return GradientReport(trace, label: label, in: session).output
  }
}
