import Basics
import Datasets
import Explanations
import Layers
import Networks
import TensorFiles
import Tensors
import Testing
import Training

@testable import Cells
@testable import Expressions
@testable import Lessons
@testable import Notebook

/// Every known error keeps its message; an unknown one is reported as an internal error.
@Suite struct FailureTests {
  struct Unlisted: Error {}

  @Test func unknownErrorsAreInternal() {
    let failure = Failure(Unlisted())
    #expect(failure.kind == .internal && failure.message.contains("Unlisted"))
    #expect(failure.json.text.contains(#""kind": "internal""#))
  }

  @Test(
    arguments: [
      (Cancelled(), .cancelled, "stopped", nil),
      (CancellationError(), .cancelled, "stopped", nil),
      (
        ImageError("cat.png isn't an image", hint: "give a PNG"), .file, "cat.png isn't an image",
        "give a PNG"
      ),
      (ImageError("cat.png isn't an image"), .file, "cat.png isn't an image", nil),
      (FileError(.read, "x", reason: "no"), .file, "cannot read x: no", nil),
      (RecipeError("rate", "takes a number", hint: "0.01"), .usage, "rate takes a number", "0.01"),
      (TrainingError("it has no layers"), .training, "it has no layers", nil),
      (
        Unsupported(engine: "onednn", layer: 0, reason: "too large"), .network,
        "the onednn engine can't compute this: too large", nil
      ),
      (ShapeError.tooLarge([9, 9]), .network, "", nil),
      (LessonProblem(3, "no title", hint: "write one"), .file, "no title", "write one"),
      (ProgressFormat.Damage(reason: "cut off"), .file, "cut off", nil),
      (Complaint(.shape, "shapes differ", hint: "look"), .expression, "shapes differ", "look"),
      (ExplanationError.notBackward, .name, "there are no gradients yet", nil),
    ] as [(any Error, ErrorKind, String, String?)])
  func knownErrors(_ error: any Error, _ kind: ErrorKind, _ message: String, _ hint: String?) {
    let failure = Failure(error)
    #expect(failure.kind == kind)
    #expect(message.isEmpty ? !failure.message.isEmpty : failure.message == message)
    if let hint { #expect(failure.hint == hint) }
  }
}
