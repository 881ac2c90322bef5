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
  public var fingerprint: String {
    let storage: String
    let kind: String
    let targetNames: [String]
    switch features {
    case .bytes: storage = "bytes"
    case .floats: storage = "floats"
    }
    switch targets {
    case .classes(_, let names): (kind, targetNames) = ("classes", names)
    case .values(_, let names): (kind, targetNames) = ("values", names)
    case nil: (kind, targetNames) = ("none", [])
    }
    var lines = [
      "descent-data-1", storage, String(count),
      shape.map { String($0) }.joined(separator: " "), kind,
    ]
    for names in [featureNames, targetNames] {
      lines.append(String(names.count))
      lines += names.map { "\($0.utf8.count) \($0)" }
    }
    let description = Array(lines.map { $0 + "\n" }.joined().utf8)
    var hash = description.withUnsafeBytes { XXH64.hash($0, seed: 0) }
    switch features {
    case .bytes(let bytes): hash = bytes.withUnsafeBytes { XXH64.hash($0, seed: hash) }
    case .floats(let floats): hash = Self.hash(floats, seed: hash)
    }
    switch targets {
    case .classes(let indices, _): hash = Self.hash(indices, seed: hash)
    case .values(let values, _): hash = Self.hash(values, seed: hash)
    case nil: break
    }
    if let sampleWeights { hash = Self.hash(sampleWeights, seed: hash) }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The hash of 32-bit elements as little-endian bytes, which is how they lie in memory on every
  /// platform that is supported.
  private static func hash<Element: BitwiseCopyable>(_ elements: [Element], seed: UInt64) -> UInt64
  {
    elements.withUnsafeBytes { XXH64.hash($0, seed: seed) }
  }
}
