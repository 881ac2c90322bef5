import LibC

/// An MPI library that is loaded while the program runs, and the few of its calls that are used here.
///
/// Nothing has to be there when the program is built: neither a header nor a library. What a header would say is this. All
/// implementations descend from one of two, and differ in what their handles are: Open MPI's are the addresses of objects that
/// the library exports by name, MPICH's (and those of all that have its binary interface, such as Intel MPI and MVAPICH) are
/// 32-bit numbers. A handle is passed as a machine word here, of which a callee that takes a number reads the lower half.
public final class MPILibrary: @unchecked Sendable {
  /// Whose handles a library has.
  public enum Family: String, Sendable, CaseIterable {
    case openMPI = "Open MPI"
    case mpich = "MPICH"

    /// The files that such a library is in.
    public var files: [String] {
      switch self {
      case .openMPI: ["libmpi.so.40", "libmpi.so"]
      case .mpich: ["libmpi.so.12", "libmpich.so.12", "libmpi.so", "libmpich.so"]
      }
    }
  }

  typealias Handle = UInt
  private typealias Pointer = UnsafeMutableRawPointer

  public let file: String
  public let family: Family
  let world: Handle
  let bytes: Handle
  let returnsErrors: Handle
  /// The bytes of a request.
  let requestSize: Int
  let anySource: Int32
  /// What stands for a status, or several, that nobody wants.
  let noStatus: UnsafeMutableRawPointer?

  let initialize:
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<Int32>
    ) -> Int32
  let finalize: @convention(c) () -> Int32
  let commRank: @convention(c) (Handle, UnsafeMutablePointer<Int32>) -> Int32
  let commSize: @convention(c) (Handle, UnsafeMutablePointer<Int32>) -> Int32
  let setErrorHandler: @convention(c) (Handle, Handle) -> Int32
  let errorString:
    @convention(c) (Int32, UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32
  let libraryVersion:
    @convention(c) (UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32
  let send:
    @convention(c) (
      UnsafeRawPointer?, Int32, Handle, Int32, Int32, Handle, UnsafeMutableRawPointer
    ) -> Int32
  let receive:
    @convention(c) (
      UnsafeMutableRawPointer?, Int32, Handle, Int32, Int32, Handle, UnsafeMutableRawPointer
    ) -> Int32
  let testAll:
    @convention(c) (
      Int32, UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>, UnsafeMutableRawPointer?
    ) -> Int32
  let test:
    @convention(c) (
      UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>, UnsafeMutableRawPointer?
    ) -> Int32
  let probe:
    @convention(c) (
      Int32, Int32, Handle, UnsafeMutablePointer<Int32>, UnsafeMutableRawPointer?
    ) -> Int32

  /// Loads a library.
  ///
  /// - Parameters:
  ///   - file: its path, or its name where the system looks for libraries.
  ///   - family: what it has to be; one of another kind is let go again before it has done anything.
  /// - Throws: where there is none, it is of another kind, or lacks a call.
  public init(_ file: String, family wanted: Family? = nil) throws(MPIError) {
    // First to look at it alone. Once it is to be used, its plug-ins have to find its symbols.
    guard let looked = dlopen(file, RTLD_LAZY | RTLD_LOCAL) else {
      throw MPIError(Self.reason(or: "it cannot be loaded"))
    }
    let family: Family = dlsym(looked, "ompi_mpi_comm_world") == nil ? .mpich : .openMPI
    if let wanted, wanted != family {
      dlclose(looked)
      throw MPIError("it is \(family.rawValue)")
    }
    guard let library = dlopen(file, RTLD_NOW | RTLD_GLOBAL) else {
      throw MPIError(Self.reason(or: "it cannot be loaded"))
    }
    self.file = file
    self.family = family
    func symbol<Symbol>(_ name: String) throws(MPIError) -> Symbol {
      guard let address = dlsym(library, name) else { throw MPIError("it has no \(name)") }
      return unsafeBitCast(address, to: Symbol.self)
    }
    switch family {
    case .openMPI:
      world = try symbol("ompi_mpi_comm_world")
      bytes = try symbol("ompi_mpi_byte")
      returnsErrors = try symbol("ompi_mpi_errors_return")
      (requestSize, anySource, noStatus) = (MemoryLayout<Int>.size, -1, nil)
    case .mpich:
      (world, bytes, returnsErrors) = (0x4400_0000, 0x4c00_010d, 0x5400_0001)
      (requestSize, anySource, noStatus) = (4, -2, UnsafeMutableRawPointer(bitPattern: 1))
    }
    initialize = try symbol("MPI_Init_thread")
    finalize = try symbol("MPI_Finalize")
    commRank = try symbol("MPI_Comm_rank")
    commSize = try symbol("MPI_Comm_size")
    setErrorHandler = try symbol("MPI_Comm_set_errhandler")
    errorString = try symbol("MPI_Error_string")
    libraryVersion = try symbol("MPI_Get_library_version")
    send = try symbol("MPI_Isend")
    receive = try symbol("MPI_Irecv")
    testAll = try symbol("MPI_Testall")
    test = try symbol("MPI_Test")
    probe = try symbol("MPI_Iprobe")
  }

  private static func reason(or other: String) -> String {
    dlerror().map { String(cString: $0) } ?? other
  }

  /// What the library says that it is, such as "Open MPI v4.1.4".
  public var version: String {
    let text = self.text(of: 8192) { libraryVersion($0, $1) }
    let line = text.split(whereSeparator: { $0 == "\n" || $0 == "," }).first ?? ""
    // MPICH's is a table of several lines.
    let words = line.split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
    return words.replacing(" Version:", with: "")
  }

  /// - Throws: where a call did not return success.
  func check(_ code: Int32, _ call: StaticString) throws(MPIError) {
    guard code != 0 else { return }
    throw MPIError("\(call): \(text(of: 1024) { errorString(code, $0, $1) })")
  }

  private func text(
    of length: Int,
    _ call: (UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32
  ) -> String {
    var count: Int32 = 0
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: length)
    defer { buffer.deallocate() }
    buffer.initialize(repeating: 0, count: length)
    _ = call(buffer, &count)
    buffer[length - 1] = 0
    return String(cString: buffer)
  }
}

/// What is wrong with an MPI library, or what a call of it failed with.
public struct MPIError: Error, Sendable, Equatable {
  public var message: String

  init(_ message: String) { self.message = message }
}
