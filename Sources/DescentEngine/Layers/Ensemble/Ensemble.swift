/// Networks side by side on the same rows, whose outputs are averaged: y = (f₁(x) + … + f_N(x)) / N.
///
/// It stands first in a network, and every member takes in the network's own input. A network takes it apart into the members'
/// layers, one member after the other, and additions behind the second and every further one, the last of which divides by
/// their number; that is how its layers are listed and stored. Keras gets a functional model that ends in an `Average`.
public struct Ensemble: LayerContainer, TabledComponent {
  public static let kind = "ensemble"
  public static let summary =
    "Networks side by side that take in the network's input, and whose outputs are averaged."
  public static let shorthand: String? = "members"
  public static let table = ConfigTable(
    Ensemble(members: []),
    .custom(
      ConfigKey(
        required: "members",
        .list(of: .list(of: .component("layer"), atLeast: 1), atLeast: fewestMembers),
        "The layers of each member."),
      read: { options, ensemble throws(DescentError) in
        for member in options.nodes("members") {
          guard case .list(let nodes) = member.content else { continue }
          var layers: [any Layer] = []
          for node in nodes { layers.append(try Registries.layers.decode(node)) }
          ensemble.members.append(layers)
        }
      },
      write: { .list($0.members.map { member in .list(member.map { $0.configuration }) }) }))

  private static let fewestMembers = 2

  /// The layers of each member.
  public private(set) var members: [[any Layer]]

  /// - Parameter members: the layers of each, two members at least.
  public init(members: [[any Layer]]) { self.members = members }

  public var layers: [any Layer] { members.flatMap { $0 } }

  public func assemble(into network: inout NetworkAssembly) throws(DescentError) {
    try network.check(self)
    guard network.last < 0 else {
      throw DescentError(
        .invalidInput,
        "a layer stands before it, and each of its members takes in the network's input",
        at: network.path(of: self), advice: "put the layer into each member")
    }
    var sum: Int?
    for (number, member) in members.enumerated() {
      network.beginBranch()
      try network.add(
        member, of: self, key: "members.\(number)",
        note: "member \(number + 1) of \(members.count)")
      guard let before = sum else {
        sum = network.last
        continue
      }
      guard network.shapes[before] == network.shape else {
        throw DescentError(
          .invalidInput,
          "member \(number + 1) puts out the shape \(network.shape), those before it \(network.shapes[before])",
          at: network.path(of: self), advice: "end all members with layers of the same width")
      }
      let isLast = number == members.count - 1
      try network.join(
        isLast ? EnsembleMean(count: members.count) : EnsembleSum(), source: network.last,
        past: before)
      sum = network.last
    }
  }
}

/// Where the outputs of an ensemble's members are added up: what the members before put out, and what this one does.
package struct EnsembleSum: Layer, PlainComponent {
  package static let kind = "ensemble_sum"
  package static let summary = "Where the outputs of an ensemble's members are added up."

  package init() {}
  package var readsOutput: Bool { false }

  package func forward(_ context: LayerContext, rows: Range<Int>) {
    context.addSkipped(rows: rows)
  }

  package func backward(_ context: LayerContext, rows: Range<Int>) {
    EnsembleMean.passBack(context, rows: rows, share: 1)
  }
}

/// The last such place, where the sum is divided by the number of members.
package struct EnsembleMean: Layer {
  package static let kind = "average"
  package static let summary = "Where the outputs of an ensemble's members are averaged."

  package let count: Int

  package init(count: Int) { self.count = count }
  package init(options: ConfigOptions) { self.init(count: 1) }
  package var readsOutput: Bool { false }

  package func forward(_ context: LayerContext, rows: Range<Int>) {
    context.addSkipped(rows: rows)
    let output = context.output.rows(rows)
    context.kernels.scale(output, by: 1 / Float(count), into: output)
  }

  package func backward(_ context: LayerContext, rows: Range<Int>) {
    Self.passBack(context, rows: rows, share: 1 / Float(count))
  }

  /// Passes a share of the output's gradient to both of what was added.
  fileprivate static func passBack(_ context: LayerContext, rows: Range<Int>, share: Float) {
    guard let d = context.outputGradient?.rows(rows) else { return }
    for dx in [context.inputGradient, context.skipGradient] {
      if let dx { context.kernels.scale(d, by: share, into: dx.rows(rows)) }
    }
  }
}
