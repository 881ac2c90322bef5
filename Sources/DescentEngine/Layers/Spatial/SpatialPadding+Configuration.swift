extension SpatialPadding: ConfigConvertible {}
