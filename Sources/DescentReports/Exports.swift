// Reports look at what the engine does, and at what a file tells of it.
@_exported import DescentFormat
