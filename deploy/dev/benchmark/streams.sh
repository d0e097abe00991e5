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

# Server and client stay apart, where there are cores enough: left to itself, the system puts both on one core every now
# and then, and that is what the figure says.
server_core=(env)
client_core=(env)
if [ "$(nproc)" -ge 2 ]; then
    server_core=(taskset --cpu-list 0)
    client_core=(taskset --cpu-list 1)
fi

# download NAME PROCESS URL [OPTION…]: one request on one connection, with windows that are never full.
# Sets reached, in GB/s.
download() {
    local name=$1 seconds_taken bytes
    begin_cpu "$2"
    "${client_core[@]}" h2load -n 1 -c 1 -m 1 "${@:3}" >"$scratch/download"
    bytes=$(sed -nE 's/^traffic:.*\(([0-9]+)\) data$/\1/p' "$scratch/download")
    [ "${bytes:-0}" -ge "$(stream_bytes)" ] || fail "$name: not all has come: $(cat "$scratch/download")"
    seconds_taken=$(sed -nE 's/^finished in ([0-9.]+)(us|ms|s),.*/\1 \2/p' "$scratch/download" |
        awk '{ print $1 / ($2 == "us" ? 1000000 : $2 == "ms" ? 1000 : 1) }')
    end_cpu "$name" "($bytes / 1000000)"
    reached=$(calculate "$bytes / $seconds_taken / 1000000000")
    figure "${name}_gigabytes_per_second" "$reached"
}

# Our own client, which takes whole messages: NAME PORT OPTION….
receive_stream() {
    "${client_core[@]}" "$release/bench-load" stream --messages "$stream_messages" --port "$2" --output json "${@:3}" \
        >"$scratch/stream"
    figure "$1_gigabytes_per_second" "$(field gigabytes_per_second "$scratch/stream")"
    figure "$1_client_cpu" "$(calculate "$(field client_seconds_per_gigabyte "$scratch/stream") * 1000")"
}

# All servers stand at once, and what is compared follows one upon the other, several times.
measure_streams() {
    local call=(-d "$scratch/request" -H 'content-type: application/grpc' -H 'te: trailers')
    local path=/allmende.bench.Echo/Download turn
    stream_request >"$scratch/request"
    start_listener "${server_core[@]}" "$release/grpc-echo"
    local clear=$listener clear_port=$listener_port
    start_listener "${server_core[@]}" "${echo_with_tls[@]}"
    local secured=$listener secured_port=$listener_port
    start_bare_stream
    for ((turn = 0; turn < stream_turns; turn++)); do
        download bare_stream "$bare" "http://127.0.0.1:$bare_port/stream"
        download stream_clear "$clear" "http://127.0.0.1:$clear_port$path" "${call[@]}"
        measure_cipher "$reached"
        download stream_tls "$secured" "https://127.0.0.1:$secured_port$path" "${call[@]}"
        receive_stream own_stream_clear "$clear_port"
        receive_stream own_stream_tls "$secured_port" --authority "$certificates/ca.pem"
    done
    stop "$bare"
    stop "$secured"
    stop "$clear"
    rm -rf "$scratch/bare"
}

# measure_cipher CLEAR: the cipher that is agreed on, alone, in records of full size; and how fast a stream over TLS
# could be at most, if it cost a core no more than the stream in clear text (in GB/s) and the cipher.
measure_cipher() {
    local cipher
    cipher=$("${server_core[@]}" openssl speed -seconds 1 -bytes 16384 -evp aes-128-gcm 2>/dev/null |
        awk '/^AES-128-GCM/ { printf "%.6g", $2 / 1000000 }')
    figure cipher_gigabytes_per_second "$cipher"
    figure stream_tls_bound "$(calculate "1 / (1 / $1 + 1 / $cipher)")"
}

# The same bytes from a server of the HTTP/2 library's own authors, which knows no gRPC: one thread, a file that is in
# memory. Sets bare and bare_port.
start_bare_stream() {
    local folder=$scratch/bare tries
    bare_port=$((20000 + RANDOM % 10000))
    mkdir -p "$folder"
    truncate -s "$(stream_bytes)" "$folder/stream"
    cat "$folder/stream" >/dev/null
    "${server_core[@]}" nghttpd --no-tls --address=127.0.0.1 -d "$folder" "$bare_port" &
    bare=$!
    processes+=("$bare")
    for ((tries = 0; tries < 100; tries++)); do
        if (: <>"/dev/tcp/127.0.0.1/$bare_port") 2>/dev/null; then break; fi
        sleep 0.02
    done
}
