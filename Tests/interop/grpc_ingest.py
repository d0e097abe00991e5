"""Reports usage with a stock gRPC client: what a partner reaches with grpcio and generated code, over mutual TLS.

usage: grpc_ingest.py HOST:PORT CERTIFICATES GENERATED CONSORTIUM YYYY-MM RECORDS BATCH

CERTIFICATES is the folder that deploy/dev/certificates fills, GENERATED the one with the code that grpc_tools.protoc
has made. One stream on one connection; messages are made before the clock starts, as bench-load does, and serialised
by the library when they are sent. Prints what bench-load prints of the same, as JSON.
"""

import calendar
import json
import pathlib
import sys
import time
import uuid

import grpc

server, certificates, generated, consortium, month, records, batch = sys.argv[1:]
sys.path.insert(0, generated)

from allmende.v1 import usage_records_pb2, usage_service_pb2_grpc  # noqa: E402  (found through the path above)

PARTY = "09473132"
APPLICATION = f"consortia/{consortium}/applications/register-of-residents"


def batches(first_second, count, size):
    """A record a second of the party's cases, as the load generator has them."""
    for first in range(0, count, size):
        yield usage_records_pb2.IngestUsageRequest(
            parent=APPLICATION,
            source_id="data-centre",
            request_id=str(uuid.uuid4()),
            records=[
                usage_records_pb2.UsageRecord(
                    party_code=PARTY,
                    metric_id="cases",
                    interval_start=first_second + second,
                    interval_end=first_second + second + 1,
                    quantity=second % 1000,
                )
                for second in range(first, min(first + size, count))
            ],
        )


def main():
    folder = pathlib.Path(certificates)
    authority, key, certificate = (
        (folder / name).read_bytes()
        for name in ("ca.pem", f"municipality-{PARTY}.key", f"municipality-{PARTY}.pem")
    )
    start = calendar.timegm(time.strptime(month, "%Y-%m"))
    messages = list(batches(start, int(records), int(batch)))
    credentials = grpc.ssl_channel_credentials(authority, key, certificate)
    with grpc.secure_channel(server, credentials) as channel:
        usage = usage_service_pb2_grpc.UsageServiceStub(channel)
        grpc.channel_ready_future(channel).result(timeout=20)
        began = time.monotonic()
        stored = sum(receipt.record_count for receipt in usage.IngestUsage(iter(messages), timeout=600))
        seconds = time.monotonic() - began
    if stored != int(records):
        sys.exit(f"of {records} records, {stored} were acknowledged")
    print(json.dumps({"records": stored, "seconds": seconds, "records_per_second": stored / seconds}, indent=1))


main()
