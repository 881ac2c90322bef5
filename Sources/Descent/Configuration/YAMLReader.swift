import Foundation
import Yams

extension ConfigNode {
  /// The largest config that is read: 1 MiB.
  static let largestYAML = 1 << 20
  /// The deepest nesting of lists and maps, the root being the first level.
  static let deepest = 64
  /// The most values a config may have once its aliases are expanded.
  static let mostNodes = 100_000

  /// Reads a config file: YAML (of which JSON is a part), in UTF-8. See `init(yaml:source:)`.
  ///
  /// - Parameter path: Relative paths in the file are taken from the folder it is in.
  /// - Throws: `missingInput` where there is no such file, `inputOutput` where reading fails, and the
  ///   errors of `init(yaml:source:)`.
  public init(contentsOf path: String) throws(DescentError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw DescentError(
        .missingInput, "there is no such file", at: path, advice: "name an existing config file")
    }
    guard !isFolder.boolValue else {
      throw DescentError(
        .missingInput, "this is a folder", at: path, advice: "name the config file in it")
    }
    let data: Data
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      data = try handle.read(upToCount: Self.largestYAML + 1) ?? Data()
    } catch {
      throw DescentError(
        .inputOutput, "the config cannot be read", at: path,
        advice: "see that it is a file and that you may read it")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw DescentError(
        .invalidInput, "the config is not UTF-8 text", at: path, advice: "save it as UTF-8")
    }
    let folder = (path as NSString).deletingLastPathComponent
    let source = ConfigSource(name: path, folder: folder.isEmpty ? "." : folder)
    try self.init(yaml: text, source: source)
  }

  /// Reads a config from YAML text.
  ///
  /// What unquoted words mean is narrower than in YAML 1.1: `true` and `false` alone are truth
  /// values, `no` and `on` are text (see `ConfigValue.init(plainYAML:)`). Anchors, aliases and the
  /// merge key `<<` work; tags other than `!!str` are refused. An empty text is an empty map.
  ///
  /// - Throws: `invalidInput` (`usage` if the source is a flag) with line and column, for wrong syntax,
  ///   a key given twice, several documents, a key that is not text, a number that is not finite, more
  ///   than 1 MiB, more than 64 levels, or aliases that expand to more than 100 000 values.
  public init(yaml text: String, source: ConfigSource) throws(DescentError) {
    try self.init(yaml: text, place: ConfigPlace(source: source, line: 1, column: 1))
  }

  /// Reads YAML. Where `start` has no line, as in a flag, no node has one.
  init(yaml text: String, place start: ConfigPlace, path: String = "") throws(DescentError) {
    guard text.utf8.count <= Self.largestYAML else {
      throw start.source.whole.error(
        "the config has more than \(Self.largestYAML) bytes", advice: "at most these are read")
    }
    let reader = YAMLReader(start: start)
    try reader.refuseCollectionKeys(in: text)
    if let root = try reader.compose(text) {
      var count = 0
      self = try reader.node(root, path: path, depth: 1, count: &count)
      // A file of comments alone composes to one empty scalar at times, to nothing at others.
      if isNull, path.isEmpty { content = .map([]) }
    } else {
      self.init(.map([]), at: start, path: path)
    }
  }
}

extension ConfigSource {
  /// The source without line and column.
  var whole: ConfigPlace { ConfigPlace(source: self) }
}

/// Turns the nodes of Yams into nodes with places.
private struct YAMLReader {
  let start: ConfigPlace

  /// The tag that our resolver gives to what has none, to tell `5` from `!!str 5`.
  private static let untagged = "untagged"

  func compose(_ text: String) throws(DescentError) -> Node? {
    do {
      let resolver = try Resolver.basic.appending(.init(rawValue: Self.untagged), "")
      return try Yams.compose(yaml: text, resolver, .default, .utf8)
    } catch let error as YamlError {
      throw translated(error)
    } catch {
      throw start.source.whole.error("the YAML cannot be read", advice: nil)
    }
  }

