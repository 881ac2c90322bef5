/// The first share where `count` is cut into as few as it takes with `most` in each, as equal as they can be.
@inline(__always) func share(of count: Int, most: Int) -> Int {
  // A division takes as long as several steps of a tile.
  if count <= most { return count }
  if count > (most - 1) * most { return most }
  let shares = (count + most - 1) / most
  return (count + shares - 1) / shares
}

/// ⌈count/size⌉ of what is not negative.
@inline(__always) func divideUp(_ count: Int, _ size: Int) -> Int {
  size == 1 ? count : (count + size - 1) / size
}
