// The only mathematical function of the C library that a mistake uses.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// x to the power y.
func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
