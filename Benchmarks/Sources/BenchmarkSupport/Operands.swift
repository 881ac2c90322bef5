import Descent

/// Matrices of numbers that are neither zero nor equal, kept for as long as this is.
public final class Operands {
  private var owners: [AlignedFloats] = []

  public init() {}

  public func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    let (owner, matrix) = AlignedFloats.matrix(rows: rows, columns: columns)
    owners.append(owner)
    for row in 0..<rows {
      for column in 0..<columns {
        matrix[row, column] = Float((row * 31 + column * 17) % 101) / 101 - 0.5
      }
    }
    return matrix
  }
}
