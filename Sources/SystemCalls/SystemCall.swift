import LibC

// The system's own calls. Within the type below its functions hide those of the same name.
private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
  open(path, flags, mode)
}
private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func systemRead(
  _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int
) -> Int {
  read(descriptor, bytes, count)
}
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
private func systemRename(_ path: String, _ other: String) -> Int32 { rename(path, other) }
private func systemLink(_ path: String, _ other: String) -> Int32 { link(path, other) }

/// The system's calls on files, each made again where a signal interrupted it.
///
/// They return what the system's do: a negative number where they fail, and `errno` then says why. It is `EINVAL` for a path
/// with a NUL: the system would take what stands before that, and another file than was named.
public enum SystemCall {
  public static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o666) -> Int32 {
    repeating(path) { systemOpen(path, flags | O_CLOEXEC, mode) }
  }

  /// Creates a file to be written.
  ///
  /// What was of that name loses it, and keeps its bytes: it may have other names.
  public static func create(_ path: String) -> Int32 {
    remove(path)
    return open(path, O_WRONLY | O_CREAT | O_EXCL)
  }

  /// Closes a descriptor. This call alone is not made again: the descriptor is free already, and may be another's by then.
  ///
  /// What is to be on the disk is synced before, so that nothing is left to fail.
  public static func close(_ descriptor: Int32) {
    _ = systemClose(descriptor)
  }

  /// Reads what there is, up to the buffer's length, at an offset or where the descriptor stands.
  public static func read(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64? = nil
  ) -> Int {
    repeating {
      guard let offset else { return systemRead(descriptor, buffer.baseAddress, buffer.count) }
      return pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
    }
  }

  /// Writes all bytes, at an offset or where the descriptor stands.
  ///
  /// - Returns: How many were written, and the number of the error that kept it from the rest, or 0.
  public static func writeAll(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: UInt64? = nil
  ) -> (count: Int, error: Int32) {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = repeating { write(descriptor, rest, at: offset.map { $0 + UInt64(done) }) }
      if count < 0 { return (done, errno) }
      // A device that takes nothing and does not say why would be asked for ever.
      if count == 0 { return (done, EIO) }
      done += count
    }
    return (done, 0)
  }

  private static func write(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: UInt64?
  ) -> Int {
    guard let offset else { return systemWrite(descriptor, bytes.baseAddress, bytes.count) }
    return pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
  }

  /// Brings a file, or a folder's names, to the disk.
  public static func sync(_ descriptor: Int32) -> Int32 { repeating { fsync(descriptor) } }

  public static func truncate(_ descriptor: Int32, to length: UInt64) -> Int32 {
    repeating { ftruncate(descriptor, off_t(length)) }
  }

  public static func rename(_ path: String, to other: String) -> Int32 {
    repeating(path, other) { systemRename(path, other) }
  }

  /// Gives a file another name.
  public static func link(_ path: String, as other: String) -> Int32 {
    repeating(path, other) { systemLink(path, other) }
  }

  /// Removes a name.
  @discardableResult
  public static func remove(_ path: String) -> Int32 { repeating(path) { unlink(path) } }

  /// Makes a folder, unless there is something of that name.
  public static func makeFolder(_ path: String) -> Int32 { repeating(path) { mkdir(path, 0o777) } }

  /// Removes a folder in which nothing is.
  @discardableResult
  public static func removeFolder(_ path: String) -> Int32 { repeating(path) { rmdir(path) } }

  /// Locks a file against others.
  ///
  /// - Parameter waits: whether to wait for another's lock; it is `EWOULDBLOCK` otherwise.
  public static func lock(_ descriptor: Int32, waits: Bool = false) -> Int32 {
    repeating { flock(descriptor, LOCK_EX | (waits ? 0 : LOCK_NB)) }
  }

  private static func repeating(_ paths: String..., call: () -> Int32) -> Int32 {
    guard !paths.contains(where: { $0.utf8.contains(0) }) else {
      errno = EINVAL
      return -1
    }
    return repeating(call)
  }

  private static func repeating<Result: FixedWidthInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }
}
