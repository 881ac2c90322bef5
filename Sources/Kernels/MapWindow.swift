/// How a window goes over a feature map along both of its axes.
public struct MapWindow: Sendable, Equatable {
  public let vertical: WindowAxis
  public let horizontal: WindowAxis

  public init(vertical: WindowAxis, horizontal: WindowAxis) {
    self.vertical = vertical
    self.horizontal = horizontal
  }

  /// The windows of some lines, the first of which becomes number 0.
  public func lines(_ range: Range<Int>) -> MapWindow {
    MapWindow(vertical: vertical.outputs(range), horizontal: horizontal)
  }

  /// The places of the window.
  public var size: Int { vertical.size * horizontal.size }
}
