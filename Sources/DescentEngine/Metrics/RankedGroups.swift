/// Rows in the order of their scores, equal scores together.
enum RankedGroups {
  /// Calls `body` with the numbers of true and false rows of each score, from the lowest score up.
  static func forEach(
    _ scores: [Float], _ truth: [Bool], _ body: (_ positives: Int, _ negatives: Int) -> Void
  ) {
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var start = 0
    while start < order.count {
      var end = start
      var positives = 0
      while end < order.count, end == start || scores[order[end]] == scores[order[start]] {
        positives += truth[order[end]] ? 1 : 0
        end += 1
      }
      body(positives, end - start - positives)
      start = end
    }
  }
}
