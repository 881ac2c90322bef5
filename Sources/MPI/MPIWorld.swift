/// The processes that a launcher has started together, and messages between them.
///
/// Calls may come from any thread, one at a time. None of them waits: whoever starts a message asks whether it is done.
public final class MPIWorld: @unchecked Sendable {
  public let library: MPILibrary
  /// The number of this process, and how many there are.
  public let rank: Int
  public let count: Int
  /// What nobody reads; a status is 20 or 24 bytes.
  private let status = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)

  /// The most bytes of one message: its length is a 32-bit number.
  public static let longestMessage = 1 << 30

  /// Joins the others. Once in a process.
  ///
  /// - Throws: where the library fails, or may be called by one thread only.
  public init(_ library: MPILibrary) throws(MPIError) {
    self.library = library
    let serialized: Int32 = 2
    var level: Int32 = 0
    try library.check(library.initialize(nil, nil, serialized, &level), "MPI_Init_thread")
    guard level >= serialized else {
      throw MPIError("it was built without support for threads (level \(level))")
    }
    // What fails is to be said in words, and not to end the process.
    try library.check(
      library.setErrorHandler(library.world, library.returnsErrors), "MPI_Comm_set_errhandler")
    var (rank, count): (Int32, Int32) = (0, 0)
    try library.check(library.commRank(library.world, &rank), "MPI_Comm_rank")
    try library.check(library.commSize(library.world, &count), "MPI_Comm_size")
    (self.rank, self.count) = (Int(rank), Int(count))
  }

  deinit { status.deallocate() }

  /// Leaves the others; returns when they do the same. Nothing may be on its way.
  public func finalize() { _ = library.finalize() }

  /// Whether a message with a tag has come from a rank, or from any.
  public func hasMessage(from rank: Int?, tag: Int32) throws(MPIError) -> Bool {
    var flag: Int32 = 0
    try library.check(
      library.probe(
        rank.map { Int32($0) } ?? library.anySource, tag, library.world, &flag, status),
      "MPI_Iprobe")
    return flag != 0
  }

  /// Messages on their way.
  public final class Messages {
    private let world: MPIWorld
    private var requests: UnsafeMutableRawPointer
    private var capacity = 64
    public private(set) var count = 0

    public init(_ world: MPIWorld) {
      self.world = world
      requests = .allocate(byteCount: capacity * world.library.requestSize, alignment: 16)
    }

    deinit { requests.deallocate() }

    public func removeAll() { count = 0 }

    /// Starts to send bytes, which must not change before it is done.
    public func send(
      _ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int32
    ) throws(MPIError) {
      let library = world.library
      try library.check(
        library.send(
          bytes.baseAddress, Int32(bytes.count), library.bytes, Int32(rank), tag, library.world,
          next()), "MPI_Isend")
      count += 1
    }

    /// Starts to receive so many bytes. From no named rank: from whichever sends first.
    public func receive(
      _ bytes: UnsafeMutableRawBufferPointer, from rank: Int?, tag: Int32
    ) throws(MPIError) {
      let library = world.library
      try library.check(
        library.receive(
          bytes.baseAddress, Int32(bytes.count), library.bytes,
          rank.map { Int32($0) } ?? library.anySource, tag, library.world, next()), "MPI_Irecv")
      count += 1
    }

    /// Whether all have come and gone.
    public func areDone() throws(MPIError) -> Bool {
      let library = world.library
      var flag: Int32 = 0
      try library.check(
        library.testAll(Int32(count), requests, &flag, library.noStatus), "MPI_Testall")
      return flag != 0
    }

    /// Whether one of them is done, by its place.
    public func isDone(_ index: Int) throws(MPIError) -> Bool {
      let library = world.library
      var flag: Int32 = 0
      try library.check(
        library.test(requests + index * library.requestSize, &flag, library.noStatus), "MPI_Test")
      return flag != 0
    }

    private func next() -> UnsafeMutableRawPointer {
      let size = world.library.requestSize
      if count == capacity {
        let larger = UnsafeMutableRawPointer.allocate(
          byteCount: 2 * capacity * size, alignment: 16)
        larger.copyMemory(from: requests, byteCount: count * size)
        requests.deallocate()
        requests = larger
        capacity *= 2
      }
      return requests + count * size
    }
  }
}
