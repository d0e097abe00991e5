# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the parts share their names with deploy/dev/bench
# Small calls. Sourced by deploy/dev/bench.

spike=${ALLMENDE_SPIKE:-}

# The spike's own script builds it, and measures on the way, which nobody looks at here.
build_spike() {
    if [ -z "$spike" ]; then return; fi
    [ -x "$spike/run" ] || [ -r "$spike/run" ] || fail "ALLMENDE_SPIKE names no folder with a script 'run'"
    if [ -x "$run/spike/.build/release/Spike" ]; then return; fi
    say "Building the spike"
    rm -rf "$run/spike"
    mkdir -p "$run/spike"
    # Its database runs as another user, who has to get into the folder.
    chmod go+x "$run"
    env -u PGHOST -u PGUSER -u PGDATABASE CALLS=1000 bash "$spike/run" "$run/spike" >"$scratch/spike.log" 2>&1 ||
        fail "the spike was not built: $(tail -n 5 "$scratch/spike.log")"
}

# A gRPC message of 40 bytes: flag, length, content.
echo_message() { printf '\0\0\0\0\050%40s' message; }

# h2load NAME PROCESS PORT PATH: calls over TLS without a client certificate.
load_echo() {
    local body=$scratch/body
    if [ -n "$spike" ]; then cp "$run/spike/body.bin" "$body"; else echo_message >"$body"; fi
    begin_cpu "$2"
    h2load -n "$echo_calls" -c 8 -m 16 -d "$body" -H 'content-type: application/grpc' -H 'te: trailers' \
        "https://127.0.0.1:$3$4" >"$scratch/h2load"
    grep -q " $echo_calls succeeded" "$scratch/h2load" || fail "$1: calls failed: $(cat "$scratch/h2load")"
    figure "$1_calls_per_second" "$(sed -nE 's/^finished in .*, ([0-9.]+) req\/s.*/\1/p' "$scratch/h2load")"
    end_cpu "$1" "$echo_calls"
}

