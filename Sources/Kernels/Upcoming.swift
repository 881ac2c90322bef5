/// Up to three blocks of the same shape that will be read soon, for kernels that ask for them from memory while they
/// compute something else. No result depends on it.
public struct Upcoming: @unchecked Sendable {
  let first: UnsafePointer<Float>
  let stride: Int
  /// Elements from the first block to the others; 0 where there is none.
  let second: Int
  let third: Int

  /// Nil without any block. Of more than three the first three count.
  public init?(_ blocks: [Matrix]) {
    guard let block = blocks.first else { return nil }
    let distances = blocks.dropFirst().prefix(2).map { $0.base - block.base }
    first = UnsafePointer(block.base)
    stride = block.stride
    second = distances.first ?? 0
    third = distances.count > 1 ? distances[1] : 0
  }
}
