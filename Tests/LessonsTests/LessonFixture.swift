import Foundation

@testable import Lessons
@testable import Notebook

/// A short lesson that works and has an exercise of every kind.
enum LessonFixture {
  static let text = """
    ---
    title: A short lesson
    aims:
      - say how large an output is
    prerequisites: [1]
    minutes: 5
    \(FrontMatter.jupyter)
    ---

    # A short lesson

    How large is the output of a *convolution*?

    ## A number

    The side follows from `conv1`. See [the same step](#a-number).

    ```alexnet
    let side = (227 - 11) / 4 + 1
    ```

    ```output
    side = 55
    ```

    ```alexnet
    exercise output-side
    draw size: 67, 99, 131, 163, 195
    draw stride: 2...4
    question: What is the side for an input of {size}×{size} and a stride of {stride}?
    answer: floor((size - 11) / stride) + 1
    unit: values
    mistake: floor((size - 11) / stride) => The first window counts too.
    mistake: floor(size / stride) + 2 => The window has to fit.
    hint: How far can the window move?
    hint: By {size} - 11, in steps of {stride}.
    hint: It is {answer}.
    after: It moves by {size} - 11.
    see: outputSize({size}, kernel: 11, stride: {stride})
    ```

    ## A share

    ```alexnet
    exercise share
    question: What is a third?
    kind: predict
    answer: 1 / 3
    tolerance: 1%
    mistake: 1 / 4 => That is a quarter.
    hint: Between 0 and 1.
    hint: Less than one half.
    see: 1 / 3
    ```

    ## A shape

    ```alexnet
    exercise input-shape
    question: What is the shape of the input of AlexNet?
    answer: [3, 227, 227]
    mistake: [227, 227, 3] => Channels come first.
    hint: Colours, rows, columns.
    hint: Three colours.
    ```

    ## A choice

    ```alexnet
    exercise most-parameters
    question: Which layer has the most parameters?
    right: fc6 => Each of its outputs sees all of pool5.
    option: conv2 => Its filters are shared.
    option: fc8 => It has fewer outputs.
    hint: Where does the image become a list?
    hint: summary prints them.
    ```

    ## A goal

    ```alexnet
    exercise wider-steps
    question: Make conv1 move by 2.
    goal: conv1.shape[2] == 109
    solution: set conv1.stride 2
    mistake: conv1.shape[2] == 217 => That is a stride of 1.
    hint: set changes a layer.
    hint: set conv1.stride, and the number.
    ```

    ## What you can now do

    - say how large an output is: {side}

    Back to [the first step](#a-number).

    """.replacingOccurrences(of: "{side}", with: "`side`")

  /// The text with one part replaced.
  static func replacing(_ old: String, with new: String) -> String {
    precondition(text.contains(old), "The lesson has no \(old).")
    return text.replacingOccurrences(of: old, with: new)
  }

  /// The number of the first line that contains a text.
  static func line(of text: String, in whole: String) -> Int {
    let lines = whole.components(separatedBy: "\n")
    return (lines.firstIndex { $0.contains(text) } ?? -2) + 1
  }

  /// Parses a text as a lesson; it must be valid.
  static func lesson(_ text: String = text) throws -> Lesson {
    let (lesson, problems) = LessonReader.read(text, file: "short.md")
    if let first = problems.first { throw first }
    return lesson
  }

  /// Writes a text to a file in a new folder, which exists while the work runs.
  static func withFile<Result>(
    _ text: String = text, name: String = "short.md", _ work: (String) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return try work(file.path)
  }
}
