/// Reads NumPy's `.npy` files: plain arrays of numbers, little- or big-endian, C or Fortran order.
public enum NPYReader {
  /// Whether content begins as an NPY file does.
  static func recognises(_ bytes: [UInt8]) -> Bool { bytes.starts(with: NPYHeader.magic) }

  /// The array in a file, in row-major order.
  ///
  /// The types `f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1` are read: `u1` and `b1` stay bytes, integers
  /// become 64-bit, `f8` becomes `Float`. Arrays of Python objects are pickles and never read.
  ///
  /// - Throws: `.invalidInput` naming the file if the header is not NumPy's, the type is another, or
  ///   the data's length is not exactly what the header states.
  public static func read(_ file: FileBytes) throws(DescentError) -> DataArray {
    let header = try NPYHeader(file)
    let order = header.type.first
    let type = String(header.type.dropFirst())
    let sizes = [
      "f4": 4, "f8": 8, "i1": 1, "i2": 2, "i4": 4, "i8": 8, "u1": 1, "u2": 2, "u4": 4, "u8": 8,
      "b1": 1,
    ]
    guard let order, "<>|=".contains(order), let size = sizes[type] else {
      throw DescentError(
        .invalidInput, "holds elements of type '\(header.type)'", at: file.name,
        advice: "f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 and b1 are read; convert with astype('f4')")
    }
    _ = try DataArray.checkSize(
      shape: header.shape, elementSize: size, available: file.bytes.count - header.dataOffset,
      name: file.name)
    var elements = try elements(
      file, from: header.dataOffset, type: type, isBigEndian: order == ">")
    if header.fortranOrder, header.shape.count > 1 {
      elements =
        switch elements {
        case .bytes(let bytes): .bytes(rowMajor(bytes, shape: header.shape))
        case .integers(let integers): .integers(rowMajor(integers, shape: header.shape))
        case .floats(let floats): .floats(rowMajor(floats, shape: header.shape))
        }
    }
    return DataArray(name: file.name, shape: header.shape, elements: elements)
  }

  private static func elements(
    _ file: FileBytes, from offset: Int, type: String, isBigEndian: Bool
  ) throws(DescentError) -> DataArray.Elements {
    func integers<Raw: FixedWidthInteger>(_: Raw.Type) -> DataArray.Elements {
      .integers(
        IDXReader.decode(file.bytes, from: offset, Raw.self) {
          Int64(truncatingIfNeeded: isBigEndian ? $0.bigEndian : $0.littleEndian)
        })
    }
    switch type {
    case "f4":
      return .floats(
        IDXReader.decode(file.bytes, from: offset, UInt32.self) {
          Float(bitPattern: isBigEndian ? $0.bigEndian : $0.littleEndian)
        })
    case "f8":
      return .floats(
        IDXReader.decode(file.bytes, from: offset, UInt64.self) {
          Float(Double(bitPattern: isBigEndian ? $0.bigEndian : $0.littleEndian))
        })
    case "i1": return integers(Int8.self)
    case "i2": return integers(Int16.self)
    case "i4": return integers(Int32.self)
    case "i8": return integers(Int64.self)
    case "u2": return integers(UInt16.self)
    case "u4": return integers(UInt32.self)
    case "u8":
      let elements = integers(UInt64.self)
      if case .integers(let values) = elements, let index = values.firstIndex(where: { $0 < 0 }) {
        throw DescentError(
          .invalidInput, "element \(index + 1) exceeds 2⁶³ − 1", at: file.name,
          advice: "convert the array with astype('f4')")
      }
      return elements
    default:
      let bytes = Array(file.bytes[offset...])
      if type == "b1", let index = bytes.firstIndex(where: { $0 > 1 }) {
        throw DescentError(
          .invalidInput, "element \(index + 1) of the boolean array is \(bytes[index])",
          at: file.name, advice: "write the file with numpy.save")
      }
      return .bytes(bytes)
    }
  }

  /// Column-major elements in row-major order.
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
