/// A form in which a parameter's values are kept a second time because a product wants them so.
///
/// The flat vector is the truth. Whoever changes values renews what is derived from them: the update of a block does so at
/// once, for each form in the parameter's list.
public enum DerivedCopy: Sendable, Equatable {
  /// Wᵀ, for the gradient of a layer's input.
  case transposed
  /// W rounded to bfloat16, as words of pairs of rows, for the product with a layer's input.
  case pairs

  /// The copy's rows, with those that kernels write beyond the last, and its columns.
  package func shape(rows: Int, columns: Int) -> (rows: Int, padded: Int, columns: Int) {
    switch self {
    case .transposed: (columns, Matrix.padded(columns), rows)
    case .pairs: ((rows + 1) / 2, (rows + 1) / 2, columns)
    }
  }

  /// Where in a copy a block of the parameter is.
  package func block(of copy: Matrix, rows: Range<Int>, columns: Range<Int>) -> Matrix {
    switch self {
    case .transposed: copy.block(columns, rows)
    case .pairs: copy.block(rows.lowerBound / 2..<(rows.upperBound + 1) / 2, columns)
    }
  }

  /// Makes a block of the copy anew.
  ///
  /// - Parameter scratch: a vector's square, twice.
  package func renew(_ block: Matrix, from values: Matrix, kernels: KernelSet, scratch: Matrix) {
    switch self {
    case .transposed: kernels.transpose(values, into: block, scratch: scratch)
    // Blocks begin with whole pairs.
    case .pairs: kernels.pairRows(values, into: PairMatrix(in: block))
    }
  }
}
