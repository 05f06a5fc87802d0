import Basics
import Cells
import Documents
import Explanations
import Networks
import TensorFiles

/// The pixels that can influence an element, layer by layer.
struct InfluenceReport {
  /// The report.
  let output: Output

  /// Follows an element back to the image.
  init(_ target: Target, in session: Session) throws {
    let field = try ReceptiveField(
      session.geometry(), layer: target.layer, at: target.index)
    let name = "\(session.network.layers[target.layer].name)[\(coordinates(target.index))]"
    var output = Output()
    output.line(.strong(name) + " can be influenced by", hang: 2)
    var table = Table(
      [
        .init(""), .init("what", drop: 0), .init("elements", numeric: true), .init("of", drop: 1),
      ], indent: 2)
    var regions: [JSONValue] = []
    for region in field.regions {
      let extents = region.extents.map { extent in
        if extent.isEverything { return "all \(extent.size) \(extent.axis)s" }
        return extent.inside.count == 1
          ? "\(extent.axis) \(extent.inside.lowerBound)" : "\(extent.axis)s \(span(extent.inside))"
      }
      table.row([
        .name(region.name), Text(extents.joined(separator: ", ")),
        Text(NumberFormat.grouped(region.count)), .faint("\(region.shape)"),
      ])
      regions.append([
        "name": .string(region.name),
        "extents": .array(
          region.extents.map {
            [
              "axis": .string($0.axis), "first": .integer($0.inside.lowerBound),
              "last": .integer($0.inside.upperBound - 1), "size": .integer($0.size),
            ]
          }),
        "elements": .integer(region.count),
      ])
    }
    output.table(table)
    if let rows = field.pixels.extents.first(where: { $0.axis == "row" }),
      let columns = field.pixels.extents.first(where: { $0.axis == "column" })
    {
      var text: Text =
        "pixels: \(NumberFormat.count(rows.inside.count, "row")) × "
        + "\(NumberFormat.count(columns.inside.count, "column")) of the "
        + "\(rows.size)×\(columns.size) image"
      if rows.whole != rows.inside || columns.whole != columns.inside {
        text += " (\(rows.whole.count)×\(columns.whole.count) before clipping at the edges)"
      }
      output.line(text, indent: 2)
    }
    output.json = ["element": .string(name), "regions": .array(regions)]
    self.output = output
  }
}
