#!/usr/bin/env bash
# build-tfjs-node.sh PROJECT_DIR
#
# Builds the native addon (tfjs_binding.node) of @tensorflow/tfjs-node 4.22.0 from the C++ sources in the npm
# package, against the TensorFlow library that the PyPI wheel tensorflow-cpu 2.12.1 carries.  For places where the
# package's own download host, storage.googleapis.com, can't be reached; needs PyPI only.
#
#   npm install @tensorflow/tfjs-node@4.22.0 --ignore-scripts      # first, in PROJECT_DIR
#   examples/build-tfjs-node.sh PROJECT_DIR                        # then this; again after every `npm ci`
#
# Why wheel 2.12.1 when the package pins libtensorflow 2.9.1: wheels up to 2.11 have no libtensorflow_cc.so.2; there
# the C API is inside python/_pywrap_tensorflow_internal.so, which has undefined Py* symbols and can't be loaded by
# node without a libpython.  2.12 is the first series with a stand-alone libtensorflow_cc.so.2 (no Py* symbols;
# needs GLIBC 2.17, GLIBCXX 3.4.19).  No Python TensorFlow is installed; the wheel is only unpacked.
#
# What it does
#   1 checks   2 downloads the wheel (232 MB, SHA-256 checked) and unpacks 2 libraries + the C headers to the cache,
#   strips the libraries (577 -> 437 MB) and drops the wheel   3 puts the libraries in tfjs-node/deps/lib (hard links
#   where the cache is on the same file system, else copies)   4 compiles 2 .cc files with g++   5 smoke test.
# Idempotent: what is already there and intact is kept.  Nothing of the package's own files is changed.
#
# Needs: Linux x86_64 with glibc and a CPU with AVX; node, g++ (C++17), python3 with pip (any 3.x: python only fetches
# and unzips).  No node-gyp, no nodejs.org.
#
# Environment (all optional)
#   TFJS_TF_CACHE     cache folder        (default ${XDG_CACHE_HOME:-~/.cache}/tfjs-node-native)
#   TFJS_TF_WHEEL     a wheel file you already have, used in place of the download (same SHA-256 check)
#   TFJS_KEEP_WHEEL=1 keep the downloaded wheel in the cache
#   TFJS_NO_STRIP=1   leave the libraries unstripped
#   TFJS_FORCE=1      compile again even where the addon is up to date
#   NODE, CXX, PYTHON programs to use     (default node, g++, python3)
#   NODE_INCLUDE      folder with node_api.h (default: <prefix of node>/include/node, else the npm package
#                     node-api-headers, fetched to the cache)
set -euo pipefail

TFJS_VERSION=4.22.0
TF_VERSION=2.12.1
WHEEL=tensorflow_cpu-2.12.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
WHEEL_SHA256=7ffb595707a8fb376deaddc768784c7a0242b16cbc6e06393b1733b2ce19f855
NAPI_HEADERS=node-api-headers@1.9.0
LAYOUT=1                      # raise when what the cache holds changes

NODE=${NODE:-node} CXX=${CXX:-g++} PYTHON=${PYTHON:-python3}
T0=$SECONDS
say()  { printf '[tfjs-node %3ds] %s\n' $((SECONDS - T0)) "$*"; }
warn() { printf '[tfjs-node] WARNING: %s\n' "$*" >&2; }
die()  { printf '[tfjs-node] ERROR: %s\n' "$*" >&2; exit 1; }
trap 'printf "[tfjs-node] ERROR: line %s failed (exit %s): %s\n" "$LINENO" "$?" "$BASH_COMMAND" >&2' ERR

