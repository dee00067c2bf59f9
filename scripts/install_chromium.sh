#!/bin/sh
# Install Debian's Chromium for the browser tests where it is missing and that is possible.
# Never fails: without it, the browser tests say in one line why they did not run.
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Chromium is not installed and cannot be installed from here: install the package chromium."
    exit 0
fi
log="${TMPDIR:-/tmp}/osteodb-chromium.log"
printf 'Installing Chromium ...'
started=$(date +%s)
export DEBIAN_FRONTEND=noninteractive
packages="chromium fonts-liberation fonts-dejavu-core" # without fonts, letters are empty boxes
if { apt-get update && apt-get install -y --no-install-recommends $packages; } >"$log" 2>&1 </dev/null; then
    echo " $(($(date +%s) - started)) s"
else
    echo " failed: $(tail -n 1 "$log")"
fi
