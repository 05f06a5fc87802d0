import Basics
import Testing

@Suite struct MemoryTests {
  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (2048, "2 KiB"), (640 << 20, "640 MiB"), (1 << 30, "1.0 GiB"),
    (1_395_864_371, "1.3 GiB"), (.max, "8589934592.0 GiB"),
  ])
  func words(_ bytes: Int, _ expected: String) {
    #expect("\(ByteCount(bytes))" == expected)
  }

  @Test func sumsDoNotOverflow() {
    #expect(ByteCount(floats: .max) == ByteCount(.max))
    #expect(ByteCount(.max) + ByteCount(1) == ByteCount(.max))
  }

  @Test func rejectsMoreThanAvailable() throws {
    try Memory.require(ByteCount(1), for: "a byte", hint: "")
    #if os(Linux)
      #expect(try #require(Memory.available).bytes > 0)
      let error = #expect(throws: MemoryShortage.self) {
        try Memory.require(ByteCount(.max), for: "everything", hint: "take less")
      }
      #expect(error?.message.hasPrefix("everything takes about 8589934592.0 GiB of memory") == true)
      #expect(error?.kind == .resource && error?.hint == "take less")
    #endif
  }
}
