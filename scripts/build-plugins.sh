#!/usr/bin/env bash
# Builds plugins in release and puts their libraries into .build/plugins.
#
#   scripts/build-plugins.sh [name ...]      folders of Plugins; all of them unless given
#
# A plugin in Swift is a package with one dynamic library; one in C is a folder of sources that become the library
# `lib<name>.so`, where the name is that of its Makefile's first target. Needs the Swift toolchain and nothing else:
# C is compiled by the clang beside swift.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
target="$root/.build/plugins"
swift="$(command -v swift)" || { echo "build-plugins: there is no swift in PATH" >&2; exit 1; }
clang="$(dirname "$(readlink -f "$swift")")/clang"
[ -x "$clang" ] || clang="$(command -v clang || true)"

log="$(mktemp)"
trap 'rm -f "$log"' EXIT

# Runs a command; what it says shows only if it fails.
quietly() {
  "$@" >"$log" 2>&1 || { cat "$log" >&2; echo "build-plugins: $name failed" >&2; exit 1; }
}

build_swift() {
  local folder="$1"
  quietly "$swift" build -c release --package-path "$folder"
  local libraries
  libraries="$(find -L "$folder/.build/release/" -maxdepth 1 -name 'lib*.so')"
  [ -n "$libraries" ] || { echo "build-plugins: $name has made no library" >&2; exit 1; }
  cp $libraries "$target/"
}

build_c() {
  local folder="$1" library
  library="$(sed -n 's/^\(lib.*\.so\):.*/\1/p' "$folder/Makefile" | head -n 1)"
  [ -n "$library" ] || { echo "build-plugins: $name names no library" >&2; exit 1; }
  [ -n "$clang" ] || { echo "build-plugins: there is no clang beside swift" >&2; exit 1; }
  quietly "$clang" -std=c11 -O2 -fPIC -fvisibility=hidden -Wall -Wextra -Wpedantic -Werror \
    "-I$root/Sources/COutriggerPlugin/include" -shared -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack \
    "-Wl,--version-script=$root/Plugins/exports.map" -o "$target/$library" "$folder"/*.c
}

mkdir -p "$target"
names=("$@")
if [ "${#names[@]}" -eq 0 ]; then
  for folder in "$root"/Plugins/*/; do
    name="$(basename "$folder")"
    # The kit is no plugin.
    [ "$name" = Kit ] || names+=("$name")
  done
fi
for name in "${names[@]}"; do
  folder="$root/Plugins/$name"
  if [ -f "$folder/Package.swift" ]; then
    build_swift "$folder"
  elif [ -f "$folder/Makefile" ]; then
    build_c "$folder"
  else
    echo "build-plugins: there is no plugin $name" >&2
    exit 1
  fi
done
