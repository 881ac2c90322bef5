// A layer, cost or optimizer speaks of configs, rows and errors in the first's words, and computes with the second's.
@_exported import DescentCore
@_exported import Kernels
