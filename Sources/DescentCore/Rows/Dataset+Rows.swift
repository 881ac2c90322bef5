extension Dataset {
  /// The rows of these indices, in this order; an index may occur more than once.
  ///
  /// - Throws: `invalidInput` for an index that is none of a row's, or rows without a target each.
  public func rows(_ indices: [Int]) throws(DescentError) -> Dataset {
    try check(role: "whole")
    if let index = indices.first(where: { $0 < 0 || $0 >= count }) {
      throw DescentError(
        .invalidInput, "there is no row \(index)", advice: "there are \(count), numbered from 0")
    }
    return subset(indices)
  }

  /// The same, for indices that are known to be rows'.
  package func subset(_ indices: [Int]) -> Dataset {
    let rows: any RowProvider =
      switch features {
      case .bytes(let bytes)?:
        MemoryRows(.bytes(Self.gather(bytes, width: width, indices)), shape: shape)
      case .floats(let floats)?:
        MemoryRows(.floats(Self.gather(floats, width: width, indices)), shape: shape)
      case nil: SelectedRows(provider, indices)
      }
    let targets: Targets? =
      switch targets {
      case .classes(let classes, let names):
        .classes(Self.gather(classes, width: 1, indices), names: names)
      case .values(let values, let names):
        .values(Self.gather(values, width: names.count, indices), names: names)
      case nil: nil
      }
    var selected = Dataset(
      rows: rows, featureNames: featureNames, targets: targets,
      sampleWeights: sampleWeights.map { Self.gather($0, width: 1, indices) })
    selected.encoding = encoding
    selected.targetDecision = targetDecision
    selected.arrays = arrays
    selected.images = images
    selected.rowNames = rowNames.isEmpty ? [] : indices.map { rowNames[$0] }
    selected.carried = carried.map { $0.rows(indices) }
    selected.imageReport = imageReport
    return selected
  }

  /// So many of the rows at equal distances; all of them where there are no more.
  package func spread(to most: Int) -> Dataset {
    most < count ? subset(spreadPlaces(most)) : self
  }

  /// Which these are.
  package func spreadPlaces(_ most: Int) -> [Int] {
    most < count ? (0..<most).map { $0 * count / most } : Array(0..<count)
  }

  private static func gather<Element>(
    _ elements: [Element], width: Int, _ rows: [Int]
  ) -> [Element] {
    elements.withUnsafeBufferPointer { source in
      [Element](unsafeUninitializedCapacity: rows.count * width) { buffer, initialized in
        if let from = source.baseAddress, let to = buffer.baseAddress {
          for (place, row) in rows.enumerated() {
            (to + place * width).initialize(from: from + row * width, count: width)
          }
        }
        initialized = rows.count * width
      }
    }
  }
}
