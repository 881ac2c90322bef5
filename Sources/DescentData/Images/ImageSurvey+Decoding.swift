import ImageFiles

extension ImageSurvey {
  /// What became of an image, beside its row.
  struct Outcome: Sendable {
    var isTransparent = false
    /// What the decoder says of damage that costs no pixel.
    var warning: String?
  }

  /// Images as rows.
  struct Rows {
    var bytes: [UInt8]
    /// Of which files they are, by their places among all.
    var kept: [Int]
    /// What became of each.
    var outcomes: [Outcome]
    /// What is wrong with files whose headers said nothing of it, by their places.
    var faults: [Int: DescentError]
  }

  /// The images as rows of bytes, decoded by all cores.
  ///
  /// - Throws: naming the first file that is damaged, unless such are left out, and where memory does not hold the rows or
  ///   the largest image.
  func rows(_ encoding: ImageEncoding) throws(DescentError) -> Rows {
    let width = encoding.height * encoding.width * encoding.channels
    let workers = try workers(for: encoding)
    let limit = FileBytes.defaultLimit / FileTasks.workers
    var outcome: Result<[Result<Outcome, DescentError>], DescentError> = .success([])
    var bytes = [UInt8](inHugePages: places.count * width) { rows in
      // Each row is written by the task of its image, which is left out where it has not been.
      nonisolated(unsafe) let rows = rows
      do throws(DescentError) {
        outcome = .success(
          try FileTasks.map(places.count, workers: workers) { index throws(DescentError) in
            let row = UnsafeMutableBufferPointer(
              rebasing: rows[(index * width)..<((index + 1) * width)])
            return try Self.attempt(skipsUnreadable) { () throws(DescentError) in
              try decode(index, encoding, limit: limit, into: row)
            }
          })
        return rows.count
      } catch {
        outcome = .failure(error)
        return 0
      }
    }
    let results = try outcome.get()
    let faults = Self.faults(results)
    let read = places.indices.filter { faults[$0] == nil }
    if !faults.isEmpty {
      for (row, index) in read.enumerated() where row != index {
        for place in 0..<width { bytes[row * width + place] = bytes[index * width + place] }
      }
      bytes.removeLast(faults.count * width)
    }
    return Rows(
      bytes: bytes, kept: read.map { places[$0] },
      outcomes: results.compactMap { try? $0.get() },
      faults: Dictionary(uniqueKeysWithValues: faults.map { (places[$0.key], $0.value) }))
  }

  /// How many cores may decode at a time: each may meet the largest image.
  private func workers(for encoding: ImageEncoding) throws(DescentError) -> Int {
    let row = Double(encoding.shape.reduce(1, *))
    let rows = Double(places.count) * row
    let (largest, header) =
      headers.enumerated().max { $0.element.decodingBytes < $1.element.decodingBytes }
      ?? (0, headers[0])
    // A file's bytes, and what an image is while it changes its size, come to less than what decoding takes.
    let decoding = 2 * header.decodingBytes
    let most = decoding + 2 * row
    func bytes(_ value: Double) -> Int { Int(min(value, Double(Int.max / 4))) }
    try MachineMemory.require(
      bytes: bytes(decoding), for: "decoding \(path(largest)) of \(header.sizeWords) pixels",
      advice: "save it smaller")
    try MachineMemory.require(
      bytes: bytes(rows + most),
      for:
        "\(Figures.plural(places.count, "image")) of \(ImageHeader.words(encoding.shape)) values",
      advice: "use fewer images, or a smaller data.image.size")
    let room = (Double(MachineMemory.room) - rows) / 2
    return min(FileTasks.workers, max(1, Int(min(room / most, 1e6))))
  }

  private func decode(
    _ index: Int, _ encoding: ImageEncoding, limit: Int,
    into row: UnsafeMutableBufferPointer<UInt8>
  ) throws(DescentError) -> Outcome {
    let file = try FileBytes(contentsOf: path(index), limit: limit)
    var outcome = Outcome()
    do throws(ImageFault) {
      guard try ImageHeader(of: file.bytes) == headers[index] else {
        throw ImageFault("has changed while it was read")
      }
      let pixels = try Pixels(decoding: file.bytes, headers[index], warning: &outcome.warning)
      outcome.isTransparent = pixels.isTransparent
      _ = row.initialize(fromContentsOf: pixels.encoded(encoding).bytes)
      return outcome
    } catch {
      throw DescentError(error, at: path(index))
    }
  }
}
