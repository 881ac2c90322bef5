#!/usr/bin/env bash
# Trains, predicts and convolves with several threads under ThreadSanitizer and AddressSanitizer, on every set of kernels that
# this machine has: the reference runs of every kind of layer, groups of engines that share batches, slots that engines divide,
# rows from providers, images that are augmented or shared by their lines, maps and batch sums that workers hand on, predictors
# that keep memory and workers. Takes five to ten minutes for each of the two builds, which stand in folders of their own, and
# on two cores five minutes for the tests with AddressSanitizer, ten with ThreadSanitizer.
#
# RankExchangeTests are left out: ThreadSanitizer does not see how Swift's Mutex orders what it guards, and reports that. It may report
# the tests' own `WatchedRows` (RowProviderTests, GroupTests) for the same reason: what its lock guards is no race.
#
# Usage: Tests/check-sanitizers.sh [thread | address]
set -euo pipefail
cd "$(dirname "$0")/.."

suites=(PredictorTests WarmWorkersTests WorkerTeamTests LineRunTests SameBitsTests RunDigestTests GroupTests
  RowProviderTests SpatialLayerTests AugmentedTrainingTests ConvolutionTests/threadsDoNotMatter MapMemoryTests
  DividedSlotsTests)
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
