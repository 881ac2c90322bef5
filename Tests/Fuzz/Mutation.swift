/// The damaged copies of a file, numbered: the same number always gives the same bytes.
struct Mutations {
  /// What is done to the file, and how often.
  private struct Family {
    var name: String
    var count: Int
    var make: (_ number: Int, _ bytes: inout [UInt8]) -> String
  }

  private let original: [UInt8]
  private var families: [Family] = []

  /// - Parameters:
  ///   - original: HDF5's part of the file, without a trailer.
  ///   - random: how many copies are damaged at random in each of the ways that are endless.
  init(_ original: [UInt8], random: Int) {
    self.original = original
    let size = original.count
    families.append(Family(name: "as it is", count: 1) { _, _ in "all bytes" })
    for (name, change) in [
      ("inverted", { ~$0 }), ("with the lowest bit flipped", { $0 ^ 1 }),
      ("with the highest bit flipped", { $0 ^ 0x80 }), ("cleared", { _ in 0 }),
      ("one higher", { $0 &+ 1 }),
    ] as [(String, (UInt8) -> UInt8)] {
      families.append(
        Family(name: "byte \(name)", count: size) { number, bytes in
          bytes[number] = change(bytes[number])
          return "byte \(number)"
        })
    }
    families.append(
      Family(name: "cut short", count: size) { number, bytes in
        bytes.removeLast(size - number)
        return "\(number) bytes"
      })
    families.append(
      Family(name: "cut short, its end corrected", count: size) { number, bytes in
        bytes.removeLast(size - number)
        Self.store(UInt64(number), width: 8, at: 40, in: &bytes)
        return "\(number) bytes"
      })
    let values = Self.values(for: original)
    families.append(
      Family(name: "long replaced", count: size / 8 * values.count) { number, bytes in
        let (offset, value) = (number / values.count * 8, values[number % values.count])
        Self.store(value, width: 8, at: offset, in: &bytes)
        return "\(value) at \(offset)"
      })
    for width in [2, 4] {
      let short: [UInt64] = [0, 1, 2, 8, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff]
      families.append(
        Family(name: "\(width) bytes replaced", count: size / width * short.count) {
          number, bytes in
          let (offset, value) = (number / short.count * width, short[number % short.count])
          Self.store(value, width: width, at: offset, in: &bytes)
          return "\(value) at \(offset)"
        })
    }
    families.append(
      Family(name: "several bytes damaged", count: random) { number, bytes in
        var generator = Generator(seed: number)
        let count = 2 + generator.next(below: 15)
        for _ in 0..<count {
          bytes[generator.next(below: size)] = UInt8(generator.next(below: 256))
        }
        return "\(count) bytes, seed \(number)"
      })
    families.append(
      Family(name: "several longs replaced", count: random) { number, bytes in
        var generator = Generator(seed: number)
        for _ in 0..<(2 + generator.next(below: 3)) {
          let value = values[generator.next(below: values.count)]
          Self.store(value, width: 8, at: 8 * generator.next(below: size / 8), in: &bytes)
        }
        return "seed \(number)"
      })
    families.append(
      Family(name: "a stretch copied elsewhere", count: random) { number, bytes in
        var generator = Generator(seed: number)
        let count = min(size / 8, 1 + generator.next(below: 64)) * 8
        let from = generator.next(below: (size - count) / 8 + 1) * 8
        let to = generator.next(below: (size - count) / 8 + 1) * 8
        let stretch = bytes[from..<from + count]
        bytes.replaceSubrange(to..<to + count, with: stretch)
        return "\(count) bytes from \(from) to \(to)"
      })
  }

  /// How many there are.
  var count: Int { families.reduce(0) { $0 + $1.count } }

  /// A copy, and what was done to it.
  subscript(number: Int) -> (bytes: [UInt8], description: String) {
    var number = number
    for family in families {
      if number < family.count {
        var bytes = original
        let place = family.make(number, &bytes)
        return (bytes, "\(family.name): \(place)")
      }
      number -= family.count
    }
    preconditionFailure("there is no such mutation")
  }

  /// Values that parsers stumble over, and the places of the file's own structures, so that one is taken for
  /// another, or for itself.
  private static func values(for bytes: [UInt8]) -> [UInt64] {
    let size = UInt64(bytes.count)
    var values: [UInt64] = [
      0, 1, 2, 8, 16, size, size - 1, size - 8, size + 1, 1 << 32, 1 << 62, 1 << 63, .max, .max - 7,
    ]
    var places: [UInt64] = []
    for signature in ["TREE", "HEAP", "SNOD", "GCOL"] {
      let places = bytes.indices.dropLast(4).filter {
        bytes[$0..<$0 + 4].elementsEqual(signature.utf8)
      }
      // The first and the last of each kind stand for all.
      for place in [places.first, places.last].compactMap({ $0 }) { values.append(UInt64(place)) }
    }
    // Object headers have no signature, but version 1, a reserved zero, few messages and one link.
    for place in stride(from: 96, to: bytes.count - 16, by: 8) {
      let head = bytes[place..<place + 8]
      let messages = bytes[place + 2]
      if messages < 32, head.elementsEqual([1, 0, messages, 0, 1, 0, 0, 0]) {
        places.append(UInt64(place))
      }
    }
    if let first = places.first, let last = places.last { values += [first, last] }
    return values
  }

  private static func store(_ value: UInt64, width: Int, at offset: Int, in bytes: inout [UInt8]) {
    for index in 0..<width where offset + index < bytes.count {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))
    }
  }
}

/// SplitMix64.
private struct Generator {
  private var state: UInt64

  init(seed: Int) { state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 }

  mutating func next(below bound: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((value ^ (value >> 31)) % UInt64(bound))
  }
}
