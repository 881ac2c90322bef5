import LibC

/// Random numbers addressed by what they are for, rather than drawn in turn from a stored state.
///
/// A generator is named by (seed, purpose, epoch, step) and its numbers by an element index, so any
/// thread computes any number on its own, a resumed run draws what the interrupted one would have
/// drawn, and no generator state is ever saved.
///
/// The key is a SplitMix64 chain over the four words, `key = mix((key ^ word) + γ)` from `key = 0`.
/// Number `element` is `mix(key + (element + 1)·γ)`: the SplitMix64 sequence seeded with the key
/// (Steele, Lea and Flood 2014), γ = 0x9E3779B97F4A7C15. All arithmetic wraps at 64 bits, and `bits`,
/// `uniform` and `permutation` give the same result on every platform.
public struct CounterRandom: Sendable {
  /// What the numbers are for: generators of different purposes are independent of each other.
  ///
  /// The raw values take part in the key. They are part of what makes a run reproducible and never
  /// change.
  public enum Purpose: UInt64, Sendable, CaseIterable {
    case shuffle = 1
    case split = 2
    case initialization = 3
    case dropout = 4
    case noise = 5
    case augmentation = 6
    case tuning = 7
  }

  private static let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15
  private let key: UInt64

  /// The generator for `purpose` at a place of a run.
  ///
  /// - Parameters:
  ///   - seed: the run's seed.
  ///   - purpose: what the numbers are for.
  ///   - epoch: the epoch, counted from 0; 0 where there is none.
  ///   - step: the step or, for initialisation, the tensor's number; 0 where there is none.
  public init(seed: UInt64, purpose: Purpose, epoch: Int = 0, step: Int = 0) {
    var key: UInt64 = 0
    for word in [
      seed, purpose.rawValue, UInt64(bitPattern: Int64(epoch)), UInt64(bitPattern: Int64(step)),
    ] {
      key = Self.mix((key ^ word) &+ Self.gamma)
    }
    self.key = key
  }

  /// The SplitMix64 sequence of a key, for checking against published vectors.
  package init(key: UInt64) {
    self.key = key
  }

  /// SplitMix64's finaliser.
  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 64 random bits, number `element` of this generator.
  @inline(__always)
  public func bits(_ element: UInt64) -> UInt64 {
    Self.mix(key &+ (element &+ 1) &* Self.gamma)
  }

  /// A multiple of 2⁻⁵³ uniform in [0, 1).
  @inline(__always)
  public func uniform(_ element: UInt64) -> Double {
    Double(bits(element) >> 11) * 0x1p-53
  }

  /// A standard normal number: Box–Muller from the uniform numbers `2·element` and `2·element + 1`.
  ///
  /// Uses the platform's `log` and `cos`, so the last bit may differ between C libraries.
  public func normal(_ element: UInt64) -> Double {
    let radius = (-2 * log(1 - uniform(2 &* element))).squareRoot()
    return radius * cos(2 * .pi * uniform(2 &* element &+ 1))
  }

  /// The numbers `0..<count` in random order, each order equally likely (Fisher–Yates with unbiased
  /// bounded integers after Lemire 2019).
  ///
  /// - Precondition: `count` is at most 2³² − 1, which whoever takes rows has seen to.
  package func permutation(count: Int) -> [UInt32] {
    precondition(
      count >= 0 && count <= Int(UInt32.max), "\(count) elements do not fit 32-bit indices")
    var order = [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count { buffer[index] = UInt32(truncatingIfNeeded: index) }
      initialized = count
    }
    guard count > 1 else { return order }
    var element: UInt64 = 0
    order.withUnsafeMutableBufferPointer { order in
      for last in stride(from: count - 1, to: 0, by: -1) {
        let bound = UInt64(last + 1)
        var product = bits(element).multipliedFullWidth(by: bound)
        element &+= 1
        if product.low < bound {
          let threshold = (0 &- bound) % bound
          while product.low < threshold {
            product = bits(element).multipliedFullWidth(by: bound)
            element &+= 1
          }
        }
        order.swapAt(last, Int(truncatingIfNeeded: product.high))
      }
    }
    return order
  }
}
