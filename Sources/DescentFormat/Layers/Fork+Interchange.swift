// What takes in the fork's output takes in its input.
extension Fork: KerasTransparent {}
extension Fork: ONNXTransparent {}
