/// The first share where `count` is cut into as few as it takes with `most` in each, as equal as they can be.
@inline(__always) func share(of count: Int, most: Int) -> Int {
  // A division takes as long as several steps of a tile.
  if count <= most { return count }
  if count > (most - 1) * most { return most }
  let shares = (count + most - 1) / most
  return (count + shares - 1) / shares
}

/// Of `count` places, `step` apart from `start` on, those that lie in a length from 0 on: the first, and their number.
@inline(__always) func placesInside(
  _ count: Int, from start: Int, step: Int, length: Int
) -> (first: Int, count: Int) {
  let first = start >= 0 ? 0 : divideUp(-start, step)
  let inside = length > start ? divideUp(length - start, step) : 0
  let last = inside < count ? inside : count
  return (first, last > first ? last - first : 0)
}

/// ⌈count/size⌉ of what is not negative.
@inline(__always) func divideUp(_ count: Int, _ size: Int) -> Int {
  size == 1 ? count : (count + size - 1) / size
}
