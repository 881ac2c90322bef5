// A layer, cost or optimizer of a program's own meets memory as `Matrix` and computes with `KernelSet`: importing
// Descent brings them.
@_exported import Kernels
