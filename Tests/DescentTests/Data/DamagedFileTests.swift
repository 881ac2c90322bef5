import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData

/// Files cut at every length, and with bytes changed at random, either load or throw a
/// `DescentError`; a crash would end the test run.
@Suite struct DamagedFileTests {
  private static let csvText = #"""
    a,"b ""c""",kind
    1,2.5e3,x
    -3.25,"4","y
    z"
    0.000123456789012345678,12345678901234567890,x

    """#

  private static let files: [(String, [UInt8])] = [
    ("images.idx", idx(type: 8, shape: [3, 2, 2], Array(1...12))),
    ("doubles.idx", idx(type: 14, shape: [2, 1], [UInt8](repeating: 0x3F, count: 16))),
    ("x.npy", NPYWriter.encode([1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2])),
    (
      "f.npy",
      npy("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3)}\n", Array(0..<12))
    ),
    ("x.npy", gzip(NPYWriter.encode([1, 2, 3] as [Int64], shape: [3]))),
    ("t.csv", Array(csvText.utf8)), ("t.csv", gzip(Array(csvText.utf8))),
    ("t.csv", Array("1;2;3\r\n4;5;6\r\n".utf8)), ("unnamed", Array(csvText.utf8)),
    ("unnamed", idx(type: 12, shape: [2, 2], Array(0..<16))),
  ]

  /// Reads the file in every way there is; gives the error if there was one.
  private func load(_ name: String, _ bytes: [UInt8]) throws(DescentError) {
    let file = try FileBytes(name: name, bytes: bytes, limit: 1 << 20)
    var first: DescentError?
    for targets in [[], ["kind"]] {
      do throws(DescentError) {
        let data = try Dataset.load(features: file, options: .init(targets: targets))
        _ = try data.fingerprint
        _ = try ColumnStatistics(of: data)
      } catch {
        first = first ?? error
      }
    }
    do throws(DescentError) {
      _ = try Dataset.load(features: file, labels: file)
    } catch {
      first = first ?? error
    }
    if let first { throw first }
  }

  @Test(arguments: files)
  func survivesTruncation(name: String, bytes: [UInt8]) {
    for length in 0..<bytes.count {
      do throws(DescentError) {
        try load(name, Array(bytes.prefix(length)))
      } catch {
        #expect(error.kind == .invalidInput)
        #expect(!error.problem.isEmpty)
      }
    }
  }

  @Test(arguments: files)
  func survivesChangedBytes(name: String, bytes: [UInt8]) {
    let random = CounterRandom(seed: UInt64(bytes.count), purpose: .noise)
    let marks = Array("\",;\n\r.-e+0(){}' \0".utf8) + [0xFF, 0x80, 0x1F, 0x8B]
    var errors = 0
    for trial in UInt64(0)..<1000 {
      var damaged = bytes
      for change in 0...(random.bits(trial * 16) & 3) {
        let bits = random.bits(trial * 16 + 1 + change)
        let place = Int(bits >> 32) % damaged.count
        switch bits & 7 {
        case 0: damaged[place] = marks[Int(bits >> 8 & 0xFFFF) % marks.count]
        case 1: damaged.remove(at: place)
        case 2: damaged.insert(UInt8(truncatingIfNeeded: bits >> 8), at: place)
        case 3: damaged[place] ^= 1 << UInt8(bits >> 8 & 7)
        case 4: damaged.replaceSubrange(place..., with: damaged[..<place])
        default: damaged[place] = UInt8(truncatingIfNeeded: bits >> 8)
        }
        if damaged.isEmpty { damaged = [0] }
      }
      do throws(DescentError) {
        try load(name, damaged)
      } catch {
        errors += 1
        #expect(error.kind == .invalidInput)
      }
    }
    #expect(errors > 0)
  }
}
