// The system's C library, by one name on every system. Swift can hand on an import in no other way than
// by this attribute; Foundation and Dispatch hand on the C library by it too.
#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import Musl
#elseif canImport(Darwin)
  @_exported import Darwin
#endif
