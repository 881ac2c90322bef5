/// Rows or columns, whichever are fewer, that are orthogonal to each other, each of length `gain` (Saxe et al.
/// 2014): a normal matrix, made orthogonal in Double by Gram and Schmidt's method, twice over.
public struct Orthogonal: Initializer, TabledComponent {
  public static let kind = "orthogonal"
  public static let summary = "Rows or columns, whichever are fewer, orthogonal to each other."
  public static let shorthand: String? = "gain"
  public static let table = ConfigTable(
    Orthogonal(),
    .option("gain", .number(), \.gain, "The length of each."))

  /// The length of each.
  public private(set) var gain: Double

  public init(gain: Double = 1) { self.gain = gain }

  public var keras: ConfigValue { kerasObject("Orthogonal", options) }

  public func fill(_ parameter: Matrix, fan: (in: Int, out: Int), random: CounterRandom) {
    let count = min(parameter.rows, parameter.columns)
    let length = max(parameter.rows, parameter.columns)
    var vectors = (0..<count).map { vector in
      (0..<length).map { random.normal(UInt64(vector * length + $0)) }
    }
    for index in 0..<count {
      var vector = vectors[index]
      // What rounding leaves of the others after one pass is gone after a second.
      for _ in 0..<2 {
        for other in vectors[..<index] {
          var product = 0.0
          for element in 0..<length { product += vector[element] * other[element] }
          for element in 0..<length { vector[element] -= product * other[element] }
        }
      }
      let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for element in 0..<length { vector[element] /= norm }
      vectors[index] = vector
    }
    for row in 0..<parameter.rows {
      for column in 0..<parameter.columns {
        let element =
          parameter.rows < parameter.columns ? vectors[row][column] : vectors[column][row]
        parameter[row, column] = Float(gain * element)
      }
    }
  }
}
