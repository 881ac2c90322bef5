extension Model {
  /// The model with its logits divided by a temperature, by the weights of the dense layer that makes them: no layer is added, and
  /// the probabilities are those that every reader of its file computes.
  ///
  /// - Returns: nil where the network ends otherwise, so that there are no logits to divide.
  package func tempered(by temperature: Double) -> Model? {
    guard temperature != 1 else { return self }
    guard let index = network.logitLayer else { return nil }
    let copy = parameters.copy()
    for entry in network.layout.entries(of: index) {
      copy.set(entry, to: parameters.elements(of: entry).map { Float(Double($0) / temperature) })
    }
    copy.renewCopies(kernels: kernels)
    return Model(network: network, signature: signature, parameters: copy, kernels: kernels)
  }
}

extension Network {
  /// The dense layer whose outputs softmax or sigmoid take in, or which are the logits of the cost.
  var logitLayer: Int? {
    guard var index = layers.lastIndex(where: { !$0.onlyPenalizes }) else { return nil }
    if let end = layers[index] as? ActivationLayer {
      guard end.outputActivation.map({ $0 is Softmax || $0 is Sigmoid }) ?? false,
        skips[index] == nil, sources[index] >= 0
      else { return nil }
      index = sources[index]
      guard (layers[index] as? Dense)?.activation is Linear else { return nil }
      return index
    }
    guard let dense = layers[index] as? Dense,
      dense.activation is Softmax || dense.activation is Sigmoid || dense.activation is Linear
    else { return nil }
    return index
  }

  /// Whether its logits can be divided by a temperature.
  package var takesTemperature: Bool { logitLayer != nil }
}
