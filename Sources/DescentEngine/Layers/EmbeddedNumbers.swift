/// What layers share that replace whole numbers by trained vectors.
enum EmbeddedNumbers {
  /// The vector that a value stands for; nil where it stands for none of so many.
  @inline(__always)
  static func number(_ value: Float, of inputs: Int) -> Int? {
    guard let number = Int(exactly: value), (0..<inputs).contains(number) else { return nil }
    return number
  }

  /// What is wrong with an embedding that does not see the data.
  static func misplaced(advice: String) -> DescentError {
    DescentError(
      .invalidInput, "an embedding takes the data's own whole numbers", advice: advice)
  }

  /// - Throws: where a value in these columns stands for none of `inputs` vectors; row and column are named.
  static func check(
    _ dataset: Dataset, columns: [Int], inputs: Int
  ) throws(DescentError) {
    var wrong: (row: Int, column: Int, value: Float)?
    var before = 0
    try dataset.forEachPiece { piece in
      for row in 0..<piece.rows where wrong == nil {
        for column in columns where number(piece[row, column], of: inputs) == nil {
          wrong = (before + row, column, piece[row, column])
          break
        }
      }
      before += piece.rows
    }
    guard let wrong else { return }
    let name =
      dataset.featureNames.indices.contains(wrong.column)
      ? dataset.featureNames[wrong.column] : "value \(wrong.column + 1)"
    throw DescentError(
      .invalidInput, "\(name) is \(wrong.value)", at: "row \(wrong.row + 1)",
      advice: "the embedding takes whole numbers from 0 to \(inputs - 1)")
  }

  /// Forms a block of the vectors' gradient: for each number the sum over the places where it stands, of each shard
  /// by itself in the order of its places, and shard after shard.
  ///
  /// Within a shard the gradients of a number's places are added into the first of them, so that no memory but a
  /// note for each number is needed. Blocks have other numbers or other columns, and so touch other elements.
  ///
  /// - Parameters:
  ///   - numbers: those of the block's rows.
  ///   - placesPerRow: how many numbers a row of the batch has.
  ///   - number: the number at a place; nil where it stands for no vector.
  ///   - gradient: where a place's gradient lies, from the block's first column on.
  @inline(__always)
  static func gradient(
    into block: Matrix, numbers: Range<Int>, columns: Int, placesPerRow: Int, shards: Shards,
    number: (_ place: Int) -> Int?, gradient: (_ place: Int) -> UnsafeMutablePointer<Float>
  ) {
    for row in 0..<block.rows {
      (block.base + row * block.stride)
        .update(repeating: 0, count: Matrix.padded(block.columns))
    }
    withUnsafeTemporaryAllocation(of: Int.self, capacity: block.rows) { firsts in
      for shard in 0..<shards.count {
        let range = shards.range(shard)
        firsts.initialize(repeating: -1)
        for place in range.lowerBound * placesPerRow..<range.upperBound * placesPerRow {
          guard let number = number(place), numbers.contains(number) else { continue }
          let row = number - numbers.lowerBound
          guard firsts[row] >= 0 else {
            firsts[row] = place
            continue
          }
          let (sum, part) = (gradient(firsts[row]), gradient(place))
          for column in 0..<columns { sum[column] += part[column] }
        }
        for row in 0..<block.rows where firsts[row] >= 0 {
          let (sum, part) = (block.base + row * block.stride, gradient(firsts[row]))
          for column in 0..<columns { sum[column] += part[column] }
        }
      }
    }
  }
}
