import Kernels

/// Rows whose features lie in memory, row after row without padding.
public final class MemoryRows: RowProvider {
  public let features: Dataset.Features
  public let shape: [Int]
  /// The whole rows that there are features for.
  public let count: Int

  /// - Parameter features: as many values as whole rows of `shape` have; a data set of others is refused where it is used.
  public init(_ features: Dataset.Features, shape: [Int]) {
    self.features = features
    self.shape = shape
    let width = Dataset.width(of: shape)
    count = width > 0 ? features.count / width : 0
  }

  public var storage: RowStorage {
    switch features {
    case .bytes: .bytes
    case .floats: .floats
    }
  }

  public func gather(
    _ indices: UnsafePointer<UInt32>, upcoming: Int, into batch: Matrix, kernels: KernelSet
  ) {
    switch features {
    case .bytes(let bytes):
      bytes.withUnsafeBufferPointer { buffer in
        if let base = buffer.baseAddress {
          kernels.gather(base, indices: indices, upcoming: upcoming, into: batch)
        }
      }
    case .floats(let floats):
      floats.withUnsafeBufferPointer { buffer in
        if let base = buffer.baseAddress {
          kernels.gather(base, indices: indices, upcoming: upcoming, into: batch)
        }
      }
    }
  }

  public func withFloats(of rows: Range<Int>, _ body: (Matrix) -> Void) -> Bool {
    guard case .floats(let floats) = features, rows.lowerBound >= 0, rows.upperBound <= count else {
      return false
    }
    let width = Dataset.width(of: shape)
    floats.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      body(
        Matrix(
          base: UnsafeMutablePointer(mutating: base) + rows.lowerBound * width, rows: rows.count,
          columns: width, stride: width))
    }
    return true
  }
}

extension Dataset {
  /// Feature values of all rows, row-major, `count × width` of them.
  public enum Features: Sendable {
    case bytes([UInt8])
    case floats([Float])

    /// The number of values.
    package var count: Int {
      switch self {
      case .bytes(let bytes): bytes.count
      case .floats(let floats): floats.count
      }
    }
  }
}
