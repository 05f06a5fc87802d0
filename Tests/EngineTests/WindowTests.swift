import Layers
import Testing

@testable import ReferenceEngine

@Suite("Windows")
struct WindowTests {
  @Test(
    arguments: [
      // pooling 3/2: rounded up and down, and AlexNet's, which are the same for both
      (32, 3, 2, 0, .ceil, 16), (16, 3, 2, 0, .ceil, 8), (8, 3, 2, 0, .ceil, 4),
      (32, 3, 2, 0, .floor, 15),
      (55, 3, 2, 0, .floor, 27), (27, 3, 2, 0, .floor, 13), (13, 3, 2, 0, .floor, 6),
      (55, 3, 2, 0, .ceil, 27), (27, 3, 2, 0, .ceil, 13), (13, 3, 2, 0, .ceil, 6),
      // conv1: 227, and the authors' 224 rounded up
      (227, 11, 4, 0, .floor, 55), (224, 11, 4, 0, .ceil, 55), (224, 11, 4, 0, .floor, 54),
      (224, 11, 4, 2, .floor, 55), (27, 5, 1, 2, .floor, 27), (13, 3, 1, 1, .floor, 13),
      (1, 1, 1, 0, .floor, 1), (1, 3, 2, 1, .ceil, 1),
      // when rounding up, a window that would start in the far padding doesn't count
      (2, 2, 3, 1, .ceil, 1), (3, 2, 2, 1, .ceil, 2), (5, 2, 4, 1, .ceil, 2),
    ] as [(Int, Int, Int, Int, Rounding, Int)])
  func outputs(
    input: Int, kernel: Int, stride: Int, padding: Int, rounding: Rounding, expected: Int
  ) throws {
    let window = Window(kernel: kernel, stride: stride, padding: padding, rounding: rounding)
    #expect(try window.outputs(input) == expected)
  }

  /// Every geometry up to these sizes, by checking every pair of an output and an input.
  @Test func everySmallGeometry() throws {
    for window in smallWindows() {
      for input in 1...9 {
        guard let outputs = try? window.outputs(input) else {
          #expect(window.kernel > input + 2 * window.padding, "\(window) on \(input)")
          continue
        }
        #expect(outputs == countedOutputs(window, input: input), "\(window) on \(input)")
        for o in 0..<outputs {
          let reads = window.inputs(of: o, input: input)
          #expect(!reads.isEmpty, "\(window) on \(input): output \(o) reads nothing")
          #expect(Array(reads) == (0..<input).filter { covers(window, o, $0) }, "\(window) \(o)")
        }
        for i in 0..<input {
          let holding = window.outputs(holding: i, outputs: outputs)
          #expect(
            Array(holding) == (0..<outputs).filter { covers(window, $0, i) }, "\(window) \(i)")
        }
        for k in 0..<window.kernel {
          let tap = window.tap(k, input: input, outputs: outputs)
          let onMap = (0..<outputs).filter {
            (0..<input).contains($0 * window.stride + k - window.padding)
          }
          #expect(Array(tap.outputs) == onMap, "\(window) on \(input), tap \(k)")
          if let first = onMap.first {
            #expect(tap.firstInput == first * window.stride + k - window.padding)
          }
        }
      }
    }
  }

  private func smallWindows() -> [Window] {
    var windows: [Window] = []
    for kernel in 1...5 {
      for stride in 1...4 {
        for padding in 0..<kernel {
          for rounding in Rounding.allCases {
            windows.append(
              Window(kernel: kernel, stride: stride, padding: padding, rounding: rounding))
          }
        }
      }
    }
    return windows
  }

  private func covers(_ window: Window, _ o: Int, _ i: Int) -> Bool {
    (0..<window.kernel).contains(i - (o * window.stride - window.padding))
  }

  /// Counts windows by placing them one after another: those that end inside the padded map and,
  /// when rounding up, one more if something is left over and it would start on the map.
  private func countedOutputs(_ window: Window, input: Int) -> Int {
    let far = input + window.padding
    var (start, count) = (-window.padding, 0)
    while start + window.kernel <= far {
      count += 1
      start += window.stride
    }
    let end = start - window.stride + window.kernel
    return window.rounding == .ceil && end < far && start < input ? count + 1 : count
  }
}
