#!/usr/bin/env bash
# pack.sh FILE.tar.gz
#
# Packs what a Linux x86-64 machine with a graphics card, and without a network, needs to run test/gpu/run.sh: Node, the compiled package, the
# tensor packages' own files, and the Vulkan loader. About 45 MB. After `npm ci`; the loader is fetched by apt, where that can be had.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 FILE.tar.gz" >&2; exit 2; }
out=$(realpath -m "$1")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cd "$root"
[ -f dist/test/gpu/measure.js ] || { echo "expected the compiled package in $root/dist: npm run build" >&2; exit 1; }
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/bin" "$stage/lib" "$stage/test"

cp "$(node -p process.execPath)" "$stage/bin/node"
cp package.json "$stage/"
mkdir -p "$stage/dist"
cp -r dist/src dist/oracles dist/reports "$stage/dist/"
mkdir -p "$stage/dist/test" && cp -r dist/test/gpu dist/test/support "$stage/dist/test/"
find "$stage/dist" -name '*.map' -delete -o -name '*.d.ts' -delete
cp -r test/gpu test/fixtures "$stage/test/"

# Of each package, what Node loads.
files() { (cd node_modules && for path in "$@"; do cp -r --parents "$path" "$stage/node_modules/"; done); }
mkdir -p "$stage/node_modules"
for name in core backend-cpu backend-webgpu; do
  files "@tensorflow/tfjs-$name/package.json" "@tensorflow/tfjs-$name/dist/tf-$name.node.js"
done
files webgpu/package.json webgpu/index.js webgpu/dist/linux-x64 flatbuffers seedrandom long tslib json-with-bigint apache-arrow/package.json
(cd node_modules && find apache-arrow -name '*.mjs' -print0 | xargs -0 cp --parents -t "$stage/node_modules/")

if loader=$(ldconfig -p | sed -n 's/.*libvulkan\.so\.1 .*=> //p' | head -n 1) && [ -n "$loader" ]; then
  cp -L "$loader" "$stage/lib/libvulkan.so.1"
elif (cd "$stage/lib" && apt-get download -qq libvulkan1 2>/dev/null && dpkg -x libvulkan1*.deb . && cp -L usr/lib/*/libvulkan.so.1 . && rm -rf usr ./*.deb); then :
else
  echo "libvulkan1 could not be had: the machine must have its own" >&2
fi
tar -C "$stage" -czf "$out" .
echo "$out: $(du -h "$out" | cut -f 1)"
