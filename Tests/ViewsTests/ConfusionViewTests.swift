import Foundation
import TestSupport
import Testing

@testable import Cells
@testable import Datasets
@testable import Documents
@testable import Notebook
@testable import Training
@testable import Views

/// `view confusion`, and `view neighbours` on a folder of images.
@Suite struct ConfusionViewTests {
  /// Three classes, worked by hand: cat and hen are confused 3 + 1 times, dog and hen 2 times.
  static var evaluation: Evaluation {
    var matrix = ConfusionMatrix(classes: 3)
    for (row, column, count) in [(0, 0, 5), (0, 2, 3), (1, 1, 6), (2, 0, 1), (2, 1, 2), (2, 2, 3)] {
      for _ in 0..<count { matrix.add(row: row, column: column) }
    }
    return Evaluation(
      classNames: ["cat", "dog", "hen, white"], confusion: matrix, notNumbers: [0, 0, 0],
      topFive: 20, loss: 1, areProbabilities: true, crops: .center)
  }

  @Test func pairsByHand() {
    let pairs = ConfusionView.pairs(Self.evaluation.confusion)
    #expect(
      pairs.map { [$0.first, $0.second, $0.there, $0.back] } == [[0, 2, 3, 1], [1, 2, 0, 2]])
  }

  @Test func drawnWithItsWords() throws {
    let view = ConfusionView(Self.evaluation, title: "a on b").view
    let drawing = try #require(view.drawn?.drawing)
    // 14 of 20 images are right.
    #expect(drawing.description.contains("70.00% right"))
    #expect(
      drawing.description.contains(
        "Most confused are cat and hen, white: cat was classified as hen, white 3 times, and "))
    let text = view.blocks.flatMap { Layout(width: 80).lines($0).map(\.string) }
      .joined(separator: "\n")
    #expect(text.contains("most confused") && text.contains("hen, white"), "\(text)")
    #expect(
      view.csv()
        == "true class,predicted class,images\ncat,cat,5\ncat,\"hen, white\",3\ndog,dog,6\n"
        + "\"hen, white\",cat,1\n\"hen, white\",dog,2\n\"hen, white\",\"hen, white\",3\n")
    guard case .tensor(let matrix)? = view.value else {
      Issue.record("no value")
      return
    }
    #expect(matrix.shape == [3, 3] && matrix.values == [5, 0, 3, 0, 6, 0, 1, 2, 3])
    // A row's squares are the darker, the larger their share of the row.
    let squares = drawing.elements.compactMap { element in
      if case .image(let image, _, _) = element { image } else { nil }
    }
    let levels = (0..<3).map { squares[0].brightness(row: 2, column: $0) }
    #expect(levels[2] < levels[1] && levels[1] < levels[0] && levels[0] < 255)
    #expect(squares[0][1, 0] == RGB(gray: 255))
  }

  /// Drawn shapes under the names of CIFAR-10's classes: a folder that the network can be tested on.
  private func folder(_ path: String, perClass: Int) throws -> [(path: String, label: Int)] {
    let shapes = Shapes.dataset(train: 10 * perClass, test: 10 * perClass)
    var test: [(String, Int)] = []
    for (part, set) in [("train", shapes.train), ("test", shapes.test)] {
      for index in 0..<set.count {
        let label = Int(set.labels[index])
        let place = "\(path)/\(part)/\(CIFAR10.classNames[label])"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let file = "\(place)/\(index).png"
        try Data(set.image(index).encodePNG()).write(to: URL(filePath: file))
        if part == "test" { test.append((file, label)) }
      }
    }
    return test
  }

  /// The matrix counts the network's answer to each image alone; the nearest neighbour of an image of the set
  /// is the image itself.
  @Test func ofAFolder() throws {
    try inTemporaryFolder { path in
      let images = try folder(path, perClass: 2)
      var session = Session(host: QuietHost(isInteractive: true))
      session.settings.engine = Engines.fastest
      session.settings.isEngineChosen = true
      #expect(session.run("load trained cuda-convnet-18").failure == nil)
      var expected = [Float](repeating: 0, count: 100)
      for image in images {
        #expect(session.run("image \(image.path)").failure == nil)
        guard case .tensor(let output)? = try? session.evaluate("softmax.output").value else {
          Issue.record("no output")
          return
        }
        let best = output.values.indices.max { output.values[$0] < output.values[$1] } ?? 0
        expected[image.label * 10 + best] += 1
      }
      let result = session.run("view confusion --data \(path)")
      guard case .tensor(let matrix)? = result.output.value else {
        Issue.record("\(result.failure?.message ?? "no matrix")")
        return
      }
      #expect(matrix.values == expected && expected.reduce(0, +) == 20)

      let found = session.run("view neighbours --data \(path) --part test --count 3")
      guard case .tensor(let distances)? = found.output.value else {
        Issue.record("\(found.failure?.message ?? "no neighbours")")
        return
      }
      #expect(distances.values.count == 3 && distances.values[0] < 1e-3)
      #expect(distances.values == distances.values.sorted() && distances.values[1] > 0.1)
      // Among the training images it isn't.
      let others = session.run("view neighbours --data \(path) --images 5")
      #expect(others.output.plainText.contains("the nearest of 5 images"))
      let failure = try #require(session.run("view confusion --data shapes").failure)
      #expect(failure.message.contains("knows airplane"), "\(failure.message)")
    }
  }
}
