import Cells
import Documents
import Networks
import Tensors

/// The host of a lesson's cells: what they show goes where the notebook's own cells show theirs, or
/// nowhere. Layers run as they are needed, at a prompt too: a lesson says when to wait for what.
final class LessonHost: Host {
  private let outer: any Host
  private let isQuiet: Bool

  /// The columns there are for text.
  let width: Int
  /// Nobody is asked.
  let isInteractive = false

  /// A host within another one.
  ///
  /// - Parameters:
  ///   - width: the columns; nil takes the outer host's.
  ///   - isQuiet: whether nothing is shown.
  init(_ outer: any Host, width: Int? = nil, isQuiet: Bool = false) {
    (self.outer, self.isQuiet) = (outer, isQuiet)
    self.width = width ?? outer.width
  }

  var cancellation: Cancellation { outer.cancellation }

  func show(_ document: Document) { if !isQuiet { outer.show(document) } }

  func report(progress: String?) { outer.report(progress: progress) }

  func note(_ text: String) { if !isQuiet { outer.note(text) } }
}

extension Session {
  /// The session that a lesson's cells begin in: the default network, the test card, and weights of
  /// seed 1 whoever learns, so that what stands in the lesson is what one sees.
  ///
  /// Its trainings run in a cache folder of the lesson's own, and are made once.
  ///
  /// - Parameter weights: weights of that seed that were drawn before.
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

  /// The weights, where another lesson may begin with them: drawn ones, of seed 1.
  var weightsForLessons: Weights? {
    weights.seed == Settings().seed && weights.loaded.isEmpty ? weights : nil
  }
}
