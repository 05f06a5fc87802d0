import ArgumentParser
import Basics
import Documents
import Expressions
import TensorFiles
import Tensors

/// The result of a cell.
package struct CellResult {
  /// The number of the cell.
  package var number: Int
  /// All of its output, in order.
  package var output: Output
  /// How many of the output's blocks the host has shown while the cell ran.
  package var shown: Int
  /// Why it failed; nil if it didn't.
  package var failure: Failure?

  /// A result.
  package init(number: Int, output: Output, shown: Int, failure: Failure? = nil) {
    (self.number, self.output, self.shown, self.failure) = (number, output, shown, failure)
  }

  /// 0 for success, 1 if an instruction failed or a command had a bad result.
  package var exitCode: Int32 { failure != nil ? 1 : output.exitCode }

  /// One JSON object for the cell.
  package var json: JSONValue { failure?.json ?? output.json ?? [:] }
}

extension Session {
  /// Runs a cell: its instructions in order, until one fails. Never throws; a failure leaves the
  /// session as it was before the instruction that failed.
  package mutating func run(_ source: String) -> CellResult {
    run(commands.instructions(of: source), source: source)
  }

  /// Runs a cell of one instruction, which has been read already.
  package mutating func run(_ instruction: Instruction) -> CellResult {
    run([instruction], source: instruction.source)
  }

  /// Runs a cell that has been read already.
  ///
  /// - Parameter echo: what to show before each instruction; a lesson shows its source there.
  package mutating func run(
    _ instructions: [Instruction], source: String, echo: ((Instruction) -> [Block])? = nil
  ) -> CellResult {
    beginCell()
    var result = CellResult(number: cell, output: Output(), shown: 0)
    var objects: [JSONValue] = []
    var ran: [Instruction] = []
    do {
      for instruction in instructions {
        // Show the output of the previous instruction first.
        present(Array(result.output.blocks.dropFirst(shown.count)) + (echo?(instruction) ?? []))
        let output = try carryOut(instruction)
        result.output.blocks = shown + output.blocks
        result.output.value = output.value
        result.output.exitCode = max(result.output.exitCode, output.exitCode)
        ran.append(instruction)
        objects.append(output.json ?? ["text": .string(output.plainText)])
        if let effect = output.effect {
          result.output.effect = effect
          if effect.quits { break }
        }
      }
    } catch {
      result.output.blocks = shown
      result.failure = error
    }
    result.shown = shown.count
    result.output.json = objects.count == 1 ? objects[0] : ["outputs": .array(objects)]
    if let value = result.output.value { results[cell] = value }
    remember(source, ran: ran, result)
    record(source, ran: ran, result)
    cell += 1
    return result
  }

  /// Runs a command that has been read from a shell's words.
  package mutating func run(_ reading: CommandTable.Reading) -> CellResult {
    beginCell()
    var result = CellResult(number: cell, output: Output(), shown: 0)
    do {
      result.output = try run(reading, source: nil)
      result.output.blocks = shown + result.output.blocks
      if result.output.json == nil {
        result.output.json = ["text": .string(result.output.plainText)]
      }
    } catch {
      result.output.blocks = shown
      result.failure = error as? Failure ?? Failure(error)
    }
    result.shown = shown.count
    return result
  }

  /// Prepares for a cell. A cell inside another one is stopped together with it.
  private mutating func beginCell() {
    if depth == 0 { host.cancellation.reset() }
    shown = []
    updates = [:]
  }

  private mutating func carryOut(_ instruction: Instruction) throws(Failure) -> Output {
    do {
      if instruction.command != nil {
        return try run(commands.read(instruction.words()), source: instruction.source)
      }
      return try evaluate(instruction)
    } catch {
      var failure = error as? Failure ?? Failure(error)
      // The failure of a script's cell already names its place in the script.
      guard !failure.isLocated else { throw failure }
      if failure.source == nil, let line = failure.line {
        failure.source = lines(of: instruction.source).dropFirst(line - 1).first.map(String.init)
      }
      failure.line = instruction.line + (failure.line ?? 1) - 1
      throw failure
    }
  }

  private mutating func run(
    _ reading: CommandTable.Reading, source: String?
  ) throws -> Output {
    let command: any Command
    switch reading {
    case .text(let text): return .preformatted(text)
    case .help(let type?): return type.help(in: commands)
    case .command(let parsed as any Command): command = parsed
    case .help(nil), .command: return commands.programHelp
    }
    let options = GlobalOptions.of(command)
    if options.plain, source != nil {
      throw Failure(
        .usage, "--plain applies to the whole program", hint: "start it as alexnet --plain")
    }
    if let colour = options.color, source != nil {
      throw Failure(
        .usage, "--color applies to the whole program",
        hint: "start it as alexnet --color \(colour.rawValue)")
    }
    if let graphics = options.graphics, source != nil {
      throw Failure(
        .usage, "--graphics applies to the whole program",
        hint: "start it as alexnet --graphics \(graphics.rawValue)")
    }
    // A failure, or options that apply to one command only, leave the session unchanged.
    var copy = self
    try options.apply(to: &copy)
    copy.isMuted = options.json && source != nil
    let isForOneCommand = options.changesSession && source != nil
    copy.isForOneCommand = isForOneCommand
    copy.commandLine = source
    let asked = copy.network
    var output: Output
    do {
      output = try command.run(in: &copy)
    } catch is Cancelled {
      // The layers that have run stay.
      copy.isMuted = false
      if isForOneCommand { shown = copy.shown } else { self = copy }
      throw Failure(.cancelled, "stopped", hint: trace.map { _ in whereabouts().plainText })
    }
    if let failure = output.failure {
      // What ran before the failure stays, as at the prompt.
      copy.isMuted = false
      keep(copy, isForOneCommand: isForOneCommand, isTyped: source != nil)
      throw failure
    }
    if copy.isMuted {
      // JSON for one cell of a session that otherwise shows text.
      let json = output.json ?? ["text": .string(output.plainText)]
      output.blocks = [.preformatted([Text(json.text)])]
      copy.isMuted = false
    }
    if isForOneCommand {
      guard copy.network == asked || Swift.type(of: command).runsCells else {
        throw Failure(
          .usage,
          "--network, --image, --seed and --engine apply to one command: nothing would change",
          hint: "type it without them")
      }
    }
    keep(copy, isForOneCommand: isForOneCommand, isTyped: source != nil)
    return output
  }

  /// Continues with the session that a command ran in; keeps the command's options if they were the
  /// program's.
  private mutating func keep(_ copy: Session, isForOneCommand: Bool, isTyped: Bool) {
    guard !isForOneCommand else {
      shown = copy.shown
      return
    }
    let before = settings
    self = copy
    if isTyped { (settings.threads, settings.data) = (before.threads, before.data) }
  }

  private mutating func evaluate(_ instruction: Instruction) throws -> Output {
    do {
      return try ExpressionOutput.output(
        of: evaluate(instruction.source), source: instruction.source, in: &self)
    } catch let error as ExpressionError {
      if let failure = slip(in: instruction.source, error) { throw failure }
      throw error
    }
  }
}

extension Output {
  /// Lines that keep their layout.
  package static func preformatted(_ text: String) -> Output {
    var output = Output()
    output.document.preformatted(text)
    return output
  }

  /// The document as plain text, 80 columns wide.
  package var plainText: String { document.plainText }
}

/// A command that takes the global options.
package protocol HasGlobalOptions {
  var options: GlobalOptions { get }
}
