import Basics
import Cells

/// A template for new lessons. It has an example of everything and passes the verifier.
enum LessonSkeleton {
  /// The text of a new lesson.
  static func text(title: String) -> String {
    """
    \(beginning(title: title))
    ## A number

    A short paragraph, then a cell, and what it prints. A line of `…` stands for any
    lines, and `…` within a line for any text: times, and what depends on the machine.

    ```alexnet
    (227 - 11) / 4 + 1
    ```

    ```output
    55
    ```

    ```alexnet
    exercise output-side
    draw size: 67, 99, 131, 163, 195
    question: conv1 has a kernel of 11 and a stride of 4. What is the side of its
      output for an input of {size}×{size}?
    answer: floor((size - 11) / 4) + 1
    mistake: floor((size - 11) / 4) => The first window counts too: add 1.
    mistake: floor(size / 4) + 1 => The window has to fit: subtract the kernel first.
    hint: How far can the window move before it leaves the image?
    hint: By {size} - 11. Count the steps of 4, and the starting position.
    hint: ({size} - 11) / 4 + 1 is {answer}.
    after: The window moves by {size} - 11 in steps of 4; the starting position counts too.
    ```

    ## A choice

    ```alexnet
    exercise most-parameters
    question: Which layer of AlexNet has the most parameters?
    right: fc6 => Each of its 4,096 outputs sees all 9,216 values of pool5.
    option: conv2 => Its filters are shared by all positions, so there are few.
    option: fc8 => It has 1,000 outputs; fc6 has 4,096, with more inputs.
    hint: Where does the image become a list of numbers?
    hint: summary prints the parameters of every layer.
    ```

    ## A goal

    ```alexnet
    exercise wider-steps
    question: Make conv1 move by 2 instead of 4.
    goal: conv1.shape[1] == 109
    solution: set conv1.stride 2
    mistake: conv1.shape[1] == 217 => That is a stride of 1.
    hint: set changes a layer: help set.
    hint: set conv1.stride 2
    after: undo reverts it.
    ```

    ## What you can now do

    - say how large an output is

    Read on in the [paper](https://papers.nips.cc/paper/4824).

    """
  }

  /// The beginning of every new lesson.
  private static func beginning(title: String) -> String {
    """
    ---
    title: \(title)
    aims:
      - say what a learner can do afterwards
    prerequisites: []
    minutes: 20
    \(FrontMatter.jupyter)
    ---

    # \(title)

    One or two sentences that say why it matters.

    """
  }

  /// A lesson made from cells that have run: one step per cell, with the cell's output.
  static func text(title: String, of transcript: [TranscriptEntry]) -> String {
    var text = beginning(title: title)
    for (index, entry) in transcript.enumerated() {
      text += "\n## Step \(index + 1)\n\n```alexnet\n\(entry.source)\n```\n"
      if !entry.output.isEmpty { text += "\n```output\n\(elided(entry.output))\n```\n" }
    }
    return text + """

      ## What you can now do

      - say what a learner can do afterwards

      Read on in the [paper](https://papers.nips.cc/paper/4824).

      """
  }

  /// An output with its times, and the space before them, which depends on their width, replaced by `…`;
  /// without spaces at the ends of lines.
  static func elided(_ output: String) -> String {
    lines(of: output).map { line in
      let text = line.trimmingTrailingSpaces()
      return text.replacing(#/ *\(\s*(\d+ (h|min) )*[\d.]+ (ms|s|min)\b[^)]*\)/#, with: " …")
    }.joined(separator: "\n")
  }
}
