import Kernels

/// Augments rows for one worker, in memory of its own.
final class RowAugmenter {
  private let plan: AugmentationPlan
  private let memory: AlignedFloats

  init(_ plan: AugmentationPlan) {
    self.plan = plan
    memory = AlignedFloats(count: plan.count + Matrix.padding)
  }

  /// Changes rows that have just been gathered.
  ///
  /// - Parameter place: of the first one in the epoch.
  func augment(_ rows: Matrix, place: Int, epoch: Int) {
    for row in 0..<rows.rows {
      augment(
        plan.image(at: rows.base + row * rows.stride),
        random: plan.random(epoch: epoch, place: place + row))
    }
  }

  private func augment(_ image: ImageView, random: CounterRandom) {
    // Moves wait for the next change of pixels, or for the end.
    var waiting: (move: PixelMove, fill: ImageFill?)?
    for position in plan.parts.indices {
      let draws = AugmentationDraws(random, position: position)
      switch plan.parts[position] {
      case .move(let part):
        guard draws.applies(part.probability) else { continue }
        let move = part.move(height: image.height, width: image.width, draws: draws)
        if let before = waiting, before.fill == part.fill || before.fill == nil || part.fill == nil
        {
          waiting = (before.move.then(move), part.fill ?? before.fill)
        } else {
          if let before = waiting { apply(before, to: image) }
          waiting = (move, part.fill)
        }
      case .change(let part):
        guard draws.applies(part.probability) else { continue }
        if let before = waiting { apply(before, to: image) }
        waiting = nil
        part.change(image, range: plan.range, draws: draws)
      }
    }
    if let before = waiting { apply(before, to: image) }
  }

  private func apply(_ waiting: (move: PixelMove, fill: ImageFill?), to image: ImageView) {
    guard waiting.move != .none else { return }
    let original = plan.image(at: memory.base)
    original.base.update(from: image.base, count: image.count)
    image.show(original, moved: waiting.move, fill: waiting.fill ?? ImageFill())
  }
}
