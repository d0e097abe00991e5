# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the parts share their names with deploy/dev/bench
# German search. Sourced by deploy/dev/bench.

# What index_publication does for one listing, for many at once.
fill_catalogue() {
    "$release/bench-load" listings "$listings" >"$scratch/listings"
    sql -c "CREATE TEMPORARY TABLE offer (code text, kind text, title text, names text, summary text, body text,
            facets smallint[], facet_values text[])" \
        -c "\\copy offer FROM '$scratch/listings'" \
        -c "INSERT INTO publication (publication_name, party_id, state, revision, published_revision, recorded_from,
                changed_at)
            SELECT 'listings/' || code, (SELECT min(party_id) FROM party), 2, 1, 1, 0, 0 FROM offer" \
        -c "CREATE TEMPORARY TABLE posting AS
            SELECT search_document_id('listings/' || o.code) AS document, 0::smallint AS facet, w.word, w.weight
            FROM offer o, search_weights(o.title, o.names, o.summary, o.body) w
            UNION ALL
            SELECT search_document_id('listings/' || o.code), f.facet, f.value, 0::smallint
            FROM offer o, unnest(o.facets, o.facet_values) f (facet, value)" \
        -c "INSERT INTO search_word (facet, word) SELECT DISTINCT facet, word FROM posting ON CONFLICT DO NOTHING" \
        -c "INSERT INTO search_posting (word_id, document_id, weight)
            SELECT w.word_id, p.document, p.weight FROM posting p
            JOIN search_word w ON w.word = p.word COLLATE \"C\" AND w.facet = p.facet ORDER BY 1, 2" \
        -c "UPDATE search_word w SET documents = c.count
            FROM (SELECT word_id, count(*) FROM search_posting GROUP BY word_id) c WHERE c.word_id = w.word_id" \
        -c "INSERT INTO search_document (document_id, publication_id, words, facets, title, summary, kind)
            SELECT d.document_id, b.publication_id, d.words, d.facets, o.title, o.summary, o.kind
            FROM (SELECT p.document_id, array_agg(p.word_id) FILTER (WHERE w.facet = 0) AS words,
                    array_agg(p.word_id) FILTER (WHERE w.facet > 0) AS facets
                FROM search_posting p JOIN search_word w USING (word_id) GROUP BY p.document_id) d
            JOIN publication b ON search_document_id(b.publication_name) = d.document_id
            JOIN offer o ON b.publication_name = 'listings/' || o.code" \
        -c 'VACUUM ANALYZE search_word, search_posting, search_document, publication'
    rm -f "$scratch/listings"
}

# Two at a time: what one person waits for, and not a queue.
measure_search() {
    begin_cpu "$server"
    load unary --target search --connections 2 --streams 1 --seconds "$seconds" --output json >"$scratch/calls"
    end_cpu search "$(field calls_made "$scratch/calls")"
    figure search_p50 "$(field p50 "$scratch/calls")"
    figure search_p99 "$(field p99 "$scratch/calls")"
}
