#!/usr/bin/env bash
# Installs what llmops needs to build and to run its tests: system packages, and libtorch and Arrow from their Python
# wheels.
# Idempotent, never asks, one line a step. Proven on Debian 12; on Ubuntu 24.04 the package names are the same except
# where a comment says so, and that is untested.
set -euo pipefail
cd "$(dirname "$0")"

TORCH_VERSION=2.13.0
PYARROW_VERSION=26.0.1  # its libraries are linked by their versioned names
BUILD_DIR=${LLMOPS_BUILD_DIR:-build}
VENV="$BUILD_DIR/venv"

say() { printf 'bootstrap: %s\n' "$*"; }
die() { printf 'error: %s\nhint: %s\n' "$1" "$2" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

packages=(
  g++ cmake ninja-build ccache mold pkg-config git ca-certificates curl jq
  python3 python3-venv bc
  libcli11-dev libyaml-cpp-dev libsqlite3-dev libfmt-dev catch2 nlohmann-json3-dev
  libcurl4-openssl-dev libssl-dev
  libboost1.81-dev  # Ubuntu 24.04: libboost1.83-dev
  prometheus-cpp-dev libpcre2-dev libicu-dev libxxhash-dev libsimdjson-dev zlib1g-dev libzstd-dev
  libpoppler-cpp-dev libcld2-dev
  libgloo-dev  # its headers alone: libtorch's wheel holds the library without them
)
# Checks of style and the fuzzers need a newer clang than the default; only CI asks for them.
if [ "${LLMOPS_BOOTSTRAP_LINT:-0}" = 1 ]; then packages+=(clang-19 libclang-rt-19-dev clang-format-19 clang-tidy-19); fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -eq 0 ]; then
  say "system packages: all ${#packages[@]} present"
else
  command -v apt-get >/dev/null || die "apt-get not found" "install by hand: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; then
    die "installing packages needs root" "run: sudo apt-get install ${missing[*]}"
  fi
  say "system packages: installing ${#missing[@]} of ${#packages[@]}"
  log=$(mktemp)
  # A machine that has never fetched the package list cannot find anything yet.
  as_root apt-get update -qq >"$log" 2>&1 || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >>"$log" 2>&1 || { tail -n 20 "$log" >&2; die "apt-get install failed" "see the lines above"; }
  rm -f "$log"
fi

# The system's python, not one a version manager put first on PATH: the wheel must outlive a change of shell.
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || die "python3 not found" "apt-get install python3 python3-venv"
if [ ! -x "$VENV/bin/python" ]; then
  say "python environment: creating $VENV"
  mkdir -p "$BUILD_DIR"
  "$python" -m venv "$VENV" || die "python3 -m venv failed" "apt-get install python3-venv"
fi
installed=$("$VENV/bin/python" -c 'import importlib.metadata as m; print(m.version("torch"))' 2>/dev/null || true)
if [ "${installed%%+*}" = "$TORCH_VERSION" ]; then
  say "libtorch: $installed present"
else
  say "libtorch: installing torch==$TORCH_VERSION into $VENV"
  "$VENV/bin/pip" install --quiet --disable-pip-version-check "torch==$TORCH_VERSION" numpy ||
    die "pip could not install torch==$TORCH_VERSION" "check pip's index settings: $VENV/bin/pip config list"
fi
installed=$("$VENV/bin/python" -c 'import importlib.metadata as m; print(m.version("pyarrow"))' 2>/dev/null || true)
if [ "$installed" = "$PYARROW_VERSION" ]; then
  say "Arrow and Parquet: pyarrow $installed present"
else
  say "Arrow and Parquet: installing pyarrow==$PYARROW_VERSION into $VENV"
  "$VENV/bin/pip" install --quiet --disable-pip-version-check "pyarrow==$PYARROW_VERSION" ||
    die "pip could not install pyarrow==$PYARROW_VERSION" "check pip's index settings: $VENV/bin/pip config list"
fi
say "done"
