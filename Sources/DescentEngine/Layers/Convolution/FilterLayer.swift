/// A convolution each of whose filters takes all channels of its group: over lines or over areas.
package protocol FilterLayer: ConvolutionLayer {
  var settings: ConvolutionSettings { get }
}

extension FilterLayer {
  package var activation: any Activation { settings.activation }
  package var useBias: Bool { settings.useBias }

  package func convolutions(over map: [Int]) throws(DescentError) -> [any MapConvolution] {
    [try settings.over(map)]
  }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    settings.parameters(axes: Self.axes, channels: input[input.count - 1])
  }
}
