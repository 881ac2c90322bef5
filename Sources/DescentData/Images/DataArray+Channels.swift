extension DataArray {
  /// - Throws: for an array of images that looks as though their channels were first: one or three of them, then two
  ///   longer sides.
  func requireChannelsLast() throws(DescentError) {
    guard shape.count == 4, [1, 3].contains(shape[1]), shape[2] > 4, shape[3] > 4 else { return }
    throw DescentError(
      .invalidInput,
      "its shape \(shape) looks like images with their channels first, and rows are [height, width, channels]",
      at: name,
      advice: "say data.image.layout: channels_first, or channels_last if it is right as it is")
  }

  /// An array of shape `[rows, channels, height, width]` as `[rows, height, width, channels]`.
  ///
  /// - Precondition: it has four axes.
  func withChannelsLast() -> DataArray {
    let moved: Elements =
      switch elements {
      case .bytes(let elements): .bytes(channelsLast(elements))
      case .integers(let elements): .integers(channelsLast(elements))
      case .floats(let elements): .floats(channelsLast(elements))
      case .texts(let elements): .texts(channelsLast(elements))
      }
    return DataArray(
      name: name, shape: [shape[0], shape[2], shape[3], shape[1]], elements: moved,
      lostPrecision: lostPrecision, decision: decision)
  }

  private func channelsLast<Element>(_ elements: [Element]) -> [Element] {
    let (channels, pixels) = (shape[1], shape[2] * shape[3])
    var moved: [Element] = []
    moved.reserveCapacity(elements.count)
    for row in 0..<shape[0] {
      let start = row * channels * pixels
      for pixel in 0..<pixels {
        for channel in 0..<channels { moved.append(elements[start + channel * pixels + pixel]) }
      }
    }
    return moved
  }
}
