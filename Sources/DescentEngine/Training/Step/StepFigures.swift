/// What a step comes to in numbers, summed over the batch's rows group by group and then up the tree: its cost, penalty and
/// metrics, and how many engines ask to stop or to pause.
final class StepFigures {
  private static let penaltyPlace = 1
  private static let stopPlace = 2
  private static let pausePlace = 3
  private static let firstMetric = 4

  private let share: GroupShare
  private let metrics: Int
  private let count: Int
  /// For each group its numbers; once added up, for each node.
  private let numbers: UnsafeMutablePointer<Double>
  private let groups: [GroupTree.Node]

  init(_ share: GroupShare, metrics: Int) {
    self.share = share
    self.metrics = metrics
    count = Self.firstMetric + metrics
    groups = share.groups.map { $0..<$0 + 1 }
    numbers = .allocate(capacity: count * groups.count)
    numbers.initialize(repeating: 0, count: count * groups.count)
  }

  deinit { numbers.deallocate() }

  /// Σ over the rows of the batch.
  var cost: Double { numbers[0] }
  var rowPenalty: Double { numbers[Self.penaltyPlace] }
  func metric(_ index: Int) -> Double { numbers[Self.firstMetric + index] }
  /// Whether anyone has asked for it.
  var isStopRequested: Bool { numbers[Self.stopPlace] > 0 }
  var isPauseRequested: Bool { numbers[Self.pausePlace] > 0 }

  /// Takes what rows have come to, and what this engine asks for.
  func take(_ memory: BatchMemory, of plan: StepPlan, stops: Bool, pauses: Bool) {
    for group in groups.indices {
      let own = numbers + group * count
      own.update(repeating: 0, count: count)
      let rows = plan.share.rowsOfGroups[group]
      for row in rows { own[0] += Double(memory.costs[row]) }
      own[Self.penaltyPlace] = plan.penalty(of: rows)
      for metric in 0..<metrics {
        for row in rows { own[Self.firstMetric + metric] += Double(memory.metrics[metric][row]) }
      }
    }
    numbers[Self.stopPlace] = stops ? 1 : 0
    numbers[Self.pausePlace] = pauses ? 1 : 0
    addUp()
  }

  /// Adds groups up to nodes, and moves these to the front.
  private func addUp() {
    for (number, node) in share.nodes.enumerated() {
      let first = node.lowerBound - share.groups.lowerBound
      let own = first..<first + node.count
      GroupTree.add(groups[own], upTo: node) { sum, other in
        for index in 0..<count {
          numbers[(first + sum) * count + index] += numbers[(first + other) * count + index]
        }
      }
      if number < first {
        (numbers + number * count).update(from: numbers + first * count, count: count)
      }
    }
  }

  /// For an exchange; afterwards the figures are those of the whole batch.
  var groupSums: GroupSums<Double> {
    GroupSums(share.tree, nodes: share.nodes, at: numbers, count: count, stride: count)
  }
}
