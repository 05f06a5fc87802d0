/// Resizing along one axis, antialiased bilinear: for each output, the first of the inputs that it
/// averages, and their weights.
struct Resampling: Hashable, Sendable {
  /// Weights of each output.
  let taps: Int
  /// The first input of each output.
  let first: [Int]
  /// Outputs × taps; they add up to 1 for each output.
  let weights: [Float]

  init(outputs: Int, inputs: Int) {
    let triangles = (0..<outputs).map { Triangle(of: $0, outputs: outputs, inputs: inputs) }
    let taps = triangles.map(\.weights.count).max() ?? 1
    var first: [Int] = []
    var weights: [Float] = []
    for triangle in triangles {
      // At the far edge, the window is moved back so that all its inputs exist.
      let start = min(triangle.first, inputs - taps)
      first.append(start)
      var row = [Float](repeating: 0, count: taps)
      for (i, weight) in triangle.weights.enumerated() {
        row[triangle.first - start + i] = Float(weight)
      }
      weights += row
    }
    (self.taps, self.first, self.weights) = (taps, first, weights)
  }

  /// The outputs in `range` of one line of inputs, in reverse order if mirrored.
  func resample(
    _ line: UnsafePointer<Float>, _ range: Range<Int>, isMirrored: Bool,
    into output: UnsafeMutablePointer<Float>
  ) {
    first.withUnsafeBufferPointer { first in
      weights.withUnsafeBufferPointer { weights in
        for x in range {
          let input = line + first[x]
          var sum: Float = 0
          for t in 0..<taps { sum += input[t] * weights[x * taps + t] }
          output[isMirrored ? range.upperBound - 1 - x : x - range.lowerBound] = sum
        }
      }
    }
  }

  /// One output of every column: the weighted sum of `taps` rows of `count` numbers.
  func combine(
    _ rows: UnsafePointer<Float>, output y: Int, count: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    weights.withUnsafeBufferPointer { weights in
      if taps == 2 {
        let (a, b) = (weights[2 * y], weights[2 * y + 1])
        for x in 0..<count { output[x] = rows[x] * a + rows[count + x] * b }
      } else {
        let a = weights[y * taps]
        for x in 0..<count { output[x] = rows[x] * a }
        for t in 1..<max(1, taps) {
          let (a, row) = (weights[y * taps + t], rows + t * count)
          for x in 0..<count { output[x] += row[x] * a }
        }
      }
    }
  }
}
