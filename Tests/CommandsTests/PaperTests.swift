import Testing

@testable import Cells
@testable import Commands
@testable import Notebook
@testable import Training

/// The tables of `paper` and `paper vs source`, cell by cell.
@Suite struct PaperTests {
  struct Fact: CustomTestStringConvertible, Sendable {
    let table: String
    let row: String
    let column: String
    let says: String
    var testDescription: String { "\(table), \(row): \(says)" }

    init(_ table: String, _ row: String, _ column: String, _ says: String) {
      (self.table, self.row, self.column, self.says) = (table, row, column, says)
    }
  }

  static let tables: [String: PaperTable] = [
    "settings": .settings, "2010": .results2010, "2012": .results2012, "logged": .logged,
    "gains": .gains, "source": .versusSource,
  ]

  @Test(arguments: [
    Fact("2010", "AlexNet, ten crops", "top-1", "37.5"),
    Fact("2010", "AlexNet, one crop (footnote 5)", "top-1", "39.0"),
    Fact("2010", "AlexNet, one crop (footnote 5)", "top-5", "18.3"),
    Fact("2012", "7 networks: the 5 and 2*", "top-5 test", "15.3"),
    Fact("2012", "1 network*", "top-1 val.", "39.0"),
    Fact("logged", "ILSVRC-2010, ten crops", "top-1", "0.374727"),
    Fact("logged", "ILSVRC-2010, ten crops", "top-5", "0.169987"),
    Fact("logged", "ILSVRC-2010, centre crop", "top-1", "0.390247"),
    Fact("logged", "ILSVRC-2010, centre crop", "top-5", "0.182953"),
    Fact("logged", "ILSVRC-2012", "top-1", "0.406640"),
    Fact("logged", "ILSVRC-2012", "top-5", "0.182100"),
    Fact("logged", "one GPU, conv5 whole", "top-1", "0.3917"),
    Fact("source", "LRN and the GPUs", "paper", "total number of kernels in the layer"),
    Fact("source", "LRN and the GPUs", "paper", "across both GPUs (3.3)"),
    Fact("source", "LRN and the GPUs", "program", "48 channels in norm1, 128 in norm2"),
    Fact("source", "ties in max pooling", "program", "every input equal to the maximum"),
    Fact("source", "bias decay", "paper", "not stated"),
    Fact("source", "bias decay", "program", "none"),
    Fact("source", "bias rates", "paper", "one rate for all layers"),
    Fact("source", "bias rates", "program", "0.002 in the ILSVRC-2010 run, constant"),
    Fact("source", "bias rates", "program", "(inferred)"),
    Fact("source", "weight rate", "program", "frozen at 72; stopped at 93"),
    Fact("source", "colour noise", "program", "divided by 1.1; in training only, off at epoch 68"),
    Fact("source", "crops", "paper", "2048"),
    Fact("source", "crops", "program", "offsets 0…32 down and across: 33²·2 = 2178"),
    Fact("source", "crops", "program", "the border of 16 is deduced"),
    Fact("source", "shared crops", "program", "32 consecutive images share one crop and one flip"),
    Fact("source", "mean image", "program", "its centre crop is subtracted from every crop"),
  ])
  func says(_ fact: Fact) throws {
    let table = try #require(Self.tables[fact.table])
    let column = try #require(table.columns.firstIndex(of: fact.column))
    let row = try #require(table.rows.first { $0[0] == fact.row }, "no row \(fact.row)")
    #expect(row[column].contains(fact.says), "\(row[column])")
  }

  @Test(arguments: [
    ("2012", "a sixth convolution"), ("2012", "the five ordinary networks and two of these"),
    ("gains", "favours the one-GPU network (footnote 2)"),
    ("gains", "the size of the effect depends on the network"),
    ("logged", "0.402500"), ("source", "recipe source-2012"),
  ])
  func notes(_ table: String, _ words: String) throws {
    let note = try #require(Self.tables[table]?.note)
    #expect(note.contains(words), "\(note)")
  }

  /// Every row has a cell for each column, and every table is shown.
  @Test func whole() {
    for (name, table) in Self.tables {
      #expect(table.rows.allSatisfy { $0.count == table.columns.count }, "\(name)")
    }
    var session = Session(host: QuietHost())
    let all =
      session.run("paper").output.plainText + session.run("paper vs source").output.plainText
    for (name, table) in Self.tables { #expect(all.contains(table.title), "\(name)") }
  }
}
