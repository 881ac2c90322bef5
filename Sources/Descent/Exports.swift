// Importing Descent brings all of its targets: a program need not know which of them a type stands in. A layer, cost or
// optimizer of its own meets memory as `Matrix` and computes with `KernelSet`.
@_exported import DescentCore
@_exported import DescentData
@_exported import DescentEngine
@_exported import DescentFormat
@_exported import DescentReports
@_exported import Kernels
