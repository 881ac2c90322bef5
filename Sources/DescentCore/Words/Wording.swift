import Foundation

/// How names, values and alternatives are put into messages.

extension String {
  /// This text in quotes, with control characters escaped and no more than its first 60 characters.
  package var excerpt: String {
    let kept = String(unicodeScalars.prefix(60))
    return (kept.unicodeScalars.count < unicodeScalars.count ? kept + "…" : kept).jsonQuoted
  }

  /// This text as it stands in a YAML file: in quotes where it would be taken for something else.
  package var yamlWord: String { ConfigValue.string(self).yaml().trimmingCharacters(in: .newlines) }
}

extension String {
  /// This text as one word of a shell command.
  package var shellQuoted: String {
    let plain = unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "_-./+,:@%=".unicodeScalars.contains(scalar)
    }
    if plain && !isEmpty { return hasPrefix("-") ? "./" + self : self }
    return "'" + replacing("'", with: #"'\''"#) + "'"
  }
}

extension [String] {
  /// `a`, `a or b`, `a, b or c`.
  package func joined(last word: String) -> String {
    guard count > 1, let last else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " \(word) " + last
  }

  /// The member most likely meant by a misspelt name, or nil if none is near.
  ///
  /// Near means at most a third of the name's letters wrong (at least one may be), counted as
  /// insertions, deletions, substitutions and exchanges of neighbours, without regard to case,
  /// hyphens or underscores. Of several equally near, the first.
  package func nearest(to name: String) -> String? {
    // Long names are no slips of the finger, and the distance takes quadratic time.
    guard name.utf8.count <= 64 else { return nil }
    let wanted = name.looseLetters
    var best: (distance: Int, name: String)?
    for candidate in self {
      let distance = editDistance(wanted, candidate.looseLetters)
      if distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    guard let best, best.distance <= Swift.max(1, wanted.count / 3) else { return nil }
    // A single letter is one edit from any other.
    return best.distance < wanted.count || best.distance == 0 ? best.name : nil
  }
}

extension String {
  fileprivate var looseLetters: [Unicode.Scalar] {
    lowercased().unicodeScalars.filter { $0 != "_" && $0 != "-" && $0 != " " }
  }
}

/// Damerau's distance in its restricted form (optimal string alignment).
func editDistance<Letter: Equatable>(_ first: [Letter], _ second: [Letter]) -> Int {
  var older: [Int] = []
  var previous = Array(0...second.count)
  for i in first.indices {
    var current = [i + 1]
    for j in second.indices {
      var best = Swift.min(
        previous[j + 1] + 1, current[j] + 1, previous[j] + (first[i] == second[j] ? 0 : 1))
      if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
        best = Swift.min(best, older[j - 1] + 1)
      }
      current.append(best)
    }
    (older, previous) = (previous, current)
  }
  return previous[second.count]
}
