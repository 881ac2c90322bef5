/// The weights alone, in the format of Hugging Face's safetensors: the length of a JSON header, the header, the
/// tensors one after the other (https://github.com/huggingface/safetensors).
enum Safetensors {
  /// The file of a model. Tensors are called `<layer>.<parameter>` and have Keras' shapes and order.
  static func file(_ model: Model) -> [[UInt8]] {
    let network = model.network
    var header: ConfigMap = [
      "__metadata__": [
        "format": "descent", "descent_version": .string(DescentVersion.current),
        "network": .string(ModelFile.describe(network).json()),
        "signature": .string(model.signature.configuration.json()),
        "model_config": .string(KerasConfig.model(network, name: model.signature.name).json()),
      ]
    ]
    var tensors: [[UInt8]] = []
    var offset = 0
    for entry in network.layout.entries {
      let size = entry.count * 4
      header["\(network.layerNames[entry.layer]).\(entry.specification.name)"] = [
        "dtype": "F32", "shape": .list(entry.specification.shape.map { .integer($0) }),
        "data_offsets": [.integer(offset), .integer(offset + size)],
      ]
      tensors.append(model.parameters.elements(of: entry).littleEndianBytes)
      offset += size
    }
    var text = Array(ConfigValue.map(header).json().utf8)
    // Tensors begin at a multiple of eight bytes.
    text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }
    return [length, text] + tensors
  }
}
