extension DataArray.Elements {
  /// Column-major elements, as Fortran and MATLAB have them, in row-major order.
  func rowMajor(shape: [Int]) -> DataArray.Elements {
    guard shape.count > 1 else { return self }
    return switch self {
    case .bytes(let bytes): .bytes(Self.rowMajor(bytes, shape: shape))
    case .integers(let integers): .integers(Self.rowMajor(integers, shape: shape))
    case .floats(let floats): .floats(Self.rowMajor(floats, shape: shape))
    case .texts(let texts): .texts(Self.rowMajor(texts, shape: shape))
    }
  }

  private static func rowMajor<Element>(_ elements: [Element], shape: [Int]) -> [Element] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in 1..<shape.count { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    var index = [Int](repeating: 0, count: shape.count)
    var position = 0
    return elements.indices.map { _ in
      defer {
        var axis = shape.count - 1
        repeat {
          index[axis] += 1
          position += strides[axis]
          if index[axis] < shape[axis] { break }
          position -= strides[axis] * shape[axis]
          index[axis] = 0
          axis -= 1
        } while axis >= 0
      }
      return elements[position]
    }
  }
}
