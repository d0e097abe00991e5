# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the parts share their names with deploy/dev/bench
# The register: what an entry costs, proofs from a long one, tables and bundles. Sourced by deploy/dev/bench.

# append_script with | without: a transaction that books one cost item, with and without its entry, as the server does.
append_script() {
    printf 'BEGIN;\n'
    printf "INSERT INTO cost_item SELECT :consortium, gen_random_uuid()::text, 2, 1, 100, 0, 0, 1,
        '2012-01-01', '2013-01-01', 'R', '', 0;\n"
    if [ "$1" = with ]; then
        printf 'SELECT size, frontier FROM register WHERE register_id = :consortium FOR UPDATE \\gset\n'
        printf 'SELECT seal_rows(:consortium, :size);\n'
        printf "WITH appended AS (
            INSERT INTO register_entry (register_id, position, leaf_hash, nodes, entry, recorded_micros)
            VALUES (:consortium, :size, sha256(''), sha256(''), repeat('x', 300)::bytea, 0))
            UPDATE register SET size = size + 1 WHERE register_id = :consortium;\n"
    fi
    printf 'COMMIT;\n'
}

# measure_append with | without: processor time per transaction, and how many commits one consortium takes.
measure_append() {
    append_script "$1" >"$scratch/append.sql"
    begin_cpu ''
    pgbench -n -M prepared -c 8 -j 2 -T "$pgbench_seconds" -f "$scratch/append.sql" -D "consortium=$append_consortium" \
        "$bench_database" >"$scratch/append" 2>"$scratch/append.log" ||
        fail "pgbench failed: $(tail -n 5 "$scratch/append.log")"
    figure "append_$1_commits_per_second" "$(sed -nE 's/^tps = ([0-9.]+).*/\1/p' "$scratch/append")"
    end_cpu "append_$1" \
        "$(sed -nE 's/^number of transactions actually processed: ([0-9]+).*/\1/p' "$scratch/append")"
}

# A consortium that nobody calls, for the transactions above.
prepare_append() {
    append_consortium=$(sql -c "INSERT INTO consortium (consortium_id, consortium_code, display_name, legal_form,
        currency, coordination_party_id, recorded_from)
        SELECT nextval('consortium_id_seq'), 'appended', 'Appended', 1, 'EUR', coordination_party_id, 0
        FROM consortium LIMIT 1 RETURNING consortium_id")
    sql -o /dev/null -c "SELECT create_register($append_consortium, 'consortia/appended')"
}

# A long register: hashes of the right number and size in place of the right ones, which a proof does not tell.
prepare_proofs() {
    local consortium
    consortium=$(sql -c "SELECT consortium_id FROM consortium WHERE consortium_code = 'bench'")
    sql -c "DELETE FROM register_entry WHERE register_id = $consortium"
    sql -c "INSERT INTO register_entry (register_id, position, leaf_hash, nodes, entry, recorded_micros)
        SELECT $consortium, p, sha256(int8send(p)),
            decode(repeat('5a', (32 * (bit_count((p # (p + 1))::bit(64)) - 1))::int), 'hex'), '', 0
        FROM generate_series(0, $proof_entries - 1) p"
    sql -c "UPDATE register SET size = $proof_entries WHERE register_id = $consortium"
    sql -c "INSERT INTO register_checkpoint (register_id, size, root, note)
        VALUES ($consortium, $proof_entries, sha256(''), E'allmende/consortia/bench\\n$proof_entries\\n')"
    sql -c 'VACUUM ANALYZE register_entry'
}

# One call at a time: how long one proof takes, not how many there are.
measure_proofs() {
    load unary --target proof --entries "$proof_entries" --connections 1 --streams 1 --seconds "$seconds" \
        --output json >"$scratch/proof"
    figure proof_p50 "$(field p50 "$scratch/proof")"
}

# The table of usage; the server's memory must not grow with it.
measure_table() {
    local before
    forget_peak "$server"
    before=$(peak_mebibytes "$server")
    begin_cpu "$server"
    load export --table --consortium bundle --output json >"$scratch/table"
    [ "$(field row_count "$scratch/table")" = "$export_records" ] || fail "the table has not all rows"
    end_cpu table "$export_records"
    figure table_rows_per_second "$(field rows_per_second "$scratch/table")"
    figure table_memory_growth "$(calculate "$(peak_mebibytes "$server") - $before")"
}

# The whole, and what one of the three parties may have of it.
measure_verification() {
    measure_verifying verify
    measure_verifying verify_excerpt --party 09473132
}

# measure_verifying NAME ARGUMENT…: a file that the arguments select, verified offline, start of the process included.
measure_verifying() {
    local name=$1 file=$scratch/bundle.tar start seconds_taken
    shift
    load export --consortium bundle --to "$file" --output json "$@" >/dev/null
    start=$EPOCHREALTIME
    command time -f %M -o "$scratch/memory" \
        "$release/allmende" verify "$file" --key "$certificates/register.pub" >"$scratch/verify" ||
        fail "the file does not verify: $(tail -n 3 "$scratch/verify")"
    seconds_taken=$(elapsed "$start" "$EPOCHREALTIME")
    figure "${name}_megabytes_per_second" "$(calculate "$(stat -c %s "$file") / 1000000 / $seconds_taken")"
    figure "${name}_peak_memory" "$(calculate "$(cat "$scratch/memory") / 1024")"
    rm -f "$file"
}
