import Basics
import Cells
import Documents
import Layers
import Networks

/// How long each layer takes for one image, and how fast the fully connected ones read their
/// weights.
struct SingleImageProfile {
  private let layers: [(layer: LayerGeometry, seconds: Double)]
  /// Bytes per second that memory is read with.
  private let reading: Double?
  private let precision: Precision

  init(
    _ seconds: [Double], _ geometry: [LayerGeometry], _ reading: Double?,
    precision: Precision = .float
  ) {
    self.precision = precision
    layers = zip(geometry, seconds).map { ($0, $1) }.filter { $0.seconds > 0 }
    self.reading = reading
  }

  private var linear: [(layer: LayerGeometry, seconds: Double)] {
    layers.filter { $0.layer.layer.kind == .linear }
  }

  /// Bytes per second that all fully connected layers together read; nil if there are none.
  var linearRate: Double? {
    let seconds = linear.reduce(0) { $0 + $1.seconds }
    return seconds > 0 ? linearBytes / seconds : nil
  }

  private var linearBytes: Double { linear.reduce(0) { $0 + bytes($1.layer) } }

  private func bytes(_ layer: LayerGeometry) -> Double {
    Double(layer.parameterCount * (precision == .float ? 4 : 2))
  }

  /// Adds the table, and a line that compares with the memory's limit.
  func show(in output: inout Output) {
    output.line("one image, forward" + (precision == .float ? "" : ", \(precision.rawValue)"))
    var table = Table(
      [.init("layer"), .init("time", numeric: true), .init("weights", numeric: true)], indent: 2)
    for (layer, seconds) in layers {
      let rate = layer.layer.kind == .linear ? bytes(layer) / seconds / 1e9 : nil
      table.row([
        .name(layer.name), Text(DurationFormat.milliseconds(seconds, decimals: 2)),
        Text(rate.map { NumberFormat.fixed($0, 1) + " GB/s" } ?? ""),
      ])
    }
    output.table(table)
    guard let rate = linearRate, let reading else { return }
    let names = [linear.first, linear.last].compactMap { $0?.layer.name }
    output.line(
      "\(names[0] == names[1] ? names[0] : names.joined(separator: "–")): "
        + "\(NumberFormat.fixed(linearBytes / 1e6, 1)) MB at "
        + "\(NumberFormat.fixed(rate / 1e9, 1)) GB/s, \(NumberFormat.fixed(100 * rate / reading, 0))% of the "
        + "\(NumberFormat.fixed(reading / 1e9, 1)) GB/s that memory gives", indent: 2)
  }
}
