import Kernels

extension Dataset {
  /// The values that a piece of rows has at most, unless one row has more: they stay in a core's cache.
  private static let mostPieceValues = 1 << 16

  /// Calls with rows in their order, some at a time, where they lie or gathered: the way to look at all rows that need not
  /// fit in memory.
  ///
  /// - Parameter rows: those to go through; all of them where nil.
  /// - Throws: where the rows cannot be had.
  package func forEachPiece(
    of rows: Range<Int>? = nil, _ body: (Matrix) -> Void
  ) throws(DescentError) {
    let rows = rows ?? 0..<count
    let width = width
    guard width > 0 else { return }
    guard rows.upperBound <= Int(UInt32.max) else {
      throw DescentError(
        .invalidInput, "there are \(count) rows", advice: "\(UInt32.max) can be numbered")
    }
    let most = min(max(1, Self.mostPieceValues / width), rows.count)
    var room: (memory: AlignedFloats, matrix: Matrix)?
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: max(1, most)) {
      let piece = start..<min(start + most, rows.upperBound)
      if provider.withFloats(of: piece, body) { continue }
      let place = room ?? AlignedFloats.matrix(rows: most, columns: width)
      room = place
      let matrix = place.matrix.rows(0..<piece.count)
      try piece.map { UInt32($0) }.withUnsafeBufferPointer { indices throws(DescentError) in
        guard let base = indices.baseAddress else { return }
        try provider.gather(base, upcoming: piece.count, into: matrix, kernels: .best)
      }
      body(matrix)
    }
  }

  /// The values of rows, one after the other.
  package func numbers(of rows: Range<Int>) throws(DescentError) -> [Float] {
    var numbers: [Float] = []
    numbers.reserveCapacity(rows.count * width)
    try forEachPiece(of: rows) { piece in
      for row in 0..<piece.rows {
        numbers.append(
          contentsOf: UnsafeBufferPointer(
            start: piece.base + row * piece.stride, count: piece.columns))
      }
    }
    return numbers
  }
}
