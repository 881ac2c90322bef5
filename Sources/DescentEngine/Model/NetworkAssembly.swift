/// A network being put together: layers in their places, each taking in the output of the one before or of another.
public struct NetworkAssembly {
  /// Where a way past some layers begins and ends.
  package struct Bypass: Sendable {
    /// The layer whose output goes past the others, too; nil where `projection` ends a way of its own from the network's input.
    package let fork: Int?
    /// The layer through which it goes on its way past them.
    let projection: Int?
    /// The layer that takes in both.
    package let join: Int
    /// Whether `join` forms the gradient of what went past, which is not that of its output.
    package let formsGradient: Bool

    /// The layer whose output `join` takes in beside its input.
    let skip: Int
    /// Whether the gradient of what goes past has memory of its own, when it comes back to the fork.
    var hasOwnGradient: Bool { projection != nil || formsGradient }
  }

  package let inputShape: [Int]
  private(set) var layers: [any Layer] = []
  private(set) var shapes: [[Int]] = []
  private(set) var layouts: [ActivationLayout] = []
  private(set) var parameters: [[ParameterSpecification]] = []
  /// For each layer the number of the layer whose output it takes in; −1 for the network's input.
  private(set) var sources: [Int] = []
  private(set) var bypasses: [Bypass] = []
  /// The number of the layer whose output the next one takes in, and the first of those that lead there.
  private var end = -1
  private var start = 0
  /// Where the layer that is being added stands in the lists that the network was given, and a remark on that.
  private var position = "model"
  private var note: String?

  /// The most layers of a network, those in residual blocks included: ten times what the deepest there are have, and
  /// still described in a second.
  package static let mostLayers = 10_000

  /// Puts layers one behind the other.
  ///
  /// - Parameter own: those that a config lists as the model's; the data's preparation put others before and behind them.
  /// - Throws: where one cannot take what comes before it; it is named by its position among the model's.
  package init(
    input: [Int], layers: [any Layer], own: Range<Int>? = nil
  ) throws(DescentError) {
    guard Self.isWidth(input) else {
      throw DescentError(
        .invalidInput, "the input shape is \(input)", at: "model", advice: Self.widthAdvice)
    }
    guard !layers.isEmpty else {
      throw DescentError(.invalidInput, "the network has no layers", at: "model")
    }
    inputShape = input
    let own = own ?? layers.indices
    for (position, layer) in layers.enumerated() {
      self.position = own.contains(position) ? "model.\(position - own.lowerBound)" : "data"
      try add(layer)
    }
  }

  /// The number of the layer placed last; −1 before the first.
  public var last: Int { layers.count - 1 }

  /// The shape of what the next layer takes in.
  public var shape: [Int] { output(of: end).shape }

  /// How that lies in memory.
  public var layout: ActivationLayout { output(of: end).layout }

  /// What a layer puts out and how it lies; of −1 the network's own input, which comes in whole rows.
  func output(of index: Int) -> (shape: [Int], layout: ActivationLayout) {
    index < 0
      ? (inputShape, .rows(inputShape.reduce(1, *))) : (shapes[index], layouts[index])
  }

  /// The shape of what a layer meets as a row of its input.
  static func ownShape(
    of layer: any Layer, input: [Int], layout: ActivationLayout
  ) -> [Int] {
    // Of a map of one position, too.
    layout.channels == input.last && !layer.spansPositions ? [layout.channels] : input
  }

  /// What a layer is called in messages.
  public func path(of layer: any Layer) -> String {
    "\(position).\(type(of: layer).kind)" + (note.map { " (\($0))" } ?? "")
  }

  /// - Throws: where a layer's options are none that its table of keys takes.
  public func check(_ layer: any Layer) throws(DescentError) {
    do throws(DescentError) { try layer.checkOptions() } catch {
      var error = error
      error.place = path(of: layer)
      throw error
    }
  }

  /// Adds a layer with whatever belongs to it.
  public mutating func add(_ layer: any Layer) throws(DescentError) {
    try layer.assemble(into: &self)
  }

  /// Adds the layers that a container is made of.
  ///
  /// - Parameters:
  ///   - key: under which it lists them.
  ///   - note: a remark on the places of errors.
  mutating func add(
    _ layers: [any Layer], of container: any LayerContainer, key: String = "layers",
    note: String? = nil
  ) throws(DescentError) {
    let outer = (position, self.note)
    for (number, layer) in layers.enumerated() {
      position = "\(outer.0).\(type(of: container).kind).\(key).\(number)"
      if let note { self.note = [outer.1, note].compactMap { $0 }.joined(separator: ", ") }
      try add(layer)
    }
    (position, self.note) = outer
  }

