import Basics
import Cells
import Documents
import TensorFiles

/// The file format of progress: JSON with a version number.
enum ProgressFormat {
  /// The version written.
  static let version = 1

  /// The file was written by a newer version of this program.
  struct Newer: DescribedError {
    var version: Int
    var kind: ErrorKind { .file }
    var message: String { "version \(version) is newer than this program" }
  }

  /// A valid JSON file with contents that aren't progress.
  struct Damage: DescribedError {
    var reason: String
    var kind: ErrorKind { .file }
    var message: String { reason }
  }

  /// The contents of a file.
  static func text(of progress: LessonProgress) -> String {
    let records = progress.lessons.sorted { $0.key < $1.key }.map { name, record in
      "    \(JSONValue.string(name).text): \(json(record).text)"
    }
    var head = "{\n  \"version\": \(version),\n"
    if let seed = progress.seed { head += "  \"seed\": \(seed),\n" }
    if let last = progress.last {
      head += "  \"last\": \(JSONValue.string(last).text),\n"
    }
    head += "  \"ask\": \(progress.asks),\n  \"lessons\": {\n"
    return head + records.joined(separator: ",\n") + (records.isEmpty ? "" : "\n") + "  }\n}\n"
  }

  /// A lesson's record as JSON.
  static func json(_ record: LessonRecord) -> JSONValue {
    func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
    func counts(_ values: [String: Int]) -> JSONValue {
      .object(
        values.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .integer($0.value)) })
    }
    return [
      "step": .string(record.step), "index": .integer(record.index),
      "finished": .boolean(record.isFinished), "retaken": .boolean(record.isRetaken),
      "best": record.best.map {
        [
          "answered": .integer($0.answered), "skipped": .integer($0.skipped),
          "hints": .integer($0.hints),
        ]
      } ?? .null,
      "done": strings(record.done), "skipped": strings(record.skipped),
      "hints": counts(record.hints), "misses": counts(record.misses), "draw": counts(record.draw),
      "seed": record.seed.map { .integer(Int(clamping: $0)) } ?? .null,
      "commands": strings(record.commands),
    ]
  }

  /// Reads a file that a user named.
  ///
  /// - Throws: `Failure` or `FileError`, which name the file.
  static func read(_ file: String) throws -> LessonProgress {
    if let kind = FileKind.mismatch(path: file, wanted: .progress) {
      throw Failure(.file, "\(printable(file)): \(kind.reason)", hint: kind.hint)
    }
    let bytes = try OpenFile.bytes(of: file, limit: ProgressStore.largest)
    do {
      return try progress(of: bytes)
    } catch let error as Newer {
      throw Failure(
        .file, "\(quoted(file)) was written by a newer program (version \(error.version))")
    } catch {
      let reason =
        (error as? Damage)?.reason
        ?? (error as? JSONError).map { "at byte \($0.offset) \($0.reason)" } ?? "\(error)"
      throw Failure(
        .file, "\(quoted(file)) is not a progress file: \(reason)",
        hint: "progress export FILE writes one")
    }
  }

  /// Parses a file.
  ///
  /// - Throws: `JSONError`, `Damage`, or `Newer`.
  static func progress(of bytes: [UInt8]) throws -> LessonProgress {
    guard case .object(let root) = try JSONParser.parse(bytes) else {
      throw Damage(reason: "it isn't an object")
    }
    guard case .integer(let found)? = root["version"] else {
      throw Damage(reason: "it has no version")
    }
    guard found <= version else { throw Newer(version: found) }
    var progress = LessonProgress()
    if let seed = root["seed"] {
      guard case .integer(let number) = seed, number >= 0 else {
        throw Damage(reason: "its seed isn't a number")
      }
      progress.seed = UInt64(number)
    }
    if let asks = root["ask"] {
      guard case .boolean(let truth) = asks else {
        throw Damage(reason: "its ask isn't true or false")
      }
      progress.asks = truth
    }
    // Files of earlier versions lack it.
    if let last = root["last"] {
      guard case .string(let name) = last else { throw Damage(reason: "its last isn't a name") }
      progress.last = name
    }
    guard case .object(let lessons)? = root["lessons"] else {
      throw Damage(reason: "it has no lessons")
    }
    for lesson in lessons {
      progress.lessons[lesson.name] = try record(lesson.value, of: lesson.name)
    }
    return progress
  }

  private static func record(
    _ value: JSONValue, of name: String
  ) throws -> LessonRecord {
    func fail(_ what: String) -> Damage {
      Damage(reason: "the \(what) of \(quoted(name)) is not what it should be")
    }
    guard case .object(let members) = value else { throw fail("record") }
    func strings(_ key: String) throws -> [String] {
      guard case .array(let values)? = members[key] else { throw fail(key) }
      return try values.map {
        guard case .string(let text) = $0 else { throw fail(key) }
        return text
      }
    }
    var record = LessonRecord()
    guard case .string(let step)? = members["step"] else { throw fail("step") }
    guard case .integer(let index)? = members["index"], index >= 0 else { throw fail("index") }
    guard case .boolean(let finished)? = members["finished"] else { throw fail("finished") }
    (record.step, record.index, record.isFinished) = (step, index, finished)
    switch members["seed"] {
    case .null?, nil: break
    case .integer(let seed)? where seed >= 0: record.seed = UInt64(seed)
    default: throw fail("seed")
    }
    record.done = try strings("done")
    record.skipped = try strings("skipped")
    record.commands = try strings("commands")
    func counts(_ value: JSONValue?, _ key: String) throws -> [String: Int] {
      guard case .object(let counts)? = value else { throw fail(key) }
      return try counts.reduce(into: [:]) { result, member in
        guard case .integer(let count) = member.value, (0...1_000_000).contains(count) else {
          throw fail(key)
        }
        result[member.name] = count
      }
    }
    record.draw = try counts(members["draw"], "draw")
    // Files of earlier versions lack the rest.
    if let hints = members["hints"] { record.hints = try counts(hints, "hints") }
    if let misses = members["misses"] { record.misses = try counts(misses, "misses") }
    switch members["retaken"] {
    case nil: break
    case .boolean(let truth)?: record.isRetaken = truth
    default: throw fail("retaken")
    }
    switch members["best"] {
    case nil, .null?: break
    case let best?:
      let best = try counts(best, "best")
      guard let answered = best["answered"], let skipped = best["skipped"],
        let hints = best["hints"]
      else { throw fail("best") }
      record.best = LessonResult(answered: answered, skipped: skipped, hints: hints)
    }
    return record
  }
}
