/// A graph of ONNX operators, and the model file that holds it.
///
/// The field numbers are those of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3).
struct ONNXGraph {
  /// The version of the operators' definitions: of 2022, which all runtimes of today read.
  static let operatorSet = 17
  /// The version of the file format that goes with it.
  private static let formatVersion = 8

  enum Attribute {
    case int(Int)
    case ints([Int])
    case float(Float)
    case text(String)
  }

  private struct Node {
    var name: String
    var kind: String
    var inputs: [String]
    var output: String
    var attributes: [(name: String, value: Attribute)]
  }

  private enum ElementType: Int {
    case float = 1
    case int64 = 7
  }

  let name: String
  private var nodes: [Node] = []
  private var tensors: [ProtobufMessage] = []
  /// What the names of nodes begin with.
  var prefix = ""

  init(name: String) { self.name = name }

  /// Adds an operator; returns the name of what it puts out.
  mutating func add(
    _ kind: String, _ inputs: [String], _ attributes: [(name: String, value: Attribute)] = []
  ) -> String {
    let name = "\(prefix)/\(kind)_\(nodes.count)"
    nodes.append(
      Node(
        name: name, kind: kind, inputs: inputs, output: name + ":0", attributes: attributes))
    return name + ":0"
  }

  /// Adds a tensor; returns its name.
  mutating func tensor(_ name: String, _ values: [Float], shape: [Int]) -> String {
    addTensor("\(prefix).\(name)", .float, shape, values.littleEndianBytes)
  }

  /// Adds a number.
  mutating func constant(_ value: Float) -> String {
    tensor("constant_\(tensors.count)", [value], shape: [])
  }

  /// Adds whole numbers.
  mutating func integers(_ values: [Int]) -> String {
    addTensor(
      "\(prefix).constant_\(tensors.count)", .int64, [values.count],
      values.flatMap { value in withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) } })
  }

  /// Adds a bound on both sides.
  mutating func clip(_ value: String, _ low: Float, _ high: Float) -> String {
    add("Clip", [value, constant(low), constant(high)])
  }

  private mutating func addTensor(
    _ name: String, _ type: ElementType, _ shape: [Int], _ bytes: [UInt8]
  ) -> String {
    var tensor = ProtobufMessage()
    for dimension in shape { tensor.set(1, to: dimension) }
    tensor.set(2, to: type.rawValue)
    tensor.set(8, to: name)
    tensor.set(9, to: bytes)
    tensors.append(tensor)
    return name
  }

  /// The model file.
  ///
  /// - Parameters:
  ///   - input: the shape of an input row; the input is called `input`.
  ///   - output: the shape of an output row; the output is called `output`.
  ///   - value: the name of what is put out.
  ///   - properties: texts that go along.
  func model(
    input: [Int], output: [Int], value: String, properties: [(key: String, value: String)]
  ) -> ProtobufMessage {
    var graph = ProtobufMessage()
    for node in nodes { graph.set(1, to: Self.message(node, renaming: value)) }
    graph.set(2, to: name)
    for tensor in tensors { graph.set(5, to: tensor) }
    graph.set(11, to: Self.valueInfo("input", input))
    graph.set(12, to: Self.valueInfo("output", output))

    var operators = ProtobufMessage()
    operators.set(2, to: Self.operatorSet)
    var model = ProtobufMessage()
    model.set(1, to: Self.formatVersion)
    model.set(2, to: "descent")
    model.set(3, to: DescentVersion.current)
    model.set(7, to: graph)
    model.set(8, to: operators)
    for property in properties {
      var entry = ProtobufMessage()
      entry.set(1, to: property.key)
      entry.set(2, to: property.value)
      model.set(14, to: entry)
    }
    return model
  }

  private static func message(_ node: Node, renaming output: String) -> ProtobufMessage {
    func renamed(_ name: String) -> String { name == output ? "output" : name }
    var message = ProtobufMessage()
    for input in node.inputs { message.set(1, to: renamed(input)) }
    message.set(2, to: renamed(node.output))
    message.set(3, to: node.name)
    message.set(4, to: node.kind)
    for attribute in node.attributes {
      var entry = ProtobufMessage()
      entry.set(1, to: attribute.name)
      switch attribute.value {
      case .float(let value):
        entry.set(2, to: value)
        entry.set(20, to: 1)
      case .int(let value):
        entry.set(3, to: value)
        entry.set(20, to: 2)
      case .ints(let values):
        for value in values { entry.set(8, to: value) }
        entry.set(20, to: 7)
      case .text(let value):
        entry.set(4, to: value)
        entry.set(20, to: 3)
      }
      message.set(5, to: entry)
    }
    return message
  }

  /// A tensor of floats with any number of rows.
  private static func valueInfo(_ name: String, _ shape: [Int]) -> ProtobufMessage {
    var batch = ProtobufMessage()
    batch.set(2, to: "batch")
    var dimensions = ProtobufMessage()
    dimensions.set(1, to: batch)
    for size in shape {
      var dimension = ProtobufMessage()
      dimension.set(1, to: size)
      dimensions.set(1, to: dimension)
    }
    var tensor = ProtobufMessage()
    tensor.set(1, to: ElementType.float.rawValue)
    tensor.set(2, to: dimensions)
    var type = ProtobufMessage()
    type.set(1, to: tensor)
    var info = ProtobufMessage()
    info.set(1, to: name)
    info.set(2, to: type)
    return info
  }
}

extension [Float] {
  /// IEEE single precision, little-endian.
  var littleEndianBytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count * 4) { buffer, initialized in
      for (index, value) in enumerated() {
        UnsafeMutableRawBufferPointer(buffer).storeBytes(
          of: value.bitPattern.littleEndian, toByteOffset: index * 4, as: UInt32.self)
      }
      initialized = count * 4
    }
  }
}
