extension Normalization {
  /// At the network's start the training rows' mean and variance, inverse and at its end those of their targets.
  public func learn(
    from training: Dataset, at index: Int, in network: Network
  ) throws(DescentError) -> [[Float]]? {
    guard let statistics = try statistics(of: training, at: index, in: network) else { return nil }
    return [statistics.mean.map { Float($0) }, statistics.variance.map { Float($0) }]
  }

  private func statistics(
    of training: Dataset, at index: Int, in network: Network
  ) throws(DescentError) -> ColumnStatistics? {
    if invert {
      guard let end = network.unscaling, end.normalization == index,
        case .values(let values, let names)? = training.targets,
        names.count == network.outputWidth
      else { return nil }
      return try ColumnStatistics(of: values, columns: names.count)
        .scaled(by: end.rescaling?.factors?.map { 1 / $0 } ?? [])
    }
    guard let start = network.scaling(at: index) else { return nil }
    var statistics = try ColumnStatistics(ofColumns: training, isRobust: isRobust)
      .scaled(by: start.rescaling?.factors ?? [])
    for column in network.layers.flatMap(\.numberColumns) {
      // Its numbers are to go through as they are.
      (statistics.mean[column], statistics.variance[column]) = (0, 1)
    }
    return statistics
  }
}
