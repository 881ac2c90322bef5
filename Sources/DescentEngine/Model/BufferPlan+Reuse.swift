/// Memory that is taken for one thing after the other in a training step.
extension BufferPlan {
  /// The layers whose output may lie where their input does, because nobody else reads that.
  static func overwritingLayers(of network: Network) -> Set<Int> {
    var readers = network.layers.map { _ in 0 }
    for index in network.layers.indices {
      for read in [network.sources[index], network.skips[index] ?? -1] where read >= 0 {
        readers[read] += 1
      }
    }
    return Set(
      network.layers.indices.filter { index in
        let source = network.sources[index]
        guard source >= 0, network.layers[index].overwritesInput else { return false }
        let before = network.layers[source]
        return readers[source] == 1 && !before.readsOutput && !before.sharesInput
          && network.layouts[source] == network.layouts[index]
      })
  }

  /// When a gradient is in use. Layers' passes backward go by descending numbers.
  private struct Span {
    /// The layer whose pass writes it first.
    var first: Int
    /// The layer after whose pass nobody reads it; −1 where it is read when parameters are updated.
    var last: Int
  }

  /// Gives gradients of the same layout the same memory where one is done with before the other is written. Row for row they
  /// lie in the same places, and a worker that goes through layers with some rows meets only these.
  mutating func reuseGradients(of network: Network) {
    var places: [Int: Int] = [:]
    /// Buffers that are taken, and the layer after whose pass each is free.
    var taken: [(buffer: Int, last: Int)] = []
    let spans = spans(of: network)
    for (buffer, span) in spans.sorted(by: { ($0.value.first, $1.key) > ($1.value.first, $0.key) })
    {
      let free = taken.firstIndex {
        $0.last > span.first && buffers[$0.buffer].layout == buffers[buffer].layout
          && buffers[$0.buffer].rows == buffers[buffer].rows
      }
      if let free {
        places[buffer] = taken[free].buffer
        taken[free].last = span.last
      } else {
        taken.append((buffer, span.last))
      }
    }
    replace(places)
  }

  /// By buffer.
  private func spans(of network: Network) -> [Int: Span] {
    let layers = network.layers.indices
    // The cost writes the last one.
    var writers = layers.map { _ in -1 }
    writers[layers.upperBound - 1] = layers.upperBound
    for index in layers where network.sources[index] >= 0 {
      writers[network.sources[index]] = max(writers[network.sources[index]], index)
    }
    for bypass in network.bypasses where bypass.fork == nil {
      writers[bypass.skip] = max(writers[bypass.skip], bypass.join)
    }
    let forks = Dictionary(
      uniqueKeysWithValues: network.bypasses.compactMap { way in way.fork.map { (way.join, $0) } })
    var spans: [Int: Span] = [:]
    func note(_ view: View?, from first: Int, to last: Int) {
      guard let buffer = view?.buffer else { return }
      let span = spans[buffer] ?? Span(first: first, last: last)
      spans[buffer] = Span(first: max(span.first, first), last: min(span.last, last))
    }
    for index in layers {
      // The way past a block's layers reads the gradient of its end where it begins.
      let last = Self.keepsGradient(index, of: network) ? -1 : min(forks[index] ?? index, index)
      note(gradients[index], from: writers[index], to: last)
    }
    for bypass in network.bypasses {
      guard let fork = bypass.fork else { continue }
      note(skipGradients[fork], from: bypass.projection ?? bypass.join, to: fork)
    }
    return spans
  }

  /// Whether a parameter's gradient is formed from it after the layer's pass.
  private static func keepsGradient(_ index: Int, of network: Network) -> Bool {
    let layer = network.layers[index]
    return !layer.formsGradientsInPass
      && network.layout.entries(of: index).contains {
        $0.specification.isTrainable && !layer.gradientSpansBatch(of: $0.index)
      }
  }
}
