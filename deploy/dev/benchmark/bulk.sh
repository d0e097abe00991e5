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
    measure_stock_ingestion "$month"
    figure bytes_per_record "$(sql -c "SELECT pg_total_relation_size('usage_record_1992_$month')::float / $records")"
    measure_copy_in "$month"
    measure_copy_batches "$month" 1 1995
    measure_copy_batches "$month" 8 1996
    sql -c "DROP TABLE IF EXISTS usage_record_1991_$month, usage_record_1992_$month, usage_record_1993_$month,
        usage_record_1995_$month, usage_record_1996_$month, usage_record_1998_$month"
}

# measure_stock_ingestion MONTH: the same from a stock client in Python on one connection, where `make interop` has made
# its environment.
measure_stock_ingestion() {
    local generated=$scratch/python python=$run/python/bin/python
    if ! "$python" -c 'import grpc_tools' 2>/dev/null; then return 0; fi
    if [ ! -d "$generated" ]; then
        mkdir "$generated"
        "$python" -m grpc_tools.protoc -I Protos --python_out="$generated" --grpc_python_out="$generated" \
            allmende/v1/{common,usage_records,usage_service}.proto
    fi
    sql -c CHECKPOINT
    "$python" Tests/interop/grpc_ingest.py "localhost:$port" "$certificates" "$generated" intake "1998-$1" \
        "$records" "$batch" >"$scratch/stock"
    figure stock_ingestion_rows_per_second "$(sed -nE 's/^ *"records_per_second": ([0-9.e+-]+)$/\1/p' "$scratch/stock")"
}

# Ten times the records in five months: what the server's peak of memory has gained after the first two million.
measure_ingestion_memory() {
    local month first_peak
    forget_peak "$server"
    for month in 01 02 03 04 05; do
        ingest intake "$((records * 2))" 8 "1997-$month"
        if [ "$month" = 01 ]; then first_peak=$(peak_mebibytes "$server"); fi
        sql -c "DROP TABLE usage_record_1997_$month"
    done
    figure ingestion_memory_growth "$(calculate "$(peak_mebibytes "$server") - $first_peak")"
}

# rows_of CONDITION YEAR MONTH: the SELECT for rows of the run on eight connections, moved to another year.
rows_of() {
    printf '%s' "SELECT consortium_id, application_id, metric_id, party_id, source_key, interval_seconds, row_index,
        revision, interval_start + ('$2-$3-01'::timestamptz - '1992-$3-01'), quantity, batch_id
        FROM usage_record_1992_$3 WHERE $1" | tr '\n' ' '
}

# as_owner ARGUMENT…: psql under a scope that covers all rows, for the partition's trigger.
as_owner() {
    PGOPTIONS="-c allmende.party=0 -c allmende.parties={0} -c allmende.all_parties=on -c allmende.consortia=$(
        sql -c "SELECT array_agg(consortium_id) FROM consortium")" sql "$@"
}

# measure_copy_batches MONTH CLIENTS YEAR: the same batches, each a COPY and a commit of its own, by the owner from as
# many clients at once.
measure_copy_batches() {
    local client batch_id number=0 start pids=()
    rm -f "$scratch"/batch-*
    for batch_id in $(sql -c "SELECT batch_id FROM usage_batch WHERE first_month = '1992-$1-01' ORDER BY 1"); do
        sql -c "\\copy ($(rows_of "batch_id = $batch_id" "$3" "$1")) TO '$scratch/batch-$number' (FORMAT binary)"
        printf "\\\\copy usage_record_%s_%s FROM '%s' (FORMAT binary)\n" "$3" "$1" "$scratch/batch-$number" \
            >>"$scratch/batch-client-$((number % $2))"
        number=$((number + 1))
    done
    sql -o /dev/null -c "SELECT ensure_usage_partition('$3-$1-01')"
    sql -c CHECKPOINT
    start=$EPOCHREALTIME
    for ((client = 0; client < $2 && client < number; client++)); do
        as_owner -f "$scratch/batch-client-$client" >/dev/null &
        pids+=($!)
    done
    for client in "${pids[@]}"; do wait "$client" || fail "a yardstick of COPY in batches failed"; done
    figure "copy_batches_$2_rows_per_second" "$(calculate "$records / $(elapsed "$start" "$EPOCHREALTIME")")"
    [ "$(sql -c "SELECT count(*) FROM usage_record_$3_$1")" = "$records" ] ||
        fail "the yardstick did not copy the same rows"
    rm -f "$scratch"/batch-*
}

# A year of 100 parties among the rollups of 1, 10 and 100 million records: one an hour for each party and metric, so
# that a metric's year are 876,000 of them. Other years come first, then other metrics.
measure_totals() {
    local step
    sql -c "INSERT INTO party (party_code, kind, display_name, recorded_from)
        SELECT 'bench-' || number, 1, 'Bench ' || number, 0 FROM generate_series(1, 100) number;
        INSERT INTO usage_source (consortium_id, source_code) SELECT consortium_id, 'data-centre' FROM consortium
        WHERE consortium_code = 'bench'"
    fill_rollups 1981 1982 1
    for step in 1 10 100; do
        if [ "$step" = 10 ]; then fill_rollups 1982 1991 1; fi
        if [ "$step" = 100 ]; then
            if [ -n "${BENCH_SMOKE:-}" ]; then break; fi
            fill_rollups 1981 1991 10
        fi
        sql -c 'VACUUM ANALYZE usage_rollup'
        load unary --target totals --connections 1 --streams 1 --seconds "$seconds" --output json >"$scratch/totals"
        figure "totals_${step}_p50" "$(field p50 "$scratch/totals")"
    done
}

