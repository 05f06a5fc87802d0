import Cells
import Documents
import TensorFiles

// What the notebook needs from an open lesson.
extension LessonPlayer {
  /// Whether the lesson is over: left or finished.
  package var hasEnded: Bool { state == .ended }

  /// The session that typed cells run in: the one of play mode, or the lesson's.
  package var cellSession: Session { play?.session ?? session }

  /// The exercise of this step, once it has been asked.
  var posed: ExerciseInstance? { question?.exercise }

  /// The state of the lesson as JSON.
  package var json: JSONValue {
    [
      "lesson": .string(lesson.name), "step": .string(step.name), "number": .integer(place + 1),
      "of": .integer(lesson.steps.count), "state": .string(state.rawValue),
      "keys": .array(keys.map { .string($0) }), "text": .string(shown.plainText),
    ]
  }
}
