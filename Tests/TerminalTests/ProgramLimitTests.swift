import Foundation
import Testing

/// Too little memory, or too few threads: one line that says so and what to do, never a signal,
/// never an endless wait.
@Suite struct ProgramLimitTests {
  /// Networks and batches that need more memory than allowed by `ulimit -v`, in kilobytes beyond
  /// what the program needs to start.
  struct Case: CustomTestStringConvertible, Sendable {
    var words: [String]
    var room: Int
    var message: String
    var testDescription: String { words.joined(separator: " ") }

    init(_ words: [String], room: Int, _ message: String) {
      (self.words, self.room, self.message) = (words, room, message)
    }
  }

  static let cases = [
    Case(["forward"], room: 200_000, "running alexnet through softmax takes about"),
    Case(["backward", "7"], room: 400_000, "running alexnet through softmax and back takes about"),
    Case(["why", "fc6[0]"], room: 100_000, "running alexnet through fc6 takes about"),
    Case(
      TrainingPlace.begin.map { $0 == "tiny.json" ? "alexnet-cifar10" : $0 }
        + ["--set", "pictures.resize=227"], room: 300_000, "training alexnet-cifar10 at batch 6"),
  ]

  /// The kilobytes of address space that the program uses when it runs its first cell.
  static func usual() throws -> Int {
    let result = try ProgramProcess(["-c", "1 + 1"], shell: #""$0" "$@" && exit 0"#).waitForExit()
    try #require(result.status == 0, "\(result)")
    // The smallest limit with which it starts, to about a megabyte.
    var (low, high) = (0, 4 << 20)
    while high - low > 2048 {
      let middle = (low + high) / 2
      let limited = try ProgramProcess(
        ["-c", "1 + 1"], shell: #"ulimit -v \#(middle); exec "$0" "$@""#
      ).waitForExit()
      if limited.status == 0 { high = middle } else { low = middle }
    }
    return high
  }

  #if os(Linux)
    @Test func memory() throws {
      let place = try TrainingPlace()
      let usual = try Self.usual()
      for example in Self.cases {
        let result = try place.alexnet(
          example.words, limit: "ulimit -v \(usual + example.room);")
        #expect(result.status == 1, "\(example.testDescription): \(result)")
        #expect(
          result.errors.hasPrefix("error: \(example.message)"),
          "\(example.testDescription): \(result)")
        #expect(result.errors.contains("hint: "), "\(result)")
        #expect(result.errors.split(separator: "\n").count <= 4, "\(result)")
      }
      #expect(place.files("runs").isEmpty)
    }

    /// Whatever the limit, the program ends by itself.
    @Test func noSignalAtAnyLimit() throws {
      let place = try TrainingPlace()
      let usual = try Self.usual()
      for room in stride(from: 4_000, to: 300_000, by: 37_000) {
        for words in [
          TrainingPlace.begin + ["--epochs", "1", "--out", "run\(room)"], ["next", "3"],
        ] {
          let result = try place.alexnet(words, limit: "ulimit -v \(usual + room);")
          #expect(result.status <= 1, "\(room) \(words.joined(separator: " ")): \(result)")
        }
      }
    }

    static var canBecomeAnother: Bool {
      getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
    }

    /// A user who isn't allowed more threads.
    @Test(
      .enabled(if: canBecomeAnother, "only root with setpriv can become another user"),
      arguments: ["1", "2", "3", "4"])
    func threads(_ limit: String) throws {
      let place = try TrainingPlace()
      chmod(place.folder.path, 0o777)
      let user = "64\(limit)17"
      let become =
        "/usr/bin/setpriv --reuid \(user) --regid \(user) --clear-groups --inh-caps=-all "
        + #"--bounding-set=-all sh -c 'ulimit -p \#(limit) 2>/dev/null || ulimit -u \#(limit); exec "$0" "$@"'"#
      for (words, isFast) in [
        (TrainingPlace.begin + ["--epochs", "1", "--engine", "reference", "--out", "a"], false),
        (TrainingPlace.begin + ["--epochs", "1", "--threads", "1", "--out", "b"], true),
        (TrainingPlace.begin + ["--epochs", "1", "--threads", "16", "--out", "c"], true),
        (["-c", "1 + 1"], false),
      ] {
        let result = try ProgramProcess(
          words, environment: ["COLUMNS": "1000"],
          shell: #"cd "$HOME" && exec \#(become) "$0" "$@""#, home: place.folder.path
        ).waitForExit()
        if isFast && words.contains("16") {
          #expect(result.status == 1, "\(result)")
          #expect(result.errors.hasPrefix("error: can't start 16 threads: "), "\(result)")
          #expect(result.errors.contains("--threads 1"), "\(result)")
        } else {
          #expect(result.status == 0, "\(words) \(result)")
        }
      }
    }
  #endif
}