  /// Refuses lists, maps and aliases as keys where a text has aliases.
  ///
  /// The parser hashes every key as it reads, and hashing visits what aliases expand to: a short text
  /// could keep it busy for years before a node is seen here. The test looks at characters alone, so it may
  /// refuse a comment such as `# [a]: b`, though only in a text with aliases.
  func refuseCollectionKeys(in text: String) throws(DescentError) {
    let bytes = Array(text.utf8)
    func isName(_ index: Int) -> Bool {
      guard bytes.indices.contains(index) else { return false }
      return bytes[index] == UInt8(ascii: "_") || bytes[index] == UInt8(ascii: "-")
        || Unicode.Scalar(bytes[index]).properties.isAlphabetic
        || (0x30...0x39).contains(bytes[index])
    }
    func isColon(after index: Int) -> Bool {
      let next = bytes[index...].first { $0 != 0x20 && $0 != 0x09 }
      return next == UInt8(ascii: ":")
    }
    guard bytes.indices.contains(where: { bytes[$0] == UInt8(ascii: "*") && isName($0 + 1) }) else {
      return
    }
    for index in bytes.indices {
      let isKey: Bool
      switch bytes[index] {
      case UInt8(ascii: "]"), UInt8(ascii: "}"): isKey = isColon(after: index + 1)
      case UInt8(ascii: "*"):
        var end = index + 1
        while isName(end) { end += 1 }
        isKey = end > index + 1 && isColon(after: end)
      case UInt8(ascii: "?"):
        let before = index == 0 ? 0x20 : bytes[index - 1]
        isKey = before <= 0x20 || "[{,-?:\"'".utf8.contains(before)
      default: isKey = false
      }
      guard isKey else { continue }
      let before = String(decoding: bytes[..<index], as: UTF8.self).unicodeScalars
      let line = before.count { $0 == "\n" } + 1
      let column = before.reversed().prefix { $0 != "\n" }.count + 1
      throw place(line: line, column: column).error(
        "a list, a map or an alias stands as a key in a text with aliases",
        advice: "keys are text; quote it if it is text")
    }
  }

  func node(_ node: Node, path: String, depth: Int, count: inout Int) throws(DescentError)
    -> ConfigNode
  {
    let place = place(node.mark)
    count += 1
    guard count <= ConfigNode.mostNodes else {
      throw start.source.whole.error(
        "the config has more than \(ConfigNode.mostNodes) values, those of its aliases included",
        advice: "use fewer aliases")
    }
    try refuseDepth(depth, at: place)
    switch node {
    case .scalar(let scalar):
      return ConfigNode(.scalar(try value(scalar, node, place)), at: place, path: path)
    case .sequence(let sequence):
      try refuseTag(node, ["tag:yaml.org,2002:seq"], place)
      var nodes: [ConfigNode] = []
      for (index, entry) in sequence.enumerated() {
        let path = ConfigNode.path(path, String(index))
        nodes.append(try self.node(entry, path: path, depth: depth + 1, count: &count))
      }
      return ConfigNode(.list(nodes), at: place, path: path)
    case .mapping(let mapping):
      try refuseTag(node, ["tag:yaml.org,2002:map"], place)
      let entries = try entries(mapping, path: path, depth: depth, count: &count)
      return ConfigNode(.map(entries), at: place, path: path)
    case .alias:
      throw place.error("an alias names no anchor", advice: "define it before its use")
    }
  }

