/// A number to this many significant digits.
package func number(_ value: Double, _ digits: Int = 6) -> String {
  NumberFormat.format(value, significant: digits)
}

/// A Float to this many significant digits.
package func number(_ value: Float, _ digits: Int = 6) -> String { number(Double(value), digits) }

/// A number with its sign, + included: for the terms of a sum.
package func signed(_ value: Double, _ digits: Int = 6) -> String {
  (value >= 0 ? "+" : "") + number(value, digits)
}

/// `0, 44, 97`
package func coordinates(_ index: some Sequence<Int>) -> String {
  index.map(String.init).joined(separator: ", ")
}

/// `40…50`, or `40` for a range of one.
package func span(_ range: Range<Int>) -> String {
  let ends = range.count == 1 ? [range.lowerBound] : [range.lowerBound, range.upperBound - 1]
  return ends.map { number(Double($0)) }.joined(separator: "…")
}
