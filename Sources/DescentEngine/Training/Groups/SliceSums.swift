/// Sums that a rank adds up: its own where they stand, the other ranks' where it receives them, or where they stand as well.
///
/// It keeps its memory from step to step.
final class SliceSums {
  /// One sum of two, by where their elements begin.
  private struct Addition {
    let left, right: UnsafeRawPointer
    let sum: UnsafeMutableRawPointer
  }

  /// What has to come and go before anything is added up.
  private(set) var transfers: [RankTransfer] = []
  /// In the order of the tree; the last one's sum is the result.
  private var additions: [Addition] = []
  /// By node of all ranks, one after the other, where its sum of the slice begins, and where others may be added to it.
  private var terms: [(values: UnsafeRawPointer, room: UnsafeMutableRawPointer)] = []
  /// The elements that are added up.
  private var slice = 0..<0
  private var memory: UnsafeMutableRawBufferPointer

  /// What is received begins at cache lines.
  private static let line = 64

  init() { memory = .allocate(byteCount: Self.line, alignment: Self.line) }

  deinit { memory.deallocate() }

  /// Lays down what moves, and what is added to what.
  ///
  /// - Parameters:
  ///   - rank: this one.
  ///   - nodeCounts: by rank, how many nodes it comes with.
  ///   - nodes: those of all ranks, one after the other.
  ///   - shared: that the sums stand in, where other ranks may read it.
  ///   - slice: by rank, the elements that it wants.
  func prepare<Element>(
    _ sums: GroupSums<Element>, of rank: Int, nodeCounts: [Int], nodes: [GroupTree.Node],
    in shared: ExchangeMemory? = nil, _ slice: (Int) -> Range<Int>
  ) {
    let size = MemoryLayout<Element>.stride
    self.slice = slice(rank)
    let bytes = self.slice.count * size
    let length = (bytes + Self.line - 1) / Self.line * Self.line
    reserve(length * (nodeCounts.reduce(0, +) - nodeCounts[rank]))
    transfers.removeAll(keepingCapacity: true)
    terms.removeAll(keepingCapacity: true)
    var offset = 0
    for other in nodeCounts.indices {
      let isRead = shared?.reads(other) ?? false
      if isRead { transfers.appendSigns(with: other) }
      for number in 0..<nodeCounts[other] {
        let own = Self.start(of: sums[number], self.slice.lowerBound)
        guard other != rank else {
          for peer in nodeCounts.indices where peer != rank && shared?.reads(peer) != true {
            transfers.append(RankTransfer(.send, peer, sums[number].bytes(slice(peer))))
          }
          terms.append((UnsafeRawPointer(own), own))
          continue
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + bytes])
        let start = Self.start(of: memory, offset)
        offset += length
        if let values = shared?.place(of: own, in: other) {
          terms.append((values, start))
        } else {
          transfers.append(RankTransfer(.receive, other, room))
          terms.append((UnsafeRawPointer(start), start))
        }
      }
    }
    layDown(nodes, upTo: sums.tree.root, at: Self.start(of: sums[0], self.slice.lowerBound))
  }

  /// - Parameter place: where the result goes.
  private func layDown(
    _ nodes: [GroupTree.Node], upTo root: GroupTree.Node, at place: UnsafeMutableRawPointer
  ) {
    additions.removeAll(keepingCapacity: true)
    GroupTree.add(nodes, upTo: root) { sum, other in
      let isLast = additions.count == nodes.count - 2
      let room = isLast ? place : terms[sum].room
      additions.append(Addition(left: terms[sum].values, right: terms[other].values, sum: room))
      terms[sum].values = UnsafeRawPointer(room)
    }
  }

  private func reserve(_ bytes: Int) {
    guard memory.count < bytes else { return }
    memory.deallocate()
    memory = .allocate(byteCount: bytes, alignment: Self.line)
  }

  /// Adds up the whole slice.
  func addUp<Element: FloatingPoint & SIMDScalar>(as element: Element.Type) {
    addUp(slice, as: element)
  }

  /// Adds up some elements of the slice. Calls for different ones may come at the same time.
  func addUp<Element: FloatingPoint & SIMDScalar>(_ elements: Range<Int>, as element: Element.Type)
  {
    let first = (elements.lowerBound - slice.lowerBound) * MemoryLayout<Element>.stride
    for addition in additions {
      Self.add(
        (addition.left + first).assumingMemoryBound(to: Element.self),
        (addition.right + first).assumingMemoryBound(to: Element.self),
        into: (addition.sum + first).assumingMemoryBound(to: Element.self), elements.count)
    }
  }

  /// Where the sum goes may be where the first of both stands, or the second: a compiler that cannot know adds one by one then.
  private static func add<Element: FloatingPoint & SIMDScalar>(
    _ left: UnsafePointer<Element>, _ right: UnsafePointer<Element>,
    into sum: UnsafeMutablePointer<Element>, _ count: Int
  ) {
    typealias Vector = SIMD8<Element>
    let whole = count / Vector.scalarCount * Vector.scalarCount
    for index in stride(from: 0, to: whole, by: Vector.scalarCount) {
      let left = UnsafeRawPointer(left + index).loadUnaligned(as: Vector.self)
      let right = UnsafeRawPointer(right + index).loadUnaligned(as: Vector.self)
      UnsafeMutableRawPointer(sum + index).storeBytes(of: left + right, as: Vector.self)
    }
    for index in whole..<count { sum[index] = left[index] + right[index] }
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
