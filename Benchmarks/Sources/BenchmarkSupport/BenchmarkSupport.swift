import ArgumentParser
import Descent

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Seconds of the monotonic clock.
public func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Seconds of one call: the best of several stretches, each long enough for the clock, in `seconds` of measuring.
public func fastest(within seconds: Double, _ body: () -> Void) -> Double {
  body()
  var calls = 1
  var best = Double.infinity
  let end = now() + seconds
  repeat {
    let start = now()
    for _ in 0..<calls { body() }
    let elapsed = now() - start
    best = min(best, elapsed / Double(calls))
    if elapsed < 5e-3 { calls *= 2 }
  } while now() < end
  return best
}
