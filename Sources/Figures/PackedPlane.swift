import Basics
import Foundation
import TensorFiles

/// The Floats of one plane as text for the figure's script, in the shortest of three exact forms: all of
/// them; a table of the different ones with a byte for each element; a bit for each element with the Floats
/// that aren't 0. `figure.js` unpacks them.
struct PackedPlane {
  /// The parts by the names that the script knows, in base64.
  private(set) var parts: [(name: String, text: String)] = []

  /// About how many bytes the plane takes in the page.
  var size: Int { parts.reduce(4) { $0 + $1.name.utf8.count + $1.text.utf8.count + 6 } }

  /// The plane as JSON.
  var json: JSONValue { .object(parts.map { .init(name: $0.name, value: .string($0.text)) }) }

  private init(parts: [(name: String, text: String)]) { self.parts = parts }

  /// These values, packed.
  init(_ values: [Float]) {
    var places: [UInt32: UInt8] = [:]
    var table: [Float] = []
    for value in values {
      guard table.count <= 256 else { break }
      if places[value.bitPattern] == nil {
        if table.count < 256 { places[value.bitPattern] = UInt8(table.count) }
        table.append(value)
      }
    }
    let others = values.filter { $0.bitPattern != 0 }
    let plain = 4 * values.count
    let tabled = table.count <= 256 ? 4 * table.count + values.count : .max
    let masked = (values.count + 7) / 8 + 4 * others.count
    if tabled < plain, tabled <= masked {
      parts = [
        ("table", Self.base64(table)),
        ("places", Data(values.map { places[$0.bitPattern] ?? 0 }).base64EncodedString()),
      ]
    } else if masked < plain {
      var mask = [UInt8](repeating: 0, count: (values.count + 7) / 8)
      for (place, value) in values.enumerated() where value.bitPattern != 0 {
        mask[place >> 3] |= 1 << UInt8(place & 7)
      }
      parts = [("mask", Data(mask).base64EncodedString()), ("values", Self.base64(others))]
    } else {
      parts = [("values", Self.base64(values))]
    }
  }

  /// Values that the script computes itself: only how many Floats each is from the computed one, or nothing
  /// if all are the same. −128 means that the value is further away and is in `others`.
  static func distances(of values: [Float], from computed: [Float]) -> PackedPlane {
    var apart = [Int8](repeating: 0, count: values.count)
    var others: [Float] = []
    for (place, (value, other)) in zip(values, computed).enumerated() {
      let distance = Int(ordinal(value)) - Int(ordinal(other))
      if distance.magnitude <= 127 {
        apart[place] = Int8(distance)
      } else {
        apart[place] = .min
        others.append(value)
      }
    }
    guard apart.contains(where: { $0 != 0 }) else { return PackedPlane(parts: []) }
    let data = Data(apart.map { UInt8(bitPattern: $0) })
    return PackedPlane(parts: [
      ("apart", data.base64EncodedString()), ("others", base64(others)),
    ])
  }

  /// A Float's position among all Floats; −0 comes right before 0.
  private static func ordinal(_ value: Float) -> Int32 {
    let bits = Int32(bitPattern: value.bitPattern)
    return bits ^ ((bits >> 31) & .max)
  }

  /// The bytes of Floats, least significant first.
  private static func base64(_ values: [Float]) -> String {
    var data = Data(capacity: 4 * values.count)
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    return data.base64EncodedString()
  }
}
