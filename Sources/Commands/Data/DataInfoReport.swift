import Basics
import Cells
import Datasets
import Documents
import Networks
import TensorFiles

/// A data set's statistics: the images of each class, and for the training part the mean image, the
/// mean and standard deviation of each channel and the principal components of the colours.
enum DataInfoReport {
  /// Lays out the statistics of the training images.
  ///
  /// - Parameter width: the columns available for the mean image if it is drawn in characters.
  static func output(_ dataset: Dataset, _ statistics: PictureStatistics) -> Output {
    let set = dataset.train
    var output = Output()
    output.line(
      .strong(dataset.name)
        + "  \(NumberFormat.count(set.count, "training image")), "
        + "\(NumberFormat.count(dataset.test.count, "test image")), "
        + "\(set.channels)×\(set.height)×\(set.width)", hang: 2)
    output.line(
      .faint(
        "SHA-256 of all \(dataset.isStreamed ? "names, lengths and labels" : "labels and pixels")"
          + "  \(dataset.fingerprint)"), hang: 2)
    if let line = dataset.streamingLine { output.line(Text(line), hang: 2) }
    output.blank()
    output.table(classes(dataset))
    output.blank()
    output.line(.strong("channels") + ", of the training images", hang: 2)
    output.table(channels(set, statistics))
    output.blank()
    output.line(
      .strong("principal components of the colours")
        + ", variances in squared levels, largest first", hang: 2)
    output.table(components(set, statistics))
    output.blank()
    let image = meanImage(set, statistics)
    output.blocks.append(
      .image(
        CaptionedImage(
          image,
          caption: "The mean of all \(NumberFormat.grouped(set.count)) training images, "
            + "\(set.height)×\(set.width); black is 0, white is 255.")))
    output.json = json(dataset, statistics)
    return output
  }

  private static func classes(_ dataset: Dataset) -> Table {
    var table = Table(
      [.init("class"), .init("train", numeric: true), .init("test", numeric: true)], indent: 2)
    let (train, test) = (dataset.train.classCounts, dataset.test.classCounts)
    for (label, name) in dataset.train.classNames.enumerated() {
      table.row([
        .name(name), Text(NumberFormat.grouped(train[label])),
        Text(NumberFormat.grouped(test[label])),
      ])
    }
    return table
  }

  private static func channels(_ set: PictureSet, _ statistics: PictureStatistics) -> Table {
    var table = Table(
      [
        .init("channel"), .init("mean", numeric: true), .init("deviation", numeric: true),
        .init("mean / 255", numeric: true), .init("deviation / 255", numeric: true, drop: 1),
      ], indent: 2)
    for (channel, name) in names(set).enumerated() {
      let (mean, deviation) = (statistics.mean[channel], statistics.deviation[channel])
      table.row([
        Text(name), Text(NumberFormat.fixed(mean, 3)), Text(NumberFormat.fixed(deviation, 3)),
        Text(NumberFormat.fixed(mean / 255, 6)), Text(NumberFormat.fixed(deviation / 255, 6)),
      ])
    }
    return table
  }

  private static func components(_ set: PictureSet, _ statistics: PictureStatistics) -> Table {
    var table = Table(
      [.init(""), .init("variance", numeric: true), .init("share", numeric: true)]
        + names(set).map { .init($0, numeric: true) }, indent: 2)
    let total = statistics.eigenvalues.reduce(0, +)
    for (number, value) in statistics.eigenvalues.enumerated() {
      table.row(
        [
          Text("\(number + 1)"), Text(NumberFormat.fixed(value, 2)),
          Text(NumberFormat.percent(total > 0 ? value / total : 0, decimals: 1)),
        ] + statistics.eigenvectors[number].map { Text(NumberFormat.fixed($0, 4)) })
    }
    return table
  }

  private static func names(_ set: PictureSet) -> [String] {
    set.channels == 3 ? ["red", "green", "blue"] : ["grey"]
  }

  private static func meanImage(_ set: PictureSet, _ statistics: PictureStatistics) -> Image {
    let plane = set.height * set.width
    var bytes: [UInt8] = []
    bytes.reserveCapacity(3 * plane)
    for i in 0..<plane {
      for c in 0..<3 {
        let level = statistics.meanImage[min(c, set.channels - 1) * plane + i]
        bytes.append(UInt8(rounding: level))
      }
    }
    return Image(width: set.width, height: set.height, bytes: bytes)
  }

  private static func json(_ dataset: Dataset, _ statistics: PictureStatistics) -> JSONValue {
    let set = dataset.train
    let (train, test) = (set.classCounts, dataset.test.classCounts)
    return [
      "data": .string(dataset.name), "fingerprint": .string(dataset.fingerprint),
      "shape": .integers([set.channels, set.height, set.width]),
      "train": .integer(set.count), "test": .integer(dataset.test.count),
      "classes": .array(
        set.classNames.enumerated().map { label, name in
          [
            "name": .string(name), "train": .integer(train[label]), "test": .integer(test[label]),
          ]
        }),
      "channels": .array(
        names(set).enumerated().map { channel, name in
          [
            "name": .string(name), "mean": .number(statistics.mean[channel]),
            "deviation": .number(statistics.deviation[channel]),
          ]
        }),
      "eigenvalues": .array(statistics.eigenvalues.map { .number($0) }),
      "eigenvectors": .array(
        statistics.eigenvectors.map { .array($0.map { .number($0) }) }),
      "mean_image": .array(statistics.meanImage.map { .float($0) }),
    ]
  }
}
