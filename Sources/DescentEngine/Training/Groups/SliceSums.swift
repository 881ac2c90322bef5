/// Sums that a rank adds up: its own where they stand, and the other ranks' where they are received.
///
/// It keeps its memory from step to step.
final class SliceSums {
  /// What has to come and go before anything is added up.
  private(set) var transfers: [RankTransfer] = []
  /// By node of all ranks, one after the other, where its sum of the slice begins.
  private var terms: [UnsafeMutableRawPointer] = []
  /// Where the result goes, and which elements these are.
  private var place: UnsafeMutableRawPointer
  private var slice = 0..<0
  private var memory: UnsafeMutableRawBufferPointer

  /// What is received begins at cache lines.
  private static let line = 64

  init() {
    memory = .allocate(byteCount: Self.line, alignment: Self.line)
    place = Self.start(of: memory, 0)
  }

  deinit { memory.deallocate() }

  /// Lays down what moves.
  ///
  /// - Parameters:
  ///   - rank: this one.
  ///   - nodeCounts: by rank, how many nodes it comes with.
  ///   - slice: by rank, the elements that it wants.
  func prepare<Element>(
    _ sums: GroupSums<Element>, of rank: Int, nodeCounts: [Int], _ slice: (Int) -> Range<Int>
  ) {
    let size = MemoryLayout<Element>.stride
    self.slice = slice(rank)
    place = Self.start(of: sums[0], self.slice.lowerBound)
    let bytes = self.slice.count * size
    let length = (bytes + Self.line - 1) / Self.line * Self.line
    reserve(length * (nodeCounts.reduce(0, +) - nodeCounts[rank]))
    transfers.removeAll(keepingCapacity: true)
    terms.removeAll(keepingCapacity: true)
    var offset = 0
    for other in nodeCounts.indices {
      for number in 0..<nodeCounts[other] {
        guard other != rank else {
          for peer in nodeCounts.indices where peer != rank {
            transfers.append(RankTransfer(.send, peer, sums[number].bytes(slice(peer))))
          }
          terms.append(Self.start(of: sums[number], self.slice.lowerBound))
          continue
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + bytes])
        transfers.append(RankTransfer(.receive, other, room))
        terms.append(Self.start(of: memory, offset))
        offset += length
      }
    }
  }

  private func reserve(_ bytes: Int) {
    guard memory.count < bytes else { return }
    memory.deallocate()
    memory = .allocate(byteCount: bytes, alignment: Self.line)
  }

  /// Adds up the whole slice.
  func addUp<Element: FloatingPoint>(
    _ nodes: [GroupTree.Node], upTo root: GroupTree.Node, as element: Element.Type
  ) {
    addUp(slice, nodes, upTo: root, as: element)
  }

  /// Adds up some elements of the slice. Calls for different ones may come at the same time.
  ///
  /// - Parameter nodes: those of all ranks, one after the other.
  func addUp<Element: FloatingPoint>(
    _ elements: Range<Int>, _ nodes: [GroupTree.Node], upTo root: GroupTree.Node,
    as element: Element.Type
  ) {
    let first = elements.lowerBound - slice.lowerBound
    func values(_ start: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Element> {
      start.assumingMemoryBound(to: Element.self) + first
    }
    let (place, count) = (values(place), elements.count)
    var left = nodes.count - 1
    GroupTree.add(nodes, upTo: root) { sum, other in
      left -= 1
      let (sum, other) = (values(terms[sum]), values(terms[other]))
      // The last sum is the result. Of two numbers it is the same either way round.
      if left == 0, place == other {
        Self.add(sum, to: other, count)
      } else {
        Self.add(other, to: sum, count)
        if left == 0, place != sum { place.update(from: sum, count: count) }
      }
    }
  }

  private static func add<Element: FloatingPoint>(
    _ other: UnsafeMutablePointer<Element>, to sum: UnsafeMutablePointer<Element>, _ count: Int
  ) {
    for index in 0..<count { sum[index] += other[index] }
  }

  private static func start<Element>(
    of values: UnsafeMutableBufferPointer<Element>, _ offset: Int
  ) -> UnsafeMutableRawPointer {
    guard let base = values.baseAddress else { preconditionFailure("sums without memory") }
    return UnsafeMutableRawPointer(base + offset)
  }

  private static func start(
    of bytes: UnsafeMutableRawBufferPointer, _ offset: Int
  ) -> UnsafeMutableRawPointer {
    guard let base = bytes.baseAddress else { preconditionFailure("an exchange without memory") }
    return base + offset
  }
}

extension UnsafeMutableBufferPointer {
  /// The bytes of some of its elements.
  func bytes(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: self[range]))
  }
}
