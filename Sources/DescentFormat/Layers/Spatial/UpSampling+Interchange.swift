extension UpSampling2D: KerasReadable {
  public var keras: KerasLayer {
    KerasLayer(
      "UpSampling2D",
      [
        "size": size.each(of: Self.axes).configValue, "interpolation": interpolation.configValue,
        "data_format": "channels_last",
      ])
  }

  static let kerasClasses = ["UpSampling2D"]

  static func read(_ layer: inout KerasLayerSource) throws(DescentError) {
    try layer.requireChannelsLast()
    layer.take("size", "interpolation")
  }
}

extension UpSampling1D: KerasReadable {
  public var keras: KerasLayer { KerasLayer("UpSampling1D", ["size": .integer(size[0])]) }

  static let kerasClasses = ["UpSampling1D"]

  static func read(_ layer: inout KerasLayerSource) { layer.take("size") }
}

// MARK: - ONNX

extension UpSampling2D: ONNXConvertible {}
extension UpSampling1D: ONNXConvertible {}

extension ONNXConvertible where Self: UpSampling {
  func add(to export: inout ONNXExport, _ x: String) -> String {
    let scales = [1, 1] + size.each(of: Self.axes).map { Float($0) }
    let isNearest = interpolation == .nearest
    return export.channelsFirst(x, axes: Self.axes) { graph, x in
      let scales = graph.tensor("scales", scales, shape: [scales.count])
      return graph.add(
        "Resize", [x, "", scales],
        [
          ("mode", .text(isNearest ? "nearest" : "linear")),
          ("coordinate_transformation_mode", .text(isNearest ? "asymmetric" : "half_pixel")),
          ("nearest_mode", .text("floor")),
        ])
    }
  }
}
