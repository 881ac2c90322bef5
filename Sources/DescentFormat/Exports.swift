// A file holds what the engine has, and how the rows were read.
@_exported import DescentData
@_exported import DescentEngine
