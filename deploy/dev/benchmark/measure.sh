# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the parts share their names with deploy/dev/bench
# Figures and processor time. Sourced by deploy/dev/bench.

# figure NAME VALUE: one round's figure.
figure() { printf '%s\t%s\n' "$1" "$2" >>"${figures:?}"; }

# field NAME FILE: a number from the JSON that bench-load prints, one key a line.
field() { sed -nE "/^ *\"$1\" : ([0-9.e+-]+),?$/{s//\1/p;q}" "$2"; }

calculate() { awk "BEGIN { printf \"%.6g\", $1 }"; }

ticks_per_second=$(getconf CLK_TCK)

# Processor time of a process in ticks, user and system (proc(5), fields 14 and 15).
ticks() { sed -E 's/^.*\) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }

# Processor time of the whole database: its first process, those it has started, and those that have ended.
database_ticks() {
    # A process that ends between the listing and the reading is none of ours.
    { cat /proc/[0-9]*/stat 2>/dev/null || true; } | awk -v first="${postmaster:-0}" '
        { pid = $1; sub(/^.*\) /, "")
          if (pid == first) sum += $12 + $13 + $14 + $15
          else if ($2 == first) sum += $12 + $13 }
        END { print sum + 0 }'
}

# Starts counting the processor time of a server (its process) and of the database.
begin_cpu() {
    counted=$1
    if [ -n "$counted" ]; then server_before=$(ticks "$counted"); fi
    database_before=$(database_ticks)
}

# end_cpu NAME COUNT: microseconds per call or row.
end_cpu() {
    local microseconds="1000000 / $ticks_per_second / $2"
    local database=$(($(database_ticks) - database_before))
    if [ -n "$counted" ]; then
        figure "$1_server_cpu" "$(calculate "($(ticks "$counted") - $server_before) * $microseconds")"
    fi
    # A database on another machine has no processes here.
    if [ -n "${postmaster:-}" ]; then figure "$1_database_cpu" "$(calculate "$database * $microseconds")"; fi
}

# Seconds from one $EPOCHREALTIME to the other.
elapsed() { calculate "$2 - $1"; }

# Forgets the process's peak of memory, so that the next one is that of what follows (proc(5), clear_refs).
forget_peak() { echo 5 >"/proc/$1/clear_refs"; }
peak_mebibytes() { awk '/^VmHWM:/ { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }

machine() { figure "machine.$1" "$2"; }

describe_machine() {
    machine processor "$(sed -nE '/^model name/{s/.*: //p;q}' /proc/cpuinfo)"
    machine cores "$(nproc)"
    machine memory "$(awk '/^MemTotal:/ { printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo)"
    machine kernel "$(uname -sr)"
    machine load_before "$(cut -d ' ' -f 1-3 /proc/loadavg)"
    machine swift "$(swift --version 2>/dev/null | head -n 1)"
    machine commit "$(git describe --always --dirty 2>/dev/null || echo unknown)"
    machine date "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
}

measure_build() {
    say "Clean release build"
    local start=$EPOCHREALTIME
    swift build --configuration release --static-swift-stdlib --scratch-path "$scratch/build" \
        >"$scratch/build.log" 2>&1 ||
        fail "the clean build failed: $(tail -n 5 "$scratch/build.log")"
    figure build_seconds "$(elapsed "$start" "$EPOCHREALTIME")"
    rm -rf "$scratch/build"
}
