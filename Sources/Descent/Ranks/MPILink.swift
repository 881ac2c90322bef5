import CProcessor
import Foundation
import MPI
import Synchronization

/// Moves memory between ranks by MPI, and notices when one of them is lost.
///
/// No call of MPI waits: this asks again and again, and meanwhile looks for a rank that says that it leaves, for a process of
/// this machine that has ended, and at the clock.
final class MPILink: RankLink, @unchecked Sendable {
  private enum Tag {
    static let data: Int32 = 1
    static let farewell: Int32 = 2
    static let order: Int32 = 3
    /// The first of those of what moves while others work.
    static let numbered: Int32 = 16
    /// How many of these there are: no library has fewer tags.
    static let numbers = 16384
  }

  /// Messages that belong together.
  private final class Batch {
    let messages: MPIWorld.Messages
    /// The rank that each of them is of.
    var peers: [Int] = []

    init(_ world: MPIWorld) { messages = MPIWorld.Messages(world) }

    func removeAll() {
      messages.removeAll()
      peers.removeAll(keepingCapacity: true)
    }
  }

  let world: MPIWorld
  var rank: Int { world.rank }
  var count: Int { world.count }
  /// Seconds that another rank is waited for; nil: for ever.
  var limit: Double?
  /// By rank, what it is called, and its process where it is one of this machine's that can be seen.
  private var names: [String]
  private var processes: [Int32?]

  private let batch: Batch
  /// What moves while others work, by its number, and the numbers of those that may be on their way, in the order in which they
  /// began.
  private var batches: [Batch] = []
  private var underWay: [Int] = []
  /// Whether somebody is moving it on.
  private let isProgressing = Atomic<Bool>(false)
  /// Why nothing can be moved any more.
  private(set) var failure: DescentError?
  /// Those that are not there any more, or give no sign.
  private var lostRanks: Set<Int> = []
  /// Whether the first rank is among them: nobody speaks for all then.
  var hasLostFirst: Bool { lostRanks.contains(0) }
  /// What is kept until it has been sent.
  private var farewell: (bytes: [UInt8], messages: MPIWorld.Messages)?

  init(_ world: MPIWorld) {
    self.world = world
    names = (0..<world.count).map { "rank \($0) of \(world.count)" }
    processes = Array(repeating: nil, count: world.count)
    batch = Batch(world)
  }

  /// Takes in who the others are.
  func know(_ cards: [RankCard]) {
    for (rank, card) in cards.enumerated() {
      names[rank] = "rank \(rank) of \(count) on \(card.host)"
      // In a container another's processes cannot be seen, and would be taken for ended ones.
      let isNear = rank != self.rank && card.host == cards[self.rank].host
      let isSeen = isNear && kill(card.process, 0) == 0
      processes[rank] = isSeen ? card.process : nil
    }
  }

  func name(of rank: Int) -> String { names[rank] }

  // MARK: - Moving

  func move(_ transfers: [RankTransfer]) throws(DescentError) {
    try start(transfers, batch, Tag.data)
    try finish(batch)
  }

  func begin(_ transfers: [RankTransfer], as number: Int) throws(DescentError) {
    while batches.count <= number { batches.append(Batch(world)) }
    underWay.append(number)
    try start(transfers, batches[number], Tag.numbered + Int32(number % Tag.numbers))
  }

  func finish(_ number: Int) throws(DescentError) {
    guard let place = underWay.firstIndex(of: number) else { return }
    try finish(batches[number])
    underWay.remove(at: place)
  }

  func progress() {
    let (isMine, _) = isProgressing.compareExchange(
      expected: false, desired: true, ordering: .acquiring)
    guard isMine else { return }
    defer { isProgressing.store(false, ordering: .releasing) }
    // A call for any of them moves all, over TCP a little at a time. Whatever fails does so again where it is waited for.
    for _ in 0..<Self.looks {
      guard let first = underWay.first else { return }
      if (try? batches[first].messages.areDone()) == true { underWay.removeFirst() }
    }
  }

