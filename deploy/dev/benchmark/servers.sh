# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the parts share their names with deploy/dev/bench
# Starts and stops what is measured. Sourced by deploy/dev/bench.

processes=()  # started here and perhaps still running
server=       # allmended
database_was= # state of the private PostgreSQL before
bench_database=allmende_bench_$$

sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$bench_database" "$@"; }

start_database() {
    database_was=$(deploy/dev/postgres status)
    deploy/dev/postgres start
    if ! has_own_database; then eval "$(deploy/dev/postgres environment)"; fi
    psql -X -q -d "${PGDATABASE:-postgres}" -c "CREATE DATABASE $bench_database" >/dev/null
    local first
    first=$(sql -c "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")
    if [ -n "${PGHOST:-}" ] && [[ $PGHOST == /* ]] && [ -r "/proc/$first/stat" ]; then
        postmaster=$(sed -E 's/^.*\) //' "/proc/$first/stat" | awk '{ print $2 }')
    fi
    local setting
    for setting in server_version fsync synchronous_commit shared_buffers max_wal_size; do
        machine "postgresql_$setting" "$(sql -c "SHOW $setting")"
    done
    [ "$(sql -c "SHOW fsync"):$(sql -c "SHOW synchronous_commit")" = on:on ] ||
        fail "the database does not keep what it acknowledges: fsync and synchronous_commit must be on"
}

# start_server [OPTION…]: sets server, port and ready (seconds until it says that it is).
start_server() {
    local start=$EPOCHREALTIME line
    port=
    exec {log}< <(exec "$release/allmended" --port 0 --database "dbname=$bench_database" \
        --certificate "$certificates/server.pem" --private-key "$certificates/server.key" \
        --client-authority "$certificates/ca.pem" --register-key "$certificates/register.key" "$@" 2>&1)
    server=$!
    processes+=("$server")
    while read -r -u "$log" line; do
        printf '%s\n' "$line" >>"$scratch/server.log"
        if [[ $line == *ready* && $line =~ port=([0-9]+) ]]; then
            ready=$(elapsed "$start" "$EPOCHREALTIME")
            port=${BASH_REMATCH[1]}
            break
        fi
    done
    [ -n "$port" ] || fail "the server did not start: $(tail -n 5 "$scratch/server.log")"
    # What it says later must not fill the pipe.
    cat <&"$log" >>"$scratch/server.log" &
    exec {log}<&-
}

# stop PID: ends a process that was started here, by force if it does not go by itself.
stop() {
    local tries
    kill -TERM "$1" 2>/dev/null || return 0
    for ((tries = 0; tries < 300; tries++)); do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.05
    done
    kill -KILL "$1" 2>/dev/null || true
}

clean_up() {
    local status=$? process
    for process in "${processes[@]}"; do stop "$process"; done
    if [ "$status" != 0 ] && [ -s "$scratch/server.log" ]; then tail -n 20 "$scratch/server.log" >&2; fi
    if [ -n "$database_was" ]; then
        psql -X -q -d "${PGDATABASE:-postgres}" -c "DROP DATABASE IF EXISTS $bench_database WITH (FORCE)" || true
        if [ "$database_was" = stopped ]; then deploy/dev/postgres stop; fi
    fi
    rm -rf "$scratch"
}

load() { "$release/bench-load" "$1" --port "$port" --certificates "$certificates" "${@:2}"; }

# Starts on a migrated database, the last of which stays.
measure_start() {
    local start
    start_server --migrate
    for ((start = 0; start < 3; start++)); do
        stop "$server"
        start_server
        figure ready_milliseconds "$(calculate "$ready * 1000")"
    done
}

# The operator's own certificate is registered from the database's side, everything else through the API.
set_up_data() {
    PGDATABASE=$bench_database "$release/allmende" admin bootstrap --party platform-operator --name Operator \
        --certificate-file "$certificates/operator.pem" >/dev/null
    load setup bench intake bundle
    # As many revisions as years bring: in a table of a few pages no index would be used.
    sql -c "INSERT INTO agreement_revision (consortium_id, agreement_code, revision, state, valid_from, valid_until,
            content, recorded_from, recorded_until)
        SELECT consortium_id, 'filler-' || number, revision, state, valid_from, valid_until, content, recorded_from,
            recorded_until FROM agreement_revision, generate_series(1, 100) number"
    sql -c 'VACUUM ANALYZE'
}

measure_idle_connections() {
    # The first connections also make what all of them share.
    load idle --connections 20 --pid "$server" >/dev/null
    load idle --connections "$idle" --pid "$server" --output json >"$scratch/idle"
    figure idle_connection_kibibytes "$(calculate "$(field bytes_per_connection "$scratch/idle") / 1024")"
}
