/// Where each of a network's parameters lies in the one flat vector that holds them all.
///
/// Trainable parameters come first, in layer order, then the others. Gradients and optimizer slots have the
/// layout of the trainable part. Every parameter begins on a cache line and has padded rows.
public struct ParameterLayout: Sendable {
  /// A parameter in its place.
  public struct Entry: Sendable {
    public var layer: Int
    /// The number among the layer's parameters.
    public var index: Int
    public var specification: ParameterSpecification
    /// The first element's position in the flat vector.
    public var offset: Int
    public var rows: Int
    public var columns: Int
    public var stride: Int
    /// For each of its copies the first element's position in the vector of copies.
    var copyOffsets: [Int] = []

    /// Elements, without padding.
    public var count: Int { rows * columns }
  }

  /// In layer order; within a layer in Keras' order.
  public private(set) var entries: [Entry] = []
  /// For each layer, and one more, the number of the first entry that is not of an earlier one.
  private var firstEntries: [Int] = []
  /// Floats in the flat vector that the optimizer trains.
  public private(set) var trainableCount = 0
  /// Floats in the flat vector.
  public private(set) var totalCount = 0
  /// Floats in the vector of copies.
  public private(set) var copyCount = 0

  package init(_ specifications: [[ParameterSpecification]]) {
    for (layer, parameters) in specifications.enumerated() {
      firstEntries.append(entries.count)
      for (index, parameter) in parameters.enumerated() {
        let stride =
          parameter.rows == 1
          ? Matrix.padded(parameter.columns) : Matrix.stride(for: parameter.columns)
        entries.append(
          Entry(
            layer: layer, index: index, specification: parameter, offset: 0, rows: parameter.rows,
            columns: parameter.columns, stride: stride))
      }
    }
    firstEntries.append(entries.count)
    for trainable in [true, false] {
      for index in entries.indices where entries[index].specification.isTrainable == trainable {
        entries[index].offset = totalCount
        // A transposition goes by squares of vectors and reads whole ones past the last row.
        let rows = entries[index].rows
        totalCount +=
          (entries[index].specification.copies.isEmpty ? rows : Matrix.padded(rows))
          * entries[index].stride
      }
      if trainable { trainableCount = totalCount }
    }
    for index in entries.indices {
      for copy in entries[index].specification.copies {
        let shape = copy.shape(rows: entries[index].rows, columns: entries[index].columns)
        entries[index].copyOffsets.append(copyCount)
        copyCount += shape.padded * Matrix.stride(for: shape.columns)
      }
    }
  }

  /// The number of parameters in the usual sense: elements, without padding.
  public var parameterCount: Int { entries.reduce(0) { $0 + $1.count } }
  public var trainableParameterCount: Int {
    entries.reduce(0) { $0 + ($1.specification.isTrainable ? $1.count : 0) }
  }

  /// Layer `layer`'s entries, in Keras' order; none for a number that is no layer's.
  public func entries(of layer: Int) -> [Entry] {
    guard layer >= 0, layer + 1 < firstEntries.count else { return [] }
    return Array(entries[firstEntries[layer]..<firstEntries[layer + 1]])
  }
}

extension ParameterLayout.Entry {
  /// This parameter's part of a vector with the network's layout.
  package func view(in vector: AlignedFloats) -> Matrix {
    vector.matrix(at: offset, rows: rows, columns: columns, stride: stride)
  }

  /// This parameter's copies, each with its form.
  package func copies(in vector: AlignedFloats) -> [(form: DerivedCopy, matrix: Matrix)] {
    zip(specification.copies, copyOffsets).map { form, offset in
      let shape = form.shape(rows: rows, columns: columns)
      return (form, vector.matrix(at: offset, rows: shape.rows, columns: shape.columns))
    }
  }

  /// Its copy of a form, where it has one.
  package func copy(_ form: DerivedCopy, in vector: AlignedFloats) -> Matrix? {
    copies(in: vector).first { $0.form == form }?.matrix
  }
}