  /// How often what has begun is moved on between two tasks.
  private static let looks = 8

  private func start(
    _ transfers: [RankTransfer], _ batch: Batch, _ tag: Int32
  ) throws(DescentError) {
    if let failure { throw failure }
    batch.removeAll()
    do throws(MPIError) {
      for transfer in transfers {
        var rest = transfer.bytes[...]
        repeat {
          let bytes = UnsafeMutableRawBufferPointer(rebasing: rest.prefix(MPIWorld.longestMessage))
          rest = rest.dropFirst(bytes.count)
          switch transfer.direction {
          case .send:
            try batch.messages.send(UnsafeRawBufferPointer(bytes), to: transfer.peer, tag: tag)
          case .receive: try batch.messages.receive(bytes, from: transfer.peer, tag: tag)
          }
          batch.peers.append(transfer.peer)
        } while !rest.isEmpty
      }
    } catch { throw fail(error) }
  }

  private func finish(_ batch: Batch) throws(DescentError) {
    try wait(
      limit, until: { () throws(MPIError) in try batch.messages.areDone() },
      for: { () throws(MPIError) in try self.pending(batch) })
  }

  /// Those whose messages have not come or gone.
  private func pending(_ batch: Batch) throws(MPIError) -> Set<Int> {
    var pending: Set<Int> = []
    for (index, peer) in batch.peers.enumerated() where try !batch.messages.isDone(index) {
      pending.insert(peer)
    }
    return pending
  }

  /// What every rank has to say, in their order.
  func gather(_ text: String) throws(DescentError) -> [String] {
    let own = Array(text.utf8)
    var lengths = [Int](repeating: 0, count: count)
    lengths[rank] = own.count
    try gather(&lengths) { rank in rank..<rank + 1 }
    let ends = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    var bytes = [UInt8](repeating: 0, count: ends[count])
    bytes.replaceSubrange(ends[rank]..<ends[rank + 1], with: own)
    try gather(&bytes) { rank in ends[rank]..<ends[rank + 1] }
    return (0..<count).map { String(decoding: bytes[ends[$0]..<ends[$0 + 1]], as: UTF8.self) }
  }

