import ArgumentParser
import Basics
import Cells
import Datasets
import Documents

/// Downloads, checks and describes data sets.
package struct DataCommand: Command, HasGlobalOptions {
  /// What to do with the data.
  enum Action: String, ExpressibleByArgument, CaseIterable {
    /// Download, check, unpack.
    case fetch
    /// Check every record.
    case verify
    /// Show the classes, the mean image and the colour statistics.
    case info
    /// Write shards of images of one size.
    case prepare
  }

  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "data",
    abstract:
      "Download, check, describe or prepare the training images: data fetch cifar10.",
    discussion: """
      data fetch cifar10 downloads CIFAR-10's binary version from its author's page (170 MB), resumes \
      an interrupted download, checks its SHA-256, unpacks the archive (184 MB) and checks every \
      record. The data goes to cifar-10-batches-bin in the folder that --data or ALEXNET_DATA names, \
      otherwise to the cache folder; the other commands find it there. http_proxy and https_proxy are \
      honoured. To use another server, pass --url, and either --sha256 with the digest of the archive \
      there or --any-digest.

      data verify checks every record of the data you have. data info shows how many \
      images each class has, the mean image, the mean and standard deviation of each channel and the \
      principal components of the colours. Both take any data that --data can name: data verify \
      cifar10, data verify --data DIR and data verify cifar10 --data DIR all work. In shapes-hard, \
      3,000 noisy images with a part of each shape hidden, you can watch a network overfit.

      data prepare FOLDER OUT writes the images of a folder as tar shards of 256×256 JPEGs (quality 95) \
      in an order shuffled once by --seed: --data OUT then trains on them, and decodes each in a \
      fraction of the time. The shorter side of each image is scaled to 256, and the centre is kept. \
      If it is stopped, the same command continues with the shard where it stopped.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    .unrun("data fetch cifar10", "downloads CIFAR-10, 170 MB"),
    .unrun("data verify cifar10 --data DIR", "checks every record in a folder"),
    .unrun("data info shapes", "classes, mean image and colours of the drawn shapes"),
    .unrun("data prepare imagenet shards", "256-pixel shards, for training"),
    .slip("data prepare photos", "no folder for the shards", expect: "data prepare FOLDER OUT"),
    .slip("data info shapes shards", "a second name", expect: "only data prepare"),
    .slip("data fetch mnist", "an unknown data set", expect: "cifar10"),
    .slip("data fetch", "no data set named", expect: "data fetch cifar10"),
    .slip(
      "data fetch cifar10 --url http://localhost/x.tar.gz", "another server, no digest",
      expect: "--any-digest"),
    .slip(
      "data fetch cifar10 --url ftp://localhost/x --any-digest", "not http",
      expect: "ftp://localhost"),
    .slip(
      "data fetch cifar10 --sha256 123 --url http://localhost/x", "not a digest",
      expect: "SHA-256"),
    .slip("data verify --data nowhere", "a folder that doesn't exist", expect: "nowhere"),
    .slip("data info --data nowhere", "a folder that doesn't exist", expect: "nowhere"),
    .slip("data info --url http://localhost/x", "an option of data fetch", expect: "data fetch"),
  ]

  @Argument(help: "fetch, verify, info or prepare.") var action: Action
  @Argument(
    help: "The data: cifar10; for verify and info also shapes, shapes-hard, or a folder.",
    completion: .list(DataSource.all.map(\.name) + Dataset.drawn))
  var name: String?
  @Argument(help: "For prepare: the folder for the shards.", completion: .directory) var out:
    String?
  @Option(help: ArgumentHelp("Download the archive from here instead.", valueName: "url"))
  var url: String?
  @Option(help: ArgumentHelp("The SHA-256 of the archive at --url.", valueName: "hex"))
  var sha256: String?
  @Flag(name: .customLong("any-digest"), help: "Accept any archive, without checking a SHA-256.")
  var anyDigest = false
  @OptionGroup var reading: ReadingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Fetches, verifies or describes the data.
  package func run(in session: inout Session) throws -> Output {
    guard action == .fetch || (url == nil && sha256 == nil && !anyDigest) else {
      throw Failure(.usage, "--url, --sha256 and --any-digest only work with data fetch")
    }
    guard action == .prepare || out == nil else {
      throw Failure(.usage, "only data prepare takes a second name")
    }
    switch action {
    case .fetch: return try fetch(in: &session)
    case .prepare: return try prepare(in: session)
    case .verify: return try verify(in: &session)
    case .info:
      let dataset = try session.dataset(
        specification(in: session), reading.options())
      let statistics = try dataset.train.statistics(
        progress: session.progress("reading every pixel"))
      session.host.report(progress: nil)
      var output = DataInfoReport.output(dataset, statistics)
      output.add(leftOut: dataset.leftOut)
      return output
    }
  }

  private func fetch(in session: inout Session) throws -> Output {
    let source = try chosenSource()
    let folder = session.settings.data
    if let folder, Dataset.drawn.contains(folder) {
      throw Failure(
        .usage, "\(folder) is drawn by this program: it isn't a folder to download into",
        hint: "--data DIR names a folder")
    }
    let fetch = try DataFetch(source, folder: folder == source.name ? nil : folder)
    var output = Output()
    output.line(
      "fetching " + .name(source.shownURL)
        + (source.size.map { Text(" (\(FetchReporter.megabytes($0)))") } ?? ""), hang: 9)
    session.show(output)
    let reporter = FetchReporter(host: session.host)
    do {
      let outcome = try fetch.run(cancellation: session.host.cancellation) { reporter.report($0) }
      session.host.report(progress: nil)
      return DataReport.output(outcome, source)
    } catch let failure where Failure(failure).kind == .cancelled {
      throw Failure(
        .cancelled, "stopped", hint: "the part so far is kept: the same command resumes it")
    }
  }

  /// The data set that the arguments name, at its usual address or at `--url`.
  private func chosenSource() throws -> DataSource {
    guard let name else {
      throw Failure(.usage, "which data set?", hint: "data fetch cifar10")
    }
    guard let source = DataSource.all.first(where: { $0.name == name }) else {
      throw Failure(
        .usage, "\(quoted(name)) isn't a data set that can be downloaded",
        hint: "choose from: " + DataSource.all.map(\.name).joined(separator: ", "))
    }
    guard let url else {
      guard sha256 == nil, !anyDigest else {
        throw Failure(
          .usage,
          "--sha256 and --any-digest need --url: the digest of the usual archive is known")
      }
      return source
    }
    guard sha256 == nil || !anyDigest else {
      throw Failure(.usage, "pass either --sha256 or --any-digest, not both")
    }
    guard sha256 != nil || anyDigest else {
      throw Failure(
        .usage, "--url needs the archive's SHA-256",
        hint: "--sha256 \(source.digest ?? "HEX") if it is a copy of the usual archive, its own "
          + "digest if not, or --any-digest to skip the check")
    }
    do {
      return try source.mirrored(at: url, digest: sha256)
    } catch {
      throw Failure(.usage, error.message, hint: error.hint)
    }
  }

  /// Checks every record of CIFAR-10; for other data, checks that all images can be read.
  private func verify(in session: inout Session) throws -> Output {
    let data = try specification(in: session)
    let named = data == DataSource.cifar10.name ? nil : data
    guard let folder = CIFAR10.locate(folder: named) else {
      return try verify(folder: data, in: &session)
    }
    let reporter = FetchReporter(host: session.host)
    let verification = try CIFAR10.verify(
      folder: folder, cancellation: session.host.cancellation
    ) { done, total in
      reporter.report(FetchProgress(.verifying, done, of: total))
    }
    session.host.report(progress: nil)
    return DataReport.output(verification)
  }

  /// Reads every image of a data set, and builds the index of a streamed one again.
  private func verify(folder: String, in session: inout Session) throws -> Output {
    var options = try reading.options()
    (options.leavesOut, options.rebuildsIndex) = (true, true)
    let dataset = try session.dataset(folder, options)
    try dataset.readAll(progress: session.progress("checking images"))
    session.host.report(progress: nil)
    let bad = dataset.leftOut
    guard let first = bad.first else { return DataReport.output(dataset) }
    guard bad.count > 1 else { throw first }
    var output = Output()
    output.add(leftOut: bad, title: "")
    session.show(output)
    throw Failure(
      .file, "\(NumberFormat.grouped(bad.count)) images of \(dataset.name) can't be read",
      hint: "mend or remove them; train --skip-bad leaves them out")
  }

  /// The data to verify or describe: the name, else `--data`, else CIFAR-10. With `cifar10`, `--data`
  /// names its folder, as for `fetch`.
  private func specification(in session: Session) throws -> String {
    guard let name, let place = options.data, place != name else {
      return name ?? session.settings.data ?? DataSource.cifar10.name
    }
    guard name == DataSource.cifar10.name else {
      throw Failure(
        .usage,
        name == "shapes"
          ? "shapes is drawn by this program, not read from \(quoted(place))"
          : "\(quoted(name)) and --data \(quoted(place)) name two data sets",
        hint: "data \(action.rawValue) \(name), or data \(action.rawValue) --data \(place)")
    }
    return place
  }
}
