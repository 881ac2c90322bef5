/// A layer that is made of others: a network takes it apart, so that it never stands in one itself.
package protocol CompositeLayer: Layer {}

/// One that is given the others.
package protocol LayerContainer: CompositeLayer {
  var layers: [any Layer] { get }
}

extension CompositeLayer {
  public func forward(_ context: LayerContext, rows: Range<Int>) {
    preconditionFailure("a network takes \(Self.kind) apart")
  }
  public func backward(_ context: LayerContext, rows: Range<Int>) {
    preconditionFailure("a network takes \(Self.kind) apart")
  }

}

extension LayerContainer {
  /// Whether feature maps go through it.
  var takesMaps: Bool {
    layers.contains {
      $0 is any SpatialLayer || $0 is SqueezeExcitation
        || ($0 as? any LayerContainer)?.takesMaps ?? false
    }
  }
}

extension ConfigOption {
  /// The layers of a container.
  static func layers(_ path: Path<[any Layer]>) -> Self {
    .custom(
      ConfigKey(required: "layers", .list(of: .component("layer"), atLeast: 1), "The layers."),
      read: { options, container throws(DescentError) in
        var layers: [any Layer] = []
        for node in options.nodes("layers") { layers.append(try Registries.layers.decode(node)) }
        container[keyPath: path] = layers
      },
      write: { container in
        let layers = container[keyPath: path]
        return .list(layers.map { $0.configuration })
      })
  }
}
