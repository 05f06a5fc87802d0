import Foundation
import TensorFiles
import Testing

@testable import Training

/// The folder of a run: its contents at each moment, locking, and what is rejected.
@Suite struct RunFolderTests {
  /// A run that is saved after each epoch.
  static func run(
    in folder: RunFolder, _ trainer: Trainer, every steps: Int? = nil, until stop: Int = .max
  ) throws {
    struct Stopped: Error {}
    do {
      _ = try trainer.run { event in
        switch event {
        case .step(let step):
          if let steps, step.step % steps == 0 {
            try folder.save(trainer, isBest: false)
          }
          if (step.epoch - 1) * step.steps + step.step >= stop { throw Stopped() }
        case .validating: break
        case .epoch(_, let isBest): try folder.save(trainer, isBest: isBest)
        }
      }
    } catch is Stopped {}
  }

  @Test func keepsTheLastTwo() throws {
    let temporary = try Folder()
    let trainer = try KeptRun.trainer()
    let folder = try RunFolder.create(
      temporary("a/b/run"), state: trainer, settings: RunSettings(data: "noise"))
    #expect(temporary.files("a/b") == ["run"])
    #expect(
      temporary.files("a/b/run")
        == ["checkpoint-0000-000000.safetensors", "lock", "recipe.json", "run.json"])
    try Self.run(in: folder, trainer, every: 3)
    #expect(
      temporary.files("a/b/run") == [
        "best.safetensors", "checkpoint-0002-000003.safetensors",
        "checkpoint-0003-000000.safetensors", "curves.svg", "lock", "metrics.csv",
        "metrics.json", "recipe.json", "run.json",
      ])
    let best = try Checkpoint(path: folder.best)
    #expect(best.contents == .weights && best.state.epoch == trainer.best?.epoch)
    #expect(RunFolder.file(folder.path) == folder.best)
    #expect(RunFolder.data(of: folder.path) == "noise")
  }

  /// If stopped after any step and resumed, the run ends with the same bytes as an uninterrupted
  /// one.
  @Test(arguments: [1, 3, 4, 5, 9])
  func resumes(_ stop: Int) throws {
    let temporary = try Folder()
    var trainer = try KeptRun.trainer()
    var folder: RunFolder? = try RunFolder.create(
      temporary("straight"), state: trainer, settings: RunSettings(data: "noise"))
    try Self.run(in: folder!, trainer, every: 1)
    trainer = try KeptRun.trainer()
    folder = try RunFolder.create(
      temporary("run"), state: trainer, settings: RunSettings(data: "noise"))
    try Self.run(in: folder!, trainer, every: 1, until: stop)
    folder = nil
    folder = try RunFolder.open(temporary("run"))
    let (state, damaged) = try folder!.latest()
    #expect(damaged.isEmpty && state.epoch * trainer.stepsPerEpoch + state.step == stop)
    try Self.run(in: folder!, KeptRun.trainer(resuming: state), every: 1)
    #expect(temporary.files("run") == temporary.files("straight"))
    for name in temporary.files("run") where name.hasSuffix(".safetensors") {
      #expect(try temporary.bytes("run/" + name) == temporary.bytes("straight/" + name), "\(name)")
    }
    let (a, b) = (
      try Metrics(path: temporary("run/metrics.json")),
      try Metrics(path: temporary("straight/metrics.json"))
    )
    #expect(a.epochs.map(\.trainLoss) == b.epochs.map(\.trainLoss) && a.epochs.count == 3)
    #expect(a.epochs.allSatisfy { $0.seconds > 0 }, "\(a.epochs)")
    let csv = String(decoding: try temporary.bytes("run/metrics.csv"), as: UTF8.self)
    #expect(csv.split(separator: "\n").count == 4 && csv.hasPrefix("epoch,train_loss,"))
  }

  /// Killed after a checkpoint was written and before the one it replaces was removed.
  @Test func removesOldCheckpoints() throws {
    let temporary = try Folder()
    let trainer = try KeptRun.trainer()
    var folder: RunFolder? = try RunFolder.create(
      temporary("run"), state: trainer, settings: RunSettings(data: "noise"))
    let first = temporary.files("run").filter { $0.hasPrefix("checkpoint") }[0]
    let bytes = try temporary.bytes("run/" + first)
    try Self.run(in: folder!, trainer, every: 1, until: 3)
    folder = nil
    let kept = temporary.files("run")
    try temporary.write(bytes, to: "run/" + first)
    _ = try RunFolder.open(temporary("run")).latest()
    #expect(temporary.files("run") == kept)
  }

  /// If a checkpoint is damaged, the previous one is used.
  @Test func fallsBack() throws {
    let temporary = try Folder()
    var trainer = try KeptRun.trainer()
    var folder: RunFolder? = try RunFolder.create(
      temporary("run"), state: trainer, settings: RunSettings(data: "noise"))
    try Self.run(in: folder!, trainer, every: 1, until: 5)
    folder = nil
    let newest = "run/checkpoint-0001-000002.safetensors"
    let bytes = try temporary.bytes(newest)
    try temporary.write(Array(bytes.dropLast(5)), to: newest)
    try temporary.write([1, 2, 3], to: "run/.left.tmp")
    folder = try RunFolder.open(temporary("run"))
    #expect(!temporary.files("run").contains(".left.tmp"))
    let (state, damaged) = try folder!.latest()
    #expect(damaged.count == 1 && (state.epoch, state.step) == (1, 1))
    trainer = try KeptRun.trainer(resuming: state)
    try Self.run(in: folder!, trainer, every: 1, until: 5)
    #expect(try temporary.bytes(newest) == bytes)
    #expect(temporary.files("run").filter { $0.hasPrefix("checkpoint") }.count == 2)
    // With both damaged there is nothing to go on from, and the message names the newest.
    for name in temporary.files("run") where name.hasPrefix("checkpoint") {
      try temporary.write([0], to: "run/" + name)
    }
    #expect { try folder!.latest() } throws: { "\($0)".contains("checkpoint-0001-000002") }
  }

  /// A process that is just being started has every file open for a moment; it must not keep the
  /// lock.
  @Test func releasesTheLock() throws {
    let temporary = try Folder()
    var lock: RunFolderLock? = try RunFolderLock(folder: temporary("."), named: "run")
    var wanted = stat()
    #expect(stat(temporary(RunFolderLock.fileName), &wanted) == 0)
    let locked = (0..<1024 as Range<Int32>).filter {
      var found = stat()
      return fstat($0, &found) == 0
        && (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino)
    }
    #expect(locked.count == 1)
    let copies = locked.map { dup($0) }
    defer { copies.forEach { close($0) } }
    #expect(throws: RunFolderError.self) {
      try RunFolderLock(folder: temporary("."), named: "run")
    }
    withExtendedLifetime(lock) {}
    lock = nil
    lock = try RunFolderLock(folder: temporary("."), named: "run")
  }

  @Test func refuses() throws {
    let temporary = try Folder()
    let state = try KeptRun.trainer().snapshot()
    try temporary.write([], to: "file")
    try FileManager.default.createDirectory(
      atPath: temporary("empty"), withIntermediateDirectories: false)
    try FileManager.default.createDirectory(
      atPath: temporary("other"), withIntermediateDirectories: false)
    try temporary.write([], to: "other/file")
    func create(_ name: String) throws -> RunFolder {
      try RunFolder.create(
        name.hasPrefix("/") ? name : temporary(name), state: state,
        settings: RunSettings(data: "noise"))
    }
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "nothing was wrong"
      } catch {
        return "\(error)"
      }
    }
    #expect(message { _ = try create("file") }.contains("it's a file"))
    #expect(message { _ = try create("file/run") }.contains("Not a directory"))
    #expect(message { _ = try create("file/deep/run") }.contains("Not a directory"))
    #expect(message { _ = try create("other") }.contains("it holds other files"))
    #expect(message { _ = try create("/dev/null") }.contains("it's a file"))
    #expect(message { _ = try RunFolder.open(temporary("nothing")) }.contains("doesn't exist"))
    #expect(message { _ = try RunFolder.open(temporary("empty")) }.contains("no run"))
    #expect(message { _ = try RunFolder.open(temporary("file")) }.contains("Not a directory"))
    #expect(temporary.files() == ["empty", "file", "other"])
    // Two runs into the same folder.
    let first = try create("empty/")
    #expect(message { _ = try create("empty") }.contains("another training run is writing to it"))
    #expect(message { _ = try RunFolder.open(temporary("empty")) }.contains("process \(getpid())"))
    withExtendedLifetime(first) {}
    #expect(temporary.files() == ["empty", "file", "other"])
  }

  @Test func rejectsAnExistingRun() throws {
    let temporary = try Folder()
    let state = try KeptRun.trainer().snapshot()
    _ = try RunFolder.create(temporary("run"), state: state, settings: RunSettings(data: "noise"))
    #expect {
      try RunFolder.create(temporary("run"), state: state, settings: RunSettings(data: "noise"))
    } throws: {
      "\($0)".contains("it already holds a run")
    }
    // A checkpoint of another network among the run's own.
    var other = state
    other.recipe.network = "alexnet"
    other.epoch = 2
    let name = RunFolder.checkpointName(epoch: 2, step: 0)
    try Checkpoint(other).write(to: temporary("run/" + name))
    let folder = try RunFolder.open(temporary("run"))
    #expect { try folder.latest() } throws: { "\($0)".contains("its network is alexnet") }
  }

  /// NaN and infinity aren't saved, and what was saved before is kept.
  @Test func savesNoBrokenNumbers() throws {
    let temporary = try Folder()
    var state = try KeptRun.trainer().snapshot()
    let folder = try RunFolder.create(
      temporary("run"), state: state, settings: RunSettings(data: "noise"))
    let before = temporary.files("run")
    state.parameters["fc2.bias"] = .init(shape: [3], values: [0, .infinity, 0])
    state.step = 1
    #expect(try !folder.save(state, isBest: true))
    #expect(temporary.files("run") == before)
  }

  /// Saved from the trainer, a layer at a time, a checkpoint has the bytes that it has with all tensors
  /// in memory.
  @Test(arguments: Checkpoint.Contents.allCases, [false, true])
  func savesLayerByLayer(_ contents: Checkpoint.Contents, _ asHalf: Bool) throws {
    let temporary = try Folder()
    let trainer = try KeptRun.trainer()
    _ = try trainer.run()
    #expect(trainer.groupCount == 7 && trainer.outline.memory.isEmpty)
    let writer = CheckpointWriter(trainer)
    #expect(writer.isFinite)
    try writer.write(contents, to: temporary("layers"), asHalf: asHalf)
    try Checkpoint(trainer.snapshot(), contents: contents)
      .write(to: temporary("whole"), asHalf: asHalf)
    #expect(try temporary.bytes("layers") == temporary.bytes("whole"))
    let read = try Checkpoint(path: temporary("layers")).state
    #expect(read.memory == (contents == .everything ? trainer.snapshot().memory : [:]))
    #expect(asHalf || read.parameters == trainer.snapshot().parameters)
  }

  /// What `run.json` says, and what a damaged one or one of an older version does.
  @Test func settings() throws {
    let temporary = try Folder()
    for settings in [
      RunSettings(data: "shapes"), RunSettings(data: "", saving: SavingRule(steps: 3, minutes: 0)),
      RunSettings(data: "a\"b", saving: SavingRule(minutes: 0.5), skipsBad: true),
    ] {
      try settings.write(to: temporary.path)
      #expect(RunSettings(folder: temporary.path) == settings)
    }
    let old = #"{"data": "x", "format": "alexnet-run", "save_minutes": 7, "version": 1}"#
    try temporary.write(Array(old.utf8), to: "run.json")
    #expect(
      RunSettings(folder: temporary.path) == RunSettings(data: "x", saving: SavingRule(minutes: 7)))
    try temporary.write(Array("{".utf8), to: "run.json")
    #expect(RunSettings(folder: temporary.path) == RunSettings(data: ""))
  }

  /// The metrics of older versions say `views` for the crops of the test.
  @Test func oldMetrics() throws {
    let temporary = try Folder()
    var metrics = Metrics(try KeptRun.trainer(KeptRun.recipe(epochs: 1)).snapshot())
    metrics.test = .init(epoch: 1, accuracy: 0.5, loss: 1, pictures: 7, crops: "ten-crop")
    metrics.peakMemory = 300 * 0x1p20
    let old = metrics.json.replacing("\"crops\": \"ten-crop\", ", with: "")
    #expect(old != metrics.json && old.contains("\"views\": \"ten-crop\""))
    for text in [old, metrics.json] {
      let path = temporary("metrics.json")
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try Metrics(path: path) == metrics)
    }
  }

  /// A run with few classes has the files it had before top-5 errors were counted.
  @Test func fewClasses() throws {
    let temporary = try Folder()
    let trainer = try KeptRun.trainer(KeptRun.recipe(epochs: 1))
    let folder = try RunFolder.create(
      temporary("run"), state: trainer, settings: RunSettings(data: "noise"))
    try Self.run(in: folder, trainer)
    let csv = String(decoding: try temporary.bytes("run/metrics.csv"), as: UTF8.self)
    #expect(
      csv.hasPrefix(
        "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,rate,seconds,"
          + "images_per_s\n"))
    for name in temporary.files("run") {
      let bytes = try temporary.bytes("run/" + name)
      #expect(bytes.firstRange(of: Array("top5".utf8)) == nil, "\(name)")
    }
  }

  /// Without validation the last epoch counts as the best.
  @Test func withoutValidation() throws {
    let temporary = try Folder()
    var recipe = KeptRun.recipe(epochs: 2)
    (recipe.validation, recipe.schedule) = (0, .constant)
    let trainer = try KeptRun.trainer(recipe)
    let folder = try RunFolder.create(
      temporary("run"), state: trainer, settings: RunSettings(data: "noise"))
    try Self.run(in: folder, trainer)
    #expect(try Checkpoint(path: folder.best).state.epoch == 2)
    let csv = String(decoding: try temporary.bytes("run/metrics.csv"), as: UTF8.self)
    #expect(csv.contains("validation_accuracy") && csv.contains(",,,"))
    #expect(try Metrics(path: temporary("run/metrics.json")).epochs[0].validationLoss == nil)
  }
}
