import Kernels
import Testing

@testable import Descent

/// What ranks say to each other comes as it was said.
@Suite struct RankNoteTests {
  @Test(arguments: [RankNote.Order.Kind.begin, .advance, .gather, .rest, .end])
  func ordersComeAsTheyWereSaid(kind: RankNote.Order.Kind) {
    let order = RankNote.Order(kind, -75)
    #expect(order.bytes.count == RankNote.Order.byteCount)
    #expect(order.bytes.withUnsafeBytes { RankNote.Order($0) } == order)
  }

  @Test func whatIsNoOrderIsNone() {
    for bytes in [[], [UInt8](repeating: 9, count: 16), [UInt8](repeating: 0, count: 15)] {
      #expect(bytes.withUnsafeBytes { RankNote.Order($0) } == nil)
    }
  }

  @Test func farewellsComeAsTheyWereSaid() {
    let errors = [
      DescentError(.inputOutput, "the disk is gone", at: "däta.npy:3", advice: "mount it"),
      DescentError(.diverged, ""),
      DescentError(.usage, "a\0b", at: "p"),
    ]
    for (rank, error) in errors.enumerated() {
      let farewell = RankNote.Farewell(rank, error)
      #expect(farewell.bytes.count == RankNote.Farewell.byteCount)
      var expected = error
      expected.problem = error.problem.replacing("\0", with: "")
      #expect(RankNote.Farewell(farewell.bytes) == RankNote.Farewell(rank, expected))
    }
  }

  /// Cut wherever it is too long, be it within a letter of several bytes.
  @Test func whatIsTooLongIsCut() throws {
    for letter in ["x", "ä", "€"] {
      let text = String(repeating: letter, count: 3000)
      let farewell = RankNote.Farewell(7, DescentError(.usage, text, at: text, advice: text))
      #expect(farewell.bytes.count == RankNote.Farewell.byteCount)
      let found = try #require(RankNote.Farewell(farewell.bytes))
      #expect(
        found.rank == 7 && found.error.problem.hasPrefix(String(repeating: letter, count: 200)))
    }
    #expect(RankNote.Farewell([UInt8](repeating: 0, count: 4096)) == nil)
    #expect(RankNote.Farewell([]) == nil)
  }

  private static func card(_ change: (inout RankCard) -> Void = { _ in }) -> RankCard {
    var card = RankCard(inputs: [], kernels: .best)
    change(&card)
    return card
  }

  @Test func cardsComeAsTheyWereGiven() {
    let card = Self.card { $0.config = "ab12" }
    #expect(RankCard(text: card.text) == card)
    #expect(RankCard(text: Self.card().text) == Self.card())
    for text in ["", "{}", "[1]", card.text.replacing("host", with: "guest")] {
      #expect(RankCard(text: text) == nil)
    }
  }

  @Test func ranksThatDifferAreToldInWhat() {
    let first = Self.card { $0.config = "1" }
    #expect(Self.card { $0.config = "1" }.difference(from: first) == nil)
    // A disk of its own may lack the file: the first rank's is the one that counts.
    #expect(Self.card().difference(from: first) == nil)
    #expect(Self.card { $0.config = "2" }.difference(from: first)?.what == "config file")
    #expect(Self.card { $0.kernels = "abacus" }.difference(from: first)?.what == "kernel set")
    #expect(Self.card { $0.version = "0" }.difference(from: first)?.what == "version of descent")
    let other = Self.card { $0.arguments = "train\nb.yaml" }.difference(from: first)
    #expect(other?.what == "command line" && other?.own == "train b.yaml")
  }

  @Test func coresAreEachRanksOwnMatter() {
    #expect(
      RankCard.shared(["train", "a.yaml", "--threads", "4", "--json"]) == [
        "train", "a.yaml", "--json",
      ])
    #expect(RankCard.shared(["train", "--threads=4", "a.yaml"]) == ["train", "a.yaml"])
  }

  /// Ranks that may use the same cores of a machine share them; those that a launcher has bound keep theirs.
  @Test func coresAreShared() {
    func card(_ host: String, _ cores: String, _ count: Int) -> RankCard {
      Self.card { ($0.host, $0.cores, $0.coreCount) = (host, cores, count) }
    }
    let together = [card("a", "0-7", 8), card("a", "0-7", 8), card("b", "0-7", 8)]
    #expect((0..<3).map { Ranks.threads(of: $0, together) } == [4, 4, 8])
    let bound = [card("a", "0-3", 4), card("a", "4-7", 4)]
    #expect((0..<2).map { Ranks.threads(of: $0, bound) } == [4, 4])
    let crowded = (0..<3).map { _ in card("a", "0-1", 2) }
    #expect(Ranks.threads(of: 2, crowded) == 1)
  }
}
