import Basics
import Cells
import Datasets
import Documents
import Networks
import TensorFiles

/// The results of `data fetch` and `data verify`.
enum DataReport {
  /// The result of a fetch.
  static func output(_ outcome: DataFetch.Outcome, _ source: DataSource) -> Output {
    switch outcome {
    case .present(let verification):
      var output = Output()
      output.line("CIFAR-10 is already there; nothing was downloaded")
      add(verification, to: &output)
      output.json = .object(
        members(verification, first: [("outcome", .string("present"))]))
      return output
    case .fetched(let fetched):
      var output = Output()
      if let aside = fetched.movedAside {
        output.line(.notice("the damaged copy was renamed to ") + .name(aside))
      }
      let given =
        source.digest == nil
        ? Text(", not checked")
        : .good(source == .cifar10 ? ", same as the author's" : ", as given")
      output.line(
        "archive  \(NumberFormat.grouped(fetched.size)) bytes"
          + (fetched.resumedFrom > 0
            ? Text(", \(NumberFormat.grouped(fetched.resumedFrom)) of them downloaded before")
            : ""),
        hang: 9)
      output.line("SHA-256  \(fetched.digest)" + given, hang: 9)
      add(fetched.verification, to: &output)
      output.line(
        .faint("try  ") + .name("data info") + .faint(" · ") + .name("image cifar:test/17"))
      output.json = .object(
        members(
          fetched.verification,
          first: [
            ("outcome", .string("fetched")), ("url", .string(source.shownURL)),
            ("bytes", .integer(fetched.size)), ("sha256", .string(fetched.digest)),
            ("resumed_from", .integer(fetched.resumedFrom)),
            ("moved_aside", .optional(fetched.movedAside)),
          ]))
      return output
    }
  }

  /// The result of checking every record of CIFAR-10.
  static func output(_ verification: CIFAR10Verification) -> Output {
    var output = Output()
    add(verification, to: &output)
    if !verification.hasDigests {
      output.line(
        .faint("no SHA256SUMS in the folder: only lengths and classes were checked"),
        hang: 0)
    }
    output.json = .object(members(verification))
    return output
  }

  /// The result for other data, once all of it could be read.
  static func output(_ dataset: Dataset) -> Output {
    var output = Output(
      json: [
        "data": .string(dataset.name), "fingerprint": .string(dataset.fingerprint),
        "train": .integer(dataset.train.count), "test": .integer(dataset.test.count),
        "classes": .integer(dataset.train.classNames.count),
      ])
    output.line(
      .good("✓ ") + .name(dataset.name)
        + "  \(NumberFormat.count(dataset.train.count, "training image")), "
        + "\(NumberFormat.count(dataset.test.count, "test image")), "
        + "\(NumberFormat.count(dataset.train.classNames.count, "class", "classes")): all can be read",
      hang: 2)
    return output
  }

  private static func add(_ verification: CIFAR10Verification, to output: inout Output) {
    output.line("folder   " + .name(verification.folder), hang: 9)
    for split in CIFAR10.Split.allCases {
      let counts = verification.classCounts[split] ?? []
      let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
      let each =
        least == most
        ? "\(NumberFormat.grouped(least)) of each class"
        : "\(NumberFormat.grouped(least)) to \(NumberFormat.grouped(most)) of a class"
      let name = split.rawValue.padding(to: 9)
      output.line(
        "\(name)\(NumberFormat.count(verification.count(split), "image")), \(each)", hang: 9)
    }
    output.line(
      .good("✓ ")
        + Text(
          verification.hasDigests
            ? "every record is valid, every file as it was downloaded" : "every record is valid"))
  }

  private static func members(
    _ verification: CIFAR10Verification, first: [(String, JSONValue)] = []
  ) -> [JSONValue.Member] {
    var members: [(String, JSONValue)] = [("data", .string("cifar10"))] + first
    members.append(("folder", .string(verification.folder)))
    for split in CIFAR10.Split.allCases {
      members.append(
        (
          split.rawValue,
          [
            "pictures": .integer(verification.count(split)),
            "classes": .integers(verification.classCounts[split] ?? []),
          ]
        ))
    }
    members.append(
      (
        "files",
        .array(
          verification.digests.map { ["file": .string($0.file), "sha256": .string($0.digits)] })
      ))
    members.append(("digests_kept", .boolean(verification.hasDigests)))
    return members.map { JSONValue.Member(name: $0.0, value: $0.1) }
  }
}
