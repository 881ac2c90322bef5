/// Augments rows for one worker, in memory of its own.
final class RowAugmenter {
  private let plan: AugmentationPlan
  private let memory: AlignedFloats
  private let other: AlignedFloats

  init(_ plan: AugmentationPlan) {
    self.plan = plan
    memory = AlignedFloats(count: plan.count + Matrix.padding)
    other = AlignedFloats(count: plan.mixesRows ? plan.count + Matrix.padding : 0)
  }

  /// Memory for a row with which another one is mixed.
  private var partner: Matrix {
    Matrix(base: other.base, rows: 1, columns: plan.count, stride: plan.count)
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

  /// Mixes rows of a batch, which have been gathered and augmented, with others.
  ///
  /// - Parameters:
  ///   - place: of the first one in the epoch.
  ///   - batch: the places of the whole batch.
  ///   - gather: puts the row at a place of the epoch into a matrix of one.
  func mix(
    _ rows: Matrix, place: Int, batch: Range<Int>, epoch: Int, gather: (Int, Matrix) -> Void
  ) {
    guard plan.mixesRows else { return }
    for row in 0..<rows.rows {
      guard let mixture = plan.mixture(of: place + row, in: batch, epoch: epoch) else { continue }
      gather(mixture.partner, partner)
      augment(partner, place: mixture.partner, epoch: epoch)
      let (image, other) = (
        plan.image(at: rows.base + row * rows.stride), plan.image(at: partner.base)
      )
      switch mixture.mixture {
      case .blend(let share): image.blend(other, share: Float(share))
      case .paste(let rows, let columns): image.paste(other, rows: rows, columns: columns)
      }
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
