/// A grid of characters in which lines are drawn, each cell with the colour of what was drawn last.
struct TerminalCanvas {
  let columns: Int
  let rows: Int
  /// Dots of a cell: 2 × 4 of the Braille alphabet, or one character.
  let dots: (x: Int, y: Int)
  private var patterns: [UInt8]
  private var glyphs: [Character?]
  private var colors: [Int?]

  init(columns: Int, rows: Int, isBraille: Bool) {
    self.columns = columns
    self.rows = rows
    dots = isBraille ? (2, 4) : (1, 1)
    patterns = Array(repeating: 0, count: columns * rows)
    glyphs = Array(repeating: nil, count: columns * rows)
    colors = Array(repeating: nil, count: columns * rows)
  }

  var width: Int { columns * dots.x }
  var height: Int { rows * dots.y }

  /// A dot, or with `isLetter` the glyph in the dot's cell; y goes down. What is outside is left out.
  mutating func plot(_ x: Int, _ y: Int, glyph: Character, color: Int?, isLetter: Bool = false) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let cell = y / dots.y * columns + x / dots.x
    if dots.x == 2 && !isLetter {
      // Unicode numbers the dots 1 2 3 7 down the left, 4 5 6 8 down the right.
      let bits: [UInt8] =
        x % 2 == 0 ? [0x01, 0x02, 0x04, 0x40] : [0x08, 0x10, 0x20, 0x80]
      patterns[cell] |= bits[y % 4]
    } else {
      glyphs[cell] = glyph
    }
    colors[cell] = color
  }

  /// A straight line (J. Bresenham 1965), with `isDashed` without every third pair of columns of dots.
  mutating func line(
    from start: (x: Int, y: Int), to end: (x: Int, y: Int), glyph: Character, color: Int?,
    isLetter: Bool = false, isDashed: Bool = false
  ) {
    let (dx, dy) = (abs(end.x - start.x), -abs(end.y - start.y))
    let (sx, sy) = (start.x < end.x ? 1 : -1, start.y < end.y ? 1 : -1)
    var (x, y) = start
    var error = dx + dy
    while true {
      if !isDashed || x % 6 < 4 { plot(x, y, glyph: glyph, color: color, isLetter: isLetter) }
      if (x, y) == end { return }
      let twice = 2 * error
      if twice >= dy {
        error += dy
        x += sx
      }
      if twice <= dx {
        error += dx
        y += sy
      }
    }
  }

  /// A vertical line in the cells that are empty.
  mutating func vertical(column: Int, glyph: Character) {
    guard (0..<columns).contains(column) else { return }
    for row in 0..<rows where isEmpty(row, column) { glyphs[row * columns + column] = glyph }
  }

  private func isEmpty(_ row: Int, _ column: Int) -> Bool {
    let cell = row * columns + column
    return patterns[cell] == 0 && glyphs[cell] == nil
  }

  /// A row's text; `paint` puts a run of characters into the colour of a series.
  func text(row: Int, paint: (String, Int) -> String) -> String {
    var result = ""
    var run = ""
    var runColor: Int?
    func finish() {
      if let runColor { result += paint(run, runColor) } else { result += run }
      run = ""
    }
    for column in 0..<columns {
      let cell = row * columns + column
      let character: Character =
        if let glyph = glyphs[cell] {
          glyph
        } else if patterns[cell] != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(patterns[cell]))
        {
          Character(scalar)
        } else {
          " "
        }
      let color = character == " " ? nil : colors[cell]
      if color != runColor {
        finish()
        runColor = color
      }
      run.append(character)
    }
    finish()
    return result
  }
}
