import Foundation

@testable import Descent
@testable import DescentCore
@testable import DescentData

/// A folder that is there for one test.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "descent-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file in it.
  func path(_ name: String) -> String { url.appending(path: name).path }

  /// Writes a file and gives its path.
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let path = url.appending(path: name).path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
}

func bigEndian(_ number: Int) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}

/// An IDX file.
func idx(type: UInt8, shape: [Int], _ data: [UInt8]) -> [UInt8] {
  [0, 0, type, UInt8(shape.count)] + shape.flatMap(bigEndian) + data
}

/// An NPY file of version 1 with a header as given.
func npy(_ header: String, _ data: [UInt8]) -> [UInt8] {
  let length = header.utf8.count
  return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)]
    + Array(header.utf8) + data
}

/// A gzip file made of one stored block.
func gzip(_ content: [UInt8]) -> [UInt8] {
  precondition(content.count < 65_536)
  var crc: UInt32 = 0xFFFF_FFFF
  for byte in content {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  let littleEndian = { (number: Int, count: Int) in
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
  return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1]
    + littleEndian(content.count, 2) + littleEndian(~content.count, 2) + content
    + littleEndian(Int(~crc), 4) + littleEndian(content.count, 4)
}

func csv(_ text: String, name: String = "table.csv") throws -> FileBytes {
  try FileBytes(name: name, bytes: Array(text.utf8))
}

extension Dataset {
  var floats: [Float] {
    switch features {
    case .bytes(let bytes)?: bytes.map { Float($0) }
    case .floats(let floats)?: floats
    case nil: []
    }
  }

  var classes: [Int32]? {
    if case .classes(let indices, _)? = targets { return indices }
    return nil
  }

  var targetValues: [Float]? {
    if case .values(let values, _)? = targets { return values }
    return nil
  }

  var targetNames: [String]? {
    switch targets {
    case .classes(_, let names), .values(_, let names): names
    case nil: nil
    }
  }
}

/// The error of a body that has to throw one.
func failure(_ body: () throws -> some Any) -> DescentError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? DescentError
  }
}
