import Cells
import Documents
import Foundation
import TensorFiles

/// Checks, one after the other, what Jupyter needs to run this notebook.
struct JupyterDoctor {
  /// The kernel's name.
  let name: String

  private struct Finding {
    var isGood: Bool
    var words: String
    var hint: String?
  }

  /// One line for each check; the exit code is 1 if one fails.
  func output(_ host: any Cells.Host) throws -> Output {
    var output = Output()
    var findings: [Finding] = []
    for check in [jupyter, kernelspec, program, answer] {
      try host.cancellation.check()
      let finding = check()
      findings.append(finding)
      let mark: Text = finding.isGood ? .good("✓ ") : .bad("✗ ")
      output.line(mark + Text(finding.words), hang: 2)
      if let hint = finding.hint { output.line(.faint(hint), indent: 2, hang: 2) }
      // Whatever follows depends on a kernelspec.
      if !finding.isGood, findings.count > 1 { break }
    }
    output.exitCode = findings.allSatisfy(\.isGood) ? 0 : 1
    output.json = [
      "ok": .boolean(output.exitCode == 0),
      "checks": .array(
        findings.map { ["ok": .boolean($0.isGood), "says": .string($0.words)] }),
    ]
    return output
  }

  private func jupyter() -> Finding {
    guard let version = JupyterFolders.output(of: ["jupyter", "--version"]) else {
      return Finding(
        isGood: false, words: "there is no jupyter in the search path",
        hint: "Install it, for example with pip install jupyterlab; or activate its environment.")
    }
    return Finding(isGood: true, words: "Jupyter is installed: \(version)")
  }

  /// The kernelspec that Jupyter would use.
  private var spec: KernelSpec? {
    JupyterFolders.searched.lazy.flatMap { KernelSpec.own(in: $0) }.first { $0.name == name }
  }

  private func kernelspec() -> Finding {
    guard let spec else {
      return Finding(
        isGood: false, words: "Jupyter has no kernel called \(name)",
        hint: "jupyter install tells it about this program.")
    }
    return Finding(isGood: true, words: "the kernelspec is in \(spec.folder)")
  }

  private func program() -> Finding {
    let program = spec?.program ?? ""
    guard FileManager.default.isExecutableFile(atPath: program) else {
      return Finding(
        isGood: false, words: "it starts \(program), which doesn't exist",
        hint: "jupyter install writes it again.")
    }
    return Finding(isGood: true, words: "it starts \(program)")
  }

  private func answer() -> Finding {
    let words = [spec?.program ?? "", JupyterCommand.word, "run", "--check"]
    guard let line = JupyterFolders.output(of: words) else {
      return Finding(
        isGood: false, words: "the kernel doesn't answer",
        hint: "Why: \(words.joined(separator: " "))")
    }
    return Finding(isGood: true, words: line)
  }
}
