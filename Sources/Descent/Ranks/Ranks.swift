import Foundation

/// The processes that a launcher such as `mpirun` or `srun` has started to train one model together.
///
/// The first of them keeps the run: it reads the config, writes the folder, decides and speaks, as a process alone does. The
/// others (`follow`) read the rows, and do their part of every step, as the first says.
public final class Ranks {
  public let rank: Int
  public let count: Int
  /// The cores that are left to each where nobody names a number: those that the launcher lets it use, or its part of those that
  /// all ranks of its machine may use.
  public let threads: Int
  let link: MPILink
  /// By rank; nil for what another version may have sent.
  private let cards: [RankCard?]
  /// Whether the others train along, and whether training is over.
  private var isTraining = false
  private var hasRested = false

  /// Whether they have lost each other: nothing can be done together any more.
  public var haveFailed: Bool { link.failure != nil }

  /// Whether this is the one that keeps the run and speaks.
  public var isFirst: Bool { rank == 0 }

  /// Seconds that a rank is waited for, where nobody says.
  public static let defaultLimit = 300.0

  /// Joins the other ranks.
  ///
  /// - Parameters:
  ///   - limit: seconds that a rank is waited for while all train; nil: `defaultLimit`.
  ///   - inputs: the config file, where the command has one, which ranks may find on disks of their own.
  /// - Throws: where there is no MPI library that fits the launcher, or another rank does not come.
  public static func join(
    _ launcher: Launcher, environment: [String: String], limit: Double?, inputs: [String],
    kernels: KernelSet
  ) throws(DescentError) -> Ranks {
    let library = try launcher.library(environment)
    let link = MPILink(try launcher.world(library))
    link.limit = limit ?? defaultLimit
    let texts = try link.gather(RankCard(inputs: inputs, kernels: kernels).text)
    return Ranks(link, cards: texts.map { RankCard(text: $0) })
  }

  /// Sees to it that ranks can train together.
  ///
  /// - Throws: to all of them, what one of them has otherwise than the first; they have parted by then.
  public func requireAlike() throws(DescentError) {
    for (rank, card) in cards.enumerated() {
      guard let card, let first = cards[0] else {
        link.close(code: DescentError.Kind.usage.rawValue)
        throw DescentError(
          .usage, "\(link.name(of: rank)) runs another version of descent",
          advice: Self.advice("version of descent"))
      }
      guard let (what, own, firsts) = card.difference(from: first) else { continue }
      link.close(code: DescentError.Kind.usage.rawValue)
      throw DescentError(
        .usage,
        "\(link.name(of: rank)) has another \(what) than rank 0: \(own) instead of \(firsts)",
        advice: Self.advice(what))
    }
  }

  private static func advice(_ what: String) -> String {
    switch what {
    case "version of descent": "install the same one on every machine"
    case "kernel set": "DESCENT_KERNELS names one that all processors have, such as avx2"
    case "command line": "start all ranks with the same one"
    default: "give all machines the same file"
    }
  }

  private init(_ link: MPILink, cards: [RankCard?]) {
    self.link = link
    self.cards = cards
    (rank, count) = (link.rank, link.count)
    let known = cards.compactMap { $0 }
    if known.count == count { link.know(known) }
    threads = known.count == count ? Self.threads(of: rank, known) : 1
  }

  static func threads(of rank: Int, _ cards: [RankCard]) -> Int {
    let own = cards[rank]
    let sharing = cards.count { $0.host == own.host && $0.cores == own.cores }
    return max(1, own.coreCount / max(1, sharing))
  }

  // MARK: - Groups

  /// The groups of a new run, where nobody names their number.
  var defaultGroups: Int {
    var groups = 1
    while groups < count { groups *= 2 }
    return groups
  }

  /// What joins a trainer with those of the other ranks.
  ///
  /// - Parameter groups: those of every batch.
  /// - Throws: where there are fewer than ranks.
  public func exchange(groups: Int) throws(DescentError) -> any GradientExchange {
    try RankExchange(groups: groups, over: link)
  }

  // MARK: - What all ranks do alike

  /// What joins ranks that predict rows, each some of them.
  func exchange() throws(DescentError) -> any GradientExchange {
    try RankExchange(groups: count, over: link)
  }

  /// Does something that every rank does for itself, before they go on together with what it comes to.
  ///
  /// - Parameters:
  ///   - what: what has to be alike.
  ///   - text: says what of it has to be.
  /// - Throws: to all ranks, what one of them has failed with, or that they do not come to the same; all may still end in good
  ///   order together.
  func agree<Result>(
    on what: String, _ body: () throws(DescentError) -> Result,
    _ text: (Result) throws(DescentError) -> String
  ) throws(DescentError) -> Result {
    var result: Result?
    var own: (text: String, error: DescentError?)
    do throws(DescentError) {
      let found = try body()
      own = (try text(found), nil)
      result = found
    } catch {
      own = (RankStart(refusedBecause: error).text, error)
    }
    let texts = try link.gather(own.text)
    if let error = own.error { throw error }
    for (rank, text) in texts.enumerated() {
      if let error = RankStart.refusal(in: text, called: link.name(of: rank)) { throw error }
      guard text != texts[0] else { continue }
      throw DescentError(
        .invalidInput,
        "\(link.name(of: rank)) has other \(what) than rank 0: their fingerprint is \(text) instead of "
          + "\(texts[0])", advice: "give all machines the same file")
    }
    guard let result else { preconditionFailure("neither a result nor an error") }
    return result
  }

