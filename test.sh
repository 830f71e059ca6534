#!/usr/bin/env bash
# Installs what is missing, builds everything and runs all tests, then those of the core's threads
# once more under the thread sanitizer. ./test.sh asan runs the core under the address and
# undefined-behaviour sanitizers, which takes as long again; ./test.sh release (or tsan) one part.
set -euo pipefail
cd "$(dirname "$0")"
source ./setup.sh

parts=("$@")
[ ${#parts[@]} -gt 0 ] || parts=(release tsan)
strict=OFF
[ -n "${CI:-}" ] && strict=ON

install_packages "${PACKAGES[@]}" "${TEST_PACKAGES[@]}"
export QT_QPA_PLATFORM=offscreen QT_FONT_DPI=96

for part in "${parts[@]}"; do
  case $part in
    release)
      build release all -DSHEARBENCH_WERROR=$strict
      say "Testing"
      ctest --preset release -j "$(nproc)"
      ;;
    asan)
      # Finding leaks needs ptrace, which containers often refuse. OpenCL drivers bring compilers that
      # are not built for sanitizers.
      export ASAN_OPTIONS=detect_leaks=0
      build asan core_tests -DSHEARBENCH_WINDOW=OFF -DSHEARBENCH_OPENCL=OFF -DSHEARBENCH_WERROR=$strict
      say "Testing under the address and undefined-behaviour sanitizers"
      ctest --preset asan -L core -j "$(nproc)"
      ;;
    tsan)
      build tsan "tests_loader tests_training tests_resume_eigen" \
        -DSHEARBENCH_WINDOW=OFF -DSHEARBENCH_OPENCL=OFF -DSHEARBENCH_WERROR=$strict
      say "Testing under the thread sanitizer"
      ctest --preset tsan -L tsan -j "$(nproc)"
      ;;
    *)
      echo "usage: ./test.sh [release] [asan] [tsan]" >&2
      exit 2
      ;;
  esac
done
