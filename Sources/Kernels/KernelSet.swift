import CProcessor

/// The kernels for one instruction set and the block sizes that suit it.
///
/// Results depend on the kernel set (vectors of different lengths add in different orders) and on nothing
/// else about the machine; a run's file names the set it was made with.
///
/// A class, because its table has a hundred functions: as a value each copy counted a hundred references, which was
/// a tenth of a small network's step.
public final class KernelSet: Sendable {
  /// "avx512", "avx2", "baseline" or "neon".
  public let name: String
  /// In words, for people.
  public let summary: String
  /// Floats in one vector.
  public let lanes: Int
  /// Steps of a matrix product's inner dimension that are summed in one chain: results depend on it.
  let chain: Int
  /// The piece of a weight gradient that one task forms, updates and is done with: small enough for the
  /// second-level cache, rows long enough to stream, both whole numbers of the longest vector.
  public let gradientRows: Int
  public let gradientColumns: Int
  /// The floats of a weight gradient beside which as many weights and two slots stay in the second-level cache.
  private let gradientFloats: Int
  let table: KernelTable
  /// What the operands of products are rounded to.
  public let precision: ProductPrecision
  /// Whether the processor has instructions for products of bfloat16 numbers. With and without products come to the same bits.
  public let hasBFloat16: Bool
  /// Whether products of bfloat16 numbers take less time here than those of single precision.
  public var roundingGains: Bool { hasBFloat16 && Self.pairInstructionsGain }

  /// The columns of a piece of a weight gradient that has so many rows.
  public func gradientColumns(rows: Int) -> Int {
    min(gradientColumns, gradientFloats / rows / Matrix.padding * Matrix.padding)
  }

  /// Rows of a large kernel that one task forms the input's gradient from, updates and is done with: few enough for
  /// the second-level cache, and so many tasks that all workers end together.
  public static func stripeRows(of rows: Int) -> Int { rows < 1024 ? 32 : largestStripe }
  public static let largestStripe = 64

  private init(
    name: String, summary: String, lanes: Int, chain: Int, gradientRows: Int, gradientColumns: Int,
    gradientFloats: Int, table: KernelTable, precision: ProductPrecision = .float32,
    hasBFloat16: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.lanes = lanes
    self.chain = chain
    self.gradientRows = gradientRows
    self.gradientColumns = gradientColumns
    self.gradientFloats = gradientFloats
    self.table = table
    self.precision = precision
    self.hasBFloat16 = hasBFloat16
  }

  private init(
    _ set: KernelSet, table: KernelTable, precision: ProductPrecision, hasBFloat16: Bool
  ) {
    name = set.name
    summary = set.summary
    lanes = set.lanes
    chain = set.chain
    gradientRows = set.gradientRows
    gradientColumns = set.gradientColumns
    gradientFloats = set.gradientFloats
    self.table = table
    self.precision = precision
    self.hasBFloat16 = hasBFloat16
  }

  /// The same kernels, with products of that precision: of bfloat16 numbers by instructions for them where they gain something.
  public func with(_ precision: ProductPrecision) -> KernelSet {
    precision == self.precision
      ? self : with(precision, byInstructions: hasBFloat16 && Self.pairInstructionsGain)
  }

  /// The same, with instructions for bfloat16 or without, where there are any.
  func with(_ precision: ProductPrecision, byInstructions: Bool) -> KernelSet {
    var table = table
    #if arch(x86_64)
      if hasBFloat16 { table = byInstructions ? .avx512.withInstructionsForPairs : .avx512 }
    #endif
    return KernelSet(self, table: table, precision: precision, hasBFloat16: hasBFloat16)
  }

  /// Whether instructions for pairs of bfloat16 numbers do more in a time than those for single numbers, as measured when it is
  /// first asked for: twice as much on Zen 4 and 5, half as much on Emerald Rapids, where products go 1.1 times as fast without.
  private static let pairInstructionsGain: Bool = {
    #if arch(x86_64)
      guard best.hasBFloat16 else { return false }
      let time = Duration.milliseconds(1)
      return best.with(.bfloat16, byInstructions: true).measuredPeak(within: time)
        > avx512.measuredPeak(within: time)
    #else
      return false
    #endif
  }()

  #if arch(x86_64)
    private static let withBFloat16 = KernelSet(
      avx512, table: KernelTable.avx512.withInstructionsForPairs, precision: .float32,
      hasBFloat16: true)
  #endif

  #if arch(x86_64)
    static let avx512 = KernelSet(
      name: "avx512", summary: "AVX-512, 8 × 48 tiles", lanes: 16, chain: 256,
      gradientRows: 32, gradientColumns: 512, gradientFloats: 1 << 15, table: .avx512)
    static let avx2 = KernelSet(
      name: "avx2", summary: "AVX2 and FMA, 6 × 16 tiles", lanes: 8, chain: 256,
      gradientRows: 32, gradientColumns: 512, gradientFloats: 1 << 14, table: .avx2)
    static let baseline = KernelSet(
      name: "baseline", summary: "baseline x86-64 (SSE2), 6 × 8 tiles", lanes: 4, chain: 256,
      gradientRows: 32, gradientColumns: 512, gradientFloats: 1 << 14, table: .baseline)
  #else
    static let neon = KernelSet(
      name: "neon", summary: "NEON, 8 × 12 tiles", lanes: 4, chain: 256, gradientRows: 32,
      gradientColumns: 512, gradientFloats: 1 << 15, table: .neon)
  #endif

  /// The sets this processor can run, best first.
  public static let available: [KernelSet] = {
    #if arch(x86_64)
      var sets = [baseline]
      if descent_has_avx2_fma() { sets.insert(avx2, at: 0) }
      if descent_has_avx512() {
        sets.insert(descent_has_bfloat16() ? withBFloat16 : avx512, at: 0)
      }
      return sets
    #else
      return [neon]
    #endif
  }()

  /// The best set this processor can run.
  public static var best: KernelSet { available[0] }

  /// The available set of that name.
  public static func named(_ name: String) -> KernelSet? { available.first { $0.name == name } }
}
