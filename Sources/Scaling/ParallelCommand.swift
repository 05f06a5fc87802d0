import ArgumentParser
import Basics
import Cells
import Documents
import Networks
import Parallel
import TensorFiles

/// Predicts what training on several machines sends, and how fast it is.
package struct ParallelCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "parallel",
    abstract: "Predict what training on many machines sends, and how fast it is.",
    discussion: """
      A rank is one process, on its own machine. In each step it computes on its part of the \
      work, and sends and waits for what the others need: data (gradients are summed), hybrid \
      (fully connected layers are split, activations travel) or columns (the paper's two halves). \
      Nothing is measured: each rank is assumed to compute at --gflops, which bench prints for a \
      machine, and to send while it computes.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("parallel", "eight ranks, all modes", expect: "436.6 MB"),
    Example(
      "parallel --ranks 2...64 --bandwidth 1Gbit", "how far each mode scales", expect: "efficiency"),
    Example(
      "parallel alexnet-grouped --ranks 2 --mode columns", "what the paper's two halves exchange",
      expect: "conv3"),
    .slip("parallel --ranks 3 --batch 128", "parts of equal size", expect: "--batch 129"),
    .slip("parallel --bandwidth fast", "a number with its unit", expect: "10Gbit"),
  ]

  @Argument(help: "The network; by default the one in use.", completion: .zoo)
  var name: String?
  @Option(
    help: ArgumentHelp(
      "Ranks (8); a range such as 2...64 shows how each mode scales.", valueName: "n"))
  var ranks = "8"
  @Option(help: ArgumentHelp("What a link carries in each direction (10Gbit).", valueName: "rate"))
  var bandwidth = "10Gbit"
  @Option(help: ArgumentHelp("How long a message takes to arrive (50us).", valueName: "time"))
  var latency = "50us"
  @Option(
    help: ArgumentHelp("Images per step, of all ranks together (128 per rank).", valueName: "n"))
  var batch: Int?
  @Option(help: ArgumentHelp("Arithmetic of each rank in GFLOP/s (400).", valueName: "x"))
  var gflops = 400.0
  @Option(
    help: ArgumentHelp("One mode, transfer by transfer: data, hybrid, columns.", valueName: "mode"))
  var mode: String?
  @Option(
    help: ArgumentHelp(
      "How hybrid sends activations: all, one-by-one, in-parts (all).", valueName: "how"))
  var exchange: String?
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Predicts one mode, all modes, or all modes for several numbers of ranks.
  package func run(in session: inout Session) throws -> Output {
    let network =
      try name.map { try Network.named($0, reserved: session.commands.names) } ?? session.network
    let counts = try rankCounts()
    guard gflops > 0, gflops.isFinite else {
      throw Failure(.usage, "--gflops takes a number above 0, not \(NumberFormat.shortest(gflops))")
    }
    guard batch.map({ (1...1 << 20).contains($0) }) ?? true else {
      throw Failure(.usage, "--batch takes a number from 1 to 1048576, not \(batch ?? 0)")
    }
    let report = ParallelReport(
      network: network, batch: batch, gflops: gflops, link: try link(),
      words: "\(bandwidth), \(latency)")
    if counts.count > 1 {
      guard mode == nil, exchange == nil else {
        throw Failure(.usage, "--mode takes one number of ranks, not a range", hint: "--ranks 8")
      }
      return try report.scaling(counts)
    }
    return if let mode = try ParallelMode.chosen(mode, exchange: exchange, option: "--mode") {
      try report.transfers(mode, ranks: counts[0])
    } else {
      try report.modes(ranks: counts[0])
    }
  }

  private func link() throws -> Link {
    guard let rate = Link.bandwidth(bandwidth), rate > 0 else {
      throw Failure(
        .usage, "--bandwidth takes a number with its unit, not \(printable(bandwidth))",
        hint: "--bandwidth 10Gbit, or 1.25GB")
    }
    guard let time = Link.latency(latency) else {
      throw Failure(
        .usage, "--latency takes a number with its unit, not \(printable(latency))",
        hint: "--latency 50us, or 0.2ms")
    }
    return Link(bandwidth: rate, latency: time)
  }

  /// One number, or the powers of two in a range.
  private func rankCounts() throws -> [Int] {
    let parts = ranks.replacing("…", with: "...").split(separator: "...").map { Int($0) ?? 0 }
    guard (1...2).contains(parts.count), parts.allSatisfy({ (1...1024).contains($0) }),
      parts[0] <= parts[parts.count - 1]
    else {
      throw Failure(
        .usage, "--ranks takes a number from 1 to 1024, or a range, not \(printable(ranks))",
        hint: "--ranks 2...64")
    }
    guard parts.count == 2 else { return parts }
    return (0...10).map { 1 << $0 }.filter { (parts[0]...parts[1]).contains($0) }
  }
}
