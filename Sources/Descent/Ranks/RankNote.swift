/// Short messages between ranks beside what is moved: what the first says is to be done next, and why a rank leaves.
enum RankNote {
  /// What the first rank says.
  struct Order: Equatable {
    enum Kind: Int64 {
      /// A model's file of so many bytes follows: the others make ready to train on from it.
      case begin
      /// On to the end of the epoch, or until one of them is asked to stop.
      case advance
      /// What the optimizer remembers is brought together, for the first to save it.
      case gather
      /// Training is over, and the first rank alone has something left to do, for as long as it takes.
      case rest
      /// All end, with this exit code.
      case end
    }

    var kind: Kind
    var value: Int64 = 0

    static let byteCount = 16

    init(_ kind: Kind, _ value: Int64 = 0) { (self.kind, self.value) = (kind, value) }

    /// Nil for bytes that are none.
    init?(_ bytes: UnsafeRawBufferPointer) {
      guard bytes.count == Self.byteCount,
        let kind = Kind(rawValue: bytes.loadUnaligned(as: Int64.self))
      else { return nil }
      self.init(kind, bytes.loadUnaligned(fromByteOffset: 8, as: Int64.self))
    }

    var bytes: [UInt8] {
      [kind.rawValue, value].flatMap { number in withUnsafeBytes(of: number) { Array($0) } }
    }
  }

  /// Why a rank leaves.
  struct Farewell: Equatable {
    var rank: Int
    var error: DescentError

    static let byteCount = 4096

    init(_ rank: Int, _ error: DescentError) { (self.rank, self.error) = (rank, error) }

    init?(_ bytes: [UInt8]) {
      let fields = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
      }
      guard fields.count >= 5, let rank = Int(fields[0]),
        let kind = Int32(fields[1]).flatMap(DescentError.Kind.init)
      else { return nil }
      func optional(_ text: String) -> String? { text.isEmpty ? nil : text }
      self.init(
        rank,
        DescentError(
          kind, fields[2], at: optional(fields[3]), advice: optional(fields[4])))
    }

    /// As many as every other's has: what is too long is cut.
    var bytes: [UInt8] {
      let fields = [
        String(rank), String(error.kind.rawValue), error.problem, error.place ?? "",
        error.advice ?? "",
      ]
      let most = Self.byteCount / fields.count - 1
      let bytes = fields.flatMap { field in
        String(decoding: field.utf8.filter { $0 != 0 }.prefix(most), as: UTF8.self).utf8
          .prefix(most) + [0]
      }
      return bytes + [UInt8](repeating: 0, count: Self.byteCount - bytes.count)
    }
  }
}
