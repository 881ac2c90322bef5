import CHDF5

/// What libhdf5 reads from and writes to through ``FileDriver``, in place of a file of the system's.
protocol DrivenFile: AnyObject {
  /// Whether it may be written to.
  var isWritable: Bool { get }
  /// How many bytes there are.
  var end: UInt64 { get }
  /// Fills a buffer with the bytes from an address on.
  func read(
    at address: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(HDF5Error)
  /// Takes bytes from an address on. Only called where it is writable.
  func write(_ bytes: UnsafeRawBufferPointer, at address: UInt64)
  /// Makes it that many bytes long. Only called where it is writable.
  func resize(to end: UInt64)
}

/// The file driver by which libhdf5 gets at what is no file of the system's.
enum FileDriver {
  /// What libhdf5 knows of an open file: its own part, which it wants first, and ours.
  private struct OpenFile {
    var library = H5FD_t()
    var file: any DrivenFile
    var endOfAllocation: haddr_t = 0

    static func of(_ pointer: UnsafePointer<H5FD_t>?) -> UnsafeMutablePointer<OpenFile> {
      guard let pointer else { preconditionFailure("libhdf5 asks about no file") }
      return UnsafeMutableRawPointer(mutating: pointer).assumingMemoryBound(to: OpenFile.self)
    }
  }

  /// Has libhdf5 open or create a file through the driver. The library must be locked.
  ///
  /// - Parameter body: Opens it with the properties, in which the driver is then set.
  static func open(
    _ file: any DrivenFile, _ properties: hid_t, _ operation: Operation,
    _ body: () -> hid_t
  ) throws(HDF5Error) -> hid_t {
    let driver = try operation.check(id)
    var file = file
    let opened = withUnsafeMutablePointer(to: &file) { pointer -> hid_t in
      var context = UnsafeMutableRawPointer(pointer)
      let status = H5Pset_driver(properties, driver, &context)
      return status < 0 ? hid_t(status) : body()
    }
    return try operation.check(opened)
  }

  private static let id: hid_t = {
    var driver = H5FD_class_t()
    chdf5_identify_driver(&driver)
    driver.maxaddr = haddr_t(Int64.max)
    // The property is the address of the file.
    driver.fapl_size = MemoryLayout<UnsafeMutableRawPointer>.size
    driver.open = { _, flags, properties, _ in
      guard let context = H5Pget_driver_info(properties)?.load(as: UnsafeMutableRawPointer.self)
      else { return nil }
      let file = context.load(as: (any DrivenFile).self)
      let writes = flags & (chdf5_read_write() | chdf5_truncate()) != 0
      guard file.isWritable || !writes else { return nil }
      let opened = UnsafeMutablePointer<OpenFile>.allocate(capacity: 1)
      opened.initialize(to: OpenFile(file: file))
      return UnsafeMutableRawPointer(opened).assumingMemoryBound(to: H5FD_t.self)
    }
    driver.close = { pointer in
      let opened = OpenFile.of(pointer)
      opened.deinitialize(count: 1)
      opened.deallocate()
      return 0
    }
    driver.query = { pointer, flags in
      // As the library's own driver for files does: small things are put together in blocks. It asks about no file too.
      let isWritable = pointer.map { OpenFile.of($0).pointee.file.isWritable } ?? false
      flags?.pointee =
        isWritable
        ? UInt(H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA)
          | UInt(H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_AGGREGATE_SMALLDATA) : 0
      return 0
    }
    driver.get_eoa = { pointer, _ in OpenFile.of(pointer).pointee.endOfAllocation }
    driver.set_eoa = { pointer, _, address in
      OpenFile.of(pointer).pointee.endOfAllocation = address
      return 0
    }
    driver.get_eof = { pointer, _ in haddr_t(OpenFile.of(pointer).pointee.file.end) }
    driver.read = { pointer, _, _, address, count, buffer in
      let buffer = UnsafeMutableRawBufferPointer(start: buffer, count: count)
      let file = OpenFile.of(pointer).pointee.file
      return (try? file.read(at: UInt64(address), into: buffer)) == nil ? -1 : 0
    }
    driver.write = { pointer, _, _, address, count, bytes in
      let file = OpenFile.of(pointer).pointee.file
      guard file.isWritable else { return -1 }
      file.write(UnsafeRawBufferPointer(start: bytes, count: count), at: UInt64(address))
      return 0
    }
    driver.truncate = { pointer, _, _ in
      let opened = OpenFile.of(pointer)
      if opened.pointee.file.isWritable {
        opened.pointee.file.resize(to: UInt64(opened.pointee.endOfAllocation))
      }
      return 0
    }
    return H5FDregister(&driver)
  }()
}
