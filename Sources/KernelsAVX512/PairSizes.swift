/// Rows and vectors of the tile of pairs, of which each takes two registers apart from the sums.
@inline(__always) var pairTileRows: Int { 8 }
@inline(__always) var pairTileVectors: Int { 2 }
