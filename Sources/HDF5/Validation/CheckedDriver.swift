import CHDF5

/// libhdf5's only way to a file that is read: a file driver that hands out what ``CheckedFile`` lets it see, and
/// writes nothing.
enum CheckedDriver {
  /// What libhdf5 knows of an open file: its own part, which it wants first, and ours.
  private struct OpenFile {
    var library = H5FD_t()
    var file: Unmanaged<CheckedFile>
    var endOfAllocation: haddr_t = 0

    static func of(_ pointer: UnsafePointer<H5FD_t>?) -> UnsafeMutablePointer<OpenFile> {
      guard let pointer else { preconditionFailure("libhdf5 asks about no file") }
      return UnsafeMutableRawPointer(mutating: pointer).assumingMemoryBound(to: OpenFile.self)
    }
  }

  /// Opens a validated file. The library must be locked.
  static func open(_ file: CheckedFile, _ properties: hid_t, _ operation: Operation)
    throws(HDF5Error) -> hid_t
  {
    let driver = try operation.check(id)
    var context = Unmanaged.passUnretained(file).toOpaque()
    try operation.check(H5Pset_driver(properties, driver, &context))
    return try operation.check(H5Fopen(operation.file, chdf5_read_only(), properties))
  }

  private static let id: hid_t = {
    var driver = H5FD_class_t()
    chdf5_identify_driver(&driver)
    driver.maxaddr = haddr_t(Int64.max)
    // The property is the address of the file.
    driver.fapl_size = MemoryLayout<UnsafeMutableRawPointer>.size
    driver.open = { _, flags, properties, _ in
      guard flags & (chdf5_read_write() | chdf5_truncate()) == 0,
        let context = H5Pget_driver_info(properties)?.load(as: UnsafeMutableRawPointer.self)
      else { return nil }
      let file = Unmanaged<CheckedFile>.fromOpaque(context).retain()
      let opened = UnsafeMutablePointer<OpenFile>.allocate(capacity: 1)
      opened.initialize(to: OpenFile(file: file))
      return UnsafeMutableRawPointer(opened).assumingMemoryBound(to: H5FD_t.self)
    }
    driver.close = { pointer in
      let opened = OpenFile.of(pointer)
      opened.pointee.file.release()
      opened.deinitialize(count: 1)
      opened.deallocate()
      return 0
    }
    driver.query = { _, flags in
      flags?.pointee = 0
      return 0
    }
    driver.get_eoa = { pointer, _ in OpenFile.of(pointer).pointee.endOfAllocation }
    driver.set_eoa = { pointer, _, address in
      OpenFile.of(pointer).pointee.endOfAllocation = address
      return 0
    }
    driver.get_eof = { pointer, _ in
      OpenFile.of(pointer).pointee.file._withUnsafeGuaranteedRef { haddr_t($0.end) }
    }
    driver.read = { pointer, _, _, address, count, buffer in
      let buffer = UnsafeMutableRawBufferPointer(start: buffer, count: count)
      return OpenFile.of(pointer).pointee.file._withUnsafeGuaranteedRef { file in
        (try? file.read(at: UInt64(address), into: buffer)) == nil ? -1 : 0
      }
    }
    driver.write = { _, _, _, _, _, _ in -1 }
    return H5FDregister(&driver)
  }()
}
