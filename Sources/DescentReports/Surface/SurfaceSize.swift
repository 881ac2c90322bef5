/// How much of a surface is computed: enough to see it by, in a time that one waits for.
package enum SurfaceSize {
  /// Places along each side, with two parameters and with more: as many as there is time for.
  private static let sides = (few: 101, many: [61, 45, 31])
  /// Places of a path, with two parameters and, of all paths together, with more.
  private static let points = (few: 2000, many: 300)
  private static let leastPoints = 20
  private static let mostPoints = 100
  private static let mostRows = 10_000
  private static let leastRows = 256
  /// Operations for a surface: some ten seconds' worth.
  private static let operations = 2.5e12

  /// How many places a side has, and on how many of the training rows the cost is computed.
  package static func grid(of network: Network, rows all: Int) -> (side: Int, rows: Int) {
    let wanted = min(all, mostRows)
    if network.layout.trainableParameterCount == 2 { return (sides.few, wanted) }
    // Forward and twice as much backward, a multiplication and an addition for each parameter wherever it is used.
    let each = 6 * Double(max(network.layout.parameterCount, network.multiplyAdds()))
    var grid = (side: 0, rows: 0)
    for side in sides.many {
      let rows = operations / (each * Double(side * side))
      grid = (side, min(wanted, max(leastRows, Int(rows))))
      if grid.rows == wanted { break }
    }
    return grid
  }

  /// How many places are kept of each run's path.
  /// - Throws: where a network has fewer than two trained parameters, or too many to keep that often.
  package static func points(of network: Network, runs: Int, at place: String) throws(DescentError)
    -> Int
  {
    let count = network.layout.trainableParameterCount
    guard count > 1 else {
      throw DescentError(
        .invalidInput, "it trains \(Figures.plural(count, "parameter"))", at: place,
        advice: "a surface needs two or more")
    }
    let room = ParameterPath.mostFloats / (network.layout.trainableCount * runs)
    let wanted = count == 2 ? points.few : min(mostPoints, max(leastPoints, points.many / runs))
    guard room >= leastPoints else {
      throw DescentError(
        .invalidInput,
        "the paths of \(Figures.plural(runs, "run")) with \(Figures.count(count)) parameters do not fit in "
          + MachineMemory.words(ParameterPath.mostFloats * 4), at: place,
        advice: "a surface can be drawn for one run with up to "
          + "\(Figures.count(ParameterPath.mostFloats / leastPoints)) parameters")
    }
    let points = min(wanted, room)
    // As much again is in use while the main directions are found.
    try MachineMemory.require(
      floats: 2 * points * runs * network.layout.trainableCount, for: "keeping the path")
    return points
  }
}
