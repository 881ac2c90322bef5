/// Which memory the activations of a network take for up to so many rows, and what shares it; made before any is taken.
///
/// `description` prints it.
struct BufferPlan {
  /// What a buffer is taken for.
  enum Use {
    case input
    case output(Int)
    case gradient(Int)
    case workspace(Int)
    /// The gradient of what goes past layers, by the fork before them, where it is not that of what comes out.
    case skipGradient(Int)
  }

  /// Memory of its own.
  struct Buffer {
    let use: Use
    /// Rows of the batch, or 1 for what is the same for all of them.
    let rows: Int
    let layout: ActivationLayout

    var stride: Int { Matrix.stride(for: layout.channels) }
    /// One vector more, so that the last row's padding can be read whatever the stride.
    var floats: Int { rows * layout.positions * stride + Matrix.padding }
  }

  /// Activations in a buffer that others may share.
  struct View {
    var buffer: Int
    /// Those that it has room for.
    let rows: Int
    let layout: ActivationLayout
    let stride: Int
  }

  /// A layer's workspace.
  struct Space {
    var buffer: Int
    let rows: Int
    let workspace: Workspace
  }

  var buffers: [Buffer] = []
  private(set) var input: View
  private(set) var outputs: [View] = []
  var gradients: [View?] = []
  /// By fork: the gradient of what goes past, where it is not that of what comes out.
  var skipGradients: [Int: View] = [:]
  private(set) var spaces: [[Space]] = []
  /// The floats of scratch that come with it, for whoever calls layers one by one. Workers of a training step have their own.
  let scratch: Int
  private let names: [String]
  private let rows: Int
  private let isTraining: Bool

  /// - Parameters:
  ///   - rows: the most rows of a batch.
  ///   - shards: the most shards of one.
  ///   - passesMaps: whether layers over feature maps are gone through map by map, so that what they pass to one another is
  ///     that of one map.
  ///   - reusesMemory: whether what no layer reads any more makes room for something else: outputs that their one reader may
  ///     overwrite, and gradients once their layer's pass backward is done, unless parameters' gradients are formed from
  ///     them later.
  ///   - passed: what workers have memory for.
  init(
    _ network: Network, rows: Int, shards: Int, isTraining: Bool, passesMaps: Bool = false,
    reusesMemory: Bool = false, passed: PassedMaps = PassedMaps()
  ) {
    names = network.layerNames
    self.rows = rows
    self.isTraining = isTraining
    scratch = network.scratchFloats
    // A transposition writes whole vectors, in the one direction and in the other: of a batch of one row, too.
    let padded = isTraining ? Matrix.padded(rows) : rows
    buffers = [Buffer(use: .input, rows: padded, layout: .rows(network.inputWidth))]
    input = View(
      buffer: 0, rows: padded, layout: buffers[0].layout, stride: buffers[0].stride)
    let maps = passesMaps ? network.maps : nil
    let overwriting = reusesMemory ? Self.overwritingLayers(of: network) : []
    let firstTrained = network.firstTrainedLayer ?? network.layers.count
    for (index, layer) in network.layers.enumerated() {
      let layout = network.layouts[index]
      let source = network.sources[index]
      outputs.append(
        layer.sharesInput || overwriting.contains(index)
          ? Self.view(source < 0 ? input : outputs[source], as: layout)
          : take(
            .output(index),
            passed.hasOutput(of: index) ? 0 : maps?.passesOutput[index] == true ? 1 : padded, layout
          ))
      if isTraining && index >= firstTrained {
        let before = layer.isIdentity && source >= 0 ? gradients[source] : nil
        gradients.append(
          before.map { Self.view($0, as: layout) }
            ?? take(.gradient(index), passed.hasGradient(of: index) ? 0 : padded, layout))
      } else {
        gradients.append(nil)
      }
      let rowsOfSpace = network.positions(of: index)
      let padded = maps?.goesByMaps[index] == true ? 1 : padded
      spaces.append(
        layer.workspace(for: network.ownShape(of: index)).map { workspace in
          let view =
            switch workspace {
            case .rows(let width):
              take(
                .workspace(index), padded, ActivationLayout(positions: rowsOfSpace, channels: width)
              )
            case .columns(let width): take(.workspace(index), 1, .rows(width))
            case .positions(let positions, let channels):
              take(
                .workspace(index), padded,
                ActivationLayout(positions: positions, channels: channels))
            case .step(let rows, let columns):
              take(
                .workspace(index), isTraining ? rows : 0, .rows(columns))
            case .derived(let rows, let columns):
              take(.workspace(index), rows, .rows(columns))
            case .rowWords(let width):
              take(
                .workspace(index), isTraining && network.precision != .float32 ? padded : 0,
                .rows(width))
            case .words(let rows, let columns):
              take(
                .workspace(index), network.precision == .float32 ? 0 : rows, .rows(columns))
            case .shards(let rows, let columns):
              take(
                .workspace(index), isTraining ? shards : 0,
                ActivationLayout(positions: rows, channels: columns))
            }
          return Space(buffer: view.buffer, rows: view.rows, workspace: workspace)
        })
    }
    if isTraining { shareGradients(of: network, rows: padded) }
    if reusesMemory { reuseGradients(of: network) }
  }

