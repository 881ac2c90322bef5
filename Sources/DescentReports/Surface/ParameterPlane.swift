/// The plane in the space of the trained parameters over which a cost surface is drawn.
///
/// A place on it is origin + x·d₁ + y·d₂, with orthonormal directions.
package struct ParameterPlane {
  let origin: AlignedFloats
  package let directions: (x: AlignedFloats, y: AlignedFloats)
  /// What the axes are called.
  package let titles: (x: String, y: String)
  private let length: Int
  private let kernels: KernelSet

  /// The plane of a network's only two trained parameters, which are its coordinates.
  ///
  /// - Precondition: there are two.
  package init(of network: Network, features: [String], kernels: KernelSet) {
    length = network.layout.trainableCount
    self.kernels = kernels
    origin = AlignedFloats(count: length)
    let entries = network.layout.entries.filter(\.specification.isTrainable)
    let elements = entries.flatMap { entry in
      (0..<entry.rows).flatMap { row in (0..<entry.columns).map { (entry, row, $0) } }
    }
    precondition(elements.count == 2, "\(elements.count) trained parameters")
    let isOneLayer = elements[0].0.layer == elements[1].0.layer
    var titles: [String] = []
    var units: [AlignedFloats] = []
    for (entry, row, column) in elements {
      let unit = AlignedFloats(count: length)
      unit.base[entry.offset + row * entry.stride + column] = 1
      units.append(unit)
      var title = isOneLayer ? "" : network.layerNames[entry.layer] + "."
      title += entry.specification.name
      let readsFeatures =
        network.layers[..<entry.layer].allSatisfy {
          $0.isIdentity || $0 is Normalization || $0 is Rescaling
        } && network.layers[entry.layer] is Dense && entry.rows == features.count
      if entry.specification.name == "kernel", readsFeatures {
        title += " of \(features[row])"
      } else if entry.count > 1 {
        title += " \(entry.rows > 1 ? row : column)"
      }
      titles.append(title)
    }
    directions = (units[0], units[1])
    self.titles = (titles[0], titles[1])
  }

  /// The plane through the first path's end along the two directions in which the paths' places scatter most
  /// (H. Li et al., "Visualizing the Loss Landscape of Neural Nets", NeurIPS 2018, section 7).
  ///
  /// It is turned so that the first path begins at the left and above.
  /// - Returns: nil where the places lie on a line.
  package init?(through paths: [ParameterPath], kernels: KernelSet) {
    guard let first = paths.first, let start = first.points.first, let end = first.points.last
    else {
      return nil
    }
    length = first.length
    self.kernels = kernels
    origin = end
    let principal = PrincipalDirections(
      of: paths.flatMap(\.points), length: length, count: 2, kernels: kernels)
    guard principal.directions.count == 2 else { return nil }
    directions = (principal.directions[0], principal.directions[1])
    let names = principal.shares.enumerated().map { index, share in
      "direction \(index + 1), \(Figures.share(share)) of the \(paths.count == 1 ? "path's" : "paths'") variance"
    }
    titles = (names[0], names[1])
    let place = coordinates(of: start)
    if place.x > 0 { vector(directions.x).scale(by: -1) }
    if place.y < 0 { vector(directions.y).scale(by: -1) }
  }

  private func vector(_ memory: AlignedFloats) -> FlatVector {
    FlatVector(memory, count: length, kernels: kernels)
  }

  /// Where on the plane the nearest place to a vector is.
  package func coordinates(of point: AlignedFloats) -> ChartPoint {
    let difference = AlignedFloats(count: length)
    vector(difference).copy(vector(point))
    vector(difference).add(vector(origin), times: -1)
    return ChartPoint(
      vector(difference).dot(vector(directions.x)), vector(difference).dot(vector(directions.y)))
  }

  /// Writes the parameters of a place on the plane into the beginning of a vector.
  package func write(_ place: ChartPoint, into memory: AlignedFloats) {
    let target = vector(memory)
    target.copy(vector(origin))
    target.add(vector(directions.x), times: Float(place.x))
    target.add(vector(directions.y), times: Float(place.y))
  }
}
