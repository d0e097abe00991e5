# shellcheck shell=bash
# What the development scripts share. Sourced, never run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Everything the scripts make lies here, but for what a path-length or access rule forces elsewhere (see postgres).
run=$root/.run
# shellcheck disable=SC2034  # read by the scripts that source this file
certificates=$run/certificates
# shellcheck disable=SC2034  # the same
release=$root/.build/release
mkdir -p "$run"

say() { printf '%s\n' "$*"; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }

# True when libpq's own environment already names a server: then that one is used and none is started.
has_own_database() {
    [ -n "${PGHOST:-}${PGHOSTADDR:-}${PGPORT:-}${PGSERVICE:-}${PGSERVICEFILE:-}${PGDATABASE:-}" ]
}
