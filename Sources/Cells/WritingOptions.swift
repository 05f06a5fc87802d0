import ArgumentParser
import Basics
import CLibrary
import TensorFiles

/// A file that a command writes. Only `WritingOptions.claim` returns its path, so that no command
/// replaces a file without `--overwrite`.
package struct OutputFile: ExpressibleByArgument {
  /// The file as it was typed, for messages.
  package let name: String

  /// A file with this name.
  package init(_ name: String) { self.name = name }

  /// A file by a word of the command line.
  package init?(argument: String) { self.init(argument) }

  /// Completes file names.
  package static var defaultCompletionKind: CompletionKind { .file() }
}

/// The options of every command that writes a file.
package struct WritingOptions: ParsableArguments {
  @Flag(help: "Replace a file that already exists.") var overwrite = false

  /// The options with their defaults.
  package init() {}

  /// The path of a file that may be written. Call this before the work starts, so that no work is lost.
  ///
  /// - Throws: `Failure` if the file already exists and `--overwrite` wasn't given.
  package func claim(_ file: OutputFile) throws(Failure) -> String {
    guard !overwrite, Self.isFile(file.name) else { return file.name }
    throw Failure(
      .file, "\(quoted(file.name)) already exists",
      hint: "choose another name, or add --overwrite to replace it")
  }

  /// Whether the path is a file whose contents could be lost: a device or a pipe has none, and writing to
  /// a folder fails anyway.
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
