import Foundation
import HDF5

/// The tensors of a Keras file, by the number of their layer: `layers/<class>_k/vars/N` as in `.weights.h5`, or
/// `model_weights` with lists of names as in `.h5`.
struct KerasTensors {
  /// What errors call the file.
  let name: String
  private let file: HDF5File
  private let root: HDF5Group

  /// What to do about a file that is HDF5, but not of the form that is read in this process.
  private static let foreignAdvice = "h5repack -f NONE -l CONTI makes a file of it that is read"

  /// A file; one of a form of HDF5 that is not parsed in this process goes through another (``ForeignHDF5``).
  /// - Throws: `missingInput`, or `invalidInput` where it is no HDF5 file, or damaged.
  init(_ path: String) throws(DescentError) {
    try self.init(ForeignHDF5.open(path, advice: Self.foreignAdvice), name: path)
  }

  /// A file within another.
  init(_ bytes: [UInt8], name: String) throws(DescentError) {
    do throws(HDF5Error) {
      self.init(try HDF5File.open(HDF5Input(bytes: bytes, name: name)), name: name)
    } catch {
      guard error.isForeign, ForeignHDF5.converter != nil else {
        throw DescentError(error, at: name, foreign: Self.foreignAdvice)
      }
      let copy = TemporaryPath.make(ending: "h5")
      defer { unlink(copy) }
      try AtomicFile.write(bytes, to: copy)
      do throws(DescentError) {
        self.init(try ForeignHDF5.open(copy, advice: Self.foreignAdvice), name: name)
      } catch {
        throw DescentError(error.kind, error.problem, at: name, advice: error.advice)
      }
    }
  }

  private init(_ file: HDF5File, name: String) {
    self.name = name
    self.file = file
    root = file.root
  }

  private func read<Result>(_ body: (HDF5Group) throws(HDF5Error) -> Result) throws(DescentError)
    -> Result
  {
    do throws(HDF5Error) { return try body(root) } catch {
      throw DescentError(error, at: name, foreign: Self.foreignAdvice)
    }
  }

  /// Whether Descent wrote it.
  var isDescents: Bool {
    get throws(DescentError) {
      try read { root throws(HDF5Error) in try root.attributes.contains("descent_format") }
    }
  }

  /// A string attribute of the root, where there is one.
  func text(_ attribute: String) throws(DescentError) -> String? {
    try read { root throws(HDF5Error) in
      try root.attributes.contains(attribute) ? try root.attributes.string(attribute) : nil
    }
  }

  /// The variables of each layer that has some, by the layer's number.
  ///
  /// - Parameters:
  ///   - layers: all layers of the model, in order.
  ///   - counts: how many variables each has.
  /// - Throws: where the file has others.
  func variables(of layers: [KerasTopology.Layer], counts: [Int]) throws(DescentError)
    -> [[HDF5Dataset]]
  {
    let numbered = try read { root throws(HDF5Error) -> [[HDF5Dataset]]? in
      for group in ["layers", "_layer_checkpoint_dependencies"] where try root.contains(group) {
        return try self.numbered(root.group(group), layers, counts)
      }
      return nil
    }
    let found = if let numbered { numbered } else { try named(counts) }
    for (index, datasets) in found.enumerated() where datasets.count != counts[index] {
      throw DescentError(
        .invalidInput,
        "\(layers[index].label) has \(counts[index]) variables, and the file \(datasets.count) of it",
        at: name, advice: "the config belongs to another model")
    }
    return found
  }

  private func numbered(
    _ group: HDF5Group, _ layers: [KerasTopology.Layer], _ counts: [Int]
  ) throws(HDF5Error) -> [[HDF5Dataset]] {
    let names = KerasConfig.groupNames(classes: layers.map(\.object.className))
    var found: [[HDF5Dataset]] = []
    for (index, name) in names.enumerated() {
      let path = name + "/vars"
      guard counts[index] > 0, try group.contains(path) else {
        found.append([])
        continue
      }
      found.append(try Self.numbered(group.group(path)))
    }
    return found
  }

  /// The datasets 0, 1, … of a group.
  private static func numbered(_ group: HDF5Group) throws(HDF5Error) -> [HDF5Dataset] {
    var datasets: [HDF5Dataset] = []
    for child in try group.children(order: .numeric) where child.name == String(datasets.count) {
      datasets.append(try group.dataset(child.name))
    }
    return datasets
  }

