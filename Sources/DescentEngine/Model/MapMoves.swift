/// What of a layer over feature maps is there for the whole chunk, and so is moved on from map to map.
struct MapMoves {
  let input: Bool
  let output: Bool
  let skip: Bool

  init(of layer: Int, in network: Network) {
    func isWhole(_ index: Int) -> Bool { index < 0 || !network.maps.passesOutput[index] }
    input = isWhole(network.sources[layer])
    output = isWhole(layer)
    skip = network.skips[layer].map(isWhole) ?? false
  }
}
