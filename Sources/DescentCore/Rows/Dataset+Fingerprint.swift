extension Dataset {
  /// A 64-bit hash of everything the data set holds, as 16 hexadecimal digits: two data sets with
  /// the same fingerprint train the same run.
  ///
  /// It is a chain of XXH64 hashes, each seeded with the one before and the first with 0, over: a
  /// description in UTF-8, then the features, then the targets' numbers. The description is a line
  /// each for `descent-data-1`, the features' storage (`bytes` or `floats`), the row count, the shape
  /// with spaces between, the targets' kind (`classes`, `values` or `none`), and for each of feature
  /// names and target names its count followed by, for each name, its length in UTF-8 bytes and the
  /// name. Numbers are hashed as they are stored, little-endian: bytes, IEEE single precision, or
  /// 32-bit class indices. Where rows have weights, those are hashed last.
  /// - Throws: where the rows cannot be had.
  public var fingerprint: String {
    get throws(DescentError) {
      let kind: String
      let targetNames: [String]
      switch targets {
      case .classes(_, let names): (kind, targetNames) = ("classes", names)
      case .values(_, let names): (kind, targetNames) = ("values", names)
      case nil: (kind, targetNames) = ("none", [])
      }
      var lines = [
        "descent-data-1", provider.storage.rawValue, String(count),
        shape.map { String($0) }.joined(separator: " "), kind,
      ]
      for names in [featureNames, targetNames] {
        lines.append(String(names.count))
        lines += names.map { "\($0.utf8.count) \($0)" }
      }
      let description = Array(lines.map { $0 + "\n" }.joined().utf8)
      var hash = try featureHash(seed: Self.hash(description, seed: 0))
      switch targets {
      case .classes(let indices, _): hash = Self.hash(indices, seed: hash)
      case .values(let values, _): hash = Self.hash(values, seed: hash)
      case nil: break
      }
      if let sampleWeights { hash = Self.hash(sampleWeights, seed: hash) }
      let digits = String(hash, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
  }

  private func featureHash(seed: UInt64) throws(DescentError) -> UInt64 {
    switch features {
    case .bytes(let bytes)?: return Self.hash(bytes, seed: seed)
    case .floats(let floats)?: return Self.hash(floats, seed: seed)
    case nil: break
    }
    var hash = XXH64(seed: seed)
    let areBytes = provider.storage == .bytes
    var bytes = [UInt8](repeating: 0, count: areBytes ? width : 0)
    try forEachPiece { piece in
      for row in 0..<piece.rows {
        let values = UnsafeBufferPointer(start: piece.base + row * piece.stride, count: width)
        if areBytes {
          for (place, value) in values.enumerated() {
            bytes[place] = value > 0 ? UInt8(min(value, 255)) : 0
          }
          bytes.withUnsafeBytes { hash.take($0) }
        } else {
          hash.take(UnsafeRawBufferPointer(values))
        }
      }
    }
    return hash.value
  }

  /// The hash of elements as little-endian bytes, which is how they lie in memory on every
  /// platform that is supported.
  private static func hash<Element: BitwiseCopyable>(_ elements: [Element], seed: UInt64) -> UInt64
  {
    elements.withUnsafeBytes { XXH64.hash($0, seed: seed) }
  }
}
