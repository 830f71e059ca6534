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

say "There is no display: training the demo without a window (a few minutes)"
mkdir -p demo
export QT_QPA_PLATFORM=offscreen
build/release/shearbench --demo --screenshot demo/window.png "$@"
say "Done"
echo "Picture of the window:  $PWD/demo/window.png"
