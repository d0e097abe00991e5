# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the parts share their names with deploy/dev/bench
# The Postgres module alone, without a server. Sourced by deploy/dev/bench.

# units NAME CLIENTS [OPTION…]
units() {
    begin_cpu ''
    "$release/bench-load" units --database "dbname=$bench_database" --role allmende_app --party "$bench_party" \
        --consortium "$bench_consortium" --clients "$2" --seconds "$pgbench_seconds" --output json "${@:3}" \
        >"$scratch/units"
    end_cpu "$1" "$(field units_made "$scratch/units")"
    figure "$1_per_second" "$(field units_per_second "$scratch/units")"
    figure "$1_cpu" "$(field microseconds_per_unit "$scratch/units")"
    figure "$1_p99" "$(field p99 "$scratch/units")"
    units_rate=$(field units_per_second "$scratch/units")
}

# The same statement under the same scope, ours and pgbench's in turn, at equal numbers of clients.
measure_units() {
    bench_party=$(sql -c "SELECT party_id FROM party WHERE party_code = '09473132'")
    bench_consortium=$(sql -c "SELECT consortium_id FROM consortium WHERE consortium_code = 'bench'")
    local clients
    for clients in 1 8 64; do
        units "units_$clients" "$clients"
        run_pgbench secured "units_pgbench_$clients" "$clients"
    done
}

# paced_pgbench NAME CLIENTS RATE: the figure NAME_p99, timed from when a transaction was due, as our own are.
paced_pgbench() {
    rm -f "$scratch"/pgbench-times.*
    run_pgbench secured "$1" "$2" --rate "$3" --log --log-prefix "$scratch/pgbench-times"
    figure "$1_p99" "$(awk '{ print $3 }' "$scratch"/pgbench-times.* | sort -n |
        awk '{ time[NR] = $1 } END { print time[int((NR * 99 + 99) / 100)] }')"
}

# The statement is that of `bench-load units --report`, and long enough for the whole of a run.
begin_report() {
    PGAPPNAME=allmende-bench-report psql -qAt -v ON_ERROR_STOP=1 -d "$bench_database" -c "SET jit = off" \
        -c "SET max_parallel_workers_per_gather = 0" \
        -c "SELECT sum(hashint8(number)) FROM (SELECT generate_series(1, 10000000000) AS number) AS numbers" \
        >/dev/null 2>&1 &
    report=$!
    processes+=("$report")
}

end_report() {
    sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'allmende-bench-report'" \
        >/dev/null
    wait "$report" || true
}

# A twentieth of what 8 clients reach, by plan: paced units cost more each, and the report needs a processor to itself.
# pgbench beside the same report tells what the machine does to anybody from what is ours.
measure_units_beside_report() {
    local rate
    units units_probe 8
    rate=$(calculate "$units_rate / 20")
    units units_alone 8 --rate "$rate"
    paced_pgbench paced_alone 8 "$rate"
    units units_beside_report 8 --rate "$rate" --report
    begin_report
    paced_pgbench paced_beside_report 8 "$rate"
    end_report
}

# Rows as those of usage, without keys, triggers and policies: the copying alone. Both are timed as whole processes,
# with so many rows that starting and connecting do not count.
measure_module_copy() {
    local file=$scratch/module.copy rows=$((5 * records)) start
    sql -c "DROP TABLE IF EXISTS bench_copy, bench_copied" \
        -c "CREATE TABLE bench_copy AS SELECT number::int AS a, number % 7 AS b, now() AS c, number * 13 AS d
            FROM generate_series(1, $rows) number" -c "CREATE TABLE bench_copied (LIKE bench_copy)"
    # Who reads rows first marks them as committed, and would pay for that alone.
    sql -c "VACUUM bench_copy" -c CHECKPOINT
    start=$EPOCHREALTIME
    "$release/bench-load" copy bench_copy --to "$file" --database "dbname=$bench_database" >/dev/null
    figure module_copy_out_rows_per_second "$(calculate "$rows / $(elapsed "$start" "$EPOCHREALTIME")")"
    start=$EPOCHREALTIME
    sql -c "\\copy bench_copy TO '$file.psql' (FORMAT binary)"
    figure psql_copy_out_rows_per_second "$(calculate "$rows / $(elapsed "$start" "$EPOCHREALTIME")")"
    cmp "$file" "$file.psql" || fail "the module and psql have not copied the same bytes"
    sql -c CHECKPOINT
    start=$EPOCHREALTIME
    "$release/bench-load" copy bench_copied --from "$file" --database "dbname=$bench_database" >/dev/null
    figure module_copy_in_rows_per_second "$(calculate "$rows / $(elapsed "$start" "$EPOCHREALTIME")")"
    sql -c "TRUNCATE bench_copied" -c CHECKPOINT
    start=$EPOCHREALTIME
    sql -c "\\copy bench_copied FROM '$file' (FORMAT binary)"
    figure psql_copy_in_rows_per_second "$(calculate "$rows / $(elapsed "$start" "$EPOCHREALTIME")")"
    sql -c "DROP TABLE bench_copy, bench_copied"
    rm -f "$file" "$file.psql"
}
