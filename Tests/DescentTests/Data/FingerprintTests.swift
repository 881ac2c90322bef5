import Testing

@testable import Descent
@testable import DescentCore

@Suite struct FingerprintTests {
  /// The hash's published values.
  @Test(
    arguments: [
      ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
      ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
      ("abcdefghijklmnopqrstuvwxyz", 0xCFE1_F278_FA89_835C),
    ] as [(String, UInt64)])
  func hashesAsXXH64(text: String, hash: UInt64) {
    #expect(Array(text.utf8).withUnsafeBytes { XXH64.hash($0, seed: 0) } == hash)
  }

  @Test func everythingCounts() throws {
    let base = Dataset(
      features: .floats([1, 2, 3, 4]), shape: [2], featureNames: ["a", "b"],
      targets: .classes([0, 1], names: ["x", "y"]))
    var variants = [base]
    var other = base
    variants.append(try base.with(features: .floats([1, 2, 3, 5])))
    variants.append(try base.with(shape: [1, 2]))
    other.featureNames = ["ab", ""]
    variants.append(other)
    for targets: Dataset.Targets? in [
      nil, .classes([1, 1], names: ["x", "y"]), .classes([0, 1], names: ["x", "z"]),
      .values([0, 1], names: ["x"]), .values([0, 1, 0, 1], names: ["x", "y"]),
    ] {
      other = base
      other.targets = targets
      variants.append(other)
    }
    variants.append(Dataset(features: .bytes([1, 2, 3, 4]), shape: [2]))
    variants.append(Dataset(features: .floats([1, 2, 3, 4]), shape: [4]))
    let fingerprints = try variants.map { try $0.fingerprint }
    #expect(Set(fingerprints).count == variants.count)
    #expect(fingerprints.allSatisfy { $0.count == 16 })
  }

  /// From a second implementation, in Python. Stored in model files: it may never change.
  @Test func isPinned() throws {
    let data = Dataset(
      features: .floats([1, 2, 3, 4]), shape: [2], featureNames: ["a", "b"],
      targets: .classes([0, 1], names: ["x", "y"]))
    #expect(try data.fingerprint == "703e2f756609b5f2")
  }
}
