import TestSupport
import Testing

@testable import Lessons

/// A lesson as a learner sees it: the list, the steps, questions, hints, all kinds of answers,
/// keys.
@Suite struct LessonSnapshotTests {
  static let text = """
    ---
    title: A short lesson
    aims:
      - say how large an output is
      - change a layer
    prerequisites: []
    minutes: 15
    \(FrontMatter.jupyter)
    ---

    # A short lesson

    How large is the output of a *convolution*? This lesson asks in every way there is.

    \(lessonSteps)
    """

  /// The lines typed in one notebook. An empty line is the return key.
  static let sessions: [(snapshot: String, lines: [String])] = [
    (
      "lessons/answers",
      [
        "lesson DIR/short.md --seed 3", "", "12", "many", "1 2", "1 / 0", "9999 values", "0.5%",
        "hint", "hint", "hint", "hint", "play", "1 + 1", "back", "60", "61", "", "0.25",
        "a third", "33.3%", "", "[227, 227, 3]", "3×227×227", "", "conv2", "fc9", "fc6", "",
        "set conv1.stride 1", "set conv1.stride 2", "", "", "lesson", "progress",
      ]
    ),
    (
      "lessons/keys",
      [
        "lesson DIR/short.md --seed 3", "back", "again", "", "help", "?", "next", "skip", "",
        "skip",
        "back", "back", "again", "quit", "lesson DIR/short.md --seed 3", "", "quit",
        "lesson DIR/short.md --restart --seed 3", "quit", "progress",
      ]
    ),
    (
      "lessons/list",
      ["lesson", "progress", "lesson next --seed 3", "quit", "lesson verify DIR/short.md"]
    ),
  ]

  static let names = sessions.map(\.snapshot)

  @Test(arguments: names) func shows(_ name: String) throws {
    let session = try #require(Self.sessions.first { $0.snapshot == name })
    let stage = try Stage()
    try stage.write(Self.text, to: "short.md")
    // A lesson that starts without a seed gets a random one.
    let text = stage.run(session.lines).replacing(#/have the seed \d+/#, with: "have the seed …")
    try expectSnapshot(text, name)
  }
}
