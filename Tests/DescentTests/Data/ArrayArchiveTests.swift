import Foundation
import HDF5
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData

/// NPZ files that NumPy wrote, and HDF5 files.
@Suite struct ArrayArchiveTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func fixture(_ name: String) -> String {
    repositoryRoot.appending(path: "Tests/Fixtures/arrays/\(name)").path
  }

  /// Both hold x, 6 × 3 of k / 2; y, k % 3; and z, 6 × 2 of -k.
  @Test(arguments: ["stored.npz", "deflated.npz"])
  func numpyArchivesAreRead(name: String) throws {
    let path = fixture(name)
    let data = try Dataset.load(features: path)
    #expect(data.floats == (0..<18).map { Float($0) / 2 })
    #expect(data.shape == [3])
    guard case .classes(let classes, let names)? = data.targets else {
      Issue.record("labels are integers")
      return
    }
    #expect(classes == [0, 1, 2, 0, 1, 2] && names == ["0", "1", "2"])
    let named = try Dataset.load(features: path + ":z", labels: path + ":y")
    #expect(named.floats == (0..<12).map { -Float($0) })
    #expect(try Dataset.load(features: path + ":z").targets == nil)
    let error = #expect(throws: DescentError.self) { try Dataset.load(features: path + ":w") }
    #expect(error?.description.contains("has no array w") ?? false)
    #expect(error?.description.contains("x, y, z") ?? false)
  }

  @Test func hdf5DatasetsAreRead() throws {
    let path = folder.appending(path: "data.h5").path
    let file = try HDF5File.create(at: path)
    try file.root.write([Float](repeating: 0.5, count: 8), shape: [4, 2], to: "features")
    try file.root.write([Int64(1), 0, 1, 0], to: "labels")
    let group = try file.root.createGroup("train")
    try group.write([UInt8](0..<12), shape: [4, 3], to: "x")
    try file.close()
    let data = try Dataset.load(features: path)
    #expect(data.shape == [2] && data.count == 4 && data.targets?.count == 4)
    let other = try Dataset.load(features: path + ":/train/x", labels: path + ":/labels")
    guard case .bytes(let bytes)? = other.features else {
      Issue.record("bytes stay bytes")
      return
    }
    #expect(bytes == [UInt8](0..<12))
    for wrong in [":/nothing", ":/train"] {
      #expect(throws: DescentError.self) { try Dataset.load(features: path + wrong) }
    }
    #expect(throws: DescentError.self) {
      try Dataset.load(features: folder.appending(path: "none.h5").path)
    }
  }

  /// Cut anywhere, or with any byte changed, a file is read as it was or refused; nothing crashes.
  @Test(arguments: ["stored.npz", "deflated.npz"])
  func damagedArchivesAreRefused(name: String) throws {
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture(name))))
    func contents(_ bytes: [UInt8]) -> [[UInt8]]? {
      guard let file = try? FileBytes(name: "damaged", bytes: bytes),
        let archive = try? ZipArchive(file)
      else { return nil }
      let parts = archive.names.map { try? archive.read($0, limit: 1 << 20) }
      return parts.contains(nil) ? nil : parts.compactMap { $0 }
    }
    let expected = try #require(contents(whole))
    #expect(expected.count == 3)
    for length in stride(from: 0, to: whole.count, by: 7) {
      #expect(contents(Array(whole.prefix(length))) == nil)
    }
    var refused = 0
    for place in whole.indices {
      var bytes = whole
      bytes[place] ^= 0xFF
      let found = contents(bytes)
      if found == nil { refused += 1 } else { #expect(found == expected) }
    }
    #expect(refused > whole.count / 4)
  }
}
