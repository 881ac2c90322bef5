/// How the activations of a batch lie in memory: as one matrix of positions × channels.
///
/// Where a row of the batch has one position, the whole row lies along one row of the matrix: what dense layers take. A
/// feature map of height × width × channels has height · width positions, one below the other, so that what works on each
/// position by itself (activations, normalisations, noise) meets positions as though they were rows.
public struct ActivationLayout: Sendable, Equatable {
  /// For each row of the batch.
  public let positions: Int
  /// Along a row of the matrix, which is padded to whole cache lines.
  public let channels: Int

  /// A whole row of the batch along one row of the matrix.
  public static func rows(_ width: Int) -> ActivationLayout {
    ActivationLayout(positions: 1, channels: width)
  }

  /// The last dimension along a row of the matrix, all others down its rows.
  public static func positions(of shape: [Int]) -> ActivationLayout {
    ActivationLayout(
      positions: shape.dropLast().reduce(1, *), channels: shape[shape.count - 1])
  }

  /// Whether rows of the matrix hold the last dimension of a shape, and no more.
  func arePositions(of shape: [Int]) -> Bool { channels == shape[shape.count - 1] }

  /// Whether the positions of a row lie one behind the other without gaps, so that other shapes are views of it.
  public var isGapless: Bool { positions == 1 || Matrix.stride(for: channels) == channels }
}
