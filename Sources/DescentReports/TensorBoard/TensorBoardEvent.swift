/// An event as TensorBoard reads it: values by their tags, at a step and a time.
///
/// The numbers are those of the fields of `Event`, `Summary`, `SummaryMetadata` and `TensorProto` in
/// https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto.
package struct TensorBoardEvent {
  /// What stands under a tag.
  package enum Value {
    case scalar(Double)
    case histogram(ValueHistogram)
    /// Markdown.
    case text(String)
    /// What the plugin for hyper-parameters reads.
    case hyperParameters(ProtobufMessage)
  }

  /// What an event says.
  package enum Content {
    /// How the file begins.
    case version
    /// The run begins at this step: whatever a reader has of it from an earlier file does not count.
    case start
    case values([(tag: String, value: Value)])
  }

  /// Seconds since 1970.
  package var time: Double
  package var step: Int
  var content: Content

  package init(time: Double, step: Int, content: Content) {
    self.time = time
    self.step = step
    self.content = content
  }

  /// As it stands in the file.
  package var message: ProtobufMessage {
    var message = ProtobufMessage()
    message.set(1, to: time)
    message.set(2, to: step)
    switch content {
    case .version: message.set(3, to: "brain.Event:2")
    case .start:
      var log = ProtobufMessage()
      log.set(1, to: 1)
      message.set(7, to: log)
    case .values(let values):
      var summary = ProtobufMessage()
      for (tag, value) in values { summary.set(1, to: value.message(tag)) }
      message.set(5, to: summary)
    }
    return message
  }
}

extension TensorBoardEvent.Value {
  private enum DataType {
    static let float = 1
    static let string = 7
  }

  fileprivate func message(_ tag: String) -> ProtobufMessage {
    var message = ProtobufMessage()
    message.set(1, to: tag)
    switch self {
    case .scalar(let value): message.set(2, to: Float(value))
    case .histogram(let histogram): message.set(5, to: histogram.message)
    case .text(let text):
      message.set(8, to: Self.tensor(DataType.string, count: 1, [Array(text.utf8)]))
      message.set(9, to: Self.metadata("text", ProtobufMessage()))
    case .hyperParameters(let content):
      message.set(8, to: Self.tensor(DataType.float, count: 0, []))
      message.set(9, to: Self.metadata("hparams", content))
    }
    return message
  }

  /// A tensor of one dimension.
  private static func tensor(_ type: Int, count: Int, _ strings: [[UInt8]]) -> ProtobufMessage {
    var dimension = ProtobufMessage()
    dimension.set(1, to: count)
    var shape = ProtobufMessage()
    shape.set(2, to: dimension)
    var tensor = ProtobufMessage()
    tensor.set(1, to: type)
    tensor.set(2, to: shape)
    for string in strings { tensor.set(8, to: string) }
    return tensor
  }

  /// Which plugin shows a value, as tensors are shown.
  private static func metadata(_ plugin: String, _ content: ProtobufMessage) -> ProtobufMessage {
    var data = ProtobufMessage()
    data.set(1, to: plugin)
    data.set(2, to: content)
    var metadata = ProtobufMessage()
    metadata.set(1, to: data)
    metadata.set(4, to: 2)
    return metadata
  }
}
