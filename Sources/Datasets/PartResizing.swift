import Basics
import CImageCodecs

/// Resizing along one axis, for some of the outputs, with weights in units of 2⁻²².
struct Taps {
  /// The inputs that the outputs depend on.
  let inputs: Range<Int>
  /// The number of weights of each output.
  let count: Int
  /// The first input of each output, counted from the first of `inputs`.
  private let first: [Int32]
  /// Outputs × count; each output's weights add up to 1 except for rounding.
  private let weights: [Int32]

  /// Outputs `range` of a line of `inputs` samples that is resized to `outputs`.
  init(_ range: Range<Int>, of outputs: Int, inputs: Int) {
    let windows = range.map { Triangle.Window(of: $0, outputs: outputs, inputs: inputs) }
    let count = windows.lazy.map(\.range.count).max() ?? 1
    // At the far edge, a window is moved back so that all its inputs exist.
    let starts = windows.map { min($0.range.lowerBound, inputs - count) }
    let start = starts.first ?? 0
    var weights = [Int32](repeating: 0, count: range.count * count)
    for (output, window) in windows.enumerated() {
      let sum = window.sum
      let place = output * count + window.range.lowerBound - starts[output]
      for (t, input) in window.range.enumerated() {
        weights[place + t] = Int32(rounding: window.height(input) / sum * Double(1 << 22))
      }
    }
    self.inputs = start..<((starts.last ?? 0) + count)
    self.count = count
    first = starts.map { Int32($0 - start) }
    self.weights = weights
  }

  var outputs: Int { first.count }

  func withTaps<R>(_ body: (UnsafePointer<codec_taps>) -> R) -> R {
    first.withUnsafeBufferPointer { first in
      weights.withUnsafeBufferPointer { weights in
        var taps = codec_taps(
          outputs: first.count, taps: count, first: first.baseAddress,
          weights: weights.baseAddress)
        return body(&taps)
      }
    }
  }
}

/// Resizes a part of an image, whose rows come one by one, to planes: red, green, blue.
///
/// Columns first, then rows, rounded to 8 bits in between: the definition of
/// `Image.resized(width:height:)`.
struct PartResizing {
  let columns: Taps
  let rows: Taps

  /// Receives the rows of `rows.inputs`, from the first; of each, the pixels of `columns.inputs`.
  struct Receiver {
    let columns: UnsafePointer<codec_taps>
    /// The end of the narrowed rows so far, of 4-byte pixels.
    var end: UnsafeMutablePointer<UInt8>

    /// Takes one row of 4-byte pixels.
    mutating func take(_ pixels: UnsafePointer<UInt8>) {
      codec_narrow(columns, pixels, end)
      end += 4 * columns.pointee.outputs
    }
  }

  /// Writes the planes, once `fill` has passed all rows to the receiver.
  ///
  /// - Returns: the result of `fill`; if that is false, nothing was written.
  func run(
    into planes: UnsafeMutableBufferPointer<UInt8>, _ fill: (inout Receiver) -> Bool
  ) -> Bool {
    let (width, height) = (columns.outputs, rows.outputs)
    let (stride, plane) = (4 * width, width * height)
    precondition(planes.count == Image.channels * plane, "The planes have another size.")
    let capacity = rows.inputs.count * stride
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity + stride) { narrow in
      guard let start = narrow.baseAddress, let planes = planes.baseAddress else { return false }
      let isFilled = columns.withTaps { columns in
        var receiver = Receiver(columns: columns, end: start)
        return fill(&receiver) && receiver.end == start + capacity
      }
      guard isFilled else { return false }
      rows.withTaps { rows in
        let line = start + capacity
        for y in 0..<height {
          codec_blend(rows, y, start, stride, stride, line)
          let red = planes + y * width
          codec_split(line, width, red, red + plane, red + 2 * plane)
        }
      }
      return true
    }
  }

  /// Resizes an image in memory.
  func run(_ image: Image, into planes: UnsafeMutableBufferPointer<UInt8>) {
    let (left, count) = (columns.inputs.lowerBound, columns.inputs.count)
    let isDone = image.bytes.withUnsafeBufferPointer { bytes in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4 * count) { row in
        run(into: planes) { receiver in
          guard let bytes = bytes.baseAddress, let row = row.baseAddress else { return false }
          for y in rows.inputs {
            codec_pad(bytes + (y * image.width + left) * Image.channels, count, row)
            receiver.take(row)
          }
          return true
        }
      }
    }
    precondition(isDone, "Every row was passed on.")
  }
}