  /// Layers with variables are in the order of the list; their names say no more than where they are.
  private func named(_ counts: [Int]) throws(DescentError) -> [[HDF5Dataset]] {
    let group = try read { root throws(HDF5Error) in
      try root.contains("model_weights") ? root.group("model_weights") : root
    }
    var groups: [[HDF5Dataset]] = []
    for name in try names("layer_names", of: group, isRequired: true) {
      let layer = try read { _ throws(HDF5Error) in try group.group(name) }
      let datasets = try listed(in: layer).map(\.dataset)
      if !datasets.isEmpty { groups.append(datasets) }
    }
    var next = groups[...]
    var found = counts.map { count in count > 0 ? next.popFirst() ?? [] : [] }
    // What is left over shows as a layer with too many.
    if let rest = next.first, let last = counts.lastIndex(where: { $0 > 0 }) {
      found[last] += rest
    }
    return found
  }

  /// The datasets that a group lists by their names.
  private func listed(in group: HDF5Group) throws(DescentError)
    -> [(name: String?, dataset: HDF5Dataset)]
  {
    let names = try names("weight_names", of: group)
    return try read { _ throws(HDF5Error) in
      var datasets: [(String?, HDF5Dataset)] = []
      for name in names { datasets.append((name, try group.dataset(name))) }
      return datasets
    }
  }

  /// A list of names, each of something else. Where none is required, a missing list is an empty one.
  private func names(
    _ attribute: String, of group: HDF5Group, isRequired: Bool = false
  ) throws(DescentError) -> [String] {
    let names = try read { _ throws(HDF5Error) -> [String] in
      let attributes = group.attributes
      if isRequired { return try attributes.strings(attribute) }
      for name in [attribute, attribute + "0"] where try attributes.contains(name) {
        return try attributes.strings(attribute)
      }
      return []
    }
    var known = Set<String>()
    for name in names where !known.insert(name).inserted {
      throw DescentError(
        .invalidInput, "\(group.path)@\(attribute): it lists \(name.excerpt) twice", at: self.name)
    }
    return names
  }

  /// The optimizer's variables in their order, with the names that an `.h5` file gives them; empty where there
  /// are none.
  func optimizer() throws(DescentError) -> [(name: String?, dataset: HDF5Dataset)] {
    let numbered = try read { root throws(HDF5Error) -> [HDF5Dataset]? in
      guard try root.contains("optimizer/vars") else { return nil }
      return try Self.numbered(root.group("optimizer/vars"))
    }
    if let numbered { return numbered.map { (nil, $0) } }
    let group = try read { root throws(HDF5Error) in
      try root.contains("optimizer_weights") ? root.group("optimizer_weights") : nil
    }
    return try group.map { group throws(DescentError) in try listed(in: group) } ?? []
  }

  /// A dataset's numbers, which have to be finite.
  func floats(_ dataset: HDF5Dataset, shape: [Int], of what: String) throws(DescentError) -> [Float]
  {
    let type = try read { _ throws(HDF5Error) in
      try dataset.attributes.contains("dtype") ? try dataset.attributes.string("dtype") : nil
    }
    // The plain copy of a file has made floats of these.
    if let type, type != "bfloat16" {
      throw DescentError(
        .invalidInput, "\(dataset.path): \(what) is stored as \(type.excerpt)", at: name,
        advice: "save the model with the dtype policy float32")
    }
    let values = try read { _ throws(HDF5Error) in
      try dataset.read(Float.self, shape: shape, allowingIntegers: true)
    }
    guard values.allSatisfy(\.isFinite) else {
      throw DescentError(
        .invalidInput, "\(dataset.path): \(what) holds numbers that are not finite", at: name)
    }
    return values
  }

  /// A whole number that is not negative.
  func count(_ dataset: HDF5Dataset) throws(DescentError) -> Int {
    let number = try read { _ throws(HDF5Error) in try dataset.readScalar(Int64.self) }
    guard (0...Int64(Int32.max)).contains(number) else {
      throw DescentError(.invalidInput, "\(dataset.path) is \(number)", at: name)
    }
    return Int(number)
  }
}
