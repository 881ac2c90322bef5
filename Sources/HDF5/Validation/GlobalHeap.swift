/// A collection of the global heap, where strings of varying length are (III.E).
struct GlobalHeap {
  private static let minimumSize = 4096

  /// The size of every object, by its number.
  private var sizes: [Int: Int] = [:]
  /// The largest number of an object; libhdf5 has a table of as many.
  private(set) var largestIndex = 0

  init(at address: UInt64, _ map: inout FileMap) throws(FormatFault) {
    let name = "a collection of the global heap"
    var header = try map.structure(at: address, count: 16, name: name)
    try header.require(signature: "GCOL", version: 1)
    try header.skip(3)
    let size = try header.long()
    guard size >= Self.minimumSize, size % 8 == 0, let count = Int(exactly: size) else {
      throw .damaged("\(name) has \(size) bytes", at: address)
    }
    var fields = try map.structure(at: address + 16, count: count - 16, name: name)
    // What is too little for an object's header is free.
    while fields.remaining >= 16 {
      let start = fields.address
      let left = fields.remaining
      let index = try fields.short()
      try fields.skip(6)
      let size = try fields.long()
      if index == 0 {
        // Free space, which counts its own header, up to the end.
        guard size == UInt64(left) else {
          throw .damaged("the free space of \(name) has \(size) bytes", at: start)
        }
        map.clear(fields.remaining, from: fields.address)
        return
      }
      guard size <= UInt64(fields.remaining), Int(size).padded <= fields.remaining else {
        throw .damaged("an object of \(name) runs beyond it", at: start)
      }
      guard sizes.updateValue(Int(size), forKey: index) == nil else {
        throw .damaged("\(name) has two objects of the number \(index)", at: start)
      }
      largestIndex = max(largestIndex, index)
      try fields.skip(Int(size).padded)
    }
  }

  /// Requires an object of a number and a size: libhdf5 trusts both.
  func check(index: Int, size: Int, at address: UInt64) throws(FormatFault) {
    guard sizes[index] == size else {
      throw .damaged("a string leads to no object of its length in the global heap", at: address)
    }
  }
}