  /// Places a layer as it is, behind what makes positions where it takes those and they are not.
  ///
  /// - Parameter source: the layer whose output it takes in; the one before where nil.
  public mutating func place(_ layer: any Layer, source: Int? = nil) throws(DescentError) {
    guard layers.count < Self.mostLayers else {
      throw DescentError(
        .invalidInput, "the network has more than \(Self.mostLayers) layers", at: "model")
    }
    var source = source ?? end
    if layer.takesPositions, case let count = layers.count {
      try takePositions(of: source)
      if layers.count > count { source = last }
    }
    do throws(DescentError) {
      try layer.checkPlace(after: Array(layers[start...]))
      try layer.checkOptions()
      let (input, layout) = output(of: source)
      let layer = try layer.placed(on: input, layout: layout)
      let output = try layer.outputShape(for: input)
      guard Self.isWidth(output) else {
        throw DescentError(
          .invalidInput, "its output shape is \(output)", advice: Self.widthAdvice)
      }
      layouts.append(try layer.outputLayout(for: layout, shape: output))
      let own = Self.ownShape(of: layer, input: input, layout: layout)
      parameters.append(try Self.parameters(of: layer, for: own))
      sources.append(source)
      layers.append(layer)
      shapes.append(output)
      end = last
    } catch {
      var error = error
      error.place = path(of: layer)
      throw error
    }
  }

  /// Places a layer that takes in the output of `source` and beside it what went past: `fork`'s output, or that of the
  /// `projection` which took it in.
  ///
  /// - Parameter formsGradient: whether the layer itself forms the gradient of what went past: `context.skipGradient`.
  public mutating func join(
    _ layer: any Layer, source: Int, fork: Int, projection: Int?, formsGradient: Bool = false
  ) throws(DescentError) {
    try join(layer, source: source, skip: formsGradient ? nil : projection ?? fork)
    bypasses.append(
      Bypass(
        fork: fork, projection: projection, join: last, formsGradient: formsGradient,
        skip: projection ?? fork))
  }

  /// Begins a way of its own from the network's input.
  mutating func beginBranch() { (end, start) = (-1, layers.count) }

  /// Places a layer that takes in the output of `source`, with which the way from the input ends that was begun last, and
  /// beside it `past`, with which the ways before end.
  mutating func join(_ layer: any Layer, source: Int, past: Int) throws(DescentError) {
    try join(layer, source: source, skip: past)
    bypasses.append(
      Bypass(fork: nil, projection: nil, join: last, formsGradient: false, skip: past))
    start = 0
  }

  /// - Parameter skip: what lies as the output of `source` does.
  private mutating func join(
    _ layer: any Layer, source: Int, skip: Int?
  ) throws(DescentError) {
    try place(layer, source: source)
    guard skip.map({ layouts[$0] == layouts[source] }) ?? true else {
      throw DescentError(
        .invalidInput, "what goes past the layers lies in another way than what goes through them",
        at: path(of: layer), advice: "end both with layers of the same kind")
    }
  }

  /// Does without the copies for gradients of inputs that no layer forms, or forms without them.
  ///
  /// - Parameter sharesColumns: for each layer whether its work is shared by columns.
  mutating func dropCopies(where sharesColumns: [Bool]) {
    // Nothing before the first layer that is trained needs a gradient, so its input needs none.
    let first = parameters.firstIndex { $0.contains { $0.isTrainable } }
    for layer in parameters.indices where sharesColumns[layer] || layer == first {
      for index in parameters[layer].indices {
        parameters[layer][index].copies.removeAll { $0 == .transposed }
      }
    }
  }

  /// Has a parameter that is a product's operand kept rounded, which reads half as much memory.
  mutating func keepPairs() {
    for layer in parameters.indices {
      for index in parameters[layer].indices
      where parameters[layer][index].copies.contains(.transposed) {
        parameters[layer][index].copies.append(.pairs)
      }
    }
  }

  private static func parameters(
    of layer: any Layer, for input: [Int]
  ) throws(DescentError) -> [ParameterSpecification] {
    var parameters = layer.parameters(for: input)
    for index in parameters.indices {
      parameters[index].isTrainable = parameters[index].isTrainable && layer.isTrainable
      try MachineMemory.require(
        floats: Double(parameters[index].rows) * Double(parameters[index].columns),
        for: "its \(parameters[index].name)")
    }
    return parameters
  }

  /// The most values a row may have. Products of two such widths and sums of them do not overflow, so that
  /// sizes which no machine holds are refused in words.
  private static let largestWidth = 1 << 30
  private static let widthAdvice =
    "every dimension is at least 1, and their product at most \(largestWidth)"

  private static func isWidth(_ shape: [Int]) -> Bool {
    var width = 1
    for dimension in shape {
      guard dimension > 0, dimension <= largestWidth / width else { return false }
      width *= dimension
    }
    return !shape.isEmpty
  }
}
