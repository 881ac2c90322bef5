import Foundation
import SystemCalls

/// A file of events, written record by record: what the program has written when it is killed is there, whole but for
/// the last record at worst, which readers pass over.
///
/// A record is the length of its content (8 bytes, little-endian), the masked CRC-32C of these, the content, and the
/// masked CRC-32C of that: TFRecord, https://www.tensorflow.org/tutorials/load_data/tfrecord.
package final class EventFile {
  private var path: String
  /// Whether it has the name that it is read by.
  private var isComplete = false
  private let descriptor: Int32
  /// Bytes of the records that are complete.
  private var length = 0
  /// Records that are still to be written.
  private var pending: [UInt8] = []

  /// Creates a file; it is there for good once `move` has given it its name.
  /// - Throws: `cannotCreate`.
  package init(creating path: String) throws(DescentError) {
    self.path = path
    descriptor = SystemCall.create(path)
    guard descriptor >= 0 else {
      throw DescentError(system: errno, "cannot be created", at: path, creating: true)
    }
  }

  deinit {
    SystemCall.close(descriptor)
    if !isComplete { SystemCall.remove(path) }
  }

  /// Adds an event, which `flush` writes.
  package func add(_ event: TensorBoardEvent) {
    add(record: event.message.pieces.reduce(into: []) { $0 += $1 })
  }

  /// Adds a record as it is.
  package func add(record: some Collection<UInt8>) {
    let content = Array(record)
    let length = Self.bytes(UInt64(content.count))
    pending += length + Self.bytes(Self.checksum(length)) + content
    pending += Self.bytes(Self.checksum(content))
  }

  /// Writes what has been added since the last time.
  ///
  /// - Throws: `inputOutput`; the file then ends with the record it ended with, and the next call tries again.
  package func flush() throws(DescentError) {
    let (written, error) = pending.withUnsafeBytes {
      SystemCall.writeAll(descriptor, $0, at: UInt64(length))
    }
    guard error == 0 else {
      _ = SystemCall.truncate(descriptor, to: UInt64(length))
      throw DescentError(system: error, "cannot be written", at: path)
    }
    length += written
    pending.removeAll(keepingCapacity: true)
  }

  /// Gives the complete file its name, once everything in it is on the disk.
  package func move(to path: String) throws(DescentError) {
    guard SystemCall.sync(descriptor) == 0 else {
      throw DescentError(system: errno, "cannot be written", at: self.path)
    }
    try AtomicFile.move(self.path, to: path)
    self.path = path
    isComplete = true
  }

  /// The contents of a file's records, up to the first that is not whole; none where it cannot be read.
  static func records(of path: String) -> [ArraySlice<UInt8>] {
    guard let file = try? FileBytes(contentsOf: path) else { return [] }
    var rest = file.bytes[...]
    var records: [ArraySlice<UInt8>] = []
    while rest.count >= 16 {
      let head = rest.prefix(8)
      guard let count = Int(exactly: number(head)), count <= rest.count - 16,
        number(rest.dropFirst(8).prefix(4)) == UInt64(checksum(head))
      else { break }
      let content = rest.dropFirst(12).prefix(count)
      guard number(rest.dropFirst(12 + count).prefix(4)) == UInt64(checksum(content)) else { break }
      records.append(content)
      rest = rest.dropFirst(16 + count)
    }
    return records
  }

  /// A checksum that a sum over other checksums does not meet again by chance.
  private static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc = CRC32C()
    Array(bytes).withUnsafeBytes { crc.update($0) }
    return (crc.value >> 15 | crc.value << 17) &+ 0xa282_ead8
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
