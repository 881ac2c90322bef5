#!/bin/sh
# Fails where an object of a kernel target holds a weak text symbol.
#
# The linker keeps one copy of a weak symbol for the whole program. A copy compiled for AVX-512 would then run
# on every processor, and kill the program on those without it.
#
# Usage: check-kernel-objects.sh BUILD_DIR      (for example .build/debug)
set -eu

if [ $# -ne 1 ] || [ ! -d "$1" ]; then
  echo "usage: $0 BUILD_DIR, a folder that swift build made" >&2
  exit 64
fi
nm=${NM:-nm}
objects=0
failed=0
for target in KernelsBFloat16 KernelsAVX512 KernelsAVX2 KernelsBaseline KernelsNEON; do
  [ -d "$1/$target.build" ] || continue
  for object in $(cd "$1/$target.build" && find . -name '*.o' | sort); do
    objects=$((objects + 1))
    symbols=$("$nm" "$1/$target.build/$object")
    weak=$(printf '%s\n' "$symbols" | awk 'NF > 1 && $(NF - 1) == "W" { print "  " $NF }')
    if [ -n "$weak" ]; then
      printf '%s has weak text symbols:\n%s\n' "$target.build/${object#./}" "$weak" >&2
      failed=1
    fi
  done
done
if [ "$objects" -eq 0 ]; then
  echo "no objects of a kernel target under $1: nothing was checked" >&2
  exit 1
fi
[ "$failed" -eq 0 ] || exit 1
echo "$objects objects of kernel targets: no weak text symbol"
