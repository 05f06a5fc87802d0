import Cells
import Documents
import TensorFiles

// What the notebook asks of a lesson that is open.
extension LessonPlayer {
  /// Whether the lesson was left, or is done.
  package var hasEnded: Bool { state == .ended }

  /// The session that cells run in: that of play, or the lesson's.
  package var cellSession: Session { play?.session ?? session }

  /// The exercise of this step, once it was asked.
  var posed: ExerciseInstance? { question?.exercise }

  /// Where the learner is, for programs.
  package var json: JSONValue {
    [
      "lesson": .string(lesson.name), "step": .string(step.name), "number": .integer(place + 1),
      "of": .integer(lesson.steps.count), "state": .string(state.rawValue),
      "keys": .array(keys.map { .string($0) }), "text": .string(shown.plainText),
    ]
  }
}
