import Testing

@testable import Training

/// The folder of trained networks, and their cards.
@Suite struct ShippedNetworkTests {
  @Test(
    arguments: [
      ([], nil), (["b"], "b"), (["b", "a"], nil), (["b", "alexnet32"], "alexnet32"),
    ] as [([String], String?)])
  func standard(_ names: [String], _ expected: String?) throws {
    let folder = try Folder()
    for name in names { try folder.write([], to: name + ".safetensors") }
    for other in ["a.md", ".c.safetensors", "notes.txt"] { try folder.write([], to: other) }
    let shipped = ShippedNetworks(folder: folder.path)
    #expect(shipped.names == names.sorted() && shipped.standard == expected)
    for name in names { #expect(shipped.path(of: name) == folder("\(name).safetensors")) }
    #expect(shipped.path(of: "zzz") == nil && shipped.path(of: ".c") == nil)
  }

  @Test func withoutFolder() {
    let shipped = ShippedNetworks(folder: "/nonexistent/Trained")
    #expect(shipped.names.isEmpty && shipped.standard == nil)
  }

  @Test func readsCards() throws {
    let folder = try Folder()
    try folder.write([], to: "a.safetensors")
    let text = """
      # a

      About it.

      | | |
      |---|---|
      | network | `small` |
      | test error, single crop |  20.13%  |
      | broken |
      | SHA-256 | `00ff` |

      | class | right |
      |---|---|
      | network | other |
      """
    try folder.write(Array(text.utf8), to: "a.md")
    let shipped = ShippedNetworks(folder: folder.path)
    #expect(
      shipped.card(of: "a")?.facts == [
        "network": "small", "test error, single crop": "20.13%", "SHA-256": "00ff",
      ])
    #expect(shipped.card(of: "b") == nil)
    try folder.write(Array("no table".utf8), to: "a.md")
    #expect(shipped.card(of: "a") == nil)
  }
}
