public func kernelPlaceholder() {}
