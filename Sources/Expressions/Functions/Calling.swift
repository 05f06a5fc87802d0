import Basics
import Layers

/// Function calls: binding arguments to parameters, and locating errors.
extension Evaluator {
  mutating func call(
    _ name: String, _ given: [Node.Argument], nameRange: Range<Int>, range: Range<Int>
  ) throws -> Value {
    guard let function = Function.named(name) else {
      throw try notCallable(name, at: nameRange)
    }
    let (arguments, rest) = try bind(given, to: function, at: range)
    var call = Call(
      function: function, arguments: arguments, rest: rest, environment: environment, notes: notes)
    do {
      let value = try function.body(&call)
      notes = call.notes
      return value
    } catch let fault as Call.Fault {
      throw placed(
        Complaint(
          fault.complaint.cause, "\(name): \(fault.complaint.message)",
          hint: fault.complaint.hint ?? function.signature),
        at: arguments[fault.parameter]?.range ?? nameRange)
    } catch let complaint as Complaint {
      throw error(
        complaint.cause, "\(name): \(complaint.message)", hint: complaint.hint, at: nameRange)
    } catch let failure as ShapeError {
      throw error(.shape, "\(name): \(failure.words)", hint: function.signature, at: nameRange)
    } catch {
      throw placed(error, at: nameRange)
    }
  }

  private func notCallable(_ name: String, at range: Range<Int>) throws -> ExpressionError {
    if let value = try placing(range, { try environment.lookup(name) }) {
      let sort = if case .layer = value { value.sort } else { "\(name), \(value.sort)," }
      return error(
        .value, "\(sort) cannot be called", hint: "write \(name)[0] for an element",
        at: range)
    }
    let hint = Suggestion.nearest(to: name, among: Function.all.map(\.name)).map { near in
      "did you mean \(Function.named(near)?.signature ?? near)?"
    }
    return error(.name, "no function is called \(name.prefix(60))", hint: hint, at: range)
  }

  /// Binds the arguments of a call to the function's parameters.
  private mutating func bind(
    _ given: [Node.Argument], to function: Function, at range: Range<Int>
  ) throws -> (named: [String: Call.Argument], rest: [Call.Argument]) {
    var named: [String: Call.Argument] = [:]
    var rest: [Call.Argument] = []
    var places = function.parameters.filter { !$0.isLabelled }.map(\.name)[...]
    for argument in given {
      if let label = argument.label {
        guard function.parameters.contains(where: { $0.name == label }) else {
          let near = Suggestion.nearest(to: label, among: function.parameters.map(\.name))
          throw error(
            .name, "\(function.name) has no label \(label.prefix(60))",
            hint: (near.map { "did you mean \($0):? " } ?? "") + function.signature,
            at: argument.labelRange)
        }
        guard named[label] == nil else {
          throw error(.name, "\(label) is given twice", at: argument.labelRange)
        }
      } else if places.isEmpty && !function.isVariadic {
        let missing = function.parameters.first { $0.isLabelled && named[$0.name] == nil }
        throw error(
          .name, missing.map { "a label is missing: write \($0.name): …" } ?? "too many arguments",
          hint: function.signature, at: argument.value.range)
      }
      let value = try resolved(try evaluate(argument.value), at: argument.value.range)
      let bound = Call.Argument(value: value, range: argument.value.range)
      if let label = argument.label {
        named[label] = bound
        places.removeAll { $0 == label }
      } else if let place = places.popFirst() {
        named[place] = bound
      } else {
        rest.append(bound)
      }
    }
    if let missing = function.parameters.first(where: { !$0.isOptional && named[$0.name] == nil }) {
      let what = missing.isLabelled ? "\(missing.name):" : missing.name
      throw error(
        .name, "\(function.name) needs \(what)", hint: function.signature, at: range)
    }
    return (named, rest)
  }
}
