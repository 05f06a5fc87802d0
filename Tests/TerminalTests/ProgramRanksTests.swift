import Foundation
import TestSupport
import Testing

/// A program that was built with the trait MPI, as `make test MPI=1` names it.
let ranksProgram = ProcessInfo.processInfo.environment["ALEXNET_MPI_PROGRAM"]

/// As root, and however mpirun is called.
private let rankVariables = [
  "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
]

/// Whether mpirun can start two processes. Some sandboxes have no network at all, not even with themselves.
private let startsRanks: Bool = {
  let words = ["timeout", "120", "mpirun", "-q", "-np", "2", "--oversubscribe", "true"]
  let environment = ProcessInfo.processInfo.environment.merging(rankVariables) { $1 }
  guard let result = try? runTool(words, environment: environment) else { return false }
  if result.status != 0 { print("note: mpirun can't start two processes: \(result.output)") }
  return result.status == 0
}()

/// Training under `mpirun`. There may be more ranks than cores.
@Suite(
  .serialized,
  .enabled(if: ranksProgram != nil, "no program with MPI: make test MPI=1 builds one"),
  .enabled(if: ranksProgram == nil || startsRanks, "mpirun can't start two processes here"))
struct ProgramRanksTests {
  /// Starts the program on several ranks: as root, on fewer cores than ranks, in a container.
  ///
  /// - Parameters:
  ///   - machine: how many ranks share memory, as on one machine; all if nil.
  ///   - each: what each rank's shell does first.
  ///   - patience: seconds between the signals with which mpirun ends ranks. It waits that long even if they
  ///     have ended, several times.
  static func start(
    _ ranks: Int, machine: Int? = nil, _ arguments: [String], in place: TrainingPlace,
    each: String = ":", patience: Int = 2
  ) throws -> ProgramProcess {
    try ProgramProcess(
      arguments,
      environment: [
        // mpirun gives each rank a terminal for its output.
        "COLUMNS": "1000", "NO_COLOR": "1", "ALEXNET_MACHINE_RANKS": machine.map { "\($0)" },
      ].merging(rankVariables) { $1 },
      shell: #"cd "$HOME" && exec mpirun -q -np \#(ranks) --oversubscribe --bind-to none "#
        + "--mca btl_vader_single_copy_mechanism none "
        + "--mca odls_base_sigkill_timeout \(patience) "
        + #"sh -c '\#(each); exec "$0" "$@"' "$0" "$@""#,
      home: place.folder.path, program: ranksProgram)
  }

  static func run(
    _ ranks: Int, machine: Int? = nil, _ arguments: [String], in place: TrainingPlace
  ) throws -> ProgramResult {
    try end(of: start(ranks, machine: machine, arguments, in: place))
  }

  /// The end of a run, also on a busy machine.
  static func end(of process: ProgramProcess) throws -> ProgramResult {
    try process.waitForExit(timeout: .seconds(600))
  }

  /// Whether standard error has the text once.
  static func once(_ text: String, in result: ProgramResult) -> Bool {
    result.errors.components(separatedBy: text).count == 2
  }

  static func place() throws -> TrainingPlace {
    let place = try TrainingPlace()
    let layers = #"{"name": "norm1", "kind": "batch_normalization"},"#
    _ = try place.folder.file(
      "split.json", tinyNetwork(dropout: true).replacingOccurrences(of: layers, with: ""))
    return place
  }

  static func begin(
    _ run: String, epochs: Int = 3, network: String = "split.json", engine: String = "reference"
  ) -> [String] {
    [
      "train", "--network", network, "--data", "pictures", "--batch", "8", "--rate", "0.01",
      "--set", "validation=0.2", "--engine", engine, "--threads", "1", "--epochs", "\(epochs)",
      "--out", run,
    ]
  }

  /// One, two and four ranks write the same checkpoints; only rank 0 prints, the others write logs.
  /// Batch normalization, in `tiny.json`, uses the statistics of the whole batch.
  @Test(arguments: ["split.json", "tiny.json"]) func sameBytes(_ network: String) throws {
    let place = try Self.place()
    let words = ["--shards", "4"]
    let alone = try place.alexnet(Self.begin("alone", network: network) + words)
    #expect(alone.status == 0, "\(alone)")
    for ranks in [1, 2, 4] {
      let run = "run\(ranks)"
      let result = try Self.run(ranks, Self.begin(run, network: network) + words, in: place)
      #expect(result.status == 0, "\(result)")
      #expect(try place.checkpoints(run) == place.checkpoints("alone"))
      #expect(try place.figures(run) == place.figures("alone"))
      #expect(result.lines.count { $0.hasPrefix("epoch ") } == 3, "\(result)")
      let logs = place.files(run).filter { $0.hasSuffix(".log") }
      #expect(logs == (1..<ranks).map { "rank-\($0).log" })
      guard ranks > 1 else { continue }
      #expect(try place.folder.read("\(run)/rank-1.log").contains("epoch 3"))
    }
  }

