import Documents

/// An exercise's elements in a page. The script fills in the numbers of the learner's seed.
enum ExerciseHTML {
  /// The section, with the numbers of the exercise that is given.
  ///
  /// - Parameter command: what opens the lesson in the program: `lesson 6`.
  static func section(_ posed: ExerciseInstance, command: String) -> String {
    let name = posed.exercise.name
    let title =
      switch posed.kind {
      case .predict: "Predict"
      case .bug: "Find the bug"
      case .goal: "Your turn"
      case .choice, .number, .shape: "Question"
      }
    return """
      <div class="exercise" data-exercise="\(name)" role="group" aria-labelledby="exercise-\(name) \
      question-\(name)">
      <h3 id="exercise-\(name)">\(title)</h3>
      <p class="question" id="question-\(name)">\(PageMarkdown.sentence(posed.question))</p>
      \(form(posed, command: command))
      <ol class="hints" aria-label="Hints" aria-live="polite"></ol>
      <p class="keys live" hidden>
      <button type="button" data-key="hint">Hint</button>
      <button type="button" data-key="skip">Show the answer</button>
      \(again(posed))
      </p>
      <div class="result" role="status" aria-live="polite"></div>
      </div>

      """
  }

  private static func again(_ posed: ExerciseInstance) -> String {
    guard !posed.exercise.isGoal else { return "" }
    let words = posed.exercise.bindings.isEmpty ? "Ask again" : "Other numbers"
    return "<button type=\"button\" data-key=\"again\">\(words)</button>"
  }

  private static func form(_ posed: ExerciseInstance, command: String) -> String {
    let name = posed.exercise.name
    switch posed.exercise.form {
    case .goal:
      let place =
        "run the cells in <a href=\"index.html#program\">the program</a>, with <code>alexnet "
        + "\(HTML.escaped(command))</code>, or in this lesson's notebook."
      guard !posed.attempts.isEmpty else {
        return "<p class=\"form\">A page can't run cells, so it can't check this one: \(place)</p>"
      }
      return """
        <form>
        <label for="answer-\(name)">Your cell, or several with ; between them</label>
        <input id="answer-\(name)" type="text" autocomplete="off" autocapitalize="off" \
        spellcheck="false" aria-describedby="question-\(name) form-\(name)">
        <button type="submit" class="live" hidden>Check</button>
        <p class="form" id="form-\(name)">A page can't run cells, but it knows the usual answers and \
        mistakes here; for any other, \(place)</p>
        </form>
        """
    case .choice:
      let options = posed.options.enumerated().map { place, option in
        """
        <label class="option"><input type="radio" name="\(name)" value="\(place)"> \
        <span class="letter">\(ExerciseInstance.letter(place))</span> \
        <span class="text">\(PageMarkdown.sentence(option.text))</span></label>
        """
      }
      return """
        <form>
        <fieldset aria-describedby="question-\(name)">
        <legend class="unseen">Your answer</legend>
        \(options.joined(separator: "\n"))
        </fieldset>
        <button type="submit" class="live" hidden>Check</button>
        </form>
        """
    case .value:
      let remark = posed.formRemark ?? ""
      return """
        <form>
        <label for="answer-\(name)">Your answer</label>
        <input id="answer-\(name)" type="text" autocomplete="off" autocapitalize="off" \
        spellcheck="false" aria-describedby="question-\(name) form-\(name)">
        <button type="submit" class="live" hidden>Check</button>
        <p class="form" id="form-\(name)">\(HTML.escaped(remark))</p>
        </form>
        """
    }
  }
}
