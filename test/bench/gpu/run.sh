#!/bin/sh
# Measures training on the graphics processor of this machine. Needs nothing but this folder; peers are measured where
# they are: PyTorch in python3. The folder is unpacked into a temporary one, which is removed at the end.
#
#   sh run [rows] [--quick] [--runs N] [--software] [--results FILE]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
expected=$(cat "$here/platform")
found=$(uname -sm)
if [ "$found" != "$expected" ]; then
  echo "expected $expected, which this folder was packed on, found $found" >&2
  exit 1
fi

room=$(mktemp -d "${TMPDIR:-/tmp}/bench-gpu.XXXXXX")
trap 'rm -rf "$room"' EXIT
trap 'exit 130' INT TERM HUP
cp -R "$here/." "$room"
chmod -R u+w "$room"
find "$room" -name '*.gz' -exec gzip -d {} +
chmod +x "$room/node"

# Machines that are there for CUDA often have a driver for Vulkan, and not the library that finds it.
if [ -d "$room/lib" ] && ! PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep -q 'libvulkan\.so\.1'; then
  LD_LIBRARY_PATH="$room/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  export LD_LIBRARY_PATH
fi

"$room/node" "$room/bench.mjs" "$@"
