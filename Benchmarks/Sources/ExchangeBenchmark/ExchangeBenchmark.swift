import Descent
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Times the exchange of a gradient between ranks beside `MPI_Allreduce` of the same floats by the same library, taking turns.
///
///     mpirun -n 2 ExchangeBenchmark [FLOATS…]
@main
struct ExchangeBenchmark {
  typealias Handle = UInt
  typealias AllReduce =
    @convention(c) (
      UnsafeRawPointer?, UnsafeMutableRawPointer?, Int32, Handle, Handle, Handle
    ) -> Int32

  static func main() throws {
    let environment = ProcessInfo.processInfo.environment
    guard let launcher = Launcher(environment: environment) else {
      fail("start it with a launcher, such as mpirun -n 2")
    }
    let ranks = try Ranks.join(
      launcher, environment: environment, limit: nil, inputs: [], kernels: .best)
    let sizes = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    for count in sizes.isEmpty ? [20_000, 407_050, 7_400_000] : sizes {
      try measure(count, ranks)
    }
    if ranks.isFirst { ranks.end(0) } else { _ = ranks.follow(threads: 1, kernels: .best) { _ in } }
  }

  static func measure(_ count: Int, _ ranks: Ranks) throws {
    let exchange = try ranks.exchange(groups: ranks.count)
    let tree = GroupTree(groups: ranks.count)
    let (own, result) = (AlignedFloats(count: count), AlignedFloats(count: count))
    for index in 0..<count { own.base[index] = Float((index * 7 + ranks.rank) % 13) }
    let allReduce = allReduce()
    var times: [[Double]] = [[], []]
    for round in 0..<(count > 1_000_000 ? 30 : 200) {
      let sums = GroupSums<Float>(
        tree, nodes: tree.nodes(of: exchange.groups), at: own.base, count: count, stride: count)
      try meet(exchange)
      times[0].append(try seconds { try exchange.add(sums) })
      try meet(exchange)
      times[1].append(
        seconds {
          allReduce(UnsafeRawPointer(own.base), UnsafeMutableRawPointer(result.base), count)
        }
      )
      // Sums grow from round to round.
      if round % 8 == 7 { for index in 0..<count { own.base[index] = 1 } }
    }
    guard ranks.isFirst else { return }
    let medians = times.map { $0.sorted()[$0.count / 2] * 1e3 }
    print(
      "ranks \(ranks.count)  floats \(count)  exchange \(medians[0].text) ms  MPI_Allreduce "
        + "\(medians[1].text) ms  ratio \((medians[0] / medians[1]).text)")
  }

  /// All begin together.
  static func meet(_ exchange: any GradientExchange) throws {
    var numbers = [Float](repeating: 0, count: exchange.count)
    try numbers.withUnsafeMutableBufferPointer {
      try exchange.gather($0, slices: (0..<exchange.count).map { $0..<$0 + 1 })
    }
  }

  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    let time = start.duration(to: .now).components
    return Double(time.seconds) + Double(time.attoseconds) * 1e-18
  }

  /// `MPI_Allreduce` of floats among all ranks, by the library that is loaded.
  static func allReduce() -> (UnsafeRawPointer, UnsafeMutableRawPointer, Int) -> Void {
    let program = dlopen(nil, RTLD_NOW)
    func address(_ name: String) -> Handle? { dlsym(program, name).map { Handle(bitPattern: $0) } }
    guard let symbol = dlsym(program, "MPI_Allreduce") else { fail("there is no MPI_Allreduce") }
    let call = unsafeBitCast(symbol, to: AllReduce.self)
    // Open MPI's handles are addresses, MPICH's are numbers.
    let world = address("ompi_mpi_comm_world") ?? 0x4400_0000
    let float = address("ompi_mpi_float") ?? 0x4c00_040a
    let sum = address("ompi_mpi_op_sum") ?? 0x5800_0003
    return { source, target, count in
      guard call(source, target, Int32(count), float, sum, world) == 0 else {
        fail("MPI_Allreduce fails")
      }
    }
  }

  static func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(1)
  }
}

extension Double {
  fileprivate var text: String { String(format: "%.3f", self) }
}
