import TensorFiles

/// A lesson as its page shows it. All text of the lesson is HTML already.
package struct SiteLesson: Sendable {
  /// A section of the page.
  package struct Step: Sendable {
    /// The name under which progress is recorded, and the section's address in the page.
    package var name: String
    /// The heading, as plain text.
    package var heading: String
    /// Prose, cells, what they printed, and the exercise.
    package var html: String
    /// The words that a search finds.
    package var text: String
    /// Whether the step has an exercise.
    package var hasExercise: Bool

    /// A step.
    package init(name: String, heading: String, html: String, text: String, hasExercise: Bool) {
      (self.name, self.heading, self.html) = (name, heading, html)
      (self.text, self.hasExercise) = (text, hasExercise)
    }
  }

  /// The number; nil for a lesson whose file has none.
  package var number: Int?
  /// The name under which progress is recorded.
  package var name: String
  /// The name of its files, without an ending: `06-overlapping-pooling`.
  package var stem: String
  /// The title, as plain text.
  package var title: String
  /// What a learner can do afterwards, as plain text.
  package var aims: [String]
  /// The numbers of the lessons to take before.
  package var prerequisites: [Int]
  /// How long it takes.
  package var minutes: Int
  /// The part before the first step.
  package var introduction = ""
  /// The sections.
  package var steps: [Step] = []
  /// What the script needs to check the exercises.
  package var exercises: JSONValue = [:]
  /// The lesson's own file.
  package var markdown = ""
  /// The lesson as a Jupyter notebook.
  package var notebook = ""

  /// A lesson without steps.
  package init(
    number: Int?, name: String, stem: String, title: String, aims: [String], prerequisites: [Int],
    minutes: Int
  ) {
    (self.number, self.name, self.stem, self.title) = (number, name, stem, title)
    (self.aims, self.prerequisites, self.minutes) = (aims, prerequisites, minutes)
  }

  /// The page's address.
  package var address: String { stem + ".html" }

  /// `Lesson 6`, or `Lesson` for one without a number.
  var call: String { number.map { "Lesson \($0)" } ?? "Lesson" }
}

/// A layer on a separate page, to be clicked.
package struct SiteFigure: Sendable {
  /// The layer's name.
  package var layer: String
  /// What the layer does, in one line.
  package var words: String
  /// The figure's element.
  package var html: String

  /// A figure.
  package init(layer: String, words: String, html: String) {
    (self.layer, self.words, self.html) = (layer, words, html)
  }

  /// The page's address.
  package var address: String { Self.address(of: layer) }

  /// The address of the page about a layer.
  package static func address(of layer: String) -> String {
    "explore-" + layer.replacing("/", with: "-") + ".html"
  }
}