# start_listener COMMAND…: starts what prints its port last in its first line; sets listener and listener_port.
start_listener() {
    local line log
    exec {log}< <(exec "$@" 2>>"$scratch/server.log")
    listener=$!
    processes+=("$listener")
    read -r -u "$log" line || fail "$1 did not start: $(tail -n 5 "$scratch/server.log")"
    exec {log}<&-
    listener_port=${line##*:}
}

echo_with_tls=("$release/grpc-echo" --cert "$certificates/server.pem" --key "$certificates/server.key")

# h2load looks at HTTP's status only; our own client has looked at gRPC's before.
measure_echo() {
    start_listener "${echo_with_tls[@]}"
    "$release/bench-load" unary --target echo --port "$listener_port" --certificates "$certificates" --connections 1 \
        --streams 1 --seconds 0.1 --warm-up 0 >/dev/null
    load_echo echo "$listener" "$listener_port" /allmende.bench.Echo/Echo
    stop "$listener"
}

# gRPC's own test service, ours and that of the stock C++ library where `make interop` has built it.
measure_testing() {
    local name peer=$run/interop-grpc/grpc_peer
    local files=("$certificates/ca.pem" "$certificates/server.pem" "$certificates/server.key")
    for name in testing stock_testing; do
        if [ "$name" = testing ]; then
            start_listener "$release/grpc-interop" server --ca "${files[0]}" --cert "${files[1]}" --key "${files[2]}"
        elif [ -x "$peer" ]; then
            start_listener "$peer" server "${files[@]}"
        else
            continue
        fi
        # The functions that are called take these for the server that is measured.
        local server=$listener port=$listener_port
        measure_calls "$name" testing
        receive_stream "${name}_stream" "$port" --testing "$certificates"
        stop "$listener"
    done
}

# A connection with one call behind it, on the echo server.
measure_idle_echo() {
    start_listener "${echo_with_tls[@]}"
    local server=$listener port=$listener_port
    load idle --target echo --connections 20 --pid "$server" >/dev/null
    load idle --target echo --connections "$idle_echo" --pid "$server" --output json >"$scratch/idle"
    figure idle_echo_kibibytes "$(calculate "$(field bytes_per_connection "$scratch/idle") / 1024")"
    stop "$listener"
}

measure_spike() {
    if [ -z "$spike" ]; then return; fi
    local spike_port=$((20000 + RANDOM % 10000)) tries
    "$run/spike/.build/release/Spike" tls "$spike_port" lanes=0 "cert=$certificates/server.pem" \
        "key=$certificates/server.key" &
    local spike_server=$!
    processes+=("$spike_server")
    for ((tries = 0; tries < 100; tries++)); do
        if (: <>"/dev/tcp/127.0.0.1/$spike_port") 2>/dev/null; then break; fi
        sleep 0.02
    done
    load_echo spike "$spike_server" "$spike_port" /spike.v1.Usage/Report
    stop "$spike_server"
}

# measure_calls NAME TARGET [OPTION…]
measure_calls() {
    begin_cpu "$server"
    load unary --target "$2" --connections 8 --streams 16 --seconds "$seconds" --output json "${@:3}" >"$scratch/calls"
    end_cpu "$1" "$(field calls_made "$scratch/calls")"
    figure "$1_calls_per_second" "$(field calls_per_second "$scratch/calls")"
    figure "$1_client_cpu" "$(field client_microseconds_per_call "$scratch/calls")"
    local percentile
    for percentile in p50 p90 p99 p999 max; do
        figure "$1_$percentile" "$(field "$percentile" "$scratch/calls")"
    done
}

measure_health() { measure_calls health health; }

measure_agreement() {
    measure_calls agreement agreement
    agreement_rate=$(field calls_per_second "$scratch/calls")
}

# Half of what was just reached, so that waiting is the server's and not that of a queue without end.
measure_agreement_open() {
    measure_calls agreement_open agreement --rate "$(calculate "$agreement_rate / 2")"
}

# The statement of GetAgreementRevision, and the scope that goes before it in the same implicit transaction.
pgbench_script() {
    printf '\\set revision random(1, 100)\n'
    if [ "$1" = secured ]; then
        printf '\\startpipeline\n'
        printf 'SELECT %s, %s, %s, %s, %s;\n' "set_config('allmende.party', :party, true)" \
            "set_config('allmende.role', :role, true)" "set_config('allmende.consortia', :consortia, true)" \
            "set_config('allmende.parties', :parties, true)" "set_config('allmende.all_parties', :all_parties, true)"
    fi
    printf 'SELECT content FROM agreement_revision WHERE consortium_id = :consortium %s;\n' \
        'AND agreement_code = :agreement AND revision = :revision AND recorded_until IS NULL'
    if [ "$1" = secured ]; then printf '\\endpipeline\n'; fi
}

# measure_pgbench secured | bare: as the application's role under row-level security, or as the owner without.
measure_pgbench() { run_pgbench "$1" "pgbench_$1_calls" 8; }

# run_pgbench secured | bare NAME CLIENTS [OPTION…]: the figures NAME_per_second and NAME_database_cpu.
run_pgbench() {
    local options='' party consortium threads=2
    if [ "$3" = 1 ]; then threads=1; fi
    party=$(sql -c "SELECT party_id FROM party WHERE party_code = '09473132'")
    consortium=$(sql -c "SELECT consortium_id FROM consortium WHERE consortium_code = 'bench'")
    if [ "$1" = secured ]; then options='-c role=allmende_app'; fi
    pgbench_script "$1" >"$scratch/pgbench.sql"
    begin_cpu ''
    PGOPTIONS=$options pgbench -n -M prepared -c "$3" -j "$threads" -T "$pgbench_seconds" -f "$scratch/pgbench.sql" \
        -D "party=$party" -D role=municipality -D "consortia={$consortium}" -D "parties={$party}" -D all_parties=off \
        -D "consortium=$consortium" -D agreement=operation "${@:4}" "$bench_database" \
        >"$scratch/pgbench" 2>"$scratch/pgbench.log" ||
        fail "pgbench failed: $(tail -n 5 "$scratch/pgbench.log")"
    figure "$2_per_second" "$(sed -nE 's/^tps = ([0-9.]+).*/\1/p' "$scratch/pgbench")"
    end_cpu "$2" "$(sed -nE 's/^number of transactions actually processed: ([0-9]+).*/\1/p' "$scratch/pgbench")"
}

# In the process of the load client alone: no server takes part.
measure_allocation() {
    "${release:?}/bench-load" allocation --output json >"$scratch/allocation"
    figure allocation_milliseconds "$(field milliseconds "$scratch/allocation")"
    "$release/bench-load" allocation --limits --output json >"$scratch/allocation"
    figure allocation_bound_milliseconds "$(field milliseconds "$scratch/allocation")"
}
