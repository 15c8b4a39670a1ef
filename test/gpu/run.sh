#!/usr/bin/env bash
# run.sh OUT_DIR [options of measure.js]
#
# Runs on the machine with the card, from the folder that pack.sh's file was unpacked to. Writes OUT_DIR/CARD.json, and the log beside it; a run that is cut short leaves
# measured.json with what it had. Takes some minutes; python3 with torch, where there is one, is the peer. Exit status: 0 all is right, 1 something is wrong, 77 there is no card.
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: $0 OUT_DIR [--model resnet50] [--image 224] [--batch 32] [--steps 12]" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd -P)
shift
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
node=bin/node
[ -x "$node" ] || node=node
# The machine's own loader first; and the card's driver, where it is not in a place that loaders know.
ldconfig -p | grep -q libvulkan.so.1 || export LD_LIBRARY_PATH="$PWD/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
if [ -z "${VK_DRIVER_FILES:-}" ]; then
  for icd in /usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json /usr/share/vulkan/icd.d/nvidia_icd.json /etc/vulkan/icd.d/nvidia_icd.json; do
    [ -f "$icd" ] && export VK_DRIVER_FILES="$icd" && break
  done
fi
python=()
python3 -c 'import torch' 2>/dev/null && python=(--python python3)
status=0
"$node" dist/test/gpu/measure.js "$out/measured.json" ${python[@]+"${python[@]}"} "$@" 2> >(tee "$out/measured.log" >&2) || status=$?
[ "$status" -le 1 ] && [ -f "$out/measured.json" ] || exit "$status"
card=$("$node" -e 'console.log(JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).device.replace(/^.* on /, "").replace(/[^A-Za-z0-9.]+/g, "-").replace(/-+$/, "").slice(0, 60))' "$out/measured.json")
mv "$out/measured.json" "$out/$card.json"
mv "$out/measured.log" "$out/$card.log"
echo "$out/$card.json"
exit "$status"
