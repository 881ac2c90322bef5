/// Reads NumPy's `.npy` files: plain arrays of numbers, little- or big-endian, C or Fortran order.
public enum NPYReader {
  /// Whether content begins as an NPY file does.
  package static func recognises(_ bytes: [UInt8]) -> Bool { bytes.starts(with: NPYHeader.magic) }

  /// The array in a file, in row-major order.
  ///
  /// The types `f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1` are read, and text, `S…` and `U…`: `u1` and `b1` stay bytes,
  /// integers become 64-bit, floats `Float`. Arrays of Python objects are pickles and never read.
  ///
  /// - Throws: `.invalidInput` naming the file if the header is not NumPy's, the type is another, or
  ///   the data's length is not exactly what the header states.
  public static func read(_ file: FileBytes) throws(DescentError) -> DataArray {
    let header = try NPYHeader(file)
    let type = try NPYType(header.type, name: file.name)
    _ = try DataArray.checkSize(
      shape: header.shape, elementSize: type.size,
      available: file.bytes.count - header.dataOffset, name: file.name)
    var elements = try elements(file, from: header.dataOffset, type)
    if header.fortranOrder { elements = elements.rowMajor(shape: header.shape) }
    return DataArray(
      name: file.name, shape: header.shape, elements: elements,
      lostPrecision: lostPrecision(file, header, type),
      decision: type.code == "b1" ? .truthValues : nil)
  }

  /// Of double precision it can be seen only in the file what single precision loses.
  private static func lostPrecision(
    _ file: FileBytes, _ header: NPYHeader, _ type: NPYType
  ) -> LostPrecision? {
    guard type.code == "f8" else { return nil }
    return file.bytes.withUnsafeBytes { raw in
      LostPrecision(shape: header.shape, isColumnMajor: header.fortranOrder) { index in
        let bits = raw.loadUnaligned(
          fromByteOffset: header.dataOffset + index * 8, as: UInt64.self)
        return Double(bitPattern: type.isBigEndian ? bits.bigEndian : bits.littleEndian)
      }
    }
  }

  private static func elements(
    _ file: FileBytes, from offset: Int, _ type: NPYType
  ) throws(DescentError) -> DataArray.Elements {
    let isBigEndian = type.isBigEndian
    func integers<Raw: FixedWidthInteger>(_: Raw.Type) -> DataArray.Elements {
      .integers(
        IDXReader.decode(file.bytes, from: offset, Raw.self) {
          Int64(truncatingIfNeeded: isBigEndian ? $0.bigEndian : $0.littleEndian)
        })
    }
    switch type.code {
    case "f2":
      return .floats(
        IDXReader.decode(file.bytes, from: offset, UInt16.self) {
          Float(halfPrecision: isBigEndian ? $0.bigEndian : $0.littleEndian)
        })
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
    case "S", "U": return .texts(try texts(file, from: offset, type))
    default:
      let bytes = Array(file.bytes[offset...])
      if type.code == "b1", let index = bytes.firstIndex(where: { $0 > 1 }) {
        throw DescentError(
          .invalidInput, "element \(index + 1) of the boolean array is \(bytes[index])",
          at: file.name, advice: "write the file with numpy.save")
      }
      return .bytes(bytes)
    }
  }

  /// Texts of a fixed number of characters, without the zeros that fill them up: bytes, which are to be UTF-8, or
  /// Unicode scalars of 32 bits.
  private static func texts(
    _ file: FileBytes, from offset: Int, _ type: NPYType
  ) throws(DescentError) -> [String] {
    var texts: [String] = []
    for start in stride(from: offset, to: file.bytes.count, by: max(1, type.size)) {
      let bytes = file.bytes[start..<(start + type.size)]
      let text: String?
      if type.code == "S" {
        let end = (bytes.lastIndex { $0 != 0 }).map { $0 + 1 } ?? start
        text = String(validating: bytes[..<end], as: UTF8.self)
      } else {
        let scalars = IDXReader.decode(Array(bytes), from: 0, UInt32.self) {
          type.isBigEndian ? $0.bigEndian : $0.littleEndian
        }
        let end = (scalars.lastIndex { $0 != 0 }).map { $0 + 1 } ?? 0
        text = String(validating: scalars[..<end], as: UTF32.self)
      }
      guard let text else {
        throw DescentError(
          .invalidInput, "element \(texts.count + 1) is not Unicode text", at: file.name,
          advice: type.code == "S"
            ? "write it as text: astype('U')" : "write the file with numpy.save")
      }
      texts.append(text)
    }
    return texts
  }
}

/// The type of an NPY file's elements.
struct NPYType {
  /// `f4`, `i8`, …; `S` and `U` for text of any length.
  let code: String
  /// Bytes of an element.
  let size: Int
  let isBigEndian: Bool

  private static let sizes = [
    "f2": 2, "f4": 4, "f8": 8, "i1": 1, "i2": 2, "i4": 4, "i8": 8, "u1": 1, "u2": 2, "u4": 4,
    "u8": 8, "b1": 1,
  ]

  /// - Throws: where elements of a type are not read, with what would be.
  init(_ type: String, name: String) throws(DescentError) {
    let order = type.utf8.first ?? 0
    let rest = String(type.dropFirst())
    isBigEndian = order == UInt8(ascii: ">")
    let isOrdered = "<>|=".utf8.contains(order)
    if isOrdered, let size = Self.sizes[rest] {
      (code, self.size) = (rest, size)
      return
    }
    if isOrdered, let letter = rest.first, letter == "S" || letter == "U",
      let length = Int(rest.dropFirst()), (1...1 << 24).contains(length)
    {
      (code, size) = (String(letter), letter == "U" ? 4 * length : length)
      return
    }
    let (what, advice) =
      switch rest.first {
      case "O":
        (
          "Python objects, which are never read",
          "convert it: astype('f4'), or astype('U') for text"
        )
      case "M":
        (
          "times (\(type))",
          "give numbers, such as hours since the first: (t - t.min()) / np.timedelta64(1, 'h')"
        )
      case "m":
        ("spans of time (\(type))", "give numbers, such as hours: t / np.timedelta64(1, 'h')")
      case "c": ("complex numbers (\(type))", "give their real and imaginary parts as columns")
      case "V": ("structured elements", "save one plain array of numbers")
      default: ("elements of type '\(type)'", "convert with astype('f4')")
      }
    throw DescentError(.invalidInput, "holds \(what)", at: name, advice: advice)
  }
}

extension Float {
  /// The number whose bits are those of IEEE's half precision.
  package init(halfPrecision bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let (exponent, fraction) = (UInt32(bits >> 10) & 31, UInt32(bits) & 0x3FF)
    switch exponent {
    case 0:
      let size = Float(fraction) * 0x1p-24
      self = sign == 0 ? size : -size
    case 31: self = Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
