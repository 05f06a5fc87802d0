/// One row of a table that another library prints for a network.
public struct LibraryRow: Hashable, Sendable {
  /// The name that the library gives the layer: `Conv2d-1`, `conv2d_1`.
  public let name: String
  /// The library's class: `Conv2d`, `Conv2D`. Layers that the library lacks get this project's name
  /// for them.
  public let type: String
  /// The sizes of the output after the batch, in the library's order.
  public let output: [Int]
  /// The number of parameters as the library counts them.
  public let parameters: Int
}
