import ArgumentParser
import Basics
import Cells
import Documents
import Foundation

/// Makes the notebook available in Jupyter: installs, lists and removes its kernelspec, and runs the kernel.
package struct JupyterCommand: Command, HasGlobalOptions {
  /// What to do.
  package enum Action: String, ExpressibleByArgument, CaseIterable {
    /// Write the kernelspec.
    case install
    /// Show where kernelspecs of this program are.
    case list
    /// Remove the kernelspec.
    case remove
    /// Check what Jupyter needs, and start the kernel once.
    case doctor
    /// Be the kernel; Jupyter starts it.
    case run
  }

  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "jupyter",
    abstract: "Use this notebook in Jupyter: jupyter install, then choose AlexNet there.",
    discussion: """
      jupyter install tells Jupyter about this program. The same cells then run in JupyterLab, in \
      jupyter console --kernel alexnet and under nbconvert. It writes a small folder, a kernelspec: \
      for you only (--user, the usual choice), below a folder (--prefix DIR), or in the Python \
      environment that is active (--sys-prefix). jupyter remove takes the same options and removes it. \
      jupyter list shows all kernelspecs of this program.

      jupyter doctor checks that Jupyter is installed, that it finds the kernelspec, that the program \
      named there exists, and that the kernel answers (exit code 1 if something is missing). Jupyter \
      starts jupyter run itself.
      """)
  /// Examples, which the tests run.
  package static let examples: [Example] = [
    .unrun("jupyter install", "for you, as the kernel alexnet"),
    .unrun("jupyter install --sys-prefix", "in the active Python environment"),
    .unrun("jupyter doctor", "checks that everything Jupyter needs is there"),
    .unrun("jupyter list", "the kernelspecs that Jupyter can find"),
    .slip("jupyter run", "at the prompt", expect: "Jupyter starts it"),
    .slip("jupyter install --name 'a b'", "not a kernel's name", expect: "--name"),
    .slip("jupyter install --user --sys-prefix", "two places", expect: "one place"),
    .slip("jupyter remove --prefix /nowhere", "nothing there", expect: "/nowhere"),
  ]

  @Argument(help: "install, list, remove, doctor or run.") package var action: Action
  @Flag(help: "For you only; the usual choice.") var user = false
  @Option(
    help: ArgumentHelp("Below this folder, in share/jupyter.", valueName: "dir"),
    completion: .directory)
  var prefix: String?
  @Flag(help: "In the active Python environment.") var sysPrefix = false
  @Option(help: ArgumentHelp("The kernel's name in Jupyter.", valueName: "name"))
  var name = "alexnet"
  @Option(
    help: ArgumentHelp("The program that Jupyter starts (this one).", valueName: "file"),
    completion: .file())
  var program: String?
  /// The file that says where the kernel listens.
  @Option(
    help: ArgumentHelp("For run: the file with addresses that Jupyter wrote.", valueName: "file"),
    completion: .file())
  package var connectionFile: String?
  /// Whether the kernel only starts, answers itself once, and ends.
  @Flag(help: "For run: start the kernel, ask it once, and end.") package var check = false
  @OptionGroup package var options: GlobalOptions

  /// Required by the argument parser.
  package init() {}

  /// The actions.
  package static func completions(for words: [String], in session: Session) -> [String] {
    words.count <= 2 ? Action.allCases.map(\.rawValue) : []
  }

  /// Does what the first word says.
  package func run(in session: inout Session) throws -> Output {
    guard action == .run || (connectionFile == nil && !check) else {
      throw Failure(.usage, "--connection-file and --check only work with jupyter run")
    }
    switch action {
    case .install: return try install()
    case .list: return list()
    case .remove: return try remove()
    case .doctor: return try JupyterDoctor(name: name).output(session.host)
    case .run:
      throw Failure(
        .usage, "jupyter run is the kernel itself: Jupyter starts it",
        hint: "jupyter install makes it known there")
    }
  }

  private func place() throws(Failure) -> JupyterFolders.Place {
    let given = [user, prefix != nil, sysPrefix].count { $0 }
    guard given <= 1 else {
      throw Failure(.usage, "choose one place: --user, --prefix DIR or --sys-prefix")
    }
    if let prefix { return .prefix(prefix) }
    return sysPrefix ? .environment : .user
  }

  private func install() throws -> Output {
    let program = try program ?? Self.ownPath()
    guard program.hasPrefix("/") else {
      throw Failure(
        .usage, "--program takes an absolute path, not \(quoted(program))",
        hint: "Jupyter is started from any folder")
    }
    let spec = try KernelSpec(name: name, in: place().folder())
    try spec.write(program: program)
    var output = Output(json: ["kernelspec": .string(spec.folder), "program": .string(program)])
    output.line("installed the kernel " + .name(name) + " in \(spec.folder)", hang: 4)
    output.line(
      .faint("Choose AlexNet in JupyterLab, or type ") + .name("jupyter console --kernel \(name)"),
      hang: 4)
    return output
  }

  private func list() -> Output {
    let specs = JupyterFolders.searched.flatMap { KernelSpec.own(in: $0) }
    var output = Output(
      json: [
        "kernelspecs": .array(
          specs.map {
            [
              "name": .string($0.name), "folder": .string($0.folder),
              "program": .optional($0.program),
            ]
          })
      ])
    guard !specs.isEmpty else {
      output.line(
        "Jupyter doesn't know this program yet: " + .name("jupyter install") + " tells it.")
      return output
    }
    var table = Table([.init("kernel"), .init("folder", wrapping: 20...60), .init("program")])
    for spec in specs {
      let program = spec.program ?? ""
      let isThere = FileManager.default.isExecutableFile(atPath: program)
      table.row([
        .name(spec.name), Text(spec.folder), Text(program) + (isThere ? "" : .bad("  missing")),
      ])
    }
    output.table(table)
    return output
  }

  private func remove() throws -> Output {
    let spec = try KernelSpec(name: name, in: place().folder())
    try spec.remove()
    var output = Output(json: ["removed": .string(spec.folder)])
    output.line("removed the kernel " + .name(name) + " from \(spec.folder)", hang: 4)
    return output
  }

  private static func ownPath() throws(Failure) -> String {
    guard let path = Resources.executablePath else {
      throw Failure(
        .file, "this program's own path isn't known", hint: "--program FILE names it")
    }
    return path
  }
}
