import Basics
import Documents
import Expressions

// Reading the learner's input.
extension LessonPlayer {
  /// The text before the cursor.
  var prompt: String {
    switch state {
    case .resuming: "resume> "
    case .reopening: "review> "
    case .consenting: "run> "
    case .answering: "answer> "
    case .reaching: "cell> "
    case .finished, .stopped: "lesson> "
    case .playing: "play> "
    case .ended: ""
    }
  }

  /// Whether cells are typed: they may span several lines and are added to the history.
  var takesCells: Bool { state == .reaching || state == .playing }

  /// The keys that work in this state, in the order shown.
  var keys: [String] {
    if isInCells { return isOpen ? ["hint", "skip", "again"] : ["again"] }
    return switch state {
    case .resuming: ["over", "always", "quit"]
    case .reopening: ["review", "over", "quit"]
    case .consenting: ["run", "skip", "back", "play", "quit"]
    case .answering, .reaching: ["hint", "skip", "back", "play", "again", "quit"]
    case .finished:
      (question?.offersSee == true ? ["see"] : []) + ["back", "play", "again", "quit"]
    case .stopped: ["skip", "back", "quit"]
    case .playing: ["back", "quit"]
    case .ended: []
    }
  }

  /// Shows the keys that work in this state.
  mutating func showKeys() {
    if isInCells {
      guard state == .finished, question?.offersSee == true, let see = posed?.see else { return }
      return show(.faint("To see why, run ") + .name(see), indent: 2, hang: 4)
    }
    let text: Text =
      switch state {
      case .resuming:
        "enter to continue · " + .name("over") + " to start over · " + .name("always")
          + " to continue and not be asked again · " + .name("quit")
      case .reopening:
        "enter to review it, with your answers · " + .name("over")
          + " to start over; it stays done · " + .name("quit")
      case .consenting:
        "enter to run it · " + .name("skip") + " to continue without it · " + .name("back") + " · "
          + .name("play") + " · " + .name("quit")
      case .stopped:
        "enter to run the step again · " + .name("skip") + " to continue without its cells · "
          + .name("back") + " · " + .name("quit")
      case .finished:
        (hasNext ? "enter to continue · " : "enter to end the lesson · ") + named
      case .playing:
        "Type any cell; the lesson waits where it is. " + .name("back") + " returns to it, "
          + .name("quit") + " leaves it."
      case .answering, .reaching: named
      case .ended: ""
      }
    show(text, hang: 2)
  }

  private var named: Text {
    keys.map { key in
      key == "see" ? .name("see") + " " + Text(posed?.see ?? "") : .name(key)
    }.joined(" · ")
  }

  /// Handles a line of input.
  package mutating func take(_ line: String) {
    shown = Document()
    let word = line.trimmingSpaces()
    if state == .playing { return takePlay(line, word) }
    if state == .resuming { return takeResuming(word) }
    if state == .reopening { return takeReopening(word) }
    if state == .consenting { return takeConsent(line, word) }
    switch word.lowercased() {
    case "": takeEmpty()
    case "quit", "exit", "q": leave()
    case "back": goBack()
    case "?", "help", "keys": showKeys()
    case "play" where state != .stopped: beginPlay()
    case "again" where state != .stopped: again()
    case "hint" where state == .answering || state == .reaching: hint()
    case "skip" where state == .answering || state == .reaching: skip()
    case "skip" where state == .stopped: skipCells()
    case "see" where state == .finished && posed?.see != nil:
      see()
      showKeys()
    default: takeOther(line, word)
    }
  }

  /// Continues in a step whose cells were stopped, as if it had no cells.
  private mutating func skipCells() {
    ask()
    save()
  }

  private mutating func takeEmpty() {
    switch state {
    case .finished: advance()
    case .stopped: enter(place)
    default: showKeys()
    }
  }

  /// Handles input that isn't a key: an answer, a cell of the exercise, or a cell of the learner's
  /// own, which runs in play mode.
  mutating func takeOther(_ line: String, _ word: String) {
    switch state {
    case .answering: answer(word)
    case .reaching: reach(line)
    case .finished where word == posed?.see || word == posed?.see.map({ "see " + $0 }):
      see()
      showKeys()
    case .finished where !isSlip(word), .consenting where !isSlip(word):
      play = (session, state)
      state = .playing
      takePlay(line, word)
      show(.faint("In play: ") + .name("back") + .faint(" returns to the lesson."))
    default:
      let near = Suggestion.nearest(to: word, among: keys).map {
        ": did you mean " + .name($0) + "?"
      }
      show("\(quoted(word)) is not a key here" + (near ?? ".") as Text, hang: 2)
      showKeys()
    }
  }

  /// Whether a word was probably meant as a key: one that works in another state, or a misspelling
  /// of one that works in this state.
  private func isSlip(_ word: String) -> Bool {
    let all = ["hint", "skip", "see", "over", "always", "review", "run", "again", "play"]
    if all.contains(word.lowercased()) { return true }
    let isName =
      session.commands.named(word) != nil || session.bindings[word] != nil
      || session.network.index(of: word) != nil
    return !isName && word.allSatisfy(\.isLetter)
      && Suggestion.nearest(to: word, among: keys) != nil
  }

  private mutating func takeResuming(_ word: String) {
    switch word.lowercased() {
    case "", "go on", "on", "yes", "y": goOn(at: place)
    case "over", "start over", "no", "n": startOver()
    case "always", "don't ask again", "dont ask again":
      if let note = store.stopAsking() { show(.notice("note: ") + Text(note), hang: 6) }
      show(.faint("progress --ask makes lessons ask again."))
      goOn(at: place)
    case "quit", "exit", "q": leaveUnopened()
    default: showKeys()
    }
  }

  /// Handles the end of the input: it leaves play first, then the lesson.
  mutating func takeEnd() {
    shown = Document()
    switch state {
    case .playing: endPlay()
    case .reopening: leaveUnopened()
    default: leave()
    }
  }

  mutating func leave() {
    if state != .resuming, state != .ended { save() }
    state = .ended
    show(
      "Left \(lesson.call) at step \(place + 1) of \(lesson.steps.count). " + .name(lesson.command)
        + " continues there.")
  }

  mutating func beginPlay() {
    play = (session, state)
    state = .playing
    showKeys()
  }

  private mutating func takePlay(_ line: String, _ word: String) {
    switch word.lowercased() {
    case "back", "lesson": endPlay()
    case "quit", "exit", "q":
      returnFromPlay()
      leave()
    case "": showKeys()
    default:
      guard let result = play?.session.run(line) else { return }
      if !show(result) {
        host.cancellation.reset()
        show(.notice("stopped"))
      }
    }
  }

  private mutating func endPlay() {
    returnFromPlay()
    show("Back in \(lesson.call), step \(place + 1), as you left it.")
    if state == .answering || state == .reaching { showQuestion() }
    showKeys()
  }

  private mutating func returnFromPlay() {
    if let play { state = play.before }
    play = nil
  }

  /// Asks again with other numbers, from the beginning of the exercise.
  private mutating func again() {
    record.draw[step.name, default: 0] += drawsToOtherNumbers
    session = starts[place]
    asksAnew = true
    enter(place)
  }
}
