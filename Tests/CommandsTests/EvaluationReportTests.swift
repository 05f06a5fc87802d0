import Documents
import TensorFiles
import Tensors
import Testing

@testable import Cells
@testable import Commands
@testable import Training

/// How an evaluation is shown: with few classes, with more than fit into a line, with many.
@Suite struct EvaluationReportTests {
  /// An evaluation in which class c has c + 1 of 40 images classified as class 0, except class 0 itself.
  ///
  /// - Parameter lost: how many images of class 0 are classified as class 1.
  static func evaluation(classes: Int, lost: Int = 0) -> Evaluation {
    var matrix = ConfusionMatrix(classes: classes)
    for row in 0..<classes {
      for image in 0..<40 {
        let isLost = row == 0 && image < lost
        matrix.add(row: row, column: isLost ? 1 : image <= row ? 0 : row)
      }
    }
    return Evaluation(
      classNames: (0..<classes).map { "class \($0)" }, confusion: matrix,
      notNumbers: [Int](repeating: 0, count: classes), topFive: 36 * classes, loss: 1.25,
      areProbabilities: true, crops: .center)
  }

  static func report(classes: Int, csv: String? = nil) throws -> Output {
    let state = try TrainedNetwork(named: "cuda-convnet-18", cancellation: .never).state
    return EvaluationReport(
      evaluation(classes: classes), state, part: "test", data: "data", engine: "e", csv: csv
    ).output
  }

  /// What a precision costs, beside the same in Float.
  @Test(
    arguments: [
      (3, 0, "bfloat16 costs 3 images, 2.50 points"), (0, 1, "bfloat16 gains 1 image, 0.83 points"),
      (2, 2, "bfloat16 classifies as many images correctly"),
    ])
  func showsTheCostOfAPrecision(_ lost: Int, _ inFloat: Int, _ words: String) throws {
    let state = try TrainedNetwork(named: "cuda-convnet-18", cancellation: .never).state
    let output = EvaluationReport(
      Self.evaluation(classes: 3, lost: lost), state, part: "test", data: "data", engine: "e",
      precision: .bfloat16, inFloat: Self.evaluation(classes: 3, lost: inFloat)
    ).output
    let text = output.plainText.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(text.contains("in Float accuracy") && text.contains(words), "\(text)")
    guard case .object(let members)? = output.json else { Issue.record("no JSON"); return }
    #expect(members["precision"] == .string("bfloat16") && members["accuracy_in_float"] != nil)
  }

  @Test func manyClasses() throws {
    let text = try Self.report(classes: 30).plainText
    #expect(
      text == """
        cuda-convnet-18 after 134 epochs, recipe cuda-convnet-18: 1,200 test images of
            data, the centre crop
          accuracy 61.33%   error 38.67%   loss 1.2500 nats   right 736 of 1,200
          top-5 error 10.00%   the true class isn't among the five with the largest
            outputs
          best classes
          class    images  right  recall  precision
          class 0      40     40  100.0%       7.9%
          class 1      40     38   95.0%     100.0%
          class 2      40     37   92.5%     100.0%
          class 3      40     36   90.0%     100.0%
          class 4      40     35   87.5%     100.0%
          worst classes
          class     images  right  recall  precision
          class 29      40     10   25.0%     100.0%
          class 28      40     11   27.5%     100.0%
          class 27      40     12   30.0%     100.0%
          class 26      40     13   32.5%     100.0%
          class 25      40     14   35.0%     100.0%
          most confused
            class 29 misclassified as class 0  30 times
            class 28 misclassified as class 0  29 times
            class 27 misclassified as class 0  28 times
            class 26 misclassified as class 0  27 times
            class 25 misclassified as class 0  26 times
            class 24 misclassified as class 0  25 times
            class 23 misclassified as class 0  24 times
            class 22 misclassified as class 0  23 times
            class 21 misclassified as class 0  22 times
            class 20 misclassified as class 0  21 times
          --csv FILE writes all 30 classes, --json prints them
        """)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  /// What is shown depends on the number of classes, and the top-5 error on more than five.
  @Test(arguments: [
    (5, ["rows: the true class"], ["top-5", "worst"]),
    (6, ["rows: the true class", "top-5 error 10.00%"], ["worst"]),
    (10, ["rows: the true class", "top-5 error 10.00%"], ["worst"]),
    (11, ["precision", "class 10 ", "top-5 error"], ["worst", "rows:"]),
    (20, ["precision", "class 19 "], ["worst", "rows:"]),
    (21, ["precision", "worst classes"], ["class 10  ", "rows:"]),
  ])
  func parts(_ classes: Int, _ shown: [String], _ hidden: [String]) throws {
    let text = try Self.report(classes: classes, csv: "a.csv").plainText
    for part in shown + ["confusion matrix written to a.csv"] {
      #expect(text.contains(part), "\(part): \(text)")
    }
    for part in hidden + ["--csv"] { #expect(!text.contains(part), "\(part): \(text)") }
  }

  /// The whole matrix up to 256 classes, as before; above, the pairs that were confused.
  @Test(arguments: [3, 6, 256, 257]) func json(_ classes: Int) throws {
    let json = try #require(try Self.report(classes: classes).json)
    let pairs = json["confusions"]?.arrayValue
    #expect((json["confusion"]?.arrayValue?.count == classes) == (classes <= 256))
    #expect((pairs?.count == classes - 1) == (classes > 256))
    #expect((json["top5_error"] != nil) == (classes > 5))
    #expect(json["classes"]?.arrayValue?.count == classes)
    #expect(json["csv"] == nil)
  }

  @Test func epochs() {
    var record = EpochRecord(
      epoch: 12, trainLoss: 3.25, trainAccuracy: 0.375, validationLoss: 3.5,
      validationAccuracy: 0.25, rate: 0.01, seconds: 65, imagesPerSecond: 100)
    #expect(TrainingLines.errors(record) == nil)
    #expect(TrainingLines.json(record, isBest: true)["train_top5_accuracy"] == nil)
    (record.trainTopFive, record.validationTopFive) = (0.625, 0.5)
    #expect(
      TrainingLines.errors(record)?.string
        == "errors top-1, top-5  train 62.5%, 37.5%  validation 75.0%, 50.0%")
    #expect(TrainingLines.json(record, isBest: true)["validation_top5_accuracy"] == .number(0.5))
    // An epoch that a version without the count began.
    record.trainTopFive = nil
    #expect(TrainingLines.errors(record)?.string.contains("train 62.5%, –  validation") == true)
    #expect(TrainingLines.topFive(nil).string == "")
    #expect(TrainingLines.topFive(0.935).string == ", top-5 error 6.5%")
  }
}
