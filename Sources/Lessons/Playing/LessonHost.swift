import Cells
import Documents
import Networks
import Tensors

/// The host of a lesson's cells. Their output goes to the outer host, or nowhere. Layers run
/// whenever they are needed, even at a prompt: the lesson decides when to pause.
final class LessonHost: Host {
  private let outer: any Host
  private let isQuiet: Bool

  /// Cells of a lesson never ask questions.
  let isInteractive = false

  /// Wraps another host.
  ///
  /// - Parameters:
  ///   - width: the number of columns; nil uses the outer host's.
  ///   - isQuiet: whether to discard all output.
  init(_ outer: any Host, isQuiet: Bool = false) {
    (self.outer, self.isQuiet) = (outer, isQuiet)
  }

  var cancellation: Cancellation { outer.cancellation }

  func show(_ document: Document) { if !isQuiet { outer.show(document) } }

  func stream(_ document: Document) { if !isQuiet { outer.stream(document) } }

  func update(_ name: String, _ document: Document) {
    if !isQuiet { outer.update(name, document) }
  }

  func report(progress: String?) { outer.report(progress: progress) }

  func note(_ text: String) { if !isQuiet { outer.note(text) } }

  func warn(_ text: String) { if !isQuiet { outer.warn(text) } }
}

extension Session {
  /// The session that a lesson's cells start in: the default network, the test card, and weights of
  /// seed 1 for every learner, so that the printed numbers match the lesson's text.
  ///
  /// Networks that the lesson trains are kept in a separate cache folder, so each is trained only
  /// once.
  ///
  /// - Parameter weights: weights of seed 1 that were drawn earlier.
  static func ofLesson(
    _ lesson: Lesson, _ host: LessonHost, settings: Settings, commands: CommandTable,
    weights: Weights? = nil
  ) -> Session {
    var own = Settings()
    (own.threads, own.data) = (settings.threads, settings.data)
    (own.progressPath, own.cachePath) = (settings.progressPath, settings.cachePath)
    var session = Session(host: host, settings: own, commands: commands)
    session.depth = 1
    session.isOfLesson = true
    session.workingFolder = "\(settings.cachePath)/lessons/\(lesson.name)/"
    session.keepsRuns = true
    if let weights { session.weights = weights }
    return session
  }

  /// The weights if another lesson can start with them, that is if they were drawn with seed 1;
  /// otherwise nil.
  var weightsForLessons: Weights? {
    weights.seed == Settings().seed && weights.loaded.isEmpty ? weights : nil
  }
}
