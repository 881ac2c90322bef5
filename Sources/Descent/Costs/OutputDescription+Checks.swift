extension OutputDescription {
  /// - Throws: where the network's width is not the targets'.
  public func requireWidth(_ width: Int, cost: String) throws(DescentError) {
    guard width == count else {
      throw DescentError(
        .invalidInput, "the network has \(count) outputs for \(width) target values per row",
        at: "model", advice: "give the last layer \(width) units")
    }
  }

  /// - Throws: where the last activation is not one the cost is made for.
  public func requireActivation(
    _ fitting: [any Activation.Type], cost: String, fromLogits: Bool
  ) throws(DescentError) {
    guard !fitting.contains(where: { $0 == type(of: activation) }) else { return }
    let found = type(of: activation).kind
    let kinds = fitting.map { $0.kind }.joined(separator: " or ")
    throw DescentError(
      .invalidInput, "the cost \(cost) does not fit a network that ends with \(found)", at: "cost",
      advice: fromLogits
        ? "from_logits wants a linear last layer"
        : "end it with \(kinds)"
          + (activation is Linear
            ? ", or set from_logits: true" : ": its outputs are no such probabilities")
    )
  }
}
