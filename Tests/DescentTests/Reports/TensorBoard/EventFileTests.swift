import Foundation
import Testing

@testable import Descent
@testable import DescentReports

@Suite struct EventFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func event(_ step: Int, _ value: Double = 0.25) -> TensorBoardEvent {
    TensorBoardEvent(time: 1.5, step: step, content: .values([("epoch/cost", .scalar(value))]))
  }

  /// The bytes that TensorBoard's own `RecordWriter` writes for `Event(wall_time=1.5, step=300, summary=Summary(
  /// value=[Summary.Value(tag="epoch/cost", simple_value=0.25)]))`.
  @Test func aRecordHasTheBytesThatTensorBoardWrites() throws {
    let expected =
      "2100000000000000017becf609000000000000f83f10ac022a130a110a0a65706f63682f636f7374150000803e0c93a720"
    let file = try EventFile(creating: folder.path("events"))
    file.add(event(300))
    try file.flush()
    let found = try Data(contentsOf: URL(filePath: folder.path("events")))
    #expect(found.map { String(format: "%02x", $0) }.joined() == expected)
  }

  @Test func recordsAreReadUpToTheFirstThatIsNotWhole() throws {
    let (draft, path) = (folder.path("draft"), folder.path("events"))
    let file = try EventFile(creating: draft)
    try file.move(to: path)
    for step in 1...3 { file.add(event(step)) }
    try file.flush()
    let content = try Data(contentsOf: URL(filePath: path))
    let whole = EventFile.records(of: path)
    #expect(whole.count == 3)
    let size = content.count / 3
    for length in [0, 5, size - 1, size, size + 11, 2 * size + 3, content.count - 1] {
      try content.prefix(length).write(to: URL(filePath: draft))
      #expect(EventFile.records(of: draft) == Array(whole.prefix(length / size)))
    }
    for place in content.indices {
      var damaged = content
      damaged[place] ^= 0x10
      try damaged.write(to: URL(filePath: draft))
      #expect(EventFile.records(of: draft) == Array(whole.prefix(place / size)))
    }
    #expect(EventFile.records(of: folder.path("none")).isEmpty)
  }

  @Test func aFileThatIsNotCompleteLeavesNothing() throws {
    let path = folder.path("draft")
    do {
      let file = try EventFile(creating: path)
      file.add(event(1))
      try file.flush()
      #expect(FileManager.default.fileExists(atPath: path))
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    let error = failure { try EventFile(creating: folder.path("no/such/events")) }
    #expect(error?.kind == .cannotCreate)
  }

  @Test func fieldsEndAtWhatIsNone() {
    let bytes = event(300).message.pieces.flatMap { $0 }
    let fields = Array(ProtobufFields(bytes[...]))
    #expect(fields.map(\.field) == [1, 2, 5])
    #expect(fields[1].value == .varint(300))
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let length = Int.random(in: 0...40, using: &random)
      let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      for (_, value) in ProtobufFields(noise[...]) {
        if case .bytes(let inner) = value { #expect(inner.count <= length) }
      }
    }
  }
}
