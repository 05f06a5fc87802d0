import Foundation
import TestSupport
import Testing

/// Two machines that are network namespaces of this one.
extension ProgramRanksTests {
  static let twoMachines =
    URL(filePath: #filePath).appending(path: "../../../Scripts/two-machines").standardized.path

  /// Whether such machines can be made here: as root, on Linux, with iproute2.
  static let makesMachines: Bool = {
    let words = ["timeout", "120", twoMachines, "1gbit", "true"]
    guard let result = try? runTool(words) else { return false }
    if result.status != 0 { print("note: no two machines here: \(result.output)") }
    return result.status == 0
  }()

  /// The bytes that training prints are those that the network interface counts, within 5%: besides, the
  /// interface counts the headers of packets, and what `mpirun` sends.
  @Test(
    .enabled(if: makesMachines, "two network namespaces can't be made here"),
    arguments: [["data"], ["hybrid"], ["hybrid", "--exchange", "in-parts"]])
  func twoMachines(_ mode: [String]) throws {
    let place = try Self.place()
    _ = try place.folder.file("wide.json", Self.wide)
    let process = try ProgramProcess(
      [
        "train", "--network", "wide.json", "--data", "pictures", "--batch", "12", "--epochs", "8",
        "--rate", "0.001", "--set", "validation=0", "--threads", "1", "--out", "run", "--parallel",
      ] + mode,
      environment: ["COLUMNS": "1000", "NO_COLOR": "1", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
      shell: #"cd "$HOME" && exec "\#(Self.twoMachines)" 1gbit "$0" "$@""#,
      home: place.folder.path, program: ranksProgram)
    let result = try Self.end(of: process)
    #expect(result.status == 0, "\(result)")
    let printed = try #require(
      result.output.firstMatch(of: #/ranks  ([\d.]+) MB sent in all, 100\.0% of it/#), "\(result)")
    let counted = try #require(result.output.firstMatch(of: #/\nsent (\d+) \d+\n/#), "\(result)")
    let (bytes, frames) = (try #require(Double(printed.1)) * 1e6, try #require(Double(counted.1)))
    #expect((0.99...1.05).contains(frames / bytes), "\(result)")
  }

  /// Wide enough that its messages are much longer than their headers.
  private static let wide = networkOfSixBySix(
    "wide",
    """
    {"name": "conv1", "kind": "convolution", "filters": 192, "kernel": 3},
    {"name": "relu1", "kind": "relu"},
    {"name": "flatten", "kind": "flatten"},
    {"name": "fc1", "kind": "linear", "outputs": 256},
    {"name": "relu2", "kind": "relu"},
    {"name": "fc2", "kind": "linear", "outputs": 3},
    {"name": "softmax", "kind": "softmax"}
    """)
}
