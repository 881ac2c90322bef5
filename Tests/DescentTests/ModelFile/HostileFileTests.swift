import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData
@testable import DescentEngine

/// Files of Tests/Fixtures/hostile: each has one fault, and each is refused for it.
enum HostileFiles {
  static let folder = repositoryRoot.appending(path: "Tests/Fixtures/hostile")

  /// The names of the files there are.
  static func names(fromBytes: Bool) throws -> Set<String> {
    let all = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let names = all.filter { $0.hasSuffix(".h5.gz") }.map { String($0.dropLast(6)) }
    return Set(names.filter { ($0.hasPrefix("bytes-") || $0 == "sound") == fromBytes })
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    try FileBytes(contentsOf: folder.appending(path: "\(name).h5.gz").path).bytes
  }
}

/// Model files that h5py has made of one of Descent's (`make_hostile.py`).
@Suite struct HostileFileTests {
  /// What is said of each; nil where it is read as though nothing were wrong, for nothing is that matters.
  static let expectations: [String: String?] = [
    // Data that is elsewhere, or nowhere.
    "external-link":
      "/layers/dense/vars: a group has the newer form, which soft and external links",
    "soft-link": "/layers/dense/vars: it has a soft link; only hard links are followed",
    "external-storage": "/layers/dense/vars/0: its data is in another file",
    "virtual-dataset": "/layers/dense/vars/0: its layout is of version 4",
    "shape-bomb":
      "/layers/dense/vars/0: its shape promises 4398046511104 bytes but none are stored",
    "shape-bomb-of-4-gib":
      "/layers/dense/vars/0: its shape promises 4272947200 bytes but none are stored",
    "never-written": "/layers/dense/vars/0: its shape promises 48 bytes but none are stored",
    "chunks": "/layers/dense/vars/0: its data is chunked; only contiguous data is read",
    "deflate": "/layers/dense/vars/0: its data is compressed or filtered; only plain data is read",
    "deflate-bomb": "/layers/dense/vars/0: its data is compressed or filtered",
    "newest-links": "/more: an object's header is of version 2",
    "group-cycle": nil,
    // Tensors that are not what the network wants.
    "transposed":
      "/layers/dense/vars/0: it has the shape [4, 3] where kernel of the layer 'dense' has [3, 4]",
    "flattened":
      "/layers/dense/vars/0: it has the shape [12] where kernel of the layer 'dense' has [3, 4]",
    "nan-weight":
      "/layers/dense/vars/0: kernel of the layer 'dense' holds numbers that are not finite",
    "infinite-weight":
      "/layers/dense/vars/0: kernel of the layer 'dense' holds numbers that are not finite",
    "integers": "/layers/dense/vars/0: it holds int32 where float32 is wanted",
    "booleans": "/layers/dense/vars/0: it holds int8 where float32 is wanted",
    "strings": "/layers/dense/vars/0: it holds string of 8 bytes where float32 is wanted",
    "strings-of-varying-length": "/layers/dense/vars/0: its elements are neither numbers nor",
    "compound": "/layers/dense/vars/0: a type is a compound",
    "sequences": "/layers/dense/vars/0: a type is of varying length",
    "group-for-dataset": "/layers/dense/vars/0: it is not a dataset",
    "dataset-for-group": "/layers/dense/vars: it is not a group",
    "missing-weight": "/layers/dense/vars/0: there is no '0'",
    "slot-of-another-shape":
      "/optimizer/vars/3: it has the shape [7, 7] where kernel of the layer 'dense' has [3, 4]",
    // Networks that are described wrongly.
    "no-network": "/descent@network: there is no such attribute",
    "network-is-a-number": "/descent@network: it does not hold strings",
    "network-is-no-json": "the JSON text ends too early",
    "network-is-no-utf8": "/descent@network: string 0 in it is not valid UTF-8",
    "network-of-200000-brackets": "lists and maps are nested more than 64 levels deep",
    "a-billion-units": "network.layers.1.dense.units is 1000000000",
    "2-31-units": "network.layers.1.dense.units is 2147483647",
    "10-12-units": "network.layers.1.dense.units is 1000000000000",
    "negative-units": "network.layers.1.dense.units is -3",
    "no-units": "network.layers.1.dense.units is 0",
    "1e999-units": #"the number "1e999" is too large"#,
    "half-a-unit": "network.layers.1.dense.units is 1.5",
    "huge-product": "network.layers.1.dense.units is 2147483647",
    "unknown-layer": #"network.layers.3 is the unknown layer "lambda""#,
    "one-layer-more": "/layers/dense_2/vars/0: there is no 'dense_2'",
    "one-layer-less": "/layers/dense_1 has 2 variables where the network has 0",
    "no-layers": "network.layers is an empty list",
    "unknown-key": #"network has the unknown key "code""#,
    "the-same-name-twice": "two layers have the name twice",
    // A state that no run comes to.
    "format-0": "its format is 0",
    "format-2": "its format is 2",
    "format-is-text": "/@descent_format: it does not hold int32",
    "negative-step": "/descent/state@step is -1, which no run comes to",
    "step-of-2-62": "/descent/state@step is 4611686018427387904, which no run comes to",
    "another-number-of-epochs": "/history has 3 epochs and 36 steps, /descent/state 9 and 36",
    "epoch-is-text": "/descent/state@epoch: it does not hold int64",
    "history-of-two-lengths": "/history/cost: its shape is [2] where [3] is wanted",
    // Other kinds of file.
    "newest-form": "its superblock is of version 3",
    "addresses-of-4-bytes": "its superblock is of version 2",
    "user-block": "it is not an HDF5 file",
    "no-hdf5": "it is not an HDF5 file",
    "not-descent": "it is an HDF5 file, but not one that Descent wrote",
    "one-bit-flipped": "its content does not match its checksum",
    "trailer-of-another-version": "its trailer is of version 2",
    "trailer-of-zeros": "its content does not match its checksum",
    "half-a-trailer": "it has 32 bytes after its data where a trailer has 64",
    "one-byte-short": "it is cut short: 39839 bytes of 39904",
    "half": "it is cut short: 19920 bytes of 39904",
    "eight-bytes": "it is cut short: 8 bytes",
    "empty": "the file is empty",
  ]

  @Test func everyFileHasAnExpectation() throws {
    #expect(try HostileFiles.names(fromBytes: false) == Set(Self.expectations.keys))
  }

  @Test(arguments: expectations.keys.sorted())
  func fileIsRefusedForItsFault(name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "\(name).h5").path
    try Data(HostileFiles.bytes(name)).write(to: URL(fileURLWithPath: path))
    guard let expected = Self.expectations[name] ?? nil else {
      _ = try Model(contentsOf: path)
      _ = try Trainer(resuming: path, threads: 1)
      return
    }
    let refused = #expect(throws: DescentError.self) { try Trainer(resuming: path, threads: 1) }
    #expect(refused?.problem.contains(expected) == true, "\(refused as Any)")
    #expect(refused?.kind == .invalidInput)
    #expect(refused?.place?.hasPrefix(path) == true || name == "the-same-name-twice")
    // What does not concern the run alone is found by whoever predicts, too.
    guard !expected.contains("/optimizer"), !expected.contains("/descent/state"),
      !expected.contains("/history")
    else { return }
    let again = #expect(throws: DescentError.self) { try Model(contentsOf: path) }
    #expect(again == refused)
  }
}