  private mutating func shareGradients(of network: Network, rows: Int) {
    for bypass in network.bypasses where bypass.hasOwnGradient {
      guard let fork = bypass.fork else { continue }
      // A projection has no activation, so that its output's gradient is the sum's and stays so.
      if let projection = bypass.projection, gradients[projection] != nil {
        gradients[projection] = gradients[bypass.join]
      }
      if gradients[fork] != nil {
        skipGradients[fork] = take(.skipGradient(fork), rows, network.layouts[fork])
      }
    }
    let last = gradients.count - 1
    if gradients[last] == nil {
      // Nothing is trained; the cost still writes its gradient somewhere.
      gradients[last] = take(.gradient(last), rows, network.layouts[last])
    }
  }

  private mutating func take(_ use: Use, _ rows: Int, _ layout: ActivationLayout) -> View {
    let buffer = Buffer(use: use, rows: rows, layout: layout)
    buffers.append(buffer)
    return View(buffer: buffers.count - 1, rows: rows, layout: layout, stride: buffer.stride)
  }

  /// The same memory with another layout.
  private static func view(_ view: View, as layout: ActivationLayout) -> View {
    View(
      buffer: view.buffer, rows: view.rows, layout: layout,
      stride: view.layout == layout
        ? view.stride : view.stride * view.layout.positions / layout.positions)
  }

  /// Leaves out buffers in whose place others are used.
  mutating func replace(_ places: [Int: Int]) {
    let kept = buffers.indices.filter { places[$0] == nil }
    let numbers = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
    func number(_ buffer: Int) -> Int { numbers[places[buffer] ?? buffer] ?? 0 }
    buffers = kept.map { buffers[$0] }
    input.buffer = number(input.buffer)
    for index in outputs.indices { outputs[index].buffer = number(outputs[index].buffer) }
    for index in gradients.indices {
      if let view = gradients[index] { gradients[index]?.buffer = number(view.buffer) }
    }
    for (fork, view) in skipGradients { skipGradients[fork]?.buffer = number(view.buffer) }
    for index in spaces.indices {
      for place in spaces[index].indices {
        spaces[index][place].buffer = number(spaces[index][place].buffer)
      }
    }
  }

  /// Floats of all buffers; of sizes that no machine has, more than a whole number may hold.
  var floats: Double { buffers.reduce(Double(scratch)) { $0 + Double($1.floats) } }
}

extension BufferPlan: CustomStringConvertible {
  private func name(_ use: Use) -> String {
    switch use {
    case .input: "input"
    case .output(let layer): names[layer] + " output"
    case .gradient(let layer): names[layer] + " gradient"
    case .workspace(let layer): names[layer] + " workspace"
    case .skipGradient(let layer): names[layer] + " gradient of the way past"
    }
  }

  /// A line for each buffer with its size and what lies in it.
  var description: String {
    var users = buffers.map { [name($0.use)] }
    func note(_ view: View?, _ name: String) {
      guard let view, !users[view.buffer].contains(name) else { return }
      users[view.buffer].append(name)
    }
    for index in names.indices {
      note(outputs[index], names[index] + " output")
      note(gradients[index], names[index] + " gradient")
    }
    let lines = zip(buffers, users).filter { $0.0.rows > 0 }.map { buffer, users in
      let size =
        "\(buffer.rows * buffer.layout.positions) × \(buffer.layout.channels), "
        + "\(buffer.floats * 4) bytes"
      return "\(users.joined(separator: " = ")): \(size)"
    }
    let title = "\(isTraining ? "training" : "inference") of \(rows) rows, \(Int(floats * 4)) bytes"
    return ([title] + lines).joined(separator: "\n")
  }
}
