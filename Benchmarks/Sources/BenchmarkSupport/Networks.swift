import ArgumentParser
import Descent

/// The layers of a classifier of ten classes: `cnn`, `resnet`, or so many rectified units in each hidden layer, as in
/// "512-512". networks.py describes them, and has the same for others.
public func classifier(_ name: String) throws -> [any Layer] {
  let output = Dense(10, activation: .softmax)
  switch name {
  case "cnn":
    return [
      Conv2D(32, kernelSize: 3, padding: .same, activation: .relu), MaxPooling2D(2),
      Conv2D(64, kernelSize: 3, padding: .same, activation: .relu), MaxPooling2D(2),
      Dense(128, activation: .relu), output,
    ]
  case "resnet":
    var layers = normalizedConvolution(16) + [ActivationLayer(.relu)]
    for (filters, stride, isWider) in [
      (16, 1, false), (16, 1, false), (32, 2, true), (32, 1, false), (64, 2, true),
      (64, 1, false),
    ] {
      layers.append(
        Residual(projection: isWider) {
          normalizedConvolution(filters, stride: stride)
          ActivationLayer(.relu)
          normalizedConvolution(filters)
        })
      layers.append(ActivationLayer(.relu))
    }
    return layers + [GlobalAveragePooling2D(), output]
  default:
    let hidden = try name.split(separator: "-").map { width in
      guard let units = Int(width), units > 0 else {
        throw ValidationError("\(width) is no width; a network is cnn, resnet, or such as 512-512")
      }
      return Dense(units, activation: .relu)
    }
    return hidden + [output]
  }
}

/// The shape of an image of Fashion-MNIST as a network takes it.
public func inputShape(of name: String) -> [Int] {
  ["cnn", "resnet"].contains(name) ? [28, 28, 1] : [784]
}

private func normalizedConvolution(_ filters: Int, stride: Int = 1) -> [any Layer] {
  [
    Conv2D(
      filters, kernelSize: 3, strides: PerAxis([stride, stride]), padding: .same, useBias: false),
    BatchNormalization(),
  ]
}

extension Network {
  /// The multiplications and additions of a training step for one row: forward, and for all products but the first twice as
  /// many backward; the first needs no gradient of its input.
  public var trainingOperations: Int {
    let products = summary.layers.map(\.multiplyAdds)
    return 2 * (3 * summary.multiplyAdds - (products.first { $0 > 0 } ?? 0))
  }
}
