import Foundation
import HDF5
import Testing

/// Damaged copies over which libhdf5 crashed once it saw them, each found by `fuzz-files`.
@Suite struct FuzzFindingsTests {
  /// The integers that an enumeration names, of version 9, and of version 0.
  @Test(arguments: [0x90, 0x00] as [UInt8])
  func anEnumerationOfAnotherVersion(byte: UInt8) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/fuzz/h5py.h5")
    var bytes = Array(try Data(contentsOf: file))
    #expect(Array(bytes[1096..<1100]) == Array("flag".utf8))
    #expect(bytes[1112] == 0x10)
    bytes[1112] = byte
    let error = #expect(throws: HDF5Error.self) {
      try HDF5File.open(HDF5Input(bytes: bytes, name: "copy"))
    }
    #expect(error?.message.contains("integers of another version") == true, "\(error as Any)")
  }
}
