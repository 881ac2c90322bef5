// Whoever reads rows speaks of them in these words.
@_exported import DescentCore
