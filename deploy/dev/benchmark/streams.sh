# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the parts share their names with deploy/dev/bench
# One call that answers with messages of 64 KiB. Sourced by deploy/dev/bench.

stream_bytes() { echo $((stream_messages * 65536)); }

# A gRPC message: flag, length, and the number of messages in eight bytes.
stream_request() {
    local bytes
    bytes=$(printf '0000000008%016x' "$stream_messages" | sed 's/../\\x&/g')
    # shellcheck disable=SC2059  # the format is the message
    printf "$bytes"
}

# download NAME PROCESS URL [OPTION…]: one request on one connection, with windows that are never full.
download() {
    local name=$1 seconds_taken bytes
    begin_cpu "$2"
    h2load -n 1 -c 1 -m 1 "${@:3}" >"$scratch/download"
    bytes=$(sed -nE 's/^traffic:.*\(([0-9]+)\) data$/\1/p' "$scratch/download")
    [ "${bytes:-0}" -ge "$(stream_bytes)" ] || fail "$name: not all has come: $(cat "$scratch/download")"
    seconds_taken=$(sed -nE 's/^finished in ([0-9.]+)(us|ms|s),.*/\1 \2/p' "$scratch/download" |
        awk '{ print $1 / ($2 == "us" ? 1000000 : $2 == "ms" ? 1000 : 1) }')
    end_cpu "$name" "($bytes / 1000000)"
    figure "${name}_gigabytes_per_second" "$(calculate "$bytes / $seconds_taken / 1000000000")"
}

# Our own client, which takes whole messages: NAME OPTION….
receive_stream() {
    "$release/bench-load" stream --messages "$stream_messages" --port "$listener_port" --output json "${@:2}" \
        >"$scratch/stream"
    figure "$1_gigabytes_per_second" "$(field gigabytes_per_second "$scratch/stream")"
}

measure_streams() {
    local call=(-d "$scratch/request" -H 'content-type: application/grpc' -H 'te: trailers')
    local path=/allmende.bench.Echo/Download
    stream_request >"$scratch/request"
    start_listener "$release/grpc-echo"
    download stream_clear "$listener" "http://127.0.0.1:$listener_port$path" "${call[@]}"
    receive_stream own_stream_clear
    stop "$listener"
    start_listener "${echo_with_tls[@]}"
    download stream_tls "$listener" "https://127.0.0.1:$listener_port$path" "${call[@]}"
    receive_stream own_stream_tls --authority "$certificates/ca.pem"
    stop "$listener"
    measure_bare_stream
}

# The same bytes from a server of the HTTP/2 library's own authors, which knows no gRPC: one thread, a file that is in
# memory.
measure_bare_stream() {
    local folder=$scratch/bare bare_port=$((20000 + RANDOM % 10000)) tries
    mkdir -p "$folder"
    truncate -s "$(stream_bytes)" "$folder/stream"
    cat "$folder/stream" >/dev/null
    nghttpd --no-tls --address=127.0.0.1 -d "$folder" "$bare_port" &
    local bare=$!
    processes+=("$bare")
    for ((tries = 0; tries < 100; tries++)); do
        if (: <>"/dev/tcp/127.0.0.1/$bare_port") 2>/dev/null; then break; fi
        sleep 0.02
    done
    download bare_stream "$bare" "http://127.0.0.1:$bare_port/stream"
    stop "$bare"
    rm -rf "$folder"
}
