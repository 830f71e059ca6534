# Sourced by run.sh and test.sh: what the program needs, and how it is built. Debian 12 or later.

PACKAGES=(
  g++ cmake ninja-build pkg-config ccache
  qtbase5-dev libqt5charts5-dev libqt5svg5-dev
  libeigen3-dev ocl-icd-opencl-dev opencl-clhpp-headers
  libhdf5-dev libfftw3-dev nlohmann-json3-dev libfmt-dev libcli11-dev
)
TEST_PACKAGES=(libgtest-dev python3 xvfb xauth pocl-opencl-icd oclgrind)

say() { printf '\n== %s\n' "$*"; }

# Installs the named Debian packages that are not there yet.
install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "Installing from Debian: ${missing[*]}"
  local admin=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "These packages are missing and neither root nor sudo is at hand. As root, run:" >&2
      echo "  apt-get install ${missing[*]}" >&2
      exit 1
    }
    admin=(sudo)
  fi
  "${admin[@]}" apt-get -o DPkg::Lock::Timeout=300 update -q=2
  "${admin[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
    install -y -q=2 --no-install-recommends "${missing[@]}"
}

# build PRESET "targets" [cmake options]: configures and builds build/PRESET.
build() {
  local preset=$1 targets=$2
  shift 2
  say "Building $preset"
  local log
  log=$(mktemp)
  cmake --preset "$preset" "$@" >"$log" 2>&1 || {
    cat "$log" >&2
    rm -f "$log"
    exit 1
  }
  rm -f "$log"
  # shellcheck disable=SC2086
  NINJA_STATUS='[%f/%t, %es] ' cmake --build --preset "$preset" --target $targets
}
