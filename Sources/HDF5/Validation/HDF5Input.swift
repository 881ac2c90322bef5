import Foundation
import Synchronization
import SystemCalls

/// The bytes of a file that is to be read: a file that is opened once, or memory.
///
/// Whatever is done with it, the checksum, the validation and the reading, goes to the one descriptor, so that
/// another file under the same name changes nothing.
public final class HDF5Input: Sendable {
  private enum Source {
    case file(Int32)
    case memory([UInt8])
  }

  /// The path, or what the bytes are called in errors.
  public let path: String
  /// How many bytes there are.
  public let byteCount: UInt64
  private let source: Source
  private let lastFailure = Atomic<Int32>(0)

  /// Why the system last could not read it, as an `errno`; nil where it always could. What libhdf5 says of that has no such
  /// number.
  public var readFailure: Int32? {
    let code = lastFailure.load(ordering: .relaxed)
    return code == 0 ? nil : code
  }

  private let changed: timespec

  /// Opens a regular file for reading.
  ///
  /// - Throws: ``HDF5Error`` if there is no such file, if it is not a regular file, or if it cannot be opened.
  public init(path: String) throws(HDF5Error) {
    let operation = Operation(verb: "open the file", file: path, object: nil)
    // A path with a NUL would be cut there on its way to the system.
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw operation.failure("a path must not be empty or contain a NUL character")
    }
    // A pipe without a writer would block.
    let descriptor = SystemCall.open(path, O_RDONLY | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw operation.failure(String(cString: strerror(errno)), systemError: errno)
    }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else {
      let code = errno
      SystemCall.close(descriptor)
      throw operation.failure(String(cString: strerror(code)), systemError: code)
    }
    guard information.st_mode & S_IFMT == S_IFREG else {
      SystemCall.close(descriptor)
      throw operation.failure(
        information.st_mode & S_IFMT == S_IFDIR
          ? "it is a folder" : "it is no file but a device or a pipe")
    }
    self.path = path
    byteCount = UInt64(information.st_size)
    changed = information.st_mtim
    source = .file(descriptor)
  }

  /// Bytes that are in memory already, such as a member of an archive.
  public init(bytes: [UInt8], name: String) {
    path = name
    byteCount = UInt64(bytes.count)
    changed = timespec()
    source = .memory(bytes)
  }

  deinit {
    if case .file(let descriptor) = source { SystemCall.close(descriptor) }
  }

  /// Fills a buffer with the bytes from an offset on.
  ///
  /// - Throws: ``HDF5Error`` if there are not as many or they cannot be read.
  public func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(HDF5Error) {
    let operation = Operation(verb: "read the file", file: path, object: nil)
    switch source {
    case .memory(let bytes):
      guard offset <= byteCount, UInt64(buffer.count) <= byteCount - offset else {
        throw operation.failure("it is cut short: it has \(byteCount) bytes")
      }
      bytes.withUnsafeBytes {
        buffer.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: $0[Int(offset)..<Int(offset) + buffer.count]))
      }
    case .file(let descriptor):
      guard offset <= UInt64(Int64.max) - UInt64(buffer.count) else {
        throw operation.failure("it is cut short: it has \(byteCount) bytes")
      }
      var done = 0
      while done < buffer.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
        let count = SystemCall.read(descriptor, into: rest, at: offset + UInt64(done))
        guard count >= 0 else {
          let code = errno
          lastFailure.store(code, ordering: .relaxed)
          throw operation.failure(String(cString: strerror(code)), systemError: code)
        }
        guard count > 0 else {
          throw operation.failure("it has been cut short while it was read")
        }
        done += count
      }
    }
  }

  /// Whether nobody has written to the file since it was opened, as far as its size and time tell.
  public var isUnchanged: Bool {
    guard case .file(let descriptor) = source else { return true }
    var information = stat()
    return fstat(descriptor, &information) == 0 && UInt64(information.st_size) == byteCount
      && information.st_mtim.tv_sec == changed.tv_sec
      && information.st_mtim.tv_nsec == changed.tv_nsec
  }
}
