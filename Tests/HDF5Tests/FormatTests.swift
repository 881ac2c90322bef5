import Foundation
import HDF5
import Testing

/// The bytes: the oldest form of HDF5, the same for the same content, and readable by other tools.
@Suite struct FormatTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A file with one of everything that this module writes.
  private func makeFile(_ name: String) throws -> String {
    let file = try HDF5File.create(at: folder.file(name))
    let root = file.root
    try root.attributes.set("model_config", to: #"{"class_name": "Sequential"}"#)
    try root.attributes.set("long", to: String(repeating: "x", count: 70_000))
    try root.attributes.set("descent_format", to: Int64(0))
    try root.attributes.set("rate", to: Float(0.5))
    try root.attributes.set("layer_names", to: ["dense", "größe"])
    let kernel = try root.write(
      [1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3], to: "layers/dense/vars/0")
    try kernel.attributes.set("unit", to: "none")
    try root.link("model_weights/dense/kernel", to: kernel)
    try root.write(Int32(42), to: "optimizer/vars/0")
    try root.write([UInt64.max, 1], to: "counts")
    try root.write(["red", "green"], to: "classes")
    try root.write([] as [Float], to: "none")
    for index in 0..<40 { try root.write(Double(index), to: "many/\(index)") }
    try file.close()
    return folder.file(name)
  }

  private func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test func superblockIsOfTheOldestVersion() throws {
    let content = try bytes(makeFile("file.h5"))
    #expect(content.prefix(8) == Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]))
    #expect(content[8] == 0)
    // Offsets and lengths of 8 bytes.
    #expect(content[13] == 8 && content[14] == 8)
    // The end of the file as the superblock tells it.
    let end = content[40..<48].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(end == content.count)
  }

  @Test func onlyOldStructuresAreUsed() throws {
    let content = try bytes(makeFile("file.h5"))
    for signature in ["TREE", "HEAP", "SNOD", "GCOL"] {
      #expect(content.range(of: Data(signature.utf8)) != nil, "\(signature)")
    }
    // Object headers, B-trees, fractal heaps and shared messages of later versions.
    for signature in ["OHDR", "OCHK", "BTHD", "BTLF", "FRHP", "FHDB", "SMTB", "FADB", "EADB"] {
      #expect(content.range(of: Data(signature.utf8)) == nil, "\(signature)")
    }
  }

  /// An attribute's message: version, 0, three sizes of 2 bytes, the name with its NUL.
  @Test(arguments: ["model_config", "long", "descent_format", "rate", "layer_names", "unit"])
  func attributesAreOfTheOldestVersion(name: String) throws {
    let content = try bytes(makeFile("file.h5"))
    let size = UInt8(name.utf8.count + 1)
    let messages = content.ranges(of: Data(name.utf8) + [0]).count { range in
      let start = range.lowerBound - 8
      return start >= 0 && content[start] == 1 && content[start + 2] == size
    }
    #expect(messages == 1)
  }

  @Test func equalContentGivesEqualBytes() async throws {
    let first = try bytes(makeFile("first.h5"))
    // Times in the file would be whole seconds.
    try await Task.sleep(for: .milliseconds(1100))
    let second = try bytes(makeFile("second.h5"))
    #expect(first == second)
  }

  @Test func h5dumpReadsIt() throws {
    let path = try makeFile("file.h5")
    let header = try run("h5dump", ["-B", "-p", "-H", path])
    #expect(header.contains("SUPERBLOCK_VERSION 0"))
    #expect(header.contains("HARDLINK"))
    #expect(!header.contains("CHUNKED") && !header.contains("COMPACT"))
    let kernel = try run("h5dump", ["-y", "-w", "0", "-d", "/model_weights/dense/kernel", path])
    #expect(kernel.contains("H5T_IEEE_F32LE"))
    #expect(kernel.contains("( 2, 3 ) / ( 2, 3 )"))
    #expect(kernel.contains("1, 2, 3,"))
    #expect(kernel.contains("4, 5, 6"))
    let iteration = try run("h5dump", ["-y", "-d", "/optimizer/vars/0", path])
    #expect(iteration.contains("H5T_STD_I32LE") && iteration.contains("SCALAR"))
    #expect(iteration.contains("42"))
    #expect(try run("h5dump", ["-y", "-d", "/counts", path]).contains("18446744073709551615, 1"))
    #expect(try run("h5dump", ["-y", "-d", "/classes", path]).contains(#""red\000\000", "green""#))
    let names = try run("h5dump", ["-y", "-a", "/layer_names", path])
    #expect(names.contains("H5T_CSET_UTF8") && names.contains("H5T_STR_NULLPAD"))
    #expect(names.contains("dense"))
    #expect(try run("h5dump", ["-y", "-a", "/long", path]).contains("STRSIZE H5T_VARIABLE"))
  }
}
