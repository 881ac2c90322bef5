import Kernels

/// f(z)_j = e^z_j / Σ_k e^z_k, for the probabilities of classes.
public struct Softmax: KernelActivation {
  public static let kind = "softmax"
  public static let summary = "f(z)_j = e^z_j / Σ_k e^z_k, for the probabilities of classes."

  public init() {}
  public init(options: ConfigOptions) {}

  public var kernel: KernelSet.Activation { .softmax }
}

extension Activation where Self == Softmax {
  /// f(z)_j = e^z_j / Σ_k e^z_k, for the probabilities of classes.
  public static var softmax: Softmax { Softmax() }
}

extension Softmax: ONNXActivation {
  func add(to graph: inout ONNXGraph, _ z: String) -> String {
    graph.add("Softmax", [z], [("axis", .int(-1))])
  }
}

extension Softmax: KerasReadableActivation {
  static func read(
    kerasClass name: String, _ config: ConfigMap, _ parts: KerasParts
  ) throws(DescentError) -> ConfigValue? {
    guard name == "Softmax" else { return nil }
    guard config.given("axis").map({ [-1, 1, [-1], [1]].contains($0) }) ?? true else {
      throw parts.refused(
        "has a softmax along axis \(config["axis"]?.json() ?? "")", "use the last")
    }
    return .string(kind)
  }
}
