import Basics
import Cells
import Documents
import Networks
import Parallel
import TensorFiles

/// Predictions for a network on a link, as tables.
struct ParallelReport {
  let network: Network
  /// Images per step, of all ranks together; 128 per rank if nil.
  let batch: Int?
  let gflops: Double
  let link: Link
  /// The link as it was typed.
  let words: String

  private func cost(_ mode: ParallelMode, ranks: Int) throws -> ParallelCost {
    try ParallelCost(
      mode, of: network, ranks: ranks, batch: batch ?? 128 * ranks, rate: gflops * 1e9, link: link)
  }

  /// The costs of all modes that fit, and why the others don't.
  private func costs(ranks: Int) throws -> (fit: [ParallelCost], not: [ParallelMode: String]) {
    var (fit, not) = ([ParallelCost](), [ParallelMode: String]())
    for mode in ParallelMode.all {
      do {
        fit.append(try cost(mode, ranks: ranks))
      } catch let error as ParallelCostError {
        if mode == .data { throw error }
        not[mode] = error.message
      }
    }
    return (fit, not)
  }

  private func heading(ranks: String, batch: String) -> Text {
    .strong(network.name) + " on \(ranks), \(batch); \(words), "
      + "\(NumberFormat.short(gflops)) GFLOP/s each"
  }

  private static func sent(_ bytes: Double) -> String {
    "\(NumberFormat.fixed(bytes / 1e6, 1)) MB"
  }
  private static func time(_ seconds: Double) -> String {
    "\(NumberFormat.fixed(1000 * seconds, 1)) ms"
  }

  /// One row per mode.
  func modes(ranks: Int) throws -> Output {
    let (fit, not) = try costs(ranks: ranks)
    var output = Output(
      json: [
        "network": .string(network.name), "ranks": .integer(ranks),
        "batch": .integer(fit[0].batch), "gflops": .number(gflops),
        "bandwidth": .number(link.bandwidth), "latency": .number(link.latency),
        "modes": .array(fit.map(Self.json)),
      ])
    output.line(
      heading(
        ranks: NumberFormat.count(ranks, "rank"),
        batch: "batches of \(NumberFormat.grouped(fit[0].batch))"))
    var table = Table(
      [
        .init("mode"), .init("sent", numeric: true), .init("step", numeric: true),
        .init("waiting", numeric: true), .init("images/s", numeric: true, drop: 1),
        .init("efficiency", numeric: true),
      ], indent: 2)
    for cost in fit {
      table.row(named: [
        cost.mode.name, Self.sent(cost.timeline.bytes), Self.time(cost.seconds),
        Self.time(cost.waiting), NumberFormat.fixed(cost.imagesPerSecond, 0),
        NumberFormat.percent(cost.efficiency, decimals: 0),
      ])
    }
    output.table(table)
    for mode in ParallelMode.all {
      if let reason = not[mode] {
        let words = reason.hasPrefix(mode.name) ? reason : "\(mode.name): \(reason)"
        output.line(.faint(words), indent: 2, hang: 2)
      }
    }
    output.line(
      .faint("sent: by a rank in a step; waiting: the processor's, in a step; ")
        + .name("--mode data") + .faint(" shows each transfer"), indent: 2, hang: 2)
    return output
  }

  private static func json(_ cost: ParallelCost) -> JSONValue {
    [
      "mode": .string(cost.mode.name), "bytes_sent": .number(cost.timeline.bytes.rounded()),
      "step_s": .number(cost.seconds), "waiting_s": .number(cost.waiting),
      "images_per_s": .number(cost.imagesPerSecond), "efficiency": .number(cost.efficiency),
    ]
  }

  /// One mode's transfers in the order in which they begin.
  func transfers(_ mode: ParallelMode, ranks: Int) throws -> Output {
    let cost = try cost(mode, ranks: ranks)
    let transfers = cost.timeline.transfers
    var rows: [JSONValue] = []
    var table = Table(
      [
        .init("layer"), .init("what is sent"), .init("bytes", numeric: true),
        .init("begins", numeric: true), .init("done", numeric: true),
      ], indent: 2)
    for entry in transfers {
      guard let transfer = entry.transfer else { continue }
      table.row(named: [
        transfer.layer, transfer.content.rawValue, Self.sent(transfer.bytes),
        Self.time(entry.start), Self.time(entry.end),
      ])
      rows.append([
        "layer": .string(transfer.layer), "what": .string(transfer.content.rawValue),
        "bytes_sent": .number(transfer.bytes.rounded()), "ready_s": .number(entry.ready),
        "begins_s": .number(entry.start), "done_s": .number(entry.end),
      ])
    }
    var output = Output(
      json: [
        "network": .string(network.name), "ranks": .integer(ranks), "batch": .integer(cost.batch),
        "gflops": .number(gflops), "bandwidth": .number(link.bandwidth),
        "latency": .number(link.latency), "prediction": Self.json(cost), "transfers": .array(rows),
      ])
    output.line(
      heading(
        ranks: NumberFormat.count(ranks, "rank") + ", \(cost.mode.name)",
        batch: "batches of \(NumberFormat.grouped(cost.batch))"))
    output.table(table)
    output.line(
      Text(
        "a step takes \(Self.time(cost.seconds)), \(Self.time(cost.waiting)) of it waiting; a rank sends "
          + "\(Self.sent(cost.timeline.bytes)); efficiency "
          + NumberFormat.percent(cost.efficiency, decimals: 0)), indent: 2, hang: 2)
    return output
  }

  /// The efficiency of each mode for each number of ranks.
  func scaling(_ counts: [Int]) throws -> Output {
    var rows: [JSONValue] = []
    var table = Table(
      [.init("ranks", numeric: true)] + ParallelMode.all.map { .init($0.name, numeric: true) },
      indent: 2)
    for ranks in counts {
      let fit = try costs(ranks: ranks).fit
      table.row(
        [Text(NumberFormat.grouped(ranks))]
          + ParallelMode.all.map { mode in
            Text(
              fit.first { $0.mode == mode }.map {
                NumberFormat.percent($0.efficiency, decimals: 0)
              } ?? "")
          })
      rows.append(["ranks": .integer(ranks), "modes": .array(fit.map(Self.json))])
    }
    var output = Output(
      json: [
        "network": .string(network.name), "gflops": .number(gflops),
        "bandwidth": .number(link.bandwidth), "latency": .number(link.latency),
        "scaling": .array(rows),
      ])
    output.line(
      heading(
        ranks: "\(counts[0]) to \(NumberFormat.grouped(counts[counts.count - 1])) ranks",
        batch: batch.map { "batches of \(NumberFormat.grouped($0))" } ?? "128 images per rank"))
    output.table(table)
    output.line(
      .faint("efficiency: the speed, as a share of as many ranks that wait for nothing"), indent: 2)
    return output
  }
}
