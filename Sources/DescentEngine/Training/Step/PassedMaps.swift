/// Feature maps, and gradients of some, that one layer's pass hands to the next one's while both go map by map, and nobody reads
/// later: each worker has memory for one map of them, which stays in its nearest caches, and the batch has none.
package struct PassedMaps {
  /// Where a map lies in a worker's memory.
  private struct Place {
    let first: Int
    let layout: ActivationLayout

    var stride: Int { Matrix.stride(for: layout.channels) }
    var floats: Int { layout.positions * stride }
  }

  /// By layer: what it puts out, and the gradient of that.
  private var outputs: [Int: Place] = [:]
  private var gradients: [Int: Place] = [:]
  /// Layers that leave it to their reader to rectify, which puts out fewer numbers: the largest max(0, x) of a window is
  /// max(0, the largest x).
  private var leavingRectifiers: Set<Int> = []
  /// What a worker has of them.
  private(set) var floats = 0

  /// None.
  package init() {}

  /// - Parameter works: by layer.
  init(of network: Network, _ works: [any LayerWork]) {
    let bypasses = network.bypasses.flatMap { way in
      [way.fork, way.projection, way.join, way.skip].compactMap { $0 }
    }
    let overwriting = BufferPlan.overwritingLayers(of: network)
    let firstTrained = network.firstTrainedLayer ?? network.layers.count
    for index in network.layers.indices.dropLast() {
      let (layer, reader) = (network.layers[index], network.layers[index + 1])
      // Passes that follow one another: what stands between two layers would come between their passes.
      guard network.layouts[index].positions > 1, network.sources[index + 1] == index,
        network.readers(of: index) == [index + 1], !bypasses.contains(index),
        !bypasses.contains(index + 1)
      else { continue }
      if layer.endsWithRectifier && reader.canRectify { leavingRectifiers.insert(index) }
      let ownsOutput = [index, index + 1].allSatisfy {
        !network.layers[$0].sharesInput && !overwriting.contains($0)
      }
      if ownsOutput, works[index].endsForwardWithRows, works[index + 1].beginsForwardWithRows,
        !layer.readsOutput || leavingRectifiers.contains(index), !reader.readsInput
      {
        outputs[index] = take(network.layouts[index])
      }
      let isDone =
        works[index].isDoneWithRows
        && (layer.formsGradientsInPass || network.layout.entries(of: index).isEmpty)
      if index >= firstTrained, isDone, works[index + 1].endsWithRows {
        gradients[index] = take(network.layouts[index])
      }
    }
  }

  private mutating func take(_ layout: ActivationLayout) -> Place {
    let place = Place(first: floats, layout: layout)
    // One vector more, so that the last position's padding can be read whatever the stride.
    floats += place.floats + Matrix.padding
    return place
  }

  func hasOutput(of layer: Int) -> Bool { outputs[layer] != nil }
  func hasGradient(of layer: Int) -> Bool { gradients[layer] != nil }
  func leavesRectifier(_ layer: Int) -> Bool { leavingRectifiers.contains(layer) }

  /// A layer's of them.
  struct OfLayer {
    /// Maps as a matrix of all rows, the first of which lies where they all do, and the floats of one.
    struct Maps {
      let matrix: Matrix
      let floats: Int

      /// The matrix of which a row's map is the one that there is memory for.
      func at(_ row: Int) -> Matrix {
        Matrix(
          base: matrix.base - row * floats, rows: matrix.rows, columns: matrix.columns,
          stride: matrix.stride)
      }
    }

    let input: Maps?
    let output: Maps?
    let outputGradient: Maps?
    let inputGradient: Maps?

    var areThere: Bool {
      input != nil || output != nil || outputGradient != nil || inputGradient != nil
    }
  }

  /// Those of a layer.
  ///
  /// - Parameters:
  ///   - source: the layer whose output it takes in.
  ///   - memory: a worker's.
  func ofLayer(_ index: Int, source: Int, rows: Int, in memory: AlignedFloats) -> OfLayer {
    func maps(_ place: Place?) -> OfLayer.Maps? {
      place.map { place in
        OfLayer.Maps(
          matrix: Matrix(
            base: memory.base + place.first, rows: rows * place.layout.positions,
            columns: place.layout.channels, stride: place.stride), floats: place.floats)
      }
    }
    return OfLayer(
      input: maps(outputs[source]), output: maps(outputs[index]),
      outputGradient: maps(gradients[index]), inputGradient: maps(gradients[source]))
  }
}

extension LayerContext {
  /// Looks at a row of the batch where there is memory for one map only: at no other row's till it is moved on.
  mutating func move(_ passed: PassedMaps.OfLayer, to row: Int) {
    if let maps = passed.input { input = maps.at(row) }
    if let maps = passed.output { output = maps.at(row) }
    if let maps = passed.outputGradient { outputGradient = maps.at(row) }
    if let maps = passed.inputGradient { inputGradient = maps.at(row) }
  }
}
