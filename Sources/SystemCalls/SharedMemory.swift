import LibC

/// Zeroed memory that other processes of the same user can read on this machine. It has no name in any folder, and is gone with the
/// last process that has it.
public final class SharedMemory: @unchecked Sendable {
  public let bytes: UnsafeMutableRawBufferPointer
  /// What others find it by, until it is closed.
  public private(set) var descriptor: Int32

  /// Memory of this process's own.
  ///
  /// - Returns: Nil where the system has no such memory, or not as much of it.
  public init?(count: Int) {
    guard count > 0, let descriptor = Self.file() else { return nil }
    // What a file has not got room for would end the process once it is touched.
    guard posix_fallocate(descriptor, 0, off_t(count)) == 0,
      let bytes = Self.map(descriptor, count, PROT_READ | PROT_WRITE)
    else {
      SystemCall.close(descriptor)
      return nil
    }
    (self.bytes, self.descriptor) = (bytes, descriptor)
  }

  /// Another process's, to be read. Whether it is the memory that was meant has to be seen by what stands there.
  ///
  /// - Returns: Nil where the process has none by that descriptor, or not as much, or does not let this one have it.
  public init?(of process: Int32, descriptor: Int32, count: Int) {
    let own = SystemCall.open("/proc/\(process)/fd/\(descriptor)", O_RDONLY)
    guard own >= 0 else { return nil }
    defer { SystemCall.close(own) }
    var status = stat()
    guard fstat(own, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size >= count,
      let bytes = Self.map(own, count, PROT_READ)
    else { return nil }
    (self.bytes, self.descriptor) = (bytes, -1)
  }

  deinit {
    close()
    munmap(bytes.baseAddress, bytes.count)
  }

  /// Lets nobody else find it any more. Who has it keeps it.
  public func close() {
    guard descriptor >= 0 else { return }
    SystemCall.close(descriptor)
    descriptor = -1
  }

  private static func map(
    _ descriptor: Int32, _ count: Int, _ protection: Int32
  ) -> UnsafeMutableRawBufferPointer? {
    guard let base = mmap(nil, count, protection, MAP_SHARED, descriptor, 0), base != MAP_FAILED
    else { return nil }
    return UnsafeMutableRawBufferPointer(start: base, count: count)
  }

  /// A file without a name. The call is Linux's own, and not in every C library's headers.
  private static func file() -> Int32? {
    #if os(Linux)
      typealias Create = @convention(c) (UnsafePointer<CChar>, UInt32) -> Int32
      let closesOnExec: UInt32 = 1
      guard let symbol = dlsym(dlopen(nil, RTLD_LAZY), "memfd_create") else { return nil }
      let descriptor = unsafeBitCast(symbol, to: Create.self)("descent", closesOnExec)
      return descriptor < 0 ? nil : descriptor
    #else
      return nil
    #endif
  }
}
