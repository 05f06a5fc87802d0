extension PicturePipeline.Prepared {
  /// One image: C×H×W bytes into C×height×width numbers.
  func run(
    _ pixels: UnsafePointer<UInt8>, _ place: Place, _ noise: (Float, Float, Float),
    into output: UnsafeMutablePointer<Float>
  ) {
    let window = Window(self, place)
    for c in 0..<source.channels {
      let shift = c == 0 ? noise.0 : c == 1 ? noise.1 : noise.2
      let destination = output + c * height * width
      clearBorder(of: destination, window)
      if let rows, let columns {
        resize(pixels, channel: c, shift, window, rows, columns, into: destination)
      } else {
        copy(pixels, channel: c, shift, window, into: destination)
      }
      if !center.isEmpty { addCenter(channel: c, window, to: destination) }
    }
  }

  /// Subtracts the mean image's centre crop in the image's area, not in its padding.
  private func addCenter(
    channel c: Int, _ window: Window, to output: UnsafeMutablePointer<Float>
  ) {
    let columns =
      window.isMirrored
      ? (width - window.columns.upperBound)..<(width - window.columns.lowerBound) : window.columns
    center.withUnsafeBufferPointer { center in
      for y in window.rows {
        for x in columns { output[y * width + x] += center[(c * height + y) * width + x] }
      }
    }
  }

  /// Sets a rectangle to zero in every channel of a finished image.
  func clear(
    _ area: (rows: Range<Int>, columns: Range<Int>), in output: UnsafeMutableBufferPointer<Float>
  ) {
    for c in 0..<source.channels {
      for y in area.rows {
        for x in area.columns { output[(c * height + y) * width + x] = 0 }
      }
    }
  }

  /// The part of the crop that is in the image rather than in its padding.
  struct Window {
    /// Rows and columns of the crop that come from the image.
    let (rows, columns): (Range<Int>, Range<Int>)
    /// The row and column of the resized image at the first of them. If mirrored, columns of the
    /// crop are those before mirroring.
    let (firstRow, firstColumn): (Int, Int)
    let isMirrored: Bool

    init(_ prepared: PicturePipeline.Prepared, _ place: Place) {
      func range(_ start: Int, _ size: Int, _ inputs: Int) -> Range<Int> {
        let low = min(size, max(0, -start))
        return low..<max(low, min(size, inputs - start))
      }
      let (top, left) = (place.row - prepared.padding, place.column - prepared.padding)
      rows = range(top, prepared.height, prepared.resizedHeight)
      columns = range(left, prepared.width, prepared.resizedWidth)
      (firstRow, firstColumn) = (top + rows.lowerBound, left + columns.lowerBound)
      isMirrored = place.isMirrored
    }
  }

  /// Sets the padding's part to zero.
  private func clearBorder(of output: UnsafeMutablePointer<Float>, _ window: Window) {
    if window.rows.count < height || window.columns.count < width {
      output.update(repeating: 0, count: height * width)
    }
  }

  /// v = byte · gain + shift − offset, row by row.
  private func copy(
    _ pixels: UnsafePointer<UInt8>, channel c: Int, _ shift: Float, _ window: Window,
    into output: UnsafeMutablePointer<Float>
  ) {
    // Whole rows are contiguous on both sides, so they are treated as one long row.
    let isWhole =
      !window.isMirrored && window.columns.count == source.width && source.width == width
    let count = isWhole ? window.rows.count * width : window.columns.count
    for i in 0..<(isWhole ? 1 : window.rows.count) {
      let start = (c * source.height + window.firstRow + i) * source.width + window.firstColumn
      let row = output + (window.rows.lowerBound + i) * width
      if window.isMirrored {
        let last = row + (width - 1 - window.columns.lowerBound)
        normalize(pixels, from: start, count: count, channel: c, shift) { last[-$0] = $1 }
      } else {
        let first = row + window.columns.lowerBound
        normalize(pixels, from: start, count: count, channel: c, shift) { first[$0] = $1 }
      }
    }
  }

  /// Normalizes `count` samples from `start` on and passes each to `store` with its number.
  @inline(__always)
  private func normalize(
    _ pixels: UnsafePointer<UInt8>, from start: Int, count: Int, channel c: Int, _ shift: Float,
    store: (Int, Float) -> Void
  ) {
    let factor = gain[c]
    if offset.count == source.channels {
      let add = shift - offset[c]
      for x in 0..<count { store(x, Float(pixels[start + x]) * factor + add) }
    } else {
      offset.withUnsafeBufferPointer { offset in
        for x in 0..<count {
          store(x, Float(pixels[start + x]) * factor + (shift - offset[start + x]))
        }
      }
    }
  }

  /// The same, resized: columns first, then rows.
  private func resize(
    _ pixels: UnsafePointer<UInt8>, channel c: Int, _ shift: Float, _ window: Window,
    _ rows: Resampling, _ columns: Resampling, into output: UnsafeMutablePointer<Float>
  ) {
    guard !window.rows.isEmpty, !window.columns.isEmpty else { return }
    let firstInput = rows.first[window.firstRow]
    let endInput = rows.first[window.firstRow + window.rows.count - 1] + rows.taps
    let count = window.columns.count
    let needed = source.width + (endInput - firstInput) * count
    withUnsafeTemporaryAllocation(of: Float.self, capacity: needed) { scratch in
      guard let line = scratch.baseAddress else { return }
      let narrow = line + source.width
      for y in firstInput..<endInput {
        let start = (c * source.height + y) * source.width
        normalize(pixels, from: start, count: source.width, channel: c, shift) { line[$0] = $1 }
        columns.resample(
          line, window.firstColumn..<(window.firstColumn + count), isMirrored: window.isMirrored,
          into: narrow + (y - firstInput) * count)
      }
      // Where the window starts in a row that is stored mirrored.
      let left =
        window.isMirrored ? width - window.columns.upperBound : window.columns.lowerBound
      for i in 0..<window.rows.count {
        let y = window.firstRow + i
        rows.combine(
          narrow + (rows.first[y] - firstInput) * count, output: y, count: count,
          into: output + (window.rows.lowerBound + i) * width + left)
      }
    }
  }
}
