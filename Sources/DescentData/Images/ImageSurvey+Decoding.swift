import ImageFiles

extension ImageSurvey {
  /// What became of an image, beside its row.
  struct Outcome: Sendable {
    var isTransparent = false
    /// What the decoder says of damage that costs no pixel.
    var warning: String?
  }

  /// The images as rows of bytes, decoded by all cores.
  ///
  /// - Throws: naming the first file that is damaged, and where memory does not hold the rows or the largest image.
  func rows(
    _ encoding: ImageEncoding
  ) throws(DescentError) -> (bytes: [UInt8], outcomes: [Outcome]) {
    let width = encoding.height * encoding.width * encoding.channels
    let total = Double(paths.count) * Double(width)
    let workers = try workers(beside: total, row: width)
    let limit = FileBytes.defaultLimit / FileTasks.workers
    var result: Result<[Outcome], DescentError> = .success([])
    let bytes = [UInt8](inHugePages: paths.count * width) { rows in
      // Each row is written by the task of its image.
      nonisolated(unsafe) let rows = rows
      do throws(DescentError) {
        result = .success(
          try FileTasks.map(paths.count, workers: workers) { index throws(DescentError) in
            var outcome = Outcome()
            let row = try row(index, encoding, limit: limit, &outcome)
            _ = UnsafeMutableBufferPointer(rebasing: rows[(index * width)..<((index + 1) * width)])
              .initialize(fromContentsOf: row.bytes)
            return outcome
          })
        return rows.count
      } catch {
        result = .failure(error)
        return 0
      }
    }
    return (bytes, try result.get())
  }

  /// How many cores may decode at a time: each may meet the largest image.
  private func workers(beside rows: Double, row: Int) throws(DescentError) -> Int {
    let (largest, header) =
      headers.enumerated().max { $0.element.decodingBytes < $1.element.decodingBytes }
      ?? (0, headers[0])
    // A file's bytes, and what an image is while it changes its size, come to less than what decoding takes.
    let most = 2 * header.decodingBytes + 2 * Double(row)
    func bytes(_ value: Double) -> Int { Int(min(value, Double(Int.max / 4))) }
    try MachineMemory.require(
      bytes: bytes(most), for: "decoding \(paths[largest]) of \(header.sizeWords) pixels")
    try MachineMemory.require(
      bytes: bytes(rows + most), for: "\(Figures.plural(paths.count, "image")) as rows")
    let room = (Double(MachineMemory.room) - rows) / 2
    return min(FileTasks.workers, max(1, Int(min(room / most, 1e6))))
  }

  private func row(
    _ index: Int, _ encoding: ImageEncoding, limit: Int, _ outcome: inout Outcome
  ) throws(DescentError) -> Pixels {
    let file = try FileBytes(contentsOf: paths[index], limit: limit)
    do throws(ImageFault) {
      guard try ImageHeader(of: file.bytes) == headers[index] else {
        throw ImageFault("has changed while it was read")
      }
      let pixels = try Pixels(decoding: file.bytes, headers[index], warning: &outcome.warning)
      outcome.isTransparent = pixels.isTransparent
      return pixels.encoded(encoding)
    } catch {
      throw DescentError(error, at: paths[index])
    }
  }
}
