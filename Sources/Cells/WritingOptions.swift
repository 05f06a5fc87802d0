import ArgumentParser
import Basics
import CLibrary
import TensorFiles

/// A file that a command writes. Its path is to be had from `WritingOptions.claim` alone, so that no
/// command replaces a file that nobody asked it to.
package struct OutputFile: ExpressibleByArgument {
  /// The file as it was typed, for messages.
  package let name: String

  /// A file by this name.
  package init(_ name: String) { self.name = name }

  /// A file by the word of a command line.
  package init?(argument: String) { self.init(argument) }

  /// Files complete as files do.
  package static var defaultCompletionKind: CompletionKind { .file() }
}

/// What every command that writes a file takes.
package struct WritingOptions: ParsableArguments {
  @Flag(help: "Replace a file that is already there.") var overwrite = false

  /// The options with their defaults.
  package init() {}

  /// The path of a file that may be written. Asked for before the work begins, so that none is lost.
  ///
  /// - Throws: `Failure` where a file is there already and nobody asked for it to be replaced.
  package func claim(_ file: OutputFile) throws(Failure) -> String {
    guard !overwrite, Self.isFile(file.name) else { return file.name }
    throw Failure(
      .file, "\(quoted(file.name)) is there already",
      hint: "choose another name, or add --overwrite to replace it")
  }

  /// Whether a file with contents of its own has this path: a device or a pipe takes any number of
  /// writes, and writing to a folder fails anyway.
  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return !path.utf8.contains(0) && stat(HomeFolder.expanding(path), &status) == 0
      && status.st_mode & S_IFMT == S_IFREG
  }
}

/// A command that writes a file: every one that names an `OutputFile`.
package protocol WritesFiles {
  var writing: WritingOptions { get }
}
