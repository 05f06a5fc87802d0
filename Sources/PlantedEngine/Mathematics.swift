// The one function of the C library's mathematics that a mistake takes.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// x to the power y.
func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