  private func gather<Element: BitwiseCopyable>(
    _ values: inout [Element], _ place: (Int) -> Range<Int>
  ) throws(DescentError) {
    try values.withUnsafeMutableBufferPointer { values throws(DescentError) in
      func bytes(_ rank: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: values[place(rank)]))
      }
      var transfers: [RankTransfer] = []
      for peer in 0..<count where peer != rank {
        transfers.append(RankTransfer(.send, peer, bytes(rank)))
        transfers.append(RankTransfer(.receive, peer, bytes(peer)))
      }
      try move(transfers)
    }
  }

  /// Gives the first rank's bytes to all others.
  func share(_ bytes: inout [UInt8]) throws(DescentError) {
    try bytes.withUnsafeMutableBufferPointer { buffer throws(DescentError) in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      try move(
        rank == 0
          ? (1..<count).map { RankTransfer(.send, $0, bytes) } : [RankTransfer(.receive, 0, bytes)])
    }
  }

  // MARK: - Memory that is read where it stands

  func allocate(floats: Int) -> ExchangeMemory {
    processes.contains { $0 != nil }
      ? NearMemory.allocate(floats: floats) : ExchangeMemory(count: floats)
  }

  func join(_ memory: ExchangeMemory) throws(DescentError) {
    let own = NearMemory(memory)
    let texts = try gather(own.text)
    var found = zip(texts, processes).map { own.find($0, of: $1) }
    // Each says whose it has found. Nobody looks for any after that.
    let answers = try gather(NearMemory.answer(found))
    own.close()
    for rank in found.indices where !NearMemory.hasFound(self.rank, in: answers[rank]) {
      found[rank] = nil
    }
    memory.join(found.map { $0?.floats }, keeping: found.compactMap { $0 })
  }

  // MARK: - Orders

  /// Tells all others what comes next. The first rank does.
  ///
  /// - Parameter isLast: whether it is also for ranks that may be lost.
  func tell(_ order: RankNote.Order, isLast: Bool = false) throws(DescentError) {
    if !isLast, let failure { throw failure }
    batch.removeAll()
    let bytes = order.bytes
    try bytes.withUnsafeBufferPointer { buffer throws(DescentError) in
      do throws(MPIError) {
        for peer in 1..<count where !lostRanks.contains(peer) {
          try batch.messages.send(UnsafeRawBufferPointer(buffer), to: peer, tag: Tag.order)
          batch.peers.append(peer)
        }
      } catch { throw fail(error) }
      guard isLast, failure != nil else { return try finish(batch) }
      settle(batch.messages, within: 1)
    }
  }

  /// What the first rank says next.
  ///
  /// - Parameters:
  ///   - limit: seconds to wait for it; nil: as long as it takes.
  ///   - isLast: whether it is waited for although something has failed.
  func order(within limit: Double?, isLast: Bool = false) throws(DescentError) -> RankNote.Order {
    if !isLast, let failure { throw failure }
    func hasCome() throws(MPIError) -> Bool { try world.hasMessage(from: 0, tag: Tag.order) }
    if isLast {
      let end = TrainingEngine.now() + (limit ?? 0)
      while (try? hasCome()) != true {
        guard TrainingEngine.now() < end else { throw lost([0], after: limit ?? 0) }
        usleep(1000)
      }
    } else {
      try wait(limit, until: hasCome, for: { () throws(MPIError) in [0] })
    }
    let bytes = try receive(RankNote.Order.byteCount, from: 0, tag: Tag.order)
    guard let order = bytes.withUnsafeBytes({ RankNote.Order($0) }) else {
      throw DescentError(.inputOutput, "\(names[0]) says what is not understood")
    }
    return order
  }

  /// A short message that has come.
  private func receive(_ count: Int, from rank: Int?, tag: Int32) throws(DescentError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    do throws(MPIError) {
      try bytes.withUnsafeMutableBufferPointer { bytes throws(MPIError) in
        let message = MPIWorld.Messages(world)
        try message.receive(UnsafeMutableRawBufferPointer(bytes), from: rank, tag: tag)
        while try !message.areDone() { sched_yield() }
      }
    } catch { throw fail(error) }
    return bytes
  }

  // MARK: - Leaving

  /// Ends the joint work, once all ranks have come here; nothing may be on its way, and all that a run is has been written and
  /// said.
  ///
  /// MPICH 4.0 over UCX has been seen to wait in `MPI_Finalize` for ever: one rank still had a connection to end, and the others
  /// listened no more. So all listen a little longer, and a rank that is not through by `finalLimit` ends as it is.
  ///
  /// - Parameter code: how the process is going to end.
  func close(code: Int32) {
    guard failure == nil, (try? gather("")) != nil else { return }
    let end = TrainingEngine.now() + Self.finalListening
    while TrainingEngine.now() < end {
      _ = try? world.hasMessage(from: nil, tag: Tag.farewell)
      usleep(500)
    }
    let parting = Parting()
    Thread {
      Thread.sleep(forTimeInterval: Self.finalLimit)
      if !parting.isOver.withLock({ $0 }) { _exit(code) }
    }.start()
    world.finalize()
    parting.isOver.withLock { $0 = true }
  }

  /// Seconds that all ranks listen once each has come to the end, and that its last call may take.
  private static let finalListening = 0.1
  private static let finalLimit = 10.0

  /// Whether the library has let go.
  private final class Parting: Sendable {
    let isOver = Mutex(false)
  }

  func leave(because error: DescentError) {
    guard failure == nil else { return }
    failure = error
    let bytes = RankNote.Farewell(rank, error).bytes
    let messages = MPIWorld.Messages(world)
    farewell = (bytes, messages)
    farewell?.bytes.withUnsafeBytes { bytes in
      for peer in 0..<count where peer != rank && !lostRanks.contains(peer) {
        try? messages.send(bytes, to: peer, tag: Tag.farewell)
      }
    }
    // They are short enough to be on their way at once. A launcher that sees a rank end leaves the others little time to say
    // why they end.
    settle(messages, within: 0.05)
  }

  /// Lets messages go that nobody may wait for.
  private func settle(_ messages: MPIWorld.Messages, within seconds: Double) {
    let end = TrainingEngine.now() + seconds
    while TrainingEngine.now() < end, (try? messages.areDone()) == false { usleep(500) }
  }

  private func fail(_ error: MPIError) -> DescentError {
    let failure = DescentError(
      .inputOutput, "the exchange with the other ranks failed: \(error.message)",
      advice: "see what the launcher and the other ranks say")
    leave(because: failure)
    return failure
  }

  private func lost(_ pending: Set<Int>, after seconds: Double) -> DescentError {
    lostRanks.formUnion(pending)
    let ranks = pending.sorted().prefix(4).map { names[$0] }.joined(separator: ", ")
    return DescentError(
      .inputOutput, "\(ranks) gave no sign for \(Figures.wait(seconds))",
      advice: "see what became of it; --rank-timeout sets how long others are waited for")
  }

  // MARK: - Waiting

  /// Asks until it is so, and meanwhile sees to it that it can still become so.
  ///
  /// - Parameter pending: those that are waited for.
  private func wait(
    _ limit: Double?, until isDone: () throws(MPIError) -> Bool,
    for pending: () throws(MPIError) -> Set<Int>
  ) throws(DescentError) {
    var reason: DescentError?
    do throws(MPIError) {
      for _ in 0..<Self.spins {
        if try isDone() { return }
        descent_spin_hint()
      }
      let start = TrainingEngine.now()
      var nextLook = start + Self.interval
      while reason == nil {
        if try isDone() { return }
        let now = TrainingEngine.now()
        // Others of this machine may need the core more; after a while a wait is no matter of microseconds any more.
        if now - start < Self.patience { sched_yield() } else { usleep(Self.pause) }
        guard now >= nextLook else { continue }
        nextLook = now + Self.interval
        reason = try look(pending, after: now - start, limit)
      }
    } catch { throw fail(error) }
    if let reason { throw reason }
  }

  private static let spins = 2000
  /// Seconds between two looks.
  private static let interval = 0.01
  /// Seconds of giving way to others, before this sleeps between two questions, so many microseconds.
  private static let patience = 0.2
  private static let pause: UInt32 = 200

  /// Why what is waited for will not come; nil where it may.
  private func look(
    _ pending: () throws(MPIError) -> Set<Int>, after seconds: Double, _ limit: Double?
  ) throws(MPIError) -> DescentError? {
    if try world.hasMessage(from: nil, tag: Tag.farewell) {
      do throws(DescentError) {
        let bytes = try receive(RankNote.Farewell.byteCount, from: nil, tag: Tag.farewell)
        guard let farewell = RankNote.Farewell(bytes) else { return nil }
        var error = farewell.error
        error.problem = "\(names[farewell.rank]): \(error.problem)"
        failure = error
        return error
      } catch { return error }
    }
    for (rank, process) in processes.enumerated() {
      guard let process, kill(process, 0) != 0, errno == ESRCH else { continue }
      lostRanks.insert(rank)
      let error = DescentError(
        .inputOutput, "\(names[rank]) (process \(process)) has ended",
        advice: "see what it or the launcher says")
      leave(because: error)
      return error
    }
    guard let limit, seconds >= limit else { return nil }
    let error = lost(try pending(), after: seconds)
    leave(because: error)
    return error
  }
}
