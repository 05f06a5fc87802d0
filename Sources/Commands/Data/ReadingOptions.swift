import ArgumentParser
import Basics
import Cells
import Datasets
import Documents
import TensorFiles
import Training

/// How a command reads a folder of images.
struct ReadingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Where the index of a large folder is kept.", valueName: "file"),
    completion: .file())
  var index: String?
  @Flag(
    name: .customLong("skip-bad"),
    help: "Leave out images that can't be read, and list them at the end.")
  var skipBad = false
  @Option(help: ArgumentHelp("Threads that decode images (the cores).", valueName: "n"))
  var decoders: Int?

  init() {}

  /// The options for images of this side: see `DatasetOptions.side`.
  func options(side: Int? = nil) throws -> DatasetOptions {
    var options = DatasetOptions(side: side)
    (options.index, options.leavesOut, options.threads) = (index, skipBad, decoders)
    guard decoders.map({ (1...1024).contains($0) }) ?? true else {
      throw Failure(.usage, "--decoders takes a whole number from 1 to 1024")
    }
    return options
  }

  /// The options for the images that a network was trained on.
  func options(for state: TrainingState) throws -> DatasetOptions {
    let source = state.pipeline.source
    return try options(side: source.height == source.width ? source.height : nil)
  }
}

extension Session {
  /// Opens the data set of this name or path, and passes its notes to the host.
  ///
  /// - Throws: `ImageError` if there is none; `Cancelled`.
  package func dataset(
    _ spec: String, _ options: DatasetOptions = DatasetOptions()
  ) throws -> Dataset {
    host.report(progress: "reading \(spec)")
    let dataset = try observed { observer throws(ImageError) in
      try Dataset.open(spec, options: options, observer: observer)
    }
    for note in dataset.notes { host.note(note) }
    return dataset
  }

  /// The result of some work on a data set, whose progress is shown, and which ends if the cell is
  /// cancelled.
  ///
  /// - Throws: what `body` throws; `Cancelled`.
  func observed<R>(_ body: (DatasetObserver) throws(ImageError) -> R) throws -> R {
    let progress = ReadingProgress(host: host)
    do throws(ImageError) {
      return try body { step throws(ImageError) in
        progress.report(step.stage.rawValue, step.done, of: step.total)
        if host.cancellation.isCancelled { throw ImageError("stopped") }
      }
    } catch {
      try host.cancellation.check()
      throw error
    }
  }

  /// Reports how much of some work on images is done, with the time left, and ends the work if the
  /// cell is cancelled.
  func progress(_ title: String) -> (_ done: Int, _ of: Int) throws -> Void {
    let progress = ReadingProgress(host: host)
    return { [host] done, total in
      progress.report(title, done, of: total)
      try host.cancellation.check()
    }
  }
}

/// Shows how far some work on images is, on a status line.
final class ReadingProgress {
  private let host: any Host
  private var pace = Pace()
  private var start: (title: String, time: ContinuousClock.Instant)?

  init(host: any Host) { self.host = host }

  /// Shows the title, the number of images and the time left.
  func report(_ title: String, _ done: Int, of total: Int?, at now: ContinuousClock.Instant = .now)
  {
    if start?.title != title { start = (title, now) }
    guard pace.isDue(at: now) else { return }
    var line = title
    if done > 0 || total != nil { line += "  " + NumberFormat.grouped(done) }
    if let total {
      line += " of \(NumberFormat.grouped(total))"
      let seconds = start.map { $0.time.duration(to: now).seconds } ?? 0
      // Within the first second the speed isn't known well.
      if done > 0, seconds >= 1 {
        let left = seconds / Double(done) * Double(total - done)
        line += "  " + DurationFormat.format(left, isEstimate: true) + " left"
      }
    }
    host.report(progress: line)
  }
}

extension Dataset {
  /// How a streamed set is read, in one line; nil if it is in memory.
  var streamingLine: String? {
    guard let source = train.source else { return nil }
    return "streamed: each image is decoded when it is needed, by "
      + NumberFormat.count(source.threads, "thread") + ", its centre at "
      + "\(source.size.height)×\(source.size.width)"
  }
}

extension Output {
  /// Adds the images that were left out, one line each; nothing if there are none.
  mutating func add(leftOut errors: [ImageError], title: String = "left out ") {
    guard !errors.isEmpty else { return }
    line(
      .notice(title) + "\(NumberFormat.count(errors.count, "image")) that can't be read:", hang: 2)
    for error in errors { line("· " + Text(error.message), indent: 2, hang: 4) }
    if case .object(var members)? = json {
      members.append(
        JSONValue.Member(name: "left_out", value: .array(errors.map { .string($0.message) })))
      json = .object(members)
    }
  }
}
