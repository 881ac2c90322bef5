import CHDF5
import Foundation

/// An open HDF5 file.
///
/// Files are written in the oldest and most widely read form of HDF5 (superblock 0, symbol tables, contiguous
/// data) and without times, so that equal content gives equal bytes. One file may be used from several
/// threads: every call takes the same lock.
///
/// Close what was written with ``close()``, which is where the last failed write shows. A file that is
/// let go without it is closed too, but then nobody learns of a failure.
public final class HDF5File: Sendable {
  /// The path it was opened by.
  public let path: String

  /// Where it is put together, if that is in memory.
  let image: HDF5Image?
  private let isWritable: Bool
  // Both change only while the library is locked.
  nonisolated(unsafe) private var id: hid_t?
  nonisolated(unsafe) private var openObjects: Set<hid_t> = []

  private init(id: hid_t, path: String, isWritable: Bool, image: HDF5Image? = nil) {
    self.id = id
    self.path = path
    self.image = image
    self.isWritable = isWritable
  }

  deinit {
    try? close()
  }

  /// Creates an empty file, replacing one that is there.
  ///
  /// - Parameters:
  ///   - path: Where. A path that names something other than a regular file is refused.
  ///   - exclusive: Whether a file that is already there is an error instead.
  /// - Throws: ``HDF5Error`` if the file cannot be created.
  public static func create(
    at path: String, exclusive: Bool = false
  ) throws(HDF5Error) -> HDF5File {
    let operation = Operation(verb: "create the file", file: path, object: nil)
    try checkPath(path, mustExist: false, operation)
    return try Library.locked { () throws(HDF5Error) -> HDF5File in
      let creation = try creationProperties(operation)
      defer { H5Pclose(creation) }
      let access = try accessProperties(operation)
      defer { H5Pclose(access) }
      let flags = exclusive ? chdf5_exclusive() : chdf5_truncate()
      let id = try operation.check(H5Fcreate(path, flags, creation, access))
      return HDF5File(id: id, path: path, isWritable: true)
    }
  }

  /// Creates a file that is put together in memory.
  ///
  /// - Parameter image: An empty image, which is complete once the file is closed.
  /// - Throws: ``HDF5Error`` if the library fails.
  public static func create(_ image: HDF5Image) throws(HDF5Error) -> HDF5File {
    let operation = Operation(verb: "create the file", file: image.name, object: nil)
    return try Library.locked { () throws(HDF5Error) -> HDF5File in
      let creation = try creationProperties(operation)
      defer { H5Pclose(creation) }
      let access = try accessProperties(operation)
      defer { H5Pclose(access) }
      let id = try FileDriver.open(image, access, operation) {
        H5Fcreate(image.name, chdf5_truncate(), creation, access)
      }
      return HDF5File(id: id, path: image.name, isWritable: true, image: image)
    }
  }

  /// Opens an existing file for reading, after every byte that libhdf5 may act on has been checked.
  ///
  /// - Throws: ``HDF5Error`` if there is no such file, if it is not a regular file, if it is damaged, or if it has
  ///   what is not read (``HDF5Error/isForeign``).
  public static func open(at path: String) throws(HDF5Error) -> HDF5File {
    try open(HDF5Input(path: path))
  }

  /// Opens what has been opened already, or is in memory, in the same way.
  ///
  /// - Throws: As ``open(at:)``.
  public static func open(_ input: HDF5Input) throws(HDF5Error) -> HDF5File {
    let file = try FileValidator.validate(input)
    let operation = Operation(verb: "open the file", file: input.path, object: nil)
    return try Library.locked { () throws(HDF5Error) -> HDF5File in
      let properties = try accessProperties(operation)
      defer { H5Pclose(properties) }
      let id = try FileDriver.open(file, properties, operation) {
        H5Fopen(input.path, chdf5_read_only(), properties)
      }
      return HDF5File(id: id, path: input.path, isWritable: false)
    }
  }

