/// The directions along which a gradient is compared: the gradient, random halves of it, random ones in which
/// every element moves, and single elements.
///
/// Each is made when it is asked for, for a large tensor's take memory, and scaled so that its first step is
/// small against the values it moves and, by what the gradient says, small in its effect.
struct GradientDirections {
  /// How many there are.
  let count: Int
  private let gradient: [Float]
  private let movable: [Int]
  private let singles: [Int]
  private let random: CounterRandom
  private let largest: Double
  private let effect: Double

  private static let halves = 4
  private static let mixed = 3
  private static let single = 6

  /// - Parameters:
  ///   - values: where the gradient was taken.
  ///   - moves: whether an element may be moved.
  ///   - effect: how much a first step may change the function.
  ///   - number: tells the random numbers of one gradient from those of another.
  init(
    gradient: [Float], values: [Float], moves: (Int) -> Bool = { _ in true }, effect: Double,
    number: Int
  ) {
    self.gradient = gradient
    self.effect = effect
    random = CounterRandom(seed: 2, purpose: .noise, step: number)
    largest = max(GradientCheck.rootMeanSquare(values), 0.1)
    movable = gradient.indices.filter(moves)
    // The steepest elements, and some of those that are not flatter than most.
    let steepest = movable.sorted { abs(gradient[$0]) > abs(gradient[$1]) }
    let others = steepest.prefix((steepest.count + 1) / 2)
    var singles = Array(steepest.prefix(Self.single / 2))
    for draw in singles.count..<max(singles.count, min(Self.single, others.count)) {
      singles.append(others[Int(random.bits(UInt64(draw)) % UInt64(others.count))])
    }
    self.singles = singles
    count = movable.isEmpty ? 0 : 1 + Self.halves + Self.mixed + singles.count
  }

  /// Direction `number`, one value for each element; nil where it moves nothing.
  func direction(_ number: Int) -> [Double]? {
    let coins = CounterRandom(seed: random.bits(1 << 32), purpose: .noise, step: number)
    func coin(_ index: Int) -> Bool { coins.bits(UInt64(index)) & 1 == 0 }
    let single = number - 1 - Self.halves - Self.mixed
    var direction = [Double](repeating: 0, count: gradient.count)
    if single >= 0 {
      direction[singles[single]] = 1
    } else {
      for index in movable {
        direction[index] =
          if number > Self.halves {
            coin(index) ? 1 : -1
          } else {
            number == 0 || coin(index) ? Double(gradient[index]) : 0
          }
      }
    }
    let top = direction.reduce(0) { max($0, abs($1)) }
    guard top > 0, top.isFinite else { return nil }
    var scale = largest / top
    var (slope, squares) = (0.0, 0.0)
    for index in gradient.indices {
      let product = Double(gradient[index]) * direction[index] * scale
      slope += product
      squares += product * product
    }
    let change = max(abs(slope), squares.squareRoot())
    if change > effect { scale *= effect / change }
    return direction.map { $0 * scale }
  }
}
