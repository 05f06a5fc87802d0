import Basics
import Cells
import Documents
import Expressions

/// A page of help that is not about one command.
struct HelpTopic {
  /// The word to type after `help`.
  var name: String
  /// The paragraphs of the page; a line that starts with two spaces is an example.
  var lines: [String]

  /// The page laid out, with the notes of examples in a column.
  var output: Output {
    var output = Output()
    for line in lines {
      if line.isEmpty {
        output.blank()
      } else if line.hasPrefix("  ") {
        let parts = line.dropFirst(2).split(separator: "   ", maxSplits: 1)
        var text = Text.name(String(parts[0]))
        if parts.count > 1 {
          let note = String(parts[1]).drop { $0 == " " }
          text += .spaces(max(2, 40 - displayWidth(String(parts[0])))) + .faint(String(note))
        }
        output.line(text, indent: 2, hang: 6)
      } else {
        output.line(Text(line))
      }
    }
    return output
  }

  /// Every topic.
  static let all = [
    HelpTopic(
      name: "start",
      lines: [
        "AlexNet is a chain of layers. This notebook runs an image through it, one layer at a time, "
          + "and explains where any single number came from.",
        "  next                                   runs the next layer",
        "  why conv1[5, 10, 23]                   where one number came from",
        "  next 3",
        "  why norm1[17, 10, 23]                  local response normalization, term by term",
        "  why pool1[3, 4, 5]                     overlapping windows",
        "  view conv1[0...5]                      maps as images",
        "  summary                                the whole network",
        "  set conv1.stride 2                     what if; undo goes back",
      ]),
    HelpTopic(
      name: "expressions",
      lines: [
        "Anything that doesn't start with a command is an expression; its value is kept as out[N].",
        "  (227 - 11) / 4 + 1                     numbers",
        "  conv1.output.shape                     a layer that has run, and its members",
        "  conv1.weight[0, 2, 3...5, 0...2]       a range keeps an axis, a number drops it",
        "  conv1[5, 10, 23]                       channel, row, column of the output",
        "  image[0, 5, 5]                         the same for the image, as conv1 gets it",
        "  let a = conv1[16]                      a name of your own",
        "  a.mean + 3 * a.deviation",
        "  localResponseNormalization(conv1.output, n: 5, k: 2, alpha: 1e-4, beta: 0.75)",
        "",
        "In show, view and why, gradient conv1 is ∂loss/∂conv1.output after backward; expressions call it "
          + "conv1.gradient. Like conv1, conv1.output, conv1.input and conv1.gradient take channel, row, "
          + "column; a fourth number may come first: the image's position in the batch, 0.",
        "",
        "Layers have output, input, weight, bias, gradient, shape; tensors have shape, count, min, "
          + "max, mean, sum, deviation, rms, zeros, argmax. A cell continues while brackets are open.",
        "functions: " + functionNames().joined(separator: ", ") + "   (help NAME)",
      ]),
    HelpTopic(
      name: "lessons",
      lines: [
        "Lessons go step by step, and the program checks every answer with real numbers.",
        "  lesson                                 lists the lessons, with your progress",
        "  lesson 1                               opens a lesson, or continues where you stopped",
        "  lesson next                            opens the first that isn't finished",
        "",
        "At answer> type a number, a list or any expression: 55, 27 x 27, [96, 55, 55], "
          + "(227 - 11) / 4 + 1. Each step shows the words it accepts: hint; skip, which shows the "
          + "answer; back, one step; play, to try any cell while the lesson waits; again, with other "
          + "numbers; quit, which keeps your place. Enter continues.",
        "alexnet --plain prints only words, for screen readers. Lessons/README.md explains how to write "
          + "lessons.",
      ]),
    HelpTopic(
      name: "keys",
      lines: [
        "Tab completes commands, layers, options, files and names. Up and Down go through history; "
          + "Ctrl-R searches it. Ctrl-C clears the line, or stops the running command; the session "
          + "continues. Ctrl-D on an empty line leaves. Ctrl-A and Ctrl-E go to the ends of the line, "
          + "Alt-B and Alt-F move by words, Ctrl-K and Ctrl-U delete, Ctrl-Y pastes what was deleted. "
          + "Pasted lines wait for Enter, and copied prompts ([3]>, >>>) are ignored.",
        "History is kept in $ALEXNET_HISTORY, or by default in ~/.local/state/alexnet/history.",
      ]),
    HelpTopic(
      name: "scripts",
      lines: [
        "  alexnet summary caffenet               one command",
        "  alexnet -c 'next 3' -c 'why norm1[17, 10, 23]'",
        "  alexnet run FILE                       the cells of a file",
        "  echo '(227 - 11) / 4 + 1' | alexnet    the cells of a pipe",
        "",
        "--json prints one object per line, one for each cell; an error is {\"error\": {…}}. Exit codes: "
          + "0 success, 1 a cell failed (the rest isn't run), 2 wrong usage. Set NO_COLOR, or pass --color "
          + "never, to turn colour off. In the C locale, UTF-8 is still written if the system has "
          + "C.UTF-8; otherwise text falls back to ASCII.",
      ]),
    HelpTopic(
      name: "numbers",
      lines: [
        "Values are 32-bit Floats, laid out N×C×H×W: batch, channel, row, column, all from 0. Sums "
          + "are computed in Double and rounded once. MACs count the multiply-adds of convolutions and "
          + "matrix products, not biases, LRN, pooling and activations. A ULP is the distance from one "
          + "Float to the next.",
        "The weights of an untrained network are random numbers that depend on --seed (1), so every run "
          + "prints the same; seed shows and sets it.",
      ]),
  ]
}

/// The help for a function of the expression language; nil if there is no function of that name.
func functionHelp(_ name: String) -> Output? {
  guard let function = Function.named(name) else { return nil }
  var output = Output()
  output.line(.name(function.signature), hang: 4)
  output.line(Text(function.summary), indent: 2)
  output.line(.faint("example  ") + .name(function.example), indent: 2)
  return output
}

/// The names of the expression language's functions.
func functionNames() -> [String] { Function.all.map(\.name) }
