/// The directions in which points scatter most: their principal components.
///
/// With X the points less their mean, one a row, these are the eigenvectors of XᵀX. X has few rows and very many
/// columns, so the eigenvectors u of the small XXᵀ are computed instead: a direction is then d = Xᵀu/√λ.
struct PrincipalDirections {
  /// Orthonormal, the one of most variance first.
  let directions: [AlignedFloats]
  /// The share of each in the points' variance.
  let shares: [Double]

  /// How small a direction's share may be against the first one's; below it is what sums of floats leave.
  private static let leastShare = 1e-6

  /// - Parameters:
  ///   - points: vectors of `length` elements.
  ///   - count: directions at most; there are fewer where points scatter in fewer.
  init(of points: [AlignedFloats], length: Int, count: Int, kernels: KernelSet) {
    // Less one of the points: their common part would only lose digits.
    let differences = points.map { point in
      let copy = AlignedFloats(count: length)
      let vector = FlatVector(copy, count: length, kernels: kernels)
      vector.copy(FlatVector(point, count: length, kernels: kernels))
      if let last = points.last {
        vector.add(FlatVector(last, count: length, kernels: kernels), times: -1)
      }
      return vector
    }
    let size = points.count
    var products = SymmetricMatrix(size: size)
    for row in 0..<size {
      for column in 0...row {
        products[row, column] = differences[row].dot(differences[column])
      }
    }
    products.center()
    let eigen = products.eigen()
    let total = eigen.values.reduce(0) { $0 + max($1, 0) }
    var directions: [AlignedFloats] = []
    var shares: [Double] = []
    for (value, vector) in zip(eigen.values, eigen.vectors).prefix(count) {
      guard value > Self.leastShare * (eigen.values.first ?? 0), value > 0 else { break }
      let direction = AlignedFloats(count: length)
      let sum = FlatVector(direction, count: length, kernels: kernels)
      // The elements of u add up to 0, so that the mean need not be taken off again.
      for (difference, element) in zip(differences, vector) {
        sum.add(difference, times: Float(element / value.squareRoot()))
      }
      let norm = sum.dot(sum).squareRoot()
      sum.scale(by: Float(1 / norm))
      directions.append(direction)
      shares.append(value / total)
    }
    self.directions = directions
    self.shares = shares
  }
}
