import Dispatch
import LibC
import SystemCalls

/// The whole content of an input file, already decompressed where the file is gzip, bzip2, xz, Zstandard or, by its name, zip.
///
/// The content is read, not mapped: a file that another program cuts short while it is being used
/// can then not crash this one.
public struct FileBytes: Sendable {
  /// What the content is called in messages: the path as the user gave it, or `standard input`.
  public let name: String
  /// The content.
  public let bytes: [UInt8]

  /// Content that is in memory already.
  ///
  /// - Parameters:
  ///   - name: what messages call it.
  ///   - bytes: the content; decompressed if it begins with the magic bytes of a compression.
  ///   - limit: the most bytes the decompressed content may have.
  /// - Throws: `.invalidInput` if it is truncated or corrupt, or decompresses beyond `limit`.
  public init(
    name: String, bytes: [UInt8], limit: Int = FileBytes.defaultLimit
  ) throws(DescentError) {
    self.name = name
    if let compression = Compression(bytes) {
      self.bytes = try compression.decompress(bytes, name: name, limit: limit)
    } else if name.lowercased().hasSuffix(".zip"), ZipArchive.recognises(bytes) {
      self.bytes = try Compression.unzip(bytes, name: name, limit: limit)
    } else {
      self.bytes = bytes
    }
  }

