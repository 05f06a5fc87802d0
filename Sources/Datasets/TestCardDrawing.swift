// How the test card is drawn, in whole numbers.

extension TestCard {
  /// A wave between 0 and 255 that looks like a sine, at `position` of `period`.
  ///
  /// The half wave is Bhaskara's fraction 16p / (5 − 4p) with p = t(1 − t), t along the half wave,
  /// with an error of less than 1 level.
  static func wave(_ position: Int, period: Int) -> Int {
    let place = ((position % period) + period) % period
    // Along a half wave of `period` steps.
    let t = 2 * place % period
    let p = t * (period - t)
    let height = 16 * p * 127 / (5 * period * period - 4 * p)
    return 2 * place < period ? 128 + height : 127 - height
  }

  /// The colour at `position` on the way through all hues, from red to red in `length` steps.
  static func hue(_ position: Int, of length: Int) -> RGB {
    let turn = min(max(position, 0), length - 1) * 6 * 256 / length
    let rise = UInt8(turn % 256)
    let fall = 255 - rise
    switch turn / 256 {
    case 0: return RGB(255, rise, 0)
    case 1: return RGB(fall, 255, 0)
    case 2: return RGB(0, 255, rise)
    case 3: return RGB(0, fall, 255)
    case 4: return RGB(rise, 0, 255)
    default: return RGB(255, 0, fall)
    }
  }

  /// Writes a word in the middle of the card, its letters five dots wide and seven high.
  static func letter(_ word: String, on card: inout Image, top: Int, scale: Int, color: RGB) {
    let left = (side - (6 * word.count - 1) * scale) / 2
    for (place, character) in word.enumerated() {
      for (row, dots) in (letters[character] ?? []).enumerated() {
        for column in 0..<5 where dots & (0b10000 >> column) != 0 {
          for y in 0..<scale {
            for x in 0..<scale {
              card[top + row * scale + y, left + (6 * place + column) * scale + x] = color
            }
          }
        }
      }
    }
  }

  /// Rows of dots from the top, the leftmost dot in the highest of five bits.
  private static let letters: [Character: [Int]] = [
    "A": [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
    "E": [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
    "L": [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111],
    "N": [0b10001, 0b11001, 0b11001, 0b10101, 0b10011, 0b10011, 0b10001],
    "T": [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
    "X": [0b10001, 0b10001, 0b01010, 0b00100, 0b01010, 0b10001, 0b10001],
    "0": [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
    "1": [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
    "2": [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
  ]
}

extension RGB {
  /// This colour with `share` of `parts` parts of another.
  func mixed(with other: RGB, _ share: Int, of parts: Int) -> RGB {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8((Int(a) * (parts - share) + Int(b) * share + parts / 2) / parts)
    }
    return RGB(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
  }
}
