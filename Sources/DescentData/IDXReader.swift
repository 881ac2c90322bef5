/// Reads IDX files, the format of MNIST and its kin.
///
/// A header of big-endian numbers (two zero bytes, the element type, the rank, each extent in 32
/// bits) is followed by the elements, row-major and big-endian, and by nothing else.
public enum IDXReader {
  /// Whether content begins as an IDX file does.
  package static func recognises(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 4 && bytes[0] == 0 && bytes[1] == 0 && elementSize(code: bytes[2]) != nil
  }

  /// The array in a file.
  ///
  /// All six element types are read: unsigned bytes stay bytes, integers become 64-bit, doubles
  /// become `Float`.
  ///
  /// - Throws: `.invalidInput` naming the file if the header is not IDX's or if the data's length is
  ///   not exactly what the header states.
  public static func read(_ file: FileBytes) throws(DescentError) -> DataArray {
    let bytes = file.bytes
    guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0 else {
      throw DescentError(
        .invalidInput, "is not an IDX file: it does not begin with two zero bytes", at: file.name,
        advice: "check that the file is what its name says")
    }
    guard let size = elementSize(code: bytes[2]) else {
      throw DescentError(
        .invalidInput, "byte 2 gives element type \(bytes[2]), which IDX does not have",
        at: file.name, advice: "8, 9, 11, 12, 13 and 14 are the types")
    }
    let rank = Int(bytes[3])
    let header = 4 + 4 * rank
    guard rank > 0, bytes.count >= header else {
      throw DescentError(
        .invalidInput, "ends within the header of a \(rank)-dimensional array", at: file.name,
        advice: "the file is incomplete or damaged: fetch or write it again")
    }
    let shape = (0..<rank).map { axis in
      bytes[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) }
    }
    _ = try DataArray.checkSize(
      shape: shape, elementSize: size, available: bytes.count - header, name: file.name)
    // What double precision would have told apart beyond single is not looked at: IDX files are images and labels.
    let elements: DataArray.Elements =
      switch bytes[2] {
      case 0x08:
        .bytes(
          [UInt8](inHugePages: bytes.count - header) {
            $0.initialize(fromContentsOf: bytes[header...])
          })
      case 0x09: .integers(bytes[header...].map { Int64(Int8(bitPattern: $0)) })
      case 0x0B: .integers(decode(bytes, from: header, Int16.self) { Int64($0.bigEndian) })
      case 0x0C: .integers(decode(bytes, from: header, Int32.self) { Int64($0.bigEndian) })
      case 0x0D:
        .floats(decode(bytes, from: header, UInt32.self) { Float(bitPattern: $0.bigEndian) })
      default:
        .floats(
          decode(bytes, from: header, UInt64.self) { Float(Double(bitPattern: $0.bigEndian)) })
      }
    let areLabels = rank == 1 && bytes[2] < 0x0D
    return DataArray(
      name: file.name, shape: shape, elements: elements, decision: areLabels ? .labels : nil)
  }

  private static func elementSize(code: UInt8) -> Int? {
    switch code {
    case 0x08, 0x09: 1
    case 0x0B: 2
    case 0x0C, 0x0D: 4
    case 0x0E: 8
    default: nil
    }
  }

  /// The elements from a byte offset to the end, each through `convert`.
  package static func decode<Raw: FixedWidthInteger, Element>(
    _ bytes: [UInt8], from offset: Int, _ type: Raw.Type, _ convert: (Raw) -> Element
  ) -> [Element] {
    bytes.withUnsafeBytes { raw in
      let size = MemoryLayout<Raw>.size
      return (0..<(raw.count - offset) / size).map { index in
        convert(raw.loadUnaligned(fromByteOffset: offset + index * size, as: Raw.self))
      }
    }
  }
}
