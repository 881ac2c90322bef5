/// A small symmetric matrix, and its eigenvectors.
struct SymmetricMatrix {
  let size: Int
  private var elements: [Double]

  /// Zeros.
  init(size: Int) {
    self.size = size
    elements = Array(repeating: 0, count: size * size)
  }

  /// Setting an element sets the one that mirrors it.
  subscript(row: Int, column: Int) -> Double {
    get { elements[row * size + column] }
    set {
      elements[row * size + column] = newValue
      elements[column * size + row] = newValue
    }
  }

  /// Makes products of points to products of their differences from the mean: every row and column adds up to 0.
  mutating func center() {
    guard size > 0 else { return }
    let means = (0..<size).map { row in
      elements[(row * size)..<((row + 1) * size)].reduce(0, +) / Double(size)
    }
    let mean = means.reduce(0, +) / Double(size)
    for row in 0..<size {
      for column in 0...row { self[row, column] += mean - means[row] - means[column] }
    }
  }

  /// Eigenvalues, descending, and for each an eigenvector of length 1 (C. Jacobi's method: rotations that bring one
  /// element after the other to 0, until nothing is left beside the diagonal).
  func eigen() -> (values: [Double], vectors: [[Double]]) {
    var matrix = self
    // One eigenvector a row.
    var vectors = Array(repeating: 0.0, count: size * size)
    for index in 0..<size { vectors[index * size + index] = 1 }
    let norm = elements.reduce(0) { $0 + $1 * $1 }
    for _ in 0..<64 {
      var rest = 0.0
      for row in 1..<max(size, 1) {
        for column in 0..<row { rest += matrix[row, column] * matrix[row, column] }
      }
      if rest <= 1e-30 * norm { break }
      for p in 0..<size { for q in (p + 1)..<max(size, p + 1) { matrix.rotate(p, q, &vectors) } }
    }
    let order = (0..<size).sorted { matrix[$0, $0] > matrix[$1, $1] }
    return (
      order.map { matrix[$0, $0] },
      order.map { Array(vectors[($0 * size)..<(($0 + 1) * size)]) }
    )
  }

  /// Rotates the plane of two axes so that their common element becomes 0.
  private mutating func rotate(_ p: Int, _ q: Int, _ vectors: inout [Double]) {
    let element = self[p, q]
    guard element != 0 else { return }
    let angle = (self[q, q] - self[p, p]) / (2 * element)
    let tangent = (angle < 0 ? -1 : 1) / (abs(angle) + (angle * angle + 1).squareRoot())
    let cosine = 1 / (tangent * tangent + 1).squareRoot()
    let sine = tangent * cosine
    let (pp, qq) = (self[p, p], self[q, q])
    for index in 0..<size where index != p && index != q {
      let (a, b) = (self[index, p], self[index, q])
      self[index, p] = cosine * a - sine * b
      self[index, q] = sine * a + cosine * b
    }
    self[p, p] = pp - tangent * element
    self[q, q] = qq + tangent * element
    self[p, q] = 0
    for index in 0..<size {
      let (a, b) = (vectors[p * size + index], vectors[q * size + index])
      vectors[p * size + index] = cosine * a - sine * b
      vectors[q * size + index] = sine * a + cosine * b
    }
  }
}
