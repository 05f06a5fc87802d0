import DataServer
import Foundation
import Testing

/// `data fetch` run by the program: proxies, Ctrl-C, a killed program, a full disk, exit codes.
@Suite struct ProgramFetchTests {
  private static let archive = DataArchive.whole(records: 12)

  private static func words(_ url: String, _ folder: TemporaryFolder) -> [String] {
    ["data", "fetch", "cifar10", "--url", url, "--any-digest", "--data", folder.path]
  }

  /// The number of bytes of the archive downloaded so far.
  private static func kept(_ folder: TemporaryFolder) throws -> Int {
    try folder.bytes("cifar-10-binary.tar.gz.part").count
  }

  /// What a program wrote to standard error, with each message on one line.
  private static func unwrapped(_ result: ProgramResult) -> String {
    result.errors.replacing("\n       ", with: " ")
  }

  /// A server that sends this many bytes in reply to the first request, and then nothing more.
  private static func stalling(after count: Int) throws -> LoopbackServer {
    try LoopbackServer { request, number in
      var answer = LoopbackServer.Answer.file(archive, to: request)
      if number == 0 { (answer.cutAfter, answer.stalls) = (count, true) }
      return answer
    }
  }

  /// Downloads an archive of the official size, then runs the commands that use it.
  @Test func fetchesAnOfficialArchive() throws {
    let archive = DataArchive.official()
    let server = try LoopbackServer { request, number in
      .file(archive, to: request, cutAfter: number == 0 ? archive.count / 2 : nil)
    }
    let folder = try TemporaryFolder()
    let words = Self.words(server.url(), folder)
    let first = try alexnet(words)
    #expect(first.status == 0, "\(first)")
    #expect(first.output.contains("50,000 images, 5,000 of each class"), "\(first)")
    #expect(first.errors.contains("downloading"), "\(first)")
    #expect(first.errors.contains("trying again"), "\(first)")
    #expect(server.requests.map(\.rangeStart) == [nil, archive.count / 2])
    #expect(try folder.names() == [DataArchive.folder])

    let second = try alexnet(words + ["--json"])
    #expect(second.status == 0 && second.lines.count == 1, "\(second)")
    #expect(second.output.contains("\"outcome\": \"present\""), "\(second)")
    #expect(server.requests.count == 2)

    let data = ["--data", folder.path]
    let picture = try alexnet(["image", "cifar:test/17"] + data)
    #expect(picture.status == 0, "\(picture)")
    let verified = try alexnet(["data", "verify"] + data)
    #expect(verified.status == 0, "\(verified)")
    #expect(verified.output.contains("every file as it was downloaded"), "\(verified)")
    let name = DataArchive.folder + "/data_batch_4.bin"
    var bytes = try folder.bytes(name)
    bytes[20_000_000] ^= 1
    try folder.write(bytes, to: name)
    let damaged = try alexnet(["data", "verify"] + data)
    #expect(damaged.status == 1, "\(damaged)")
    #expect(damaged.errors.contains("data_batch_4.bin"), "\(damaged)")
  }

  /// The proxy is used, except where `no_proxy` excludes it.
  @Test func proxy() throws {
    let server = try LoopbackServer { _, _ in .status("404 Not Found") }
    let folder = try TemporaryFolder()
    let words = Self.words("http://name.invalid/archive.tar.gz", folder)
    let proxy = ["http_proxy": "http://127.0.0.1:\(server.port)"] as [String: String?]
    let through = try alexnet(words, environment: proxy)
    #expect(through.status == 1 && through.errors.contains("HTTP status 404"), "\(through)")
    #expect(server.requests.map(\.target) == ["http://name.invalid/archive.tar.gz"])
    let past = try alexnet(
      words, environment: proxy.merging(["no_proxy": "name.invalid"]) { $1 })
    #expect(past.status == 1 && past.errors.contains("no connection"), "\(past)")
    #expect(server.requests.count == 1)
  }

  /// Ctrl-C while no data arrives, and a kill that leaves no time for a message: the download
  /// resumes.
  @Test(arguments: [SIGINT, SIGKILL])
  func stopped(_ signal: Int32) throws {
    let server = try Self.stalling(after: 100_000)
    let folder = try TemporaryFolder()
    let words = Self.words(server.url(), folder)
    let process = try ProgramProcess(words)
    try process.expect("downloading")
    let deadline = ContinuousClock.now + .seconds(30)
    while try Self.kept(folder) < 100_000, .now < deadline { usleep(10_000) }
    process.send(signal: signal)
    let start = ContinuousClock.now
    let result = try process.waitForExit()
    #expect(start.duration(to: .now) < .seconds(2))
    if signal == SIGINT {
      #expect(result.status == 1, "\(result)")
      #expect(result.errors.contains("stopped\nhint:  the part so far is kept"), "\(result)")
    }
    #expect(try Self.kept(folder) == 100_000)
    // The archive doesn't have the official size, which is reported after the download.
    let again = try alexnet(words)
    #expect(again.status == 1, "\(again)")
    #expect(Self.unwrapped(again).contains("bytes instead of 30730000"), "\(again)")
    #expect(server.requests.map(\.rangeStart) == [nil, 100_000])
    #expect(try folder.names().isEmpty)
  }

  /// A full disk is reported, and the part on the disk is reused.
  @Test func aFullDisk() throws {
    let server = try LoopbackServer { request, _ in .file(Self.archive, to: request) }
    let folder = try TemporaryFolder()
    let words = Self.words(server.url(), folder)
    let full = try alexnet(words, shell: "ulimit -f 100; exec \"$0\" \"$@\"")
    #expect(full.status == 1, "\(full)")
    #expect(full.errors.contains("cannot write"), "\(full)")
    #expect(full.errors.contains("make room"), "\(full)")
    let kept = try Self.kept(folder)
    #expect(kept > 0 && kept < Self.archive.count)
    #expect(try Self.unwrapped(alexnet(words)).contains("bytes instead of 30730000"))
    #expect(server.requests.map(\.rangeStart) == [nil, kept])
  }

  /// Malformed command lines give 2, everything else 1; with --json, each error is an object.
  @Test(
    arguments: [
      (["fetch"], 2, "which data set?"),
      (["fetch", "mnist"], 2, "choose from: cifar10"),
      (["fetch", "cifar10", "--url", "http://h/x"], 2, "--any-digest"),
      (["fetch", "cifar10", "--any-digest"], 2, "need --url"),
      (["fetch", "cifar10", "--data", "shapes"], 2, "isn't a folder to download into"),
      (["fetch", "cifar10", "--data", "/dev/null"], 1, "it is not a folder"),
      (
        [
          "fetch", "cifar10", "--url", "http://127.0.0.1:1/x", "--any-digest", "--data",
          "/dev/null/x",
        ],
        1, "Not a directory"
      ),
      (["verify", "--data", "/nonexistent"], 1, "/nonexistent"),
      (["info", "--data", "/nonexistent"], 1, "/nonexistent"),
      (["fetch", "cifar10"], 1, "cannot write"),
    ] as [([String], Int32, String)])
  func exitCodes(_ words: [String], _ code: Int32, _ message: String) throws {
    // Without --data, the home folder is used, which doesn't exist and can't be created.
    let home = "/dev/null"
    let people = try alexnet(["data"] + words, home: home)
    #expect(people.status == code, "\(people)")
    #expect(Self.unwrapped(people).contains(message), "\(people)")
    let program = try alexnet(["data"] + words + ["--json"], home: home)
    #expect(program.status == code, "\(program)")
    #expect(program.lines.count == 1 && program.output.hasPrefix("{\"error\": "), "\(program)")
  }
}
