/// Runs of neighbouring layers that take feature maps or put some out. Prediction takes one map after the other through all
/// layers of a run, so that what one writes is still in the nearest cache when the next one reads it; and of what none but
/// layers of the same run read, memory for one map is enough.
struct MapRuns: Sendable {
  /// Whether there are any.
  let areThere: Bool
  /// By layer, whether it is in a run.
  let goesByMaps: [Bool]
  /// By layer, whether its output is read within its run only.
  let passesOutput: [Bool]
  /// The values of a row that are kept for as many rows as a worker takes at once.
  let keptValues: Int

  /// - Parameter skips: see `Network`.
  init(_ network: NetworkAssembly, skips: [Int: Int]) {
    let (layouts, sources) = (network.layouts, network.sources)
    let layers = layouts.indices
    let goesByMaps = layers.map { index in
      let input = sources[index] < 0 ? 1 : layouts[sources[index]].positions
      return max(layouts[index].positions, input) > 1
    }
    var runs: [Int] = []
    for index in layers {
      let goesOn = index > 0 && goesByMaps[index] == goesByMaps[index - 1]
      runs.append((runs.last ?? 0) + (goesOn ? 0 : 1))
    }
    var passes = goesByMaps
    for index in layers {
      for read in [sources[index], skips[index] ?? -1] where read >= 0 && runs[read] != runs[index]
      {
        passes[read] = false
      }
    }
    passes[layers.upperBound - 1] = false
    // Layers whose output is their input's memory.
    let sharing = layers.filter { network.layers[$0].sharesInput }
    for index in sharing.reversed() where sources[index] >= 0 && !passes[index] {
      passes[sources[index]] = false
    }
    for index in sharing { passes[index] = sources[index] >= 0 && passes[sources[index]] }
    self.goesByMaps = goesByMaps
    areThere = goesByMaps.contains(true)
    passesOutput = passes
    keptValues = layers.reduce(network.inputShape.reduce(1, *)) { sum, index in
      passes[index]
        ? sum : sum.addingSaturating(layouts[index].positions * layouts[index].channels)
    }
  }
}
