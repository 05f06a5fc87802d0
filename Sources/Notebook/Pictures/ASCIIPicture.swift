import Datasets

/// A picture in characters, for pipes and terminals without colour.
enum ASCIIPicture {
  /// Characters from black to white: each has more ink than the one before.
  static let ramp = Array(" .:-=+*#%@")

  /// The picture at most `width` columns wide; a character is about twice as high as wide.
  static func lines(_ image: Image, width: Int) -> [String] {
    let columns = max(1, min(width, image.width * 2, 78))
    let rows = max(1, (image.height * columns + image.width) / (2 * image.width))
    let small = image.resized(width: columns, height: rows)
    return (0..<rows).map { y in
      let line = String(
        (0..<columns).map { x -> Character in
          let pixel = small[y, x]
          // Rec. 601 luma in thousandths.
          let luma = (299 * Int(pixel.red) + 587 * Int(pixel.green) + 114 * Int(pixel.blue)) / 1000
          return ramp[luma * ramp.count / 256]
        })
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
