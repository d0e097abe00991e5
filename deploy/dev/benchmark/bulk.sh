# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the parts share their names with deploy/dev/bench
# Rows in bulk. Sourced by deploy/dev/bench.

# ingest CONSORTIUM RECORDS CONNECTIONS MONTH [NAME]: with a name, the figures are kept.
ingest() {
    # No measurement pays for the writing that another one has left.
    sql -c CHECKPOINT
    begin_cpu "$server"
    load ingest --consortium "$1" --records "$2" --batch "$batch" --connections "$3" --month "$4" --output json \
        >"$scratch/ingest"
    if [ -z "${5:-}" ]; then return; fi
    end_cpu "$5" "$2"
    figure "$5_rows_per_second" "$(field records_per_second "$scratch/ingest")"
    figure "$5_batch_p99" "$(field p99 "$scratch/ingest")"
}

# Each round has months of its own: what was reported once cannot be reported again.
measure_ingestion() {
    local month
    month=$(printf '%02d' "$1")
    forget_peak "$server"
    ingest intake "$records" 1 "1991-$month" ingestion_1
    ingest intake "$records" 8 "1992-$month" ingestion_8
    figure ingestion_peak_memory "$(peak_mebibytes "$server")"
    measure_copy_in "$month"
    sql -c "DROP TABLE usage_record_1991_$month, usage_record_1992_$month, usage_record_1993_$month"
}

# The same rows, a year later, in one COPY by the owner into a partition of the same kind: same key, same index, and the
# trigger runs too, under a scope that covers the rows.
measure_copy_in() {
    local file=$scratch/rows start seconds_taken
    sql -c "\\copy (SELECT consortium_id, application_id, metric_id, party_id, source_key,
        interval_seconds, row_index, revision, interval_start + ('1993-$1-01'::timestamptz - '1992-$1-01'),
        quantity, batch_id FROM usage_record_1992_$1) TO '$file' (FORMAT binary)"
    sql -o /dev/null -c "SELECT ensure_usage_partition('1993-$1-01')"
    sql -c CHECKPOINT
    begin_cpu ''
    start=$EPOCHREALTIME
    PGOPTIONS="-c allmende.party=0 -c allmende.parties={0} -c allmende.all_parties=on -c allmende.consortia=$(
        sql -c "SELECT array_agg(consortium_id) FROM consortium")" \
        sql -c "\\copy usage_record_1993_$1 FROM '$file' (FORMAT binary)"
    seconds_taken=$(elapsed "$start" "$EPOCHREALTIME")
    end_cpu copy_in "$records"
    figure copy_in_rows_per_second "$(calculate "$records / $seconds_taken")"
    [ "$(sql -c "SELECT count(*) FROM usage_record_1993_$1")" = "$records" ] ||
        fail "the yardstick did not copy the same rows"
    rm -f "$file"
}

# What exports read.
fill_bundle() {
    ingest bundle "$export_records" 8 1994-01
    sql -c 'VACUUM ANALYZE'
}

measure_export() {
    begin_cpu "$server"
    load export --consortium bundle --output json >"$scratch/export"
    [ "$(field row_count "$scratch/export")" = "$export_records" ] || fail "the export has not all rows"
    end_cpu export "$export_records"
    figure export_rows_per_second "$(field rows_per_second "$scratch/export")"
    figure export_megabytes_per_second "$(field megabytes_per_second "$scratch/export")"
}

# The rows with their names and in their order, as CSV, read by the owner; hashes and salts are ours alone.
measure_copy_out() {
    local start seconds_taken file=$scratch/copied.csv
    begin_cpu ''
    start=$EPOCHREALTIME
    PGOPTIONS='-c work_mem=256MB' sql -c "\\copy (SELECT a.application_code, p.party_code, m.metric_code, s.source_code,
        u.interval_start, u.interval_start + u.interval_seconds * interval '1 second', u.quantity
        FROM usage_batch b JOIN usage_record u USING (consortium_id, batch_id) JOIN consortium c USING (consortium_id)
        JOIN application a ON a.application_id = u.application_id JOIN party p ON p.party_id = u.party_id
        JOIN metric m ON m.metric_id = u.metric_id JOIN usage_source s ON s.source_id = b.source_id
        WHERE c.consortium_code = 'bundle' ORDER BY b.recorded_from, u.row_index) TO '$file' (FORMAT csv)"
    seconds_taken=$(elapsed "$start" "$EPOCHREALTIME")
    end_cpu copy_out "$export_records"
    [ "$(wc -l <"$file")" = "$export_records" ] || fail "the yardstick did not read the same rows"
    figure copy_out_rows_per_second "$(calculate "$export_records / $seconds_taken")"
    figure copy_out_megabytes_per_second "$(calculate "$(wc -c <"$file") / 1000000 / $seconds_taken")"
    rm -f "$file"
}
