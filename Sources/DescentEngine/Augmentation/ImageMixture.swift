/// How an image is mixed with another one.
public enum ImageMixture: Sendable, Equatable {
  /// Every value is the mean of both, of which the image itself has this share.
  case blend(share: Double)
  /// A rectangle is the other one's.
  case paste(rows: Range<Int>, columns: Range<Int>)

  /// The share of the image itself, and of its target.
  func share(height: Int, width: Int) -> Double {
    switch self {
    case .blend(let share): share
    case .paste(let rows, let columns):
      1 - Double(rows.count * columns.count) / Double(height * width)
    }
  }
}

/// Where a row's other half comes from.
struct RowMixture {
  /// The place in the epoch of the row that it is mixed with.
  var partner: Int
  var mixture: ImageMixture
}