# ---- 1. checks ------------------------------------------------------------------------------------------------
[ $# -eq 1 ] || die "usage: $0 PROJECT_DIR   (the folder that holds node_modules/@tensorflow/tfjs-node)"
[ -d "$1" ] || die "no such folder: $1"
PROJECT=$(cd "$1" && pwd -P)
[ "$(uname -s)/$(uname -m)" = Linux/x86_64 ] || die "only Linux x86_64: the wheel is for that ($(uname -s)/$(uname -m) here)"
getconf GNU_LIBC_VERSION >/dev/null 2>&1 || die "glibc needed (musl, e.g. Alpine, can't load the wheel's libraries)"
grep -qw avx /proc/cpuinfo || die "this CPU has no AVX; TensorFlow's wheel would die with an illegal instruction"
for p in "$NODE" "$CXX" "$PYTHON"; do command -v "$p" >/dev/null || die "program not found: $p"; done
PKG=$PROJECT/node_modules/@tensorflow/tfjs-node
[ -d "$PKG" ] || die "$PKG is missing: run 'npm install @tensorflow/tfjs-node@$TFJS_VERSION --ignore-scripts' in $PROJECT"
PKG=$(cd "$PKG" && pwd -P)
for f in package.json dist/index.js binding/tfjs_backend.cc binding/tfjs_binding.cc; do
  [ -f "$PKG/$f" ] || die "$PKG/$f is missing: the package is incomplete, install it again"
done
have=$("$NODE" -p 'require(process.argv[1]).version' "$PKG/package.json") || die "can't read $PKG/package.json"
[ "$have" = "$TFJS_VERSION" ] || warn "written for @tensorflow/tfjs-node $TFJS_VERSION, found $have; going on"
NODE_MAJOR=$("$NODE" -p 'process.versions.node.split(".")[0]')
# Where dist/index.js will look for the addon: ask the same code (lib/napi-v8/tfjs_binding.node on Node >= 12.22).
ADDON=$(cd "$PKG" && "$NODE" -p 'require("@mapbox/node-pre-gyp").find(require("path").resolve("package.json"))') \
  || die "@mapbox/node-pre-gyp of the package doesn't load or doesn't support this node ($("$NODE" -v))"
NAPI=$(printf '%s' "$ADDON" | sed -n 's#.*/napi-v\([0-9][0-9]*\)/tfjs_binding\.node$#\1#p')
[ -n "$NAPI" ] || die "unexpected addon path from node-pre-gyp: $ADDON"

CACHE=${TFJS_TF_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tfjs-node-native}
mkdir -p "$CACHE" || die "can't create the cache folder $CACHE"
CACHE=$(cd "$CACHE" && pwd -P)
TF=$CACHE/tf-$TF_VERSION-$LAYOUT           # include/ lib/ .complete
if command -v flock >/dev/null; then       # two builds at once share one cache: one after the other
  exec 9>"$CACHE/.lock"
  flock -w 1800 9 || die "another build has held $CACHE/.lock for 30 minutes"
fi
WORK=
trap '[ -z "$WORK" ] || rm -rf "$WORK"' EXIT

# ---- 2. TensorFlow from the wheel, into the cache --------------------------------------------------------------
sha() { "$PYTHON" - "$1" <<'PY'
import hashlib, sys
h = hashlib.sha256()
with open(sys.argv[1], 'rb') as f:
    for b in iter(lambda: f.read(1 << 20), b''): h.update(b)
print(h.hexdigest())
PY
}
if [ -f "$TF/.complete" ] && (cd "$TF" && stat -c '%s %n' lib/*.so.2 | cmp -s - .complete); then
  say "TensorFlow $TF_VERSION is in the cache: $TF"
else
  free=$(df -Pk "$CACHE" | awk 'NR==2{print int($4/1024)}')
  [ "$free" -ge 1200 ] || die "$CACHE has ${free} MB free; 1200 MB are needed while unpacking"
  WORK=$(mktemp -d "$CACHE/.work.XXXXXX")
  wheel=${TFJS_TF_WHEEL:-$CACHE/$WHEEL}
  if [ ! -f "$wheel" ]; then
    [ -z "${TFJS_TF_WHEEL:-}" ] || die "TFJS_TF_WHEEL: no such file: $wheel"
    "$PYTHON" -m pip --version >/dev/null 2>&1 || die "$PYTHON has no pip: install python3-pip, or give the wheel by TFJS_TF_WHEEL"
    say "downloading $WHEEL (232 MB) from PyPI"
    # --no-cache-dir: pip would keep a second copy.  Python 3.11's wheel whatever the python here.
    "$PYTHON" -m pip download --quiet --disable-pip-version-check --no-cache-dir --no-deps --only-binary=:all: \
      --implementation cp --python-version 3.11 --abi cp311 --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 \
      -d "$WORK/dl" "tensorflow-cpu==$TF_VERSION" \
      || die "pip couldn't download tensorflow-cpu==$TF_VERSION (message above); is PyPI reachable?"
    [ -f "$WORK/dl/$WHEEL" ] || die "pip fetched another file than expected: $(ls "$WORK/dl")"
    wheel=$WORK/dl/$WHEEL
  fi
  got=$(sha "$wheel")
  [ "$got" = "$WHEEL_SHA256" ] || die "SHA-256 of $wheel is $got, expected $WHEEL_SHA256; remove the file and run again"
  if [ "${TFJS_KEEP_WHEEL:-0}" = 1 ] && [ "$wheel" = "$WORK/dl/$WHEEL" ]; then mv "$wheel" "$CACHE/$WHEEL"; wheel=$CACHE/$WHEEL; fi
  say "unpacking"
  # Only the two libraries and the headers which binding/*.cc pull in.
  "$PYTHON" - "$wheel" "$WORK/tf" <<'PY' || die "unpacking $wheel failed (message above)"
import os, re, shutil, sys, zipfile
src, dst = sys.argv[1:]
lib = re.compile(r'tensorflow/(libtensorflow_(?:cc|framework)\.so\.2)$')
inc = re.compile(r'tensorflow/(include/tensorflow/(?:c|core/platform|tsl/c|tsl/platform)/(?:eager/)?[^/]+\.h)$')
n = 0
with zipfile.ZipFile(src) as z:
    for i in z.infolist():
        m = lib.match(i.filename)
        if m: out = os.path.join(dst, 'lib', m.group(1)); n += 1
        elif inc.match(i.filename): out = os.path.join(dst, inc.match(i.filename).group(1))
        elif i.filename.endswith('.dist-info/LICENSE'): out = os.path.join(dst, 'LICENSE')
        else: continue
        os.makedirs(os.path.dirname(out), exist_ok=True)
        with z.open(i) as a, open(out, 'wb') as b: shutil.copyfileobj(a, b, 1 << 20)   # checks the CRC too
if n != 2: sys.exit('found %d of the 2 libraries in the wheel' % n)
PY
  chmod 755 "$WORK"/tf/lib/*.so.2
  if [ "${TFJS_NO_STRIP:-0}" != 1 ] && command -v strip >/dev/null; then
    strip --strip-all "$WORK"/tf/lib/*.so.2 || die "strip failed; try again with TFJS_NO_STRIP=1"
  fi
  ln -s libtensorflow_cc.so.2 "$WORK/tf/lib/libtensorflow.so"               # for -ltensorflow, as in binding.gyp
  ln -s libtensorflow_framework.so.2 "$WORK/tf/lib/libtensorflow_framework.so"
  (cd "$WORK/tf" && stat -c '%s %n' lib/*.so.2 > .complete)
  rm -rf "$TF" && mv "$WORK/tf" "$TF"
  rm -rf "$WORK"; WORK=
  say "TensorFlow $TF_VERSION unpacked: $TF ($(du -sm "$TF" | cut -f1) MB)"
fi

# ---- 3. the libraries, where the addon's rpath ($ORIGIN/../../deps/lib) finds them ------------------------------
mkdir -p "$PKG/deps/lib" "$(dirname "$ADDON")"
for l in libtensorflow_cc.so.2 libtensorflow_framework.so.2; do
  src=$TF/lib/$l dst=$PKG/deps/lib/$l
  if [ -f "$dst" ] && { [ "$src" -ef "$dst" ] || cmp -s "$src" "$dst"; }; then continue; fi
  rm -f "$dst" "$dst.part"
  ln "$src" "$dst" 2>/dev/null || { cp "$src" "$dst.part" && mv "$dst.part" "$dst"; } || die "can't put $l in $PKG/deps/lib (disk full?)"
done
ln -sfn libtensorflow_cc.so.2 "$PKG/deps/lib/libtensorflow.so"
ln -sfn libtensorflow_framework.so.2 "$PKG/deps/lib/libtensorflow_framework.so"

# ---- 4. compile -----------------------------------------------------------------------------------------------
# N-API headers: beside the node binary, or the npm package node-api-headers (4 files; N-API is ABI-stable).
inc=${NODE_INCLUDE:-}
if [ -z "$inc" ]; then
  inc=$("$NODE" -p 'require("path").resolve(process.execPath,"../../include/node")')
  if [ ! -f "$inc/node_api.h" ]; then
    inc=$CACHE/napi-headers-${NAPI_HEADERS##*@}
    if [ ! -f "$inc/node_api.h" ]; then
      say "no headers beside node: fetching $NAPI_HEADERS"
      command -v npm >/dev/null || die "npm not found; set NODE_INCLUDE to a folder with node_api.h"
      WORK=$(mktemp -d "$CACHE/.work.XXXXXX")
      (cd "$WORK" && npm pack --silent "$NAPI_HEADERS" >/dev/null && tar xzf node-api-headers-*.tgz package/include) \
        || die "npm couldn't fetch $NAPI_HEADERS; set NODE_INCLUDE to a folder with node_api.h"
      rm -rf "$inc" && mv "$WORK/package/include" "$inc"; rm -rf "$WORK"; WORK=
    fi
  fi
fi
[ -f "$inc/node_api.h" ] || die "no node_api.h in $inc"
key=$( { printf '%s\n' "$TF_VERSION" "$LAYOUT" "$NAPI" "$("$CXX" -dumpfullversion -dumpversion)"; cat "$PKG"/binding/*.cc "$PKG"/binding/*.h "$inc"/*node_api*.h; } | sha256sum | cut -d' ' -f1)
stamp=$(dirname "$ADDON")/.build-key
if [ "${TFJS_FORCE:-0}" != 1 ] && [ -f "$ADDON" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$key" ]; then
  say "the addon is up to date: $ADDON"
else
  say "compiling with $("$CXX" --version | head -1), N-API $NAPI"
  rm -f "$stamp"
  "$CXX" -std=c++17 -O2 -fPIC -shared -pthread -fvisibility=hidden -DNDEBUG -DNAPI_VERSION="$NAPI" \
    -DNODE_GYP_MODULE_NAME=tfjs_binding -DBUILDING_NODE_EXTENSION \
    -I"$inc" -I"$TF/include" "$PKG/binding/tfjs_backend.cc" "$PKG/binding/tfjs_binding.cc" \
    -L"$PKG/deps/lib" -ltensorflow -ltensorflow_framework -Wl,-rpath,'$ORIGIN/../../deps/lib' \
    -o "$ADDON.part" || die "compiling or linking failed (message above)"
  mv "$ADDON.part" "$ADDON"; printf '%s\n' "$key" > "$stamp"
fi
# Everything the loader needs must resolve, and TensorFlow must come from deps/lib, not from elsewhere on the system.
miss=$(ldd -r "$ADDON" 2>&1 | grep -E 'not found|undefined symbol: TF' || true)
[ -z "$miss" ] || die "the addon doesn't link: $miss"
at=$(ldd "$ADDON" | sed -n 's/.*libtensorflow_cc\.so\.2 => \(.*\) (0x[0-9a-f]*)$/\1/p')
[ "$(readlink -f "$at")" = "$PKG/deps/lib/libtensorflow_cc.so.2" ] || warn "libtensorflow_cc.so.2 is taken from ${at:-nowhere}, not from the package (LD_LIBRARY_PATH?)"

# ---- 5. smoke test --------------------------------------------------------------------------------------------
say "smoke test"
(cd "$PROJECT" && TF_CPP_MIN_LOG_LEVEL=${TF_CPP_MIN_LOG_LEVEL:-2} "$NODE" - "$TF_VERSION" "$PKG" <<'JS'
const util = require('util'); // Node >= 23 dropped this; tfjs-node 4.22.0 calls it in every op
if (!util.isNullOrUndefined) util.isNullOrUndefined = v => v === null || v === undefined;
const tf = require(process.argv[3]);
const fail = m => { console.error('smoke test: ' + m); process.exit(1); };
(async () => {
  await tf.ready();
  if (tf.getBackend() !== 'tensorflow') fail('backend is ' + tf.getBackend());
  const v = tf.backend().binding.TF_Version;
  if (v !== process.argv[2]) fail('TensorFlow is ' + v + ', expected ' + process.argv[2]);
  let s = 1; // the same numbers on both backends
  const rnd = sh => { const a = new Float32Array(sh.reduce((x, y) => x * y, 1)); for (let i = 0; i < a.length; i++) { s = (s * 48271) % 2147483647; a[i] = s / 1073741823 - 1; } return [a, sh]; };
  const X = rnd([2, 8, 8, 3]), W = rnd([3, 3, 3, 4]), D = rnd([4, 5]), y = [1, 3];
  const loss = (w, d) => tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(y, 'int32'), 5),
      tf.matMul(tf.mean(tf.relu(tf.conv2d(tf.tensor(...X), w, 1, 'same')), [1, 2]), d));
  const run = async b => { await tf.setBackend(b); return tf.tidy(() => { const r = tf.valueAndGrads(loss)([tf.tensor(...W), tf.tensor(...D)]);
      return [r.value, ...r.grads].map(t => Array.from(t.dataSync())); }); };
  const a = await run('tensorflow');
  console.log = console.warn = () => {}; // tfjs advertises tfjs-node once the cpu backend is used
  const b = await run('cpu');
  let worst = 0;
  a.forEach((p, i) => { const m = Math.max(...b[i].map(Math.abs)); p.forEach((q, j) => { const e = Math.abs(q - b[i][j]) / m; if (!(e <= worst)) worst = e; }); });
  if (!(worst < 1e-5)) fail('loss and gradients of a small net differ from the cpu backend by ' + worst);
  process.stdout.write(`[tfjs-node] ok: node ${process.version}, TensorFlow ${v}, backend tensorflow, agrees with cpu to ${worst.toExponential(1)}\n`);
})().catch(e => fail(e.stack));
JS
) || die "the smoke test failed (message above)"
if [ "$NODE_MAJOR" -ge 23 ]; then
  warn "Node $NODE_MAJOR has no util.isNullOrUndefined, which tfjs-node $TFJS_VERSION needs. Before require('@tensorflow/tfjs-node') do:
            const util = require('util'); util.isNullOrUndefined ??= v => v === null || v === undefined;"
fi
say "done: $ADDON"
