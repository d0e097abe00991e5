"""A stock gRPC client against a running server, over mutual TLS.

No generated code: services and messages are found through reflection, as any tool would. Every step says what it did;
the first one that does not hold ends the program with exit status 1.

usage: client.py HOST:PORT CERTIFICATES PARTY BUNDLE

CERTIFICATES is the folder that deploy/dev/certificates fills. The client speaks for the municipality PARTY (its code),
a member of a consortium with an application and a metric, and then for the auditor, whose export it writes to BUNDLE.
"""

import pathlib
import sys
import uuid

import grpc
from google.protobuf import any_pb2, descriptor_pool, message_factory
from google.rpc import error_details_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

TIMEOUT_SECONDS = 20
# Half a year that no settlement of the demo covers. The batch has a fixed name: a second run repeats it.
INTERVAL_START, INTERVAL_END = 978307200, 978393600  # 2001-01-01, one day
BATCH = uuid.uuid5(uuid.NAMESPACE_URL, "allmende:interop:usage")


class Server:
    """Calls methods by name, with messages that reflection describes."""

    def __init__(self, channel):
        self.channel = channel
        self.database = ProtoReflectionDescriptorDatabase(channel)
        self.pool = descriptor_pool.DescriptorPool(self.database)

    def services(self):
        return sorted(self.database.get_services())

    def call(self, name, /, **fields):
        """Calls a method without a request stream; answers with a message, or an iterator of messages."""
        method, request = self.request(name, **fields)
        return self._callable(name, method)(request, timeout=TIMEOUT_SECONDS)

    def stream(self, name, requests):
        """Calls a method with a request stream; `requests` are dictionaries of fields."""
        method, _ = self.request(name)
        messages = (self.request(name, **fields)[1] for fields in requests)
        return self._callable(name, method)(messages, timeout=TIMEOUT_SECONDS)

    def request(self, name, /, **fields):
        service, method = name.rsplit("/", 1)
        method = self.pool.FindServiceByName(service).methods_by_name[method]
        return method, message_factory.GetMessageClass(method.input_type)(**fields)

    def _callable(self, name, method):
        kind = ("stream" if method.client_streaming else "unary") + "_"
        kind += "stream" if method.server_streaming else "unary"
        response = message_factory.GetMessageClass(method.output_type)
        return getattr(self.channel, kind)(
            "/" + name,
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=response.FromString,
        )


def expect(holds, what):
    if not holds:
        sys.exit(f"FAILED: {what}")
    print(f"ok  {what}")


def find_services(server):
    services = server.services()
    print(f"    {', '.join(services)}")
    expect("allmende.v1.UsageService" in services, f"reflection names {len(services)} services")
    expect("grpc.health.v1.Health" in services, "among them the health service")


def check_health(server):
    answer = server.call("grpc.health.v1.Health/Check")
    expect(answer.status == 1, "health check: SERVING")
    # A watch answers at once and then goes on: the first message is all we wait for.
    watch = server.call("grpc.health.v1.Health/Watch", service="allmende.v1.UsageService")
    expect(next(watch).status == 1, "server stream: health watch of the usage service: SERVING")
    watch.cancel()


def list_parties(server, party):
    answer = server.call("allmende.v1.MunicipalityService/ListParties")
    names = [f"{found.name} ({found.display_name})" for found in answer.parties]
    expect(any(name.startswith(f"parties/{party} ") for name in names), f"unary call: {', '.join(names)}")


def find_metric(server):
    consortia = server.call("allmende.v1.ConsortiumService/ListConsortia").consortia
    for consortium in consortia:
        applications = server.call("allmende.v1.ApplicationService/ListApplications", parent=consortium.name)
        for application in applications.applications:
            metrics = server.call("allmende.v1.UsageService/ListMetrics", parent=application.name).metrics
            if metrics:
                return consortium.name, application.name, metrics[0].name.rsplit("/", 1)[1]
    sys.exit("FAILED: no consortium with an application and a metric: has the demo run?")


def report_usage(server, application, metric, party):
    record = {
        "party_code": party,
        "metric_id": metric,
        "interval_start": INTERVAL_START,
        "interval_end": INTERVAL_END,
        "quantity": 1,
    }
    batch = {"parent": application, "source_id": "interop", "request_id": str(BATCH), "records": [record]}
    receipts = list(server.stream("allmende.v1.UsageService/IngestUsage", [batch, batch]))
    expect(len(receipts) == 2, "stream both ways: two batches, two receipts")
    first, second = receipts
    expect(second.replayed, "the same batch again is told to be a repetition")
    expect(
        first.register_position == second.register_position and first.row_root == second.row_root,
        f"and has the same receipt: position {first.register_position}, root {first.row_root.hex()[:16]}…",
    )


def refuse_foreign_export(server, consortium):
    """A municipality sees its own usage only: the whole register is not for it."""
    try:
        next(server.call("allmende.v1.ExportService/ExportAuditBundle", consortium=consortium))
    except grpc.RpcError as error:
        expect(error.code() == grpc.StatusCode.PERMISSION_DENIED, f"no export without an auditor: {error.details()}")
        return
    sys.exit("FAILED: a municipality could export the bundle")


def export_bundle(server, consortium, path, what="an audit bundle", **fields):
    size = 0
    with open(path, "wb") as file:
        for piece in server.call("allmende.v1.ExportService/ExportAuditBundle", consortium=consortium, **fields):
            size += file.write(piece.data)
    expect(size > 0, f"server stream: {what} of {size} bytes")


def read_rich_error(server):
    try:
        server.call("allmende.v1.MunicipalityService/GetParty", name="parties/00000000")
    except grpc.RpcError as error:
        expect(error.code() == grpc.StatusCode.NOT_FOUND, f"an unknown party is NOT_FOUND: {error.details()}")
        status = rpc_status.from_call(error)
        expect(status is not None, "the error carries grpc-status-details-bin")
        info = detail(status.details, error_details_pb2.ErrorInfo)
        expect(info is not None and info.reason != "", f"with ErrorInfo: {info.domain} {info.reason}")
        resource = detail(status.details, error_details_pb2.ResourceInfo)
        expect(resource is not None, f"and ResourceInfo: {resource.resource_name}")
        return
    sys.exit("FAILED: an unknown party was found")


def detail(details, kind):
    """The first detail of a kind, or None."""
    for packed in details:
        message = kind()
        if any_pb2.Any.Is(packed, kind.DESCRIPTOR) and packed.Unpack(message):
            return message
    return None


def channel_as(address, certificates, name):
    def content(file):
        return (certificates / file).read_bytes()

    return grpc.secure_channel(
        address, grpc.ssl_channel_credentials(content("ca.pem"), content(f"{name}.key"), content(f"{name}.pem")))


def main(address, certificates, party, bundle):
    certificates = pathlib.Path(certificates)
    with channel_as(address, certificates, f"municipality-{party}") as channel:
        server = Server(channel)
        find_services(server)
        check_health(server)
        list_parties(server, party)
        consortium, application, metric = find_metric(server)
        report_usage(server, application, metric, party)
        refuse_foreign_export(server, consortium)
        own = {"party": f"parties/{party}"}
        export_bundle(server, consortium, f"{bundle}.excerpt", "an excerpt of its own usage", excerpt=own)
        read_rich_error(server)
    with channel_as(address, certificates, "auditor") as channel:
        export_bundle(Server(channel), consortium, bundle)
    print(f"grpcio {grpc.__version__} and the server understand each other.")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