  /// Text that has been read before.
  package init(name: String, text: [UInt8]) {
    self.name = name
    bytes = text
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file, or a pipe of the shell's, whose content is kept for the next time.
  ///   - limit: the most bytes the content may have, compressed and decompressed.
  /// - Throws: `.missingInput` if it does not exist, cannot be opened, or is a folder, a device or a named pipe,
  ///   `.inputOutput` if reading fails, `.invalidInput` if it exceeds `limit` or is badly compressed.
  public init(
    contentsOf path: String, limit: Int = FileBytes.defaultLimit
  ) throws(DescentError) {
    let descriptor = try Self.open(path)
    defer { SystemCall.close(descriptor) }
    try self.init(name: path, bytes: Self.read(descriptor, name: path, limit: limit), limit: limit)
  }

  /// Reads standard input to its end.
  ///
  /// - Throws: as `init(contentsOf:limit:)`.
  public static func standardInput(
    limit: Int = FileBytes.defaultLimit
  ) throws(DescentError) -> FileBytes {
    let name = "standard input"
    return try FileBytes(
      name: name, bytes: read(STDIN_FILENO, name: name, limit: limit), limit: limit)
  }

  /// Three quarters of the memory that this process may still take.
  public static var defaultLimit: Int { MachineMemory.room / 4 * 3 }

  package static func message(_ code: Int32) -> String { String(cString: strerror(code)) }

  private static func open(_ path: String) throws(DescentError) -> Int32 {
    try InputPath.check(path)
    let descriptor = SystemCall.open(path, O_RDONLY)
    guard descriptor >= 0 else {
      let code = errno
      throw DescentError(
        .missingInput, code == ENOENT ? "no such file" : "cannot be opened: \(message(code))",
        at: path, advice: code == EACCES ? "allow reading it" : "check the path")
    }
    return descriptor
  }

  private static func read(
    _ descriptor: Int32, name: String, limit: Int
  ) throws(DescentError) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw DescentError(.inputOutput, "cannot be read: \(message(errno))", at: name)
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw DescentError(.inputOutput, "is a folder", at: name, advice: "name a file")
    }
    let size = Int(status.st_size)
    guard size <= limit else { throw tooLarge(name: name, size: size, limit: limit) }
    if status.st_mode & S_IFMT == S_IFIFO {
      return try PipeContents.of(status) { () throws(DescentError) in
        try readAll(descriptor, size: 0, name: name, limit: limit)
      }
    }
    return try readAll(descriptor, size: size, name: name, limit: limit)
  }

  /// The first bytes of a file, at most so many.
  ///
  /// - Throws: as `init(contentsOf:limit:)`.
  package static func head(of path: String, count: Int) throws(DescentError) -> [UInt8] {
    let descriptor = try open(path)
    defer { SystemCall.close(descriptor) }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      failure = fill(
        UnsafeMutableBufferPointer(rebasing: buffer[..<count]), &filled, from: descriptor)
    }
    guard failure == 0 else {
      throw DescentError(.inputOutput, "reading failed: \(message(failure))", at: path)
    }
    return bytes
  }

  private static func readAll(
    _ descriptor: Int32, size: Int, name: String, limit: Int
  ) throws(DescentError) -> [UInt8] {
    var failure: Int32 = 0
    var bytes = [UInt8](inHugePages: size) { buffer in
      var count = 0
      failure = fillTogether(buffer, &count, from: descriptor)
      return count
    }
    // Pipes and files that are still growing have more than their size said.
    if failure == 0, bytes.count == size {
      let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)
      defer { piece.deallocate() }
      while failure == 0 {
        var count = 0
        failure = fill(piece, &count, from: descriptor)
        guard count > 0 else { break }
        guard bytes.count <= limit - count else { throw tooLarge(name: name, limit: limit) }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: piece[..<count]))
      }
    }
    guard failure == 0 else {
      throw DescentError(.inputOutput, "reading failed: \(message(failure))", at: name)
    }
    return bytes
  }

  /// The least that a core is given to read.
  private static let leastPiece = 1 << 22

  /// As `fill`, by several cores where there is much to read: what takes the time is copying from the system's
  /// cache to fresh memory. What a file has behind the buffer's end is then read on from there.
  private static func fillTogether(
    _ buffer: UnsafeMutableBufferPointer<UInt8>, _ count: inout Int, from descriptor: Int32
  ) -> Int32 {
    let pieces = WorkPieces.count(size: buffer.count, least: leastPiece)
    guard pieces > 1, let base = buffer.baseAddress else {
      return fill(buffer, &count, from: descriptor)
    }
    let size = (buffer.count + pieces - 1) / pieces
    var counts = [Int](repeating: 0, count: pieces)
    counts.withUnsafeMutableBufferPointer { counts in
      // Workers fill a piece and note its count, each its own.
      let total = buffer.count
      nonisolated(unsafe) let (base, counts) = (base, counts)
      DispatchQueue.concurrentPerform(iterations: pieces) { index in
        let start = min(index * size, total)
        let length = min(size, total - start)
        while counts[index] < length {
          let place = start + counts[index]
          let piece = UnsafeMutableRawBufferPointer(
            start: base + place, count: length - counts[index])
          let got = SystemCall.read(descriptor, into: piece, at: UInt64(place))
          guard got > 0 else { break }
          counts[index] += got
        }
      }
    }
    // What follows a piece that fell short is read once more, in order: it tells an end from an error.
    for (index, found) in counts.enumerated() {
      count += found
      if found < min(size, buffer.count - index * size) { break }
    }
    guard lseek(descriptor, off_t(count), SEEK_SET) >= 0 else { return errno }
    return fill(buffer, &count, from: descriptor)
  }

  /// Reads on until the buffer is full or the file ends; returns `errno`, 0 if all went well.
  private static func fill(
    _ buffer: UnsafeMutableBufferPointer<UInt8>, _ count: inout Int, from descriptor: Int32
  ) -> Int32 {
    while count < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(
        rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
      let got = SystemCall.read(descriptor, into: rest)
      if got < 0 { return errno }
      if got == 0 { break }
      count += got
    }
    return 0
  }

  /// - Parameter size: the bytes it holds; nil where reading was given up.
  static func tooLarge(name: String, size: Int? = nil, limit: Int) -> DescentError {
    DescentError(
      .invalidInput,
      "holds \(size.map(MachineMemory.words) ?? "more than \(MachineMemory.words(limit))"); "
        + "\(MachineMemory.words(limit)) fit in memory", at: name,
      advice: "use a smaller file or a machine with more memory")
  }
}
