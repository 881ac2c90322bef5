import Foundation
import Yams

extension ConfigNode {
  /// The largest config that is read: 256 KiB. The parser's time can grow with the square of it.
  static let largestYAML = 256 << 10
  /// The deepest nesting of lists and maps, the root being the first level.
  static let deepest = 64
  /// The most values a config may have once its aliases are expanded.
  static let mostNodes = 100_000

  /// Reads a config file: YAML (of which JSON is a part), in UTF-8. See `init(yaml:source:)`.
  ///
  /// - Parameter path: Relative paths in the file are taken from the folder it is in.
  /// - Throws: `missingInput` where there is no such file, `inputOutput` where reading fails, `invalidInput` for what is
  ///   not UTF-8, with a byte order mark or without, and the errors of `init(yaml:source:)`.
  public init(contentsOf path: String) throws(DescentError) {
    var bytes = try FileBytes.head(of: path, count: Self.largestYAML + 4)[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.prefix(1024).contains(0)
    else {
      let isUTF16 = [[0xFF, 0xFE], [0xFE, 0xFF]].contains(Array(bytes.prefix(2)))
      throw DescentError(
        .invalidInput, "the config is \(isUTF16 ? "UTF-16" : "not UTF-8") text", at: path,
        advice: "save it as UTF-8")
    }
    let source = ConfigSource(name: path, folder: PathName.parent(of: path))
    try self.init(yaml: text, source: source)
  }

  /// Reads a config from YAML text.
  ///
  /// What unquoted words mean is narrower than in YAML 1.1: `true` and `false` alone are truth
  /// values, `no` and `on` are text (see `ConfigValue.init(plainYAML:)`). Anchors, aliases and the
  /// merge key `<<` work; tags other than `!!str` are refused. An empty text is an empty map.
  ///
  /// - Throws: `invalidInput` (`usage` if the source is a flag) with line and column, for wrong
  ///   syntax, a key given twice, several documents, a key that is not text, a number that is not
  ///   finite, more than 256 KiB, more than 64 levels, or aliases that expand to more than 100 000
  ///   values.
  public init(yaml text: String, source: ConfigSource) throws(DescentError) {
    let isMarked = text.unicodeScalars.first == "\u{FEFF}"
    let text = isMarked ? String(text.unicodeScalars.dropFirst()) : text
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
      self.init(path.isEmpty ? .map([]) : .scalar(.null), at: start, path: path)
    }
  }
}

/// Turns the nodes of Yams into nodes with places.
private struct YAMLReader {
  let start: ConfigPlace

  /// The tag that our resolver gives to what has none, to tell `5` from `!!str 5`.
  private static let untagged = "untagged"

  func compose(_ text: String) throws(DescentError) -> Node? {
    do {
      let resolver = try Resolver.basic.appending(.init(rawValue: Self.untagged), "^")
      return try Yams.compose(yaml: text, resolver, .default, .utf8)
    } catch let error as YamlError {
      throw translated(error)
    } catch {
      throw start.source.whole.error("the YAML cannot be read", advice: nil)
    }
  }

  /// Refuses lists, maps and aliases as keys where a text has aliases.
  ///
  /// The parser hashes every key as it reads, and hashing visits all that aliases expand to: a short
  /// text could keep it busy for years. So such a text is first read with its aliases turned into
  /// anchors of nothing, which leaves every key where it is (`*` and `&` are scanned alike).
  func refuseCollectionKeys(in text: String) throws(DescentError) {
    func isName(_ byte: UInt8) -> Bool {
      let scalar = Unicode.Scalar(byte)
      return scalar.isASCII
        && (scalar.properties.isAlphabetic || "0123456789_-".utf8.contains(byte))
    }
    var bytes = Array(text.utf8)
    var hasAliases = false
    for index in bytes.indices.dropLast()
    where bytes[index] == UInt8(ascii: "*") && isName(bytes[index + 1]) {
      bytes[index] = UInt8(ascii: "&")
      hasAliases = true
    }
    guard hasAliases, let root = try compose(String(decoding: bytes, as: UTF8.self)) else { return }
    var nodes = [root]
    while let node = nodes.popLast() {
      switch node {
      case .sequence(let sequence): nodes += sequence
      case .mapping(let mapping):
        for (key, value) in mapping {
          // An alias has become a key without any text.
          guard case .scalar(let scalar) = key, scalar.style != .plain || !scalar.string.isEmpty
          else {
            throw place(key.mark).error(
              "a list, a map, an alias or nothing stands as a key", advice: "keys are text")
          }
          nodes.append(value)
        }
      default: break
      }
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
