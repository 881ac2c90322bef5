import Foundation
import HDF5
import Testing

/// What libhdf5 gets to see of a file: only what the validator has looked at.
@Suite struct ViewTests {
  private let bytes: [UInt8]

  init() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/fuzz/h5py.h5")
    bytes = Array(try Data(contentsOf: file))
  }

  private func view(_ bytes: [UInt8]) throws -> [UInt8] {
    try HDF5Input(bytes: bytes, name: "copy").view()
  }

  private func place(of signature: String) throws -> Int {
    let first = bytes.indices.dropLast(4).first {
      bytes[$0..<$0 + 4].elementsEqual(signature.utf8)
    }
    return try #require(first)
  }

  /// The last bytes of a B-tree's node, a symbol node and a collection of the global heap, none of which is full.
  @Test(arguments: [("TREE", 544), ("SNOD", 328), ("GCOL", 4096)])
  func roomThatIsNotInUseIsHidden(signature: String, size: Int) throws {
    var damaged = bytes
    damaged[try place(of: signature) + size - 1] ^= 0xff
    #expect(try view(damaged) == view(bytes))
  }

  /// A key, the first entry's name, and the first object's content.
  @Test(arguments: [("TREE", 24), ("SNOD", 8), ("GCOL", 32)])
  func whatIsInUseIsShown(signature: String, offset: Int) throws {
    var damaged = bytes
    damaged[try place(of: signature) + offset] ^= 8
    let damagedView = try? view(damaged)
    #expect(try damagedView != view(bytes))
  }
}
