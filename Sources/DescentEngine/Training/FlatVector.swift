/// A vector with the layout of the trainable parameters, and what is computed with such as a whole.
///
/// Its padding is zero. Sums are taken in stretches of a fixed length, in `Double` over these, so that they depend on
/// the elements and the kernel set alone.
public struct FlatVector {
  private let memory: AlignedFloats
  private let count: Int
  private let kernels: KernelSet

  /// The first `count` elements.
  package init(_ memory: AlignedFloats, count: Int, kernels: KernelSet) {
    self.memory = memory
    self.count = min(count, memory.count)
    self.kernels = kernels
  }

  private var base: UnsafeMutablePointer<Float> { memory.base }
  private var row: Matrix { Matrix(base: base, rows: 1, columns: count, stride: count) }

  /// self ← other
  public func copy(_ other: FlatVector) { base.update(from: other.base, count: count) }

  /// self ← factor·self, and 0 whatever it was where the factor is 0.
  public func scale(by factor: Float) {
    guard factor != 0 else { return base.update(repeating: 0, count: count) }
    kernels.scale(row, by: factor, into: row)
  }

  /// self ← self + factor·other
  public func add(_ other: FlatVector, times factor: Float) {
    _ = kernels.descentUpdate(
      KernelSet.UpdatePiece(weights: row, gradient: other.row, scale: 1), rate: -factor)
  }

  /// self ← other − self
  public func subtract(from other: FlatVector) {
    scale(by: -1)
    add(other, times: 1)
  }

  /// Σ selfᵢ·otherᵢ
  public func dot(_ other: FlatVector) -> Double {
    var sum = 0.0
    for start in stride(from: 0, to: count, by: Self.stretch) {
      sum += Double(
        kernels.dotProduct(
          base + start, other.base + start, count: min(Self.stretch, count - start)))
    }
    return sum
  }

  /// Σ |selfᵢ|
  public func sumOfMagnitudes() -> Double {
    (0..<count).reduce(0.0) { $0 + Double(abs(base[$1])) }
  }

  /// max |selfᵢ|
  public func largestMagnitude() -> Double {
    Double((0..<count).reduce(Float(0)) { max($0, abs(base[$1])) })
  }

  private static let stretch = 4096
}
