#!/usr/bin/env bash
# Copies the known answers that every clone carries from the full set into Tests/Vectors.
#
#   scripts/refresh-vectors.sh [FULL_SET]
#
# FULL_SET is a folder with `vectors/` and `spec/`; by default $OUTRIGGER_SHARED, else ../shared beside the
# checkout. Which proof cases are copied stands in Tests/Vectors/cases.txt, which examples in golden.txt.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
full="${1:-${OUTRIGGER_SHARED:-$root/../shared}}"
bundle="$root/Tests/Vectors"

if [ ! -f "$full/vectors/index.json" ]; then
  echo "refresh-vectors: no full set of vectors at $full (expected vectors/index.json in it)" >&2
  exit 2
fi

rm -rf "$bundle/vectors" "$bundle/spec"
mkdir -p "$bundle/vectors/proofs" "$bundle/spec/data" "$bundle/spec/vectors"

while read -r case; do
  [ -n "$case" ] || continue
  mkdir -p "$bundle/vectors/proofs/$case"
  for file in params.json proof.bin vk.postcard.bin traces.json transcript.json; do
    cp "$full/vectors/proofs/$case/$file" "$bundle/vectors/proofs/$case/$file"
  done
done < "$bundle/cases.txt"

for name in field poseidon2 transcript system_params commit whir; do
  cp "$full/vectors/$name.json" "$bundle/vectors/$name.json"
done
for name in babybear poseidon2-babybear-w16 poseidon2-bn254-w2 poseidon2-bn254-w3 vectors-hash-transcript \
  system-params golden-negative; do
  cp "$full/spec/data/$name.json" "$bundle/spec/data/$name.json"
done

cp "$full/spec/vectors/bn254-poseidon2.json" "$bundle/spec/vectors/bn254-poseidon2.json"

# The chosen lines of the golden examples, each whole.
awk 'NR == FNR { wanted["\"name\": \"" $1 "\""] = wanted["\"name\":\"" $1 "\""] = 1; next }
     { for (w in wanted) if (index(substr($0, 1, 200), w)) { print; break } }' \
  "$bundle/golden.txt" "$full/spec/data/golden-proofs.jsonl" > "$bundle/spec/data/golden-proofs.jsonl"

# The index, cut down to the cases copied: objects stand between lines that start with `{` and `}`.
awk 'NR == FNR { if ($1 != "") wanted["\"name\": \"" $1 "\","] = 1; next }
     /^\{/ { object = ""; keep = 0; inside = 1 }
     inside { object = object (object == "" ? "" : "\n") (/^\}/ ? "}" : $0); if ($0 in wanted) keep = 1 }
     /^\}/ { inside = 0; if (keep) { printf "%s%s", (count++ ? ",\n" : "[\n"), object } }
     END { print (count ? "\n]" : "[]") }' \
  "$bundle/cases.txt" "$full/vectors/index.json" > "$bundle/vectors/index.json"

chmod -R u+w "$bundle"
find "$bundle" -type f -printf '%s\n' | awk '{ n++; s += $1 } END { printf "%d files, %d bytes\n", n, s }'
