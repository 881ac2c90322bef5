import Kernels

/// Checks a config without training: reads its data, builds its network, and sees that they fit.
public enum ConfigCheck {
  /// - Throws: the first mistake.
  public static func run(config: ConfigNode, kernels: KernelSet = .best) throws(DescentError)
    -> RunSummary
  {
    let setup = try RunSetup(config: config, threads: nil, kernels: kernels)
    try setup.prepare()
    return setup.summary(folder: "runs/\(setup.config.name)", warnings: [])
  }
}