  /// The same on two machines, which send messages to each other, with one rank or two on each. The fast
  /// engine's gradients are summed while the backward pass goes on.
  @Test(arguments: ["reference", "onednn"]) func severalMachines(_ engine: String) throws {
    let place = try Self.place()
    let words = ["--shards", "4"]
    let alone = try place.alexnet(Self.begin("alone", engine: engine) + words)
    #expect(alone.status == 0, "\(alone)")
    for ranks in [2, 4] {
      let run = "run\(ranks)"
      let result = try Self.run(
        ranks, machine: ranks / 2, Self.begin(run, engine: engine) + words, in: place)
      #expect(result.status == 0, "\(result)")
      #expect(try place.checkpoints(run) == place.checkpoints("alone"))
    }
    let uneven = try Self.run(3, machine: 2, Self.begin("run3"), in: place)
    #expect(uneven.status == 2 && Self.once("different numbers of ranks", in: uneven), "\(uneven)")
  }

  /// Starts a run of four ranks that writes down its processes, and returns rank 1's once it trains. Its
  /// 100 epochs take longer than whatever happens to it.
  static func startFour(
    in place: TrainingPlace
  ) throws -> (all: ProgramProcess, second: pid_t) {
    let process = try start(
      4, begin("run", epochs: 100) + ["--shards", "4"], in: place,
      each: #"echo "$OMPI_COMM_WORLD_RANK" $$ >>pids"#)
    try process.expect("epoch   2 ", timeout: .seconds(300))
    let pids = try place.folder.read("pids").split(separator: "\n")
    let second = try #require(pids.first { $0.hasPrefix("1 ") })
    return (process, try #require(pid_t(second.dropFirst(2))))
  }

  /// After `kill -9` of one rank all end, and the run continues with another number of ranks.
  @Test func killedRank() throws {
    let place = try Self.place()
    let words = Self.begin("alone", epochs: 100) + ["--shards", "4"]
    #expect(try place.alexnet(words).status == 0)
    let (process, second) = try Self.startFour(in: place)
    kill(second, SIGKILL)
    let killed = try Self.end(of: process)
    #expect(killed.status == 128 + SIGKILL, "\(killed)")
    #expect(Self.once("error: ", in: killed), "\(killed)")
    #expect(Self.once("error: rank 1 was killed or crashed, so all end\n", in: killed), "\(killed)")
    let resumed = try Self.run(
      2, ["train", "--resume", "run", "--engine", "reference"], in: place)
    #expect(resumed.status == 0, "\(resumed)")
    #expect(try place.checkpoints("run") == place.checkpoints("alone"))
  }

  /// A rank that stands still for a while delays the others, and changes nothing.
  @Test func pausedRank() throws {
    let place = try Self.place()
    let words = Self.begin("alone", epochs: 100) + ["--shards", "4"]
    #expect(try place.alexnet(words).status == 0)
    let (process, second) = try Self.startFour(in: place)
    kill(second, SIGSTOP)
    sleep(5)
    kill(second, SIGCONT)
    let result = try Self.end(of: process)
    #expect(result.status == 0, "\(result)")
    #expect(try place.checkpoints("run") == place.checkpoints("alone"))
  }

  /// A full disk at rank 0 ends all, with one message; the run's last checkpoint is intact.
  @Test func fullDisk() throws {
    let place = try Self.place()
    let process = try Self.start(
      2, Self.begin("run", epochs: 40_000), in: place,
      each: #"echo "$OMPI_COMM_WORLD_RANK" $$ >>pids"#)
    try process.expect("epoch     2 ", timeout: .seconds(300))
    let pids = try place.folder.read("pids").split(separator: "\n")
    let first = try #require(pids.first { $0.hasPrefix("0 ") }.flatMap { pid_t($0.dropFirst(2)) })
    _ = try runTool(["prlimit", "--pid", "\(first)", "--fsize=1000"])
    let result = try Self.end(of: process)
    #expect(result.status == 1, "\(result)")
    #expect(Self.once("error: cannot write run/", in: result), "\(result)")
    #expect(result.errors.contains("the previous checkpoint is intact"))
    #expect(!result.errors.contains("rank 1"), "\(result)")
    let best = try place.alexnet(["evaluate", "run", "--engine", "reference"])
    #expect(best.status == 0, "\(best)")
    let latest = try #require(place.files("run").last { $0.hasPrefix("checkpoint-") })
    let checkpoint = try place.alexnet(["evaluate", "run/\(latest)", "--engine", "reference"])
    #expect(checkpoint.status == 0, "\(checkpoint)")
  }

  /// Other images at rank 1 are noticed before anything is trained.
  @Test func otherImages() throws {
    let place = try Self.place()
    try place.makeImages("other/pictures", side: 6, perClass: 14, seed: 2)
    _ = try place.folder.file("other/split.json", place.folder.read("split.json"))
    let result = try Self.end(
      of: Self.start(
        2, Self.begin("run"), in: place,
        each: #"[ "$OMPI_COMM_WORLD_RANK" = 0 ] || cd other"#))
    #expect(result.status == 1, "\(result)")
    #expect(Self.once("rank 1 differs from rank 0 in the data", in: result), "\(result)")
    #expect(place.files("run").isEmpty && place.files("other/run").isEmpty)
  }

  /// A rank that fails alone ends all, and rank 0 says why for it.
  @Test(arguments: [nil, 1]) func failsAlone(_ machine: Int?) throws {
    let place = try Self.place()
    let result = try Self.end(
      of: Self.start(
        2, machine: machine, Self.begin("run"), in: place,
        each: #"[ "$OMPI_COMM_WORLD_RANK" = 0 ] || cd /"#))
    #expect(result.status != 0, "\(result)")
    #expect(Self.once("error: ", in: result), "\(result)")
    #expect(result.errors.contains("error: rank 1: "), "\(result)")
    #expect(place.files("run").isEmpty)
  }

  /// SIGTERM, which mpirun also sends to all ranks on Ctrl-C, stops all after the same step, and saves.
  @Test func stops() throws {
    let place = try Self.place()
    // Epochs of a second or more: between its signals mpirun shows nothing, and a rank that has more to say than
    // fits a pipe would wait for it.
    let words = [
      "train", "--network", "quick32", "--data", "shapes", "--set", "images_per_class=20",
      "--batch", "8", "--rate", "0.01", "--engine", "reference", "--threads", "1", "--epochs",
      "4000", "--out", "run",
    ]
    let process = try Self.start(2, words, in: place, patience: 4)
    try process.expect("epoch    2 ", timeout: .seconds(300))
    process.send(signal: SIGTERM)
    let stopped = try Self.end(of: process)
    let line = #/stopped after epoch (\d+)(?:, step (\d+))?; saved/#
    let log = try place.folder.read("run/rank-1.log")
    #expect(log.matches(of: line).count == 1, "\(log)")
    let end = try #require(log.firstMatch(of: line)).output
    #expect(stopped.errors.matches(of: line).map(\.output.0) == [end.0], "\(stopped)")
    let (epoch, step) = (try #require(Int(end.1)), end.2.flatMap { Int($0) } ?? 0)
    let name = String(format: "checkpoint-%04d-%06d.safetensors", epoch, step)
    #expect(place.files("run").contains(name), "\(place.files("run"))")
    #expect(try place.checkpoints("run").count == 3)
  }

  struct Refusal: Sendable {
    var words: [String]
    var message: String
  }

  static let refusals = [
    Refusal(words: ["summary"], message: "only train can share its work among processes"),
    Refusal(
      words: begin("run") + ["--shards", "3"], message: "can't be split into 3 equal shards"),
    Refusal(
      words: begin("run") + ["--shards", "1"], message: "2 ranks can't share 1 shard equally"),
    Refusal(words: begin("pictures"), message: "it holds other files"),
  ]

  /// One line says why nothing starts.
  @Test(arguments: refusals + modeRefusals) func refuses(_ example: Refusal) throws {
    let place = try Self.place()
    let result = try Self.run(2, example.words, in: place)
    #expect(result.status != 0)
    #expect(Self.once(example.message, in: result), "\(result)")
    #expect(place.files("run").isEmpty)
  }
}

/// A program without MPI doesn't do the same work several times.
struct ProgramWithoutRanksTests {
  @Test(arguments: [0, 1]) func refuses(_ rank: Int) throws {
    let result = try alexnet(
      ["train"],
      environment: ["OMPI_COMM_WORLD_RANK": "\(rank)", "OMPI_COMM_WORLD_SIZE": "2"])
    // A rank that fails makes mpirun end the others, so only the one that says why does.
    #expect(result.status == (rank == 0 ? 2 : 0) && result.output.isEmpty)
    #expect(result.errors.contains("built without MPI") == (rank == 0), "\(result)")
    #expect(result.errors.contains("make build MPI=1") == (rank == 0))
  }
}