  /// Opens an existing file as libhdf5 does, unchecked: for a process that may crash and be killed, and nothing
  /// else. See ``PlainCopy``.
  static func openUnchecked(at path: String) throws(HDF5Error) -> HDF5File {
    let operation = Operation(verb: "open the file", file: path, object: nil)
    try checkPath(path, mustExist: true, operation)
    return try Library.locked { () throws(HDF5Error) -> HDF5File in
      let properties = try accessProperties(operation)
      defer { H5Pclose(properties) }
      let id = try operation.check(H5Fopen(path, chdf5_read_only(), properties))
      return HDF5File(id: id, path: path, isWritable: false)
    }
  }

  /// The root group, under which everything is. Using it after ``close()`` throws.
  public var root: HDF5Group {
    HDF5Group(node: Library.locked { Node(rootOf: self, id: id ?? -1) })
  }

  /// Whether the file is still open.
  public var isOpen: Bool { Library.locked { id != nil } }

  /// Hands everything written so far to the operating system.
  ///
  /// - Throws: ``HDF5Error`` if it cannot be written, or if the file is closed.
  public func flush() throws(HDF5Error) {
    let operation = Operation(verb: "write the file", file: path, object: nil)
    try Library.locked { () throws(HDF5Error) in
      guard let id else { throw operation.failure("the file has been closed") }
      try operation.check(H5Fflush(id, H5F_SCOPE_GLOBAL))
    }
  }

  /// Closes the file and every object of it, handing what was written to the operating system.
  ///
  /// The file counts as closed even if this throws. Closing twice does nothing.
  ///
  /// - Throws: ``HDF5Error`` if something could not be written: the file is then incomplete.
  ///   ``HDF5Error/isOutOfSpace`` tells a full disk.
  public func close() throws(HDF5Error) {
    let operation = Operation(verb: "finish writing the file", file: path, object: nil)
    try Library.locked { () throws(HDF5Error) in
      guard let id else { return }
      for object in openObjects { H5Idec_ref(object) }
      openObjects = []
      self.id = nil
      // The first failure tells the cause; what closing says after it is only a consequence.
      var failure: HDF5Error?
      if isWritable, H5Fflush(id, H5F_SCOPE_GLOBAL) < 0 { failure = operation.libraryFailure() }
      if H5Fclose(id) < 0, failure == nil { failure = operation.libraryFailure() }
      if let failure { throw failure }
    }
  }

  /// What is done to an object of this file, for errors.
  func operation(_ verb: String, _ object: String) -> Operation {
    Operation(verb: verb, file: path, object: object)
  }

  /// How many bytes the file has, counting what is still to be written to it. The library must be locked.
  func byteCount(_ operation: Operation) throws(HDF5Error) -> UInt64 {
    guard let id else { throw operation.failure("the file has been closed") }
    var size: hsize_t = 0
    try operation.check(H5Fget_filesize(id, &size))
    return UInt64(size)
  }

  /// Notes an object that has to be closed before the file.
  func register(_ object: hid_t) {
    openObjects.insert(object)
  }

  /// Closes an object, unless the file has done so.
  func release(_ object: hid_t) {
    Library.locked {
      if openObjects.remove(object) != nil { H5Idec_ref(object) }
    }
  }

  /// Refuses what the library would misread (a NUL) or block on (a pipe).
  private static func checkPath(
    _ path: String, mustExist: Bool, _ operation: Operation
  ) throws(HDF5Error) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw operation.failure("a path must not be empty or contain a NUL character")
    }
    var information = stat()
    guard stat(path, &information) == 0 else {
      let code = errno
      if code == ENOENT, !mustExist { return }
      throw operation.failure(String(cString: strerror(code)), systemError: code)
    }
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw operation.failure("it is not a regular file")
    }
  }

  /// How files are made: without times. To be closed by the caller.
  private static func creationProperties(_ operation: Operation) throws(HDF5Error) -> hid_t {
    try operation.made(H5Pcreate(chdf5_file_create()), closedBy: H5Pclose) {
      H5Pset_obj_track_times($0, false) >= 0
    }
  }

  private static func accessProperties(_ operation: Operation) throws(HDF5Error) -> hid_t {
    // With an object left open, closing would otherwise be put off without a word.
    try operation.made(H5Pcreate(chdf5_file_access()), closedBy: H5Pclose) {
      H5Pset_fclose_degree($0, H5F_CLOSE_SEMI) >= 0
    }
  }
}
