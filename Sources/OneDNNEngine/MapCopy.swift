#if OneDNN
  import COneDNN

  /// A copy of a map in another layout.
  final class MapCopy {
    let copy: Buffer
    private let inward: Operation
    private let outward: Operation

    /// Nil if the map already has that layout.
    init?(_ value: Value, block: Int32) throws(EngineFailure) {
      let map = value.map
      guard map.block != block else { return nil }
      func layout(_ block: Int32) -> Layout {
        Layout(dn_layout_map(map.n, map.c, map.h, map.w, block))!
      }
      let (from, to) = (layout(map.block), layout(block))
      copy = try to.buffer()
      inward = from.reorder(to: to)
      outward = to.reorder(to: from)
    }

    func into(from buffer: Buffer) throws(EngineFailure) {
      inward.set(dn_source, buffer)
      inward.set(dn_destination, copy)
      try inward.run()
    }

    func out(to buffer: Buffer) throws(EngineFailure) {
      outward.set(dn_source, copy)
      outward.set(dn_destination, buffer)
      try outward.run()
    }
  }
#endif
