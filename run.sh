#!/usr/bin/env bash
# Installs what is missing, builds the program and starts it on its demo, or on the files named. With
# no display it trains the demo without a window and says where the pictures are.
set -euo pipefail
cd "$(dirname "$0")"
source ./setup.sh

install_packages "${PACKAGES[@]}"
build release "shearbench shearbench-cli"

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  if [ $# -gt 0 ]; then
    exec build/release/shearbench "$@"
  fi
  say "Starting the workbench on its demo. Your own galaxies: ./run.sh my_cutouts.h5"
  exec build/release/shearbench --demo
fi

mkdir -p demo
export QT_QPA_PLATFORM=offscreen
if [ $# -gt 0 ]; then
  say "There is no display: making a picture of the window with what was named"
  build/release/shearbench --screenshot demo/window.png "$@"
else
  say "There is no display: training the demo without a window (a few minutes)"
  build/release/shearbench --demo --screenshot demo/window.png
fi
say "Done"
echo "Picture of the window:  $PWD/demo/window.png"
