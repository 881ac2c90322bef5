/// The cost over a plane of the parameters, and the ways that runs took over it.
///
/// With two trained parameters the plane is all there is. With more it is a slice through the first run's end, along
/// the main directions of the runs' paths; places of a path beside it are drawn where they are nearest to it.
///
/// The cost is what training makes small: with class and sample weights, penalties and dropout, over the training rows.
public struct CostSurface: Sendable {
  /// The way of one run.
  public struct Path: Sendable {
    public var label: String
    /// Steps done at each of the points, ascending from 0.
    public var steps: [Int]
    public var points: [ChartPoint]
    /// The cost there, over the same rows as the surface.
    public internal(set) var costs: [Double]
  }

  public internal(set) var paths: [Path]
  /// What the axes stand for.
  public var titles: (x: String, y: String)
  /// The grid's columns and rows, ascending.
  public internal(set) var x: [Double]
  public internal(set) var y: [Double]
  /// The cost at the grid's places, row after row. Where it is not finite there is no surface.
  public internal(set) var costs: [Double]
  /// The rows that the cost was computed on, and those there are.
  public var rows: (used: Int, all: Int)

  /// What it tells while it is computed.
  public enum Event: Sendable {
    /// A run is gone through again.
    case replaying(label: String, steps: Int)
    /// A run's replay is not the run to the bit.
    case departed(label: String, step: Int, reason: String)
    /// The cost is computed at so many places.
    case evaluating(places: Int, rows: Int)
  }

  /// Computes the surface under one run or several.
  ///
  /// - Parameters:
  ///   - runs: folders or files, and what they are called in the picture.
  ///   - threads: cores to use; all of them where nil. The result does not depend on it.
  /// - Throws: what is wrong with a file or its data; `invalidInput` where the runs have no common surface, or a path
  ///   spans no plane.
  public init(
    of runs: [(label: String, path: String)], threads: Int? = nil, kernels: KernelSet = .best,
    report: (Event) -> Void = { _ in }
  ) throws(DescentError) {
    let size = SurfaceSize.self
    var first: RunReplay?
    var walked: [(label: String, path: ParameterPath)] = []
    for run in runs {
      let replay = try RunReplay(contentsOf: run.path, threads: threads, kernels: kernels)
      let points = try size.points(of: replay.trainer.network, runs: runs.count, at: run.path)
      if let first { try replay.requireSameSurface(as: first) }
      report(.replaying(label: run.label, steps: replay.record.state.step))
      let (path, departure) = try replay.path(most: points)
      if let departure {
        report(.departed(label: run.label, step: departure.step, reason: replay.reasonToDepart))
      }
      walked.append((run.label, path))
      first = first ?? replay
    }
    guard let first else {
      throw DescentError(.usage, "there is no run to draw", advice: "name one or more")
    }
    let network = first.trainer.network
    let isWhole = network.layout.trainableParameterCount == 2
    let plane =
      isWhole
      ? ParameterPlane(of: network, features: first.training.featureNames, kernels: kernels)
      : ParameterPlane(through: walked.map(\.path), kernels: kernels)
    guard let plane else {
      throw DescentError(
        .invalidInput, "its path lies on a line, which spans no surface", at: first.place,
        advice: "let it train for more steps")
    }
    let (side, used) = size.grid(of: network, rows: first.training.count)
    let sample = first.training.spread(to: used)
    let evaluation = try SurfaceEvaluation(first.trainer, on: sample)
    report(.evaluating(places: side * side, rows: sample.count))
    titles = plane.titles
    rows = (sample.count, first.training.count)
    paths = walked.map { label, path in
      Path(
        label: label, steps: path.steps, points: path.points.map { plane.coordinates(of: $0) },
        costs: path.points.map { evaluation.cost(at: $0) })
    }
    let extent = try Self.extent(of: paths, at: first.place)
    let (x, y) = (extent.x.places(side), extent.y.places(side))
    (self.x, self.y) = (x, y)
    costs = y.flatMap { y in x.map { evaluation.cost(at: ChartPoint($0, y), on: plane) } }
  }

  /// A surface that has been computed.
  init(
    paths: [Path], titles: (x: String, y: String), x: [Double], y: [Double], costs: [Double],
    rows: (used: Int, all: Int)
  ) {
    self.paths = paths
    self.titles = titles
    self.x = x
    self.y = y
    self.costs = costs
    self.rows = rows
  }

  /// Room for every place whose cost is at most twice that of the starts: a run that diverges leaves the picture.
  private static func extent(
    of paths: [Path], at place: String
  ) throws(DescentError) -> (x: ChartScale, y: ChartScale) {
    let starts = paths.compactMap(\.costs.first)
    guard let highest = starts.max(), starts.allSatisfy(\.isFinite) else {
      throw DescentError(.invalidInput, "the cost at its start is not finite", at: place)
    }
    var (x, y) = (ChartExtent(), ChartExtent())
    for path in paths {
      for (point, cost) in zip(path.points, path.costs) where cost <= highest + abs(highest) {
        x.add(point.x)
        y.add(point.y)
      }
    }
    func scale(_ extent: ChartExtent) -> ChartScale {
      let (least, largest) = (extent.least ?? 0, extent.largest ?? 0)
      // Where nothing moves along an axis, there is still a surface.
      let span = max(largest - least, 1e-3 * max(abs(least), abs(largest)), 1e-6)
      return ChartScale(.linear, from: least - 0.2 * span, to: largest + 0.2 * span)
    }
    return (scale(x), scale(y))
  }
}

extension ChartScale {
  /// So many values at equal distances, limits included.
  fileprivate func places(_ count: Int) -> [Double] {
    (0..<count).map { value(at: Double($0) / Double(count - 1)) }
  }
}
