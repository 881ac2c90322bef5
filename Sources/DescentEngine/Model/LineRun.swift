/// Neighbouring layers through which prediction of a single map takes some lines at a time: one whose output can be formed line
/// by line, and those behind it that look at one position only. Cores then share one image.
struct LineRun: Sendable {
  let layers: Range<Int>
  /// Lines of the maps that they put out, and pixels of a line.
  let lines: Int
  let pixels: Int

  /// - Parameter skips: see `Network`.
  static func of(_ network: NetworkAssembly, _ maps: MapRuns, skips: [Int: Int]) -> [LineRun] {
    var runs: [LineRun] = []
    for index in network.layers.indices
    where maps.goesByMaps[index] && index >= (runs.last?.layers.upperBound ?? 0) {
      guard let layer = network.layers[index] as? any LineLayer, layer.canSplitLines,
        isWorthIt(index, in: network)
      else { continue }
      let shape = network.shapes[index]
      var end = index + 1
      while end < network.layers.count,
        staysInPlace(end, in: network, positions: shape[0] * shape[1])
      {
        end += 1
      }
      runs.append(LineRun(layers: index..<end, lines: shape[0], pixels: shape[1]))
    }
    return runs
  }

  /// Whether a layer does enough for another core to join in, some microseconds of work.
  private static func isWorthIt(_ index: Int, in network: NetworkAssembly) -> Bool {
    let shape = network.shapes[index]
    let source = network.sources[index]
    let input = source < 0 ? network.inputShape : network.shapes[source]
    return shape.count == 3 && shape[0] > 1
      && max(network.layers[index].multiplyAdds(for: input) / 16, shape.reduce(1, *)) >= 1 << 12
  }

  /// Whether what a layer puts out at a position follows from what its inputs have there.
  private static func staysInPlace(
    _ index: Int, in network: NetworkAssembly, positions: Int
  ) -> Bool {
    let source = network.sources[index]
    return !network.layers[index].spansPositions && network.layouts[index].positions == positions
      && source >= 0 && network.layouts[source].positions == positions
  }

  /// Lines for each of so many workers, and their positions.
  func shares(of workers: Int) -> [(lines: Range<Int>, positions: Range<Int>)] {
    let count = min(workers, lines)
    return (0..<count).map { number in
      let own = number * lines / count..<(number + 1) * lines / count
      return (own, own.lowerBound * pixels..<own.upperBound * pixels)
    }
  }
}