  /// Does something that every rank does for itself, of which nothing but that it succeeds has to be alike.
  public func agree(_ body: () throws(DescentError) -> Void) throws(DescentError) {
    try agree(on: "files", body) { _ in "" }
  }

  // MARK: - What the first rank says

  /// Makes the others ready to train on where a trainer stands.
  ///
  /// - Throws: what one of them cannot do; where rows are not the same.
  func begin(_ trainer: Trainer) throws(DescentError) {
    var file = try RankStart.bytes(of: trainer)
    try link.tell(RankNote.Order(.begin, Int64(file.count)))
    try link.share(&file)
    let texts = try link.gather(RankStart(trainer).text)
    for (rank, text) in texts.enumerated() where text != texts[0] {
      throw RankStart.difference(
        of: text, from: texts[0], called: link.name(of: rank))
    }
    try trainer.scatterSlots()
    isTraining = true
  }

  /// Has the others train on, as this one is about to.
  func advance() throws(DescentError) { try link.tell(RankNote.Order(.advance)) }

  /// Brings together what the optimizer remembers, of which each rank has a part, where it is not yet: the first can then be
  /// saved.
  func gatherSlots(of trainer: Trainer) throws(DescentError) {
    guard !trainer.hasAllSlots else { return }
    try link.tell(RankNote.Order(.gather))
    try trainer.gatherSlots()
  }

  /// Tells the others that training is over.
  func rest() throws(DescentError) {
    guard isTraining, !hasRested else { return }
    hasRested = true
    try link.tell(RankNote.Order(.rest))
  }

  /// Ends all ranks. Said by the first once it has said all else; nothing can be done together after it.
  public func end(_ code: Int32) {
    try? link.tell(RankNote.Order(.end, Int64(code)), isLast: true)
    link.close(code: code)
  }

  /// Tells the others that this rank ends in the middle of something.
  public func leave(because error: DescentError) { link.leave(because: error) }

  // MARK: - What the others do

  /// How a rank ends: with an exit code, and the sentence to go with it where the first rank may not have said it.
  public struct End: Sendable {
    public var code: Int32
    public var sentence: String?
  }

  /// Does what the first rank says, until it says that all end.
  ///
  /// - Parameters:
  ///   - threads: cores to use; its part of the machine's where nil.
  ///   - began: is given what asks the run to stop, once there is a run.
  public func follow(
    threads: Int?, kernels: KernelSet, began: (TrainingControl) -> Void
  ) -> End {
    var trainer: Trainer?
    do throws(DescentError) {
      var limit: Double?
      while true {
        let order = try link.order(within: limit)
        switch order.kind {
        case .begin:
          var file = [UInt8](repeating: 0, count: Int(order.value))
          try link.share(&file)
          trainer = try begin(&file, threads: threads ?? self.threads, kernels: kernels)
          guard let trainer else { continue }
          try trainer.scatterSlots()
          began(trainer.control)
          (isTraining, limit) = (true, link.limit)
        case .advance: _ = try trainer?.advance()
        case .gather: try trainer?.gatherSlots()
        case .rest: limit = nil
        case .end:
          let code = Int32(clamping: order.value)
          link.close(code: code)
          return End(code: code)
        }
      }
    } catch {
      return leave(error)
    }
  }

  /// A trainer that goes on from the first rank's file; nil where one rank or another cannot, which the first says.
  private func begin(
    _ file: inout [UInt8], threads: Int, kernels: KernelSet
  ) throws(DescentError) -> Trainer? {
    var trainer: Trainer?
    let own: RankStart
    do throws(DescentError) {
      let started = try RankStart.trainer(
        &file, threads: threads, kernels: kernels, ranks: self)
      (trainer, own) = (started, RankStart(started))
    } catch {
      own = RankStart(refusedBecause: error)
    }
    let texts = try link.gather(own.text)
    return texts.allSatisfy { $0 == texts[0] } ? trainer : nil
  }

  /// Ends because of an error, its own or another's. The first rank says what it was, unless it is lost itself; where all
  /// have been training, each says why it ends.
  private func leave(_ error: DescentError) -> End {
    link.leave(because: error)
    let sentence = "\(link.name(of: rank)) ends: \(error.description)"
    guard !link.hasLostFirst,
      let order = try? link.order(within: Self.farewell, isLast: true), order.kind == .end
    else { return End(code: error.exitCode, sentence: sentence) }
    return End(
      code: Int32(clamping: order.value), sentence: isTraining ? sentence : nil)
  }

  /// Seconds in which the first rank writes what it is writing, and says that all end.
  private static let farewell = 10.0
}