  private func entries(
    _ mapping: Node.Mapping, path: String, depth: Int, count: inout Int
  ) throws(DescentError) -> [ConfigNode.Entry] {
    var entries: [ConfigNode.Entry] = []
    var places: [String: ConfigPlace] = [:]
    var merged: [(node: Node, place: ConfigPlace)] = []
    for (keyNode, valueNode) in mapping {
      let place = place(keyNode.mark)
      guard case .scalar(let key) = keyNode else {
        throw place.error("a list or a map stands as a key", advice: "keys are text")
      }
      if key.string == "<<", key.style == .plain {
        merged.append((valueNode, place))
        continue
      }
      if let first = places[key.string] {
        throw duplicate(key.string, at: place, first: first)
      }
      places[key.string] = place
      let node = try node(
        valueNode, path: ConfigNode.path(path, key.string), depth: depth + 1, count: &count)
      entries.append(ConfigNode.Entry(key: key.string, place: place, node: node))
    }
    for (node, place) in merged {
      let sources = node.sequence.map { Array($0) } ?? [node]
      for source in sources {
        guard case .mapping(let mapping) = source else {
          throw place.error(
            "<< stands before something that is no map",
            advice: "merge an alias of a map, as in <<: *name")
        }
        // A map merged into a map merged into a map … is as deep as one that holds the other.
        try refuseDepth(depth + 1, at: place)
        count += 1
        let more = try self.entries(mapping, path: path, depth: depth + 1, count: &count)
        for entry in more where places[entry.key] == nil {
          places[entry.key] = entry.place
          entries.append(entry)
        }
      }
    }
    return entries
  }

  private func refuseDepth(_ depth: Int, at place: ConfigPlace) throws(DescentError) {
    guard depth <= ConfigNode.deepest else {
      throw place.error(
        "lists and maps are nested more than \(ConfigNode.deepest) levels deep",
        advice: "flatten the config")
    }
  }

  private func value(_ scalar: Node.Scalar, _ node: Node, _ place: ConfigPlace)
    throws(DescentError) -> ConfigValue
  {
    let text = "tag:yaml.org,2002:str"
    try refuseTag(node, [Self.untagged, text], place)
    guard scalar.style == .plain, node.tag.description != text else {
      return .string(scalar.string)
    }
    guard let value = ConfigValue(plainYAML: scalar.string) else {
      throw place.error(
        "the number \(scalar.string.excerpt) is not finite", advice: "write a finite number")
    }
    return value
  }

  private func refuseTag(_ node: Node, _ known: [String], _ place: ConfigPlace)
    throws(DescentError)
  {
    let tag = node.tag.description
    guard known.contains(tag) else {
      throw place.error("the tag \(tag.excerpt) is not known here", advice: "leave the tag out")
    }
  }

  private func place(_ mark: Mark?) -> ConfigPlace {
    guard let mark else { return start }
    return place(line: mark.line, column: mark.column)
  }

  private func place(line: Int, column: Int) -> ConfigPlace {
    guard start.line != nil else { return start }
    return ConfigPlace(source: start.source, line: line, column: column)
  }

  private func duplicate(_ key: String, at place: ConfigPlace, first: ConfigPlace) -> DescentError {
    var problem = "the key \(key.excerpt) is given twice"
    if let line = first.line { problem += ", first on line \(line)" }
    return place.error(problem, advice: "keep one of them")
  }

  private func translated(_ error: YamlError) -> DescentError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      if problem == "but found another document" {
        return place(mark).error(
          "the text holds several YAML documents", advice: "keep one and remove the --- lines")
      }
      if problem.contains("cannot start any token"), problem.contains("found character") {
        return place(mark).error(
          "YAML syntax: \(problem)",
          advice: "indent with spaces, not tabs, and quote text that begins with a sign")
      }
      return place(mark).error(
        "YAML syntax: \(problem)", advice: "correct the text here or just before")
    case .duplicatedKeysInMapping(let keys, let context):
      return place(context.mark).error(
        "the key \((keys.first ?? "").excerpt) is given again further down",
        advice: "keep one of them")
    case .reader(let problem, let offset, _, let text):
      var place = start
      if start.line != nil, let offset {
        let before = text.prefix(offset).unicodeScalars
        place.line = before.count { $0 == "\n" } + 1
        place.column = before.reversed().prefix { $0 != "\n" }.count + 1
      }
      return place.error("YAML text: \(problem)", advice: "remove this character or escape it")
    default:
      return start.source.whole.error("the YAML cannot be read", advice: nil)
    }
  }
}
