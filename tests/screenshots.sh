#!/bin/sh
# Makes the pictures of the README with the built program: tests/screenshots.sh [BUILD_FOLDER]
# The demo is trained once (a minute or two); nothing of the user's own is read or written.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
program=${1:-$root/build/release}/shearbench
out=$root/resources/screenshots
scratch=${TMPDIR:-/tmp}/shearbench-pictures
rm -rf "$scratch"
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$out" "$scratch"
chmod 700 "$scratch"
# A home of its own: the pictures show the program as it starts for the first time.
export QT_QPA_PLATFORM=offscreen QT_FONT_DPI=96 QT_SCALE_FACTOR=1 XDG_RUNTIME_DIR="$scratch" \
  XDG_DATA_HOME="$scratch/data" XDG_STATE_HOME="$scratch/state"
"$program" --size 1680x1050 --theme light --screenshot "$out/welcome.png"
"$program" --demo --size 1680x1050 --theme light --screenshot "$out/window.png"
"$program" --demo --size 1680x1050 --theme dark --screenshot "$out/window_dark.png"
