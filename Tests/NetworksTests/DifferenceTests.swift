import Layers
import Testing

@testable import Networks

struct DifferenceTests {
  /// Two networks, the layers that only one of them has, those that moved, and those with other
  /// settings (apart from initialization).
  struct Case: Sendable, CustomTestStringConvertible {
    let first: String
    let second: String
    var onlyFirst: [String] = []
    var onlySecond: [String] = []
    var moved: [String] = []
    var fields: [String] = []
    var testDescription: String { "\(first) \(second)" }
  }

  static let cases = [
    Case(first: "alexnet", second: "alexnet"),
    Case(
      first: "alexnet", second: "alexnet-grouped",
      fields: ["conv2 groups 1 → 2", "conv4 groups 1 → 2", "conv5 groups 1 → 2"]),
    Case(
      first: "alexnet-grouped", second: "caffenet", moved: ["pool1", "pool2"],
      fields: [
        "norm1 k 2 → 1", "norm1 convention paper → caffe", "norm2 k 2 → 1",
        "norm2 convention paper → caffe", "drop6 convention paper → inverted",
        "drop7 convention paper → inverted",
      ]),
    Case(
      first: "alexnet", second: "alexnet-owt", onlyFirst: ["norm1", "norm2"],
      onlySecond: ["avgpool"], moved: ["drop6", "drop7"],
      fields: [
        "conv1 filters 96 → 64", "conv1 padding 0 → 2", "conv2 filters 256 → 192",
        "conv4 filters 384 → 256", "drop6 convention paper → inverted",
        "drop7 convention paper → inverted",
      ]),
    Case(
      first: "cuda-convnet-26", second: "cuda-convnet-18",
      onlyFirst: ["fc64", "relu4"], onlySecond: ["norm1", "norm2"]),
  ]

  @Test(arguments: cases)
  func layerByLayer(_ expected: Case) throws {
    let (first, second) = (try zoo(expected.first), try zoo(expected.second))
    let difference = try NetworkDifference(first, second)
    #expect(difference.rows.filter { $0.second == nil }.map(\.name) == expected.onlyFirst)
    #expect(difference.rows.filter { $0.first == nil }.map(\.name) == expected.onlySecond)
    #expect(Set(difference.rows.filter(\.moved).map(\.name)) == Set(expected.moved))
    #expect(
      difference.rows.flatMap { row in
        row.fields.filter { !$0.isInitialization }.map { "\(row.name) \($0)" }
      } == expected.fields)
    #expect(difference.isEmpty == (first == second))
  }

  /// Every layer of both is in exactly one row, and the rows add up to all parameters and work.
  @Test(arguments: Zoo.networks, Zoo.networks)
  func complete(_ first: Network, _ second: Network) throws {
    let difference = try NetworkDifference(first, second)
    #expect(
      difference.rows.compactMap { $0.first?.index }.sorted() == Array(first.layers.indices))
    #expect(difference.rows.compactMap { $0.second?.index } == Array(second.layers.indices))
    let (a, b) = (try Summary(first), try Summary(second))
    #expect(difference.parameters == (a.parameters, b.parameters))
    #expect(difference.multiplyAdds == (a.multiplyAdds, b.multiplyAdds))
    #expect(
      difference.rows.reduce(0) { $0 + $1.parameterDifference } == b.parameters - a.parameters)
    #expect(
      difference.rows.reduce(0) { $0 + $1.multiplyAddDifference }
        == b.multiplyAdds - a.multiplyAdds)
  }

  @Test func input() throws {
    let difference = try NetworkDifference(zoo("alexnet"), zoo("alexnet-2012"))
    #expect(difference.input.map(\.description) == ["height 227 → 224", "width 227 → 224"])
  }

  /// Computed deviations have sixteen digits, of which a table shows the first few.
  @Test func longDecimals() throws {
    let difference = try NetworkDifference(zoo("alexnet"), zoo("alexnet-owt"))
    let field = try #require(difference.rows[0].fields.first { $0.name == "deviation" })
    #expect(field.description == "deviation 0.01 → 0.07423")
    var near = field.second
    if case .real(let real) = field.second { near = .real(real.nextUp) }
    let close = FieldDifference(name: "deviation", first: field.second, second: near)
    #expect(close.description == "deviation 0.07422696190252055 → 0.07422696190252057")
  }

  /// Layers with different names are paired by kind, then by family, between those with the same
  /// name.
  @Test func pairsByKind() throws {
    let original = try zoo("alexnet")
    var other = original
    other.layers[0].name = "first"
    other.layers[1] = NamedLayer("squash", .tanh)
    other.layers[2] = NamedLayer("bn1", .batchNormalization(BatchNormalization()))
    let rows = try NetworkDifference(original, other).rows
    #expect(rows.prefix(4).map { $0.first?.name } == ["conv1", "relu1", "norm1", "pool1"])
    #expect(rows.prefix(4).map { $0.second?.name } == ["first", "squash", "bn1", "pool1"])
    #expect(rows[1].fields.map(\.description) == ["kind relu → tanh"])
    #expect(rows[0].isRenamed && !rows[3].isRenamed)
  }
}
