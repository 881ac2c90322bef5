// A map is a tensor there, whichever way it comes.
extension MapPositions: KerasTransparent {}
extension MapPositions: ONNXTransparent {}
