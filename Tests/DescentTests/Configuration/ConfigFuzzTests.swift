import Testing

@testable import Descent
@testable import DescentCore

/// Damaged texts may be refused in words, and nothing else may happen.
@Suite struct ConfigFuzzTests {
  private static let yaml = """
    # a run
    name: "mnist\\u00e9"
    data: { train: { features: /a.gz, labels: 'b.gz' }, validation: 0.1, scale: unit }
    model:
      - dense: &base { units: 512, activation: relu }
      - dropout: 1.0e-1
      - flatten
      - dense: { <<: *base, units: 10 }
    optimizer: { adam: { learning_rate: .001 } }
    cost: >-
      categorical_crossentropy
    early_stopping:
      monitor: validation_cost
      patience: 5
    """
  private static let json =
    #"{"a":[1,-2.5e3,true,false,null,"x\n\u00e9\ud83d\ude00"],"b":{"c":{},"d":[[],[{}]]},"e":""}"#

  /// A small generator of its own (SplitMix64), so that a failure can be repeated.
  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private func mutated(_ text: String, most: Int, _ random: inout Random) -> [UInt8] {
    var bytes = Array(text.utf8)
    let signs = Array("{}[]:,-?*&!|>'\"%@`#\n\t\\ .0eE<~\0".utf8) + [0xFF, 0xC3, 0xEF, 0xBB, 0x85]
    for _ in 0..<Int.random(in: 1...most, using: &random) {
      let at = Int.random(in: 0..<bytes.count, using: &random)
      let sign = signs.randomElement(using: &random) ?? 0
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[at] = sign
      case 1: bytes.insert(sign, at: at)
      case 2: bytes.remove(at: at)
      case 3: bytes.removeSubrange(at..<min(bytes.count, at + 9))
      default:
        let from = Int.random(in: 0..<bytes.count, using: &random)
        bytes.insert(contentsOf: bytes[from..<min(bytes.count, from + 20)], at: at)
      }
      if bytes.isEmpty { bytes = [sign] }
    }
    return bytes
  }

  @Test func damagedYAMLIsRefusedInWords() throws {
    var random = Random(state: 1)
    var (read, refused, valid) = (0, 0, 0)
    for _ in 0..<4000 {
      let text = String(decoding: mutated(Self.yaml, most: 6, &random), as: UTF8.self)
      let node: ConfigNode
      do {
        node = try sampleNode(text)
        read += 1
      } catch {
        #expect(!error.problem.isEmpty && error.place != nil)
        refused += 1
        continue
      }
      // What is read can be written and read again, and checked without a crash.
      let again = try sampleNode(node.value.yaml())
      #expect(again.value == node.value, "\(text)")
      do {
        let config = try RunConfig(node)
        for layer in config.model { _ = try sampleLayers.decode(layer) }
        valid += 1
      } catch {
        #expect(!error.problem.isEmpty && error.place != nil)
      }
    }
    #expect(
      valid > 100 && read > 400 && refused > 400, "\(valid), \(read) read, \(refused) refused")
  }

  @Test func damagedJSONIsRefusedInWords() throws {
    var random = Random(state: 2)
    var (read, refused) = (0, 0)
    for _ in 0..<8000 {
      let bytes = mutated(Self.json, most: 2, &random)
      let value: ConfigValue
      do {
        value = try ConfigValue(json: bytes, source: "text")
        read += 1
      } catch {
        #expect(!error.problem.isEmpty && error.place != nil)
        refused += 1
        continue
      }
      #expect(try ConfigValue(json: value.json(pretty: true), source: "text") == value)
    }
    #expect(read > 400 && refused > 400, "\(read) read, \(refused) refused")
  }

  @Test func damagedOverridesAreRefusedInWords() throws {
    var random = Random(state: 3)
    let node = try sampleNode(Self.yaml)
    for _ in 0..<2000 {
      let bytes = mutated("model.0.dense={ units: [64, \"a\"] }", most: 3, &random)
      do {
        _ = try node.setting(String(decoding: bytes, as: UTF8.self))
      } catch {
        #expect(!error.problem.isEmpty)
      }
    }
  }
}
