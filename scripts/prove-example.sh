#!/usr/bin/env bash
# Sets up the machine, builds an example and the plugins that it defers to, verifies the plugins, runs the guest on its
# input, proves the run with production parameters, and verifies the proof as somebody would who has the guest's code, the
# manifest and the proof, and nothing else.
#
#   scripts/prove-example.sh [example]      notary unless given; see examples/README.md
#
# Proof and key are left in .build/example. Exit status: that of the first step that fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

example="${1:-notary}"
folder="examples/$example"
[ -f "$folder/expected.json" ] || { echo "prove-example: there is no example '$example'; see examples/README.md" >&2; exit 2; }

scripts/setup.sh
swift build -c release --product outrigger
swift build -c release --product outrigger-plugin-worker
outrigger="$(swift build -c release --show-bin-path)/outrigger"
out=.build/example
mkdir -p "$out"

# The inputs of the first case, in order: `@file` is relative to the example.
inputs=()
while read -r input; do
  case "$input" in
    @*) inputs+=(--input "@$folder/${input#@}") ;;
    *) inputs+=(--input "$input") ;;
  esac
done < <(sed -n '/"inputs"/,/\]/p' "$folder/expected.json" | grep -o '"\(@\|0x\)[^"]*"' | tr -d '"')

step() { printf '\n$ outrigger %s\n' "$*" >&2; "$outrigger" "$@"; }

manifest=()
if [ -f "$folder/outrigger.toml" ]; then
  manifest=(--manifest "$folder/outrigger.toml")
  scripts/build-plugins.sh
  step plugin lock "${manifest[@]}"
  step plugin list "${manifest[@]}"
  step plugin verify "${manifest[@]}"
fi

step build "$folder"
elf="$("$outrigger" build "$folder" --quiet --json | sed -n 's/.*"path":"\([^"]*\)".*/\1/p')"
application=(${manifest[@]+"${manifest[@]}"} --elf "$elf")
step run "${application[@]}" "${inputs[@]}"
step prove app "${application[@]}" "${inputs[@]}" --proof "$out/app.proof"

# The verifier's side: commitments from the guest's code and the manifest, the keys from the circuits.
step keygen ${manifest[@]+"${manifest[@]}"} --output "$out/app.vk"
commitments="$("$outrigger" commit "${application[@]}")"
step verify app --vk "$out/app.vk" --proof "$out/app.proof" \
  --app-exe-commit "$(awk '$1 == "app_exe_commit" { print $2 }' <<< "$commitments")" \
  --app-vk-pre-hash "$(awk '$1 == "app_vk_pre_hash" { print $2 }' <<< "$commitments")"
