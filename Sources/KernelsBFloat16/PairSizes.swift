/// Rows and vectors of the tile of pairs.
@inline(__always) var pairTileRows: Int { 8 }
@inline(__always) var pairTileVectors: Int { 3 }
