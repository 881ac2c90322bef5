/// Checks a config without training: reads its data, builds its network, and sees that they fit.
public enum ConfigCheck {
  /// - Throws: the first mistake.
  public static func run(config: ConfigNode, kernels: KernelSet = .best) throws(DescentError)
    -> RunSummary
  {
    let setup = try prepared(config, kernels)
    return setup.summary(folder: "runs/\(setup.config.name)", warnings: [])
  }

  /// The config with what follows from the rows and with every default written out; what is given stays as it is.
  ///
  /// - Throws: the first mistake.
  public static func completed(
    _ config: ConfigNode, kernels: KernelSet = .best
  ) throws(DescentError) -> ConfigMap {
    let given = try RunConfig(config)
    let setup = try prepared(config, kernels)
    var whole = setup.config.resolved.ofAll(given.resolved)
    let own = config.value.mapValue ?? [:]
    whole["model"] = own["model"]
    if var data = whole["data"]?.mapValue {
      for (key, value) in own["data"]?.mapValue?.entries ?? [] where value.stringValue != "auto" {
        data[key] = value
      }
      whole["data"] = .map(data)
    }
    return whole
  }

  /// Back-propagated against numerical gradients, on the config's network, cost and data.
  ///
  /// - Throws: the first mistake of the config; a wrong gradient is in the check's rows.
  public static func gradients(config: ConfigNode, kernels: KernelSet = .best)
    throws(DescentError) -> GradientCheck
  {
    let setup = try prepared(config, kernels)
    return try GradientCheck(setup.trainer, on: setup.data.training)
  }

  /// Draws a sheet of training images as the config augments them, into a PNG file.
  ///
  /// - Throws: the first mistake of the config; where it augments nothing; `cannotCreate` or `inputOutput`.
  public static func drawSheet(
    config: ConfigNode, to path: String, kernels: KernelSet = .best
  ) throws(DescentError) {
    let setup = try prepared(config, kernels)
    let sheet = try AugmentationSheet(setup.trainer, on: setup.data.training)
    try AtomicFile.write(sheet.png, to: path)
  }

  private static func prepared(_ config: ConfigNode, _ kernels: KernelSet) throws(DescentError)
    -> RunSetup
  {
    let node = try config.firstMember()
    let setup = try RunSetup(config: node, threads: nil, kernels: kernels)
    try setup.prepare()
    return setup
  }
}
