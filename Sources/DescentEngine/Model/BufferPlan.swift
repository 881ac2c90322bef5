import Kernels

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
    /// The gradient of the input of a projection, by the fork before it.
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
    let buffer: Int
    let layout: ActivationLayout
    let stride: Int
  }

  /// A layer's workspace.
  struct Space {
    let buffer: Int
    let workspace: Workspace
  }

  private(set) var buffers: [Buffer] = []
  let input: View
  private(set) var outputs: [View] = []
  private(set) var gradients: [View?] = []
  /// By fork: the gradient of the input of a projection.
  private(set) var skipGradients: [Int: View] = [:]
  private(set) var spaces: [[Space]] = []
  /// The floats of scratch that come with it, for whoever calls layers one by one. Workers of a training step have their own.
  let scratch: Int
  private let names: [String]
  private let rows: Int
  private let isTraining: Bool

  /// - Parameters:
  ///   - rows: the most rows of a batch.
  ///   - shards: the most shards of one.
  init(_ network: Network, rows: Int, shards: Int, isTraining: Bool) {
    names = network.layerNames
    self.rows = rows
    self.isTraining = isTraining
    scratch = network.scratchFloats
    // A transposition writes whole vectors, in the one direction and in the other: of a batch of one row, too.
    let padded = isTraining ? Matrix.padded(rows) : rows
    buffers = [Buffer(use: .input, rows: padded, layout: .rows(network.inputWidth))]
    input = View(buffer: 0, layout: buffers[0].layout, stride: buffers[0].stride)
    let firstTrained = network.firstTrainedLayer ?? network.layers.count
    for (index, layer) in network.layers.enumerated() {
      let layout = network.layouts[index]
      let source = network.sources[index]
      outputs.append(
        layer.sharesInput
          ? Self.view(source < 0 ? input : outputs[source], as: layout)
          : take(.output(index), padded, layout))
      if isTraining && index >= firstTrained {
        let before = layer.isIdentity && source >= 0 ? gradients[source] : nil
        gradients.append(
          before.map { Self.view($0, as: layout) } ?? take(.gradient(index), padded, layout))
      } else {
        gradients.append(nil)
      }
      let rowsOfSpace = network.positions(of: index)
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
            case .shards(let rows, let columns):
              take(
                .workspace(index), isTraining ? shards : 0,
                ActivationLayout(positions: rows, channels: columns))
            }
          return Space(buffer: view.buffer, workspace: workspace)
        })
    }
    if isTraining { shareGradients(of: network, rows: padded) }
  }

  private mutating func shareGradients(of network: Network, rows: Int) {
    for bypass in network.bypasses {
      guard let projection = bypass.projection else { continue }
      // A projection has no activation, so that its output's gradient is the sum's and stays so.
      if gradients[projection] != nil { gradients[projection] = gradients[bypass.join] }
      if gradients[bypass.fork] != nil {
        skipGradients[bypass.fork] = take(
          .skipGradient(bypass.fork), rows, network.layouts[bypass.fork])
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
    return View(buffer: buffers.count - 1, layout: layout, stride: buffer.stride)
  }

  /// The same memory with another layout.
  private static func view(_ view: View, as layout: ActivationLayout) -> View {
    View(
      buffer: view.buffer, layout: layout,
      stride: view.layout == layout
        ? view.stride : view.stride * view.layout.positions / layout.positions)
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
    let lines = zip(buffers, users).map { buffer, users in
      let size =
        "\(buffer.rows * buffer.layout.positions) × \(buffer.layout.channels), "
        + "\(buffer.floats * 4) bytes"
      return "\(users.joined(separator: " = ")): \(size)"
    }
    let title = "\(isTraining ? "training" : "inference") of \(rows) rows, \(Int(floats * 4)) bytes"
    return ([title] + lines).joined(separator: "\n")
  }
}