# fill_rollups FROM UNTIL METRICS: the days and months of years, of the bench metric or of so many that have no name.
fill_rollups() {
    sql -c "INSERT INTO usage_rollup (consortium_id, application_id, bucket, metric_id, party_id, source_id, grain,
            aggregation, last_seconds, last_end, record_count, quantity)
        SELECT m.consortium_id, m.application_id, bucket, m.metric_id + other, p.party_id, s.source_id, grain, 1, 3600,
            bucket, records, records
        FROM metric m JOIN consortium c USING (consortium_id)
        JOIN (SELECT consortium_id, min(source_id) AS source_id FROM usage_source GROUP BY 1) s USING (consortium_id)
        CROSS JOIN generate_series($(($3 == 1 ? 0 : 1)), $(($3 - 1))) n
        CROSS JOIN LATERAL (SELECT n * 1000000 AS other) o
        CROSS JOIN (SELECT party_id FROM party WHERE party_code LIKE 'bench-%') p
        CROSS JOIN (
            SELECT day::date AS bucket, 1 AS grain, 24 AS records
                FROM generate_series('$1-01-01'::timestamp, '$2-01-01'::timestamp - interval '1 day', '1 day') day
            UNION ALL SELECT month::date, 2, 730
                FROM generate_series('$1-01-01'::timestamp, '$2-01-01'::timestamp - interval '1 day', '1 month') month
            ) b
        WHERE c.consortium_code = 'bench'"
}

# The same rows, a year later, in one COPY by the owner into a partition of the same kind: same key, same index, and the
# trigger runs too, under a scope that covers the rows.
measure_copy_in() {
    local file=$scratch/rows start seconds_taken
    sql -c "\\copy ($(rows_of true 1993 "$1")) TO '$file' (FORMAT binary)"
    sql -o /dev/null -c "SELECT ensure_usage_partition('1993-$1-01')"
    sql -c CHECKPOINT
    begin_cpu ''
    start=$EPOCHREALTIME
    as_owner -c "\\copy usage_record_1993_$1 FROM '$file' (FORMAT binary)"
    seconds_taken=$(elapsed "$start" "$EPOCHREALTIME")
    end_cpu copy_in "$records"
    figure copy_in_rows_per_second "$(calculate "$records / $seconds_taken")"
    [ "$(sql -c "SELECT count(*) FROM usage_record_1993_$1")" = "$records" ] ||
        fail "the yardstick did not copy the same rows"
    rm -f "$file"
}

# What exports read. The consortium is at work since 2012, so these days can be settled, too.
fill_bundle() {
    local half=$((export_records / 2))
    ingest bundle "$half" 8 2014-01
    ingest bundle "$((export_records - half))" 8 2014-02
    sql -c 'VACUUM ANALYZE'
}

# The server's memory must not grow with the rows.
measure_export() {
    local before
    forget_peak "$server"
    before=$(peak_mebibytes "$server")
    begin_cpu "$server"
    load export --consortium bundle --output json >"$scratch/export"
    [ "$(field row_count "$scratch/export")" = "$export_records" ] || fail "the export has not all rows"
    end_cpu export "$export_records"
    figure export_rows_per_second "$(field rows_per_second "$scratch/export")"
    figure export_megabytes_per_second "$(field megabytes_per_second "$scratch/export")"
    figure export_memory_growth "$(calculate "$(peak_mebibytes "$server") - $before")"
}

# The rows with their names and in their order, as CSV, read by the owner; hashes and salts are ours alone.
measure_copy_out() {
    local start seconds_taken file=$scratch/copied.csv memory=$((256 + export_records / 2500))MB
    begin_cpu ''
    start=$EPOCHREALTIME
    PGOPTIONS="-c work_mem=$memory" sql -c "\\copy (SELECT
        a.application_code, p.party_code, m.metric_code, s.source_code, u.interval_start,
        u.interval_start + u.interval_seconds * interval '1 second', u.quantity
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

# A year's usage settled and simulated, beside the aggregate alone over the same records, by the owner. The months
# after the exports' two bring the year to so many records as are to be settled.
measure_settlement() {
    local month left part=$((settled_records / 10))
    left=$((settled_records - export_records))
    for ((month = 3; left > 0; month++)); do
        ingest bundle "$((left < part ? left : part))" 8 "2014-$(printf '%02d' "$month")"
        left=$((left - part))
    done
    sql -c 'VACUUM ANALYZE'
    load settle --consortium bundle --year 2014 --output json >"$scratch/settle"
    figure settlement_milliseconds "$(field milliseconds "$scratch/settle")"
    figure recomputation_milliseconds "$(field recomputation_milliseconds "$scratch/settle")"
    figure simulation_1_milliseconds "$(field one_milliseconds "$scratch/settle")"
    figure simulation_10_milliseconds "$(field ten_milliseconds "$scratch/settle")"
    for ((month = 0; month < rounds; month++)); do measure_aggregate; done
}

# Every record of the year once, by party and nothing else.
measure_aggregate() {
    local start=$EPOCHREALTIME counted
    counted=$(sql -c "SELECT sum(records) FROM (
        SELECT party_id, sum(quantity), count(*) AS records FROM usage_record
        WHERE consortium_id = (SELECT consortium_id FROM consortium WHERE consortium_code = 'bundle')
            AND interval_start >= '2014-01-01 00:00:00+00' AND interval_start < '2015-01-01 00:00:00+00'
        GROUP BY party_id) parties")
    figure aggregate_milliseconds "$(calculate "$(elapsed "$start" "$EPOCHREALTIME") * 1000")"
    [ "$counted" = "$settled_records" ] || fail "the yardstick did not read the same records"
}
