#!/usr/bin/env bash
# Trains, predicts and convolves with several threads under ThreadSanitizer and AddressSanitizer, on every set of kernels that
# this machine has. Takes some ten minutes, most of them for the two builds, which stand in folders of their own.
#
# Usage: Tests/check-sanitizers.sh [thread | address]
set -euo pipefail
cd "$(dirname "$0")/.."

suites=(PredictorTests WarmWorkersTests WorkerTeamTests LineRunTests SameBitsTests RunDigestTests GroupTests
  RowProviderTests SpatialLayerTests AugmentedTrainingTests ConvolutionTests/threadsDoNotMatter)
# What the options of components stand in are values that live as long as the program, in boxes that LeakSanitizer
# does not see from the outside.
export ASAN_OPTIONS=detect_leaks=0
export TSAN_OPTIONS=halt_on_error=1

[ $# -gt 0 ] || set -- thread address
for sanitizer in "$@"; do
  build=(--sanitize="$sanitizer" --scratch-path ".build-$sanitizer")
  swift build --build-tests "${build[@]}"
  swift test --skip-build "${build[@]}" --filter "$(IFS='|'; echo "${suites[*]}")"
done
