/// What is particular to a run that ranks train together, as the first of them sees it.
extension RunSession {
  /// Trains on, and has the other ranks do so.
  func advance(until deadline: Double) throws(DescentError) -> Trainer.Advance {
    do throws(DescentError) {
      try ranks?.advance()
      return try trainer.advance(until: deadline)
    } catch {
      guard let ranks else { throw error }
      throw lost(error, ranks)
    }
  }

  /// Has the trainer hold all that a checkpoint wants, of which each rank may have a part.
  func gatherSlots() throws(DescentError) {
    guard let ranks else { return }
    do throws(DescentError) { try ranks.gatherSlots(of: trainer) } catch {
      throw lost(error, ranks)
    }
  }

  /// What is said where training cannot go on: other ranks hear of it, and what is being written is written.
  private func lost(_ error: DescentError, _ ranks: Ranks) -> DescentError {
    ranks.leave(because: error)
    queue.finish()
    let folder = queue.folder
    var error = error
    let next =
      folder.checkpointSteps().isEmpty
      ? "nothing of the run is saved yet"
      : "descent resume \(folder.path.shellQuoted) goes on from what is saved, on any number of ranks"
    error.advice = [error.advice, next].compactMap { $0 }.joined(separator: "; ")
    return error
  }
}

extension RunSetup {
  /// Makes the trainer ready to train alone, or with other ranks.
  func prepare(with ranks: Ranks?) throws(DescentError) {
    trainer.exchange = try ranks?.exchange(groups: trainer.configuration.groups)
    try prepare()
  }
}

extension ConfigNode {
  /// The config of a new run with as many groups as the ranks need where it names no number, and what there is to say of that.
  func grouped(
    for ranks: Ranks?
  ) throws(DescentError) -> (config: ConfigNode, remark: String?) {
    guard let ranks, case .map(let entries) = content,
      !entries.contains(where: { $0.key == "groups" && !$0.node.isNull })
    else { return (self, nil) }
    let groups = ranks.defaultGroups
    return (
      try setting("groups", to: .integer(groups), flag: "groups"),
      "groups is set to \(groups), because \(ranks.count) ranks share every batch: results depend on it in their last bits, "
        + "and never on the ranks; --set groups=\(groups) makes the same of this config anywhere"
    )
  }
}
