#!/usr/bin/env bash
# Another package depends on Descent by version: on a clone of the last commit with a tag, as SwiftPM finds releases. Its
# program trains, saves and predicts.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=$(sed -n 's/.*current = "\(.*\)".*/\1/p' "$root/Sources/DescentCore/Errors/DescentVersion.swift")
git clone --quiet "$root" "$work/descent"
git -C "$work/descent" -c user.name=check -c user.email=check@localhost tag "$version"
cp -r "$root/Tests/Dependency" "$work/client"
DESCENT_URL="file://$work/descent" DESCENT_VERSION="$version" \
  swift build --package-path "$work/client" --product Client
"$work/client/.build/debug/Client" "$work/model.h5"
