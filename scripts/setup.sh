#!/usr/bin/env bash
# Makes a machine ready to build and test Outrigger: checks the platform and the Swift toolchain, and installs the
# system packages that are missing. Running it again does nothing; with nothing missing it does not use the network.
#
#   scripts/setup.sh            install what is missing
#   scripts/setup.sh --check    only say what is missing
#
# Exit status: 0 ready, 1 something is missing and was not installed, 2 this platform is not supported.
set -euo pipefail

minimum_swift=6.2

fail() {
  echo "setup: $1" >&2
  exit "${2:-1}"
}

mode=install
case "${1:-}" in
  "") ;;
  --check) mode=check ;;
  *) fail "unknown argument '$1'; usage: scripts/setup.sh [--check]" 2 ;;
esac

# Platform -----------------------------------------------------------------------------------------------------------

[ "$(uname -s)" = Linux ] || fail "Outrigger runs on Linux; this is $(uname -s)." 2
case "$(uname -m)" in
  x86_64) ;;
  aarch64 | arm64)
    echo "setup: note: on arm64 Outrigger uses its scalar kernels; everything works, proving is several times slower."
    ;;
  *) fail "Outrigger runs on x86-64 and arm64; this is $(uname -m)." 2 ;;
esac

# System packages ----------------------------------------------------------------------------------------------------

# One per line: the Debian 12 name, then names that other releases use for the same thing.
#   binutils, libstdc++, libc   the linker, C headers and start files that swift and clang link with
#   git, ca-certificates        the package manager fetches dependencies with git
#   curl, xml2, sqlite3,        libraries that the toolchain's own programs load
#   ncurses, uuid, zlib
#   libffi, pkg-config          foreign functions, and how the package manager finds the library
#   tzdata                      Foundation's time zones
packages='binutils
libc6-dev
libstdc++-12-dev libstdc++-13-dev libstdc++-14-dev libstdc++-11-dev
git
ca-certificates
libcurl4 libcurl4t64
libxml2 libxml2-16
libsqlite3-0
libncurses6
libuuid1
zlib1g
libffi-dev
pkg-config pkgconf
tzdata'

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | head -n 1)" = installed ]
}

# What is missing, one line of alternatives each.
missing_packages() {
  local line name found
  while read -r line; do
    found=no
    for name in $line; do
      if is_installed "$name"; then found=yes && break; fi
    done
    [ "$found" = yes ] || echo "$line"
  done <<< "$packages"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo "$@"
  else
    fail "root rights are needed to install packages and there is no sudo; as root, run: $*"
  fi
}

install_missing() {
  local line name names=()
  as_root apt-get update -q
  while read -r line; do
    for name in $line; do
      if apt-cache show "$name" > /dev/null 2>&1; then
        names+=("$name")
        continue 2
      fi
    done
    fail "apt knows none of: $line"
  done <<< "$1"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${names[@]}"
}

if command -v dpkg-query > /dev/null && command -v apt-get > /dev/null; then
  missing="$(missing_packages)"
  if [ -n "$missing" ]; then
    echo "setup: missing packages: $(awk '{ print $1 }' <<< "$missing" | tr '\n' ' ')"
    [ "$mode" = install ] || fail "not installed, since --check was given."
    install_missing "$missing"
    missing="$(missing_packages)"
    [ -z "$missing" ] || fail "still missing after installation: $missing"
  fi
else
  # Not Debian or a relative: no package names to go by, so look for the commands.
  for command in git ld cc; do
    command -v "$command" > /dev/null || fail "'$command' is missing; install git, binutils, a C compiler and libstdc++."
  done
fi

# The Swift toolchain ------------------------------------------------------------------------------------------------

if ! command -v swift > /dev/null; then
  for folder in "$HOME/.local/share/swiftly/bin" /usr/libexec/swift/bin; do
    [ ! -x "$folder/swift" ] || fail "Swift is installed but not on the PATH; run: export PATH=\"$folder:\$PATH\""
  done
  fail "there is no 'swift' on the PATH. Install Swift $minimum_swift or later from https://www.swift.org/install/linux/"
fi

version="$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)"
[ -n "$version" ] || fail "'swift --version' does not work; $(command -v swift) is broken or lacks a library."
lowest="$(printf '%s\n%s\n' "$minimum_swift" "$version" | sort -V | head -n 1)"
[ "$lowest" = "$minimum_swift" ] || fail "Swift $version is too old; Outrigger needs $minimum_swift or later."

echo "setup: ready (Swift $version, $(uname -m), $(getconf _NPROCESSORS_ONLN) cores)"
