"""A stock gRPC server of grpc.testing.TestService.

usage: grpc_server.py GENERATED CA CERTIFICATE KEY

GENERATED is the folder with the code that grpcio-tools made from Tests/Protos/grpc/testing/test.proto.
"""

import concurrent.futures
import pathlib
import sys
import time

import grpc

sys.path.insert(0, sys.argv[1])
import test_pb2  # noqa: E402
import test_pb2_grpc  # noqa: E402

INITIAL = "x-grpc-test-echo-initial"
TRAILING = "x-grpc-test-echo-trailing-bin"


def echo_metadata(context):
    metadata = dict(context.invocation_metadata())
    if INITIAL in metadata:
        context.send_initial_metadata([(INITIAL, metadata[INITIAL])])
    if TRAILING in metadata:
        context.set_trailing_metadata([(TRAILING, metadata[TRAILING])])


def end_as_asked(request, context):
    if request.HasField("response_status") and request.response_status.code:
        codes = {code.value[0]: code for code in grpc.StatusCode}
        context.abort(codes[request.response_status.code], request.response_status.message)


def payload(size):
    return test_pb2.Payload(body=bytes(size))


class Service(test_pb2_grpc.TestServiceServicer):
    """All methods but UnimplementedCall, which the base class refuses."""

    def EmptyCall(self, request, context):
        echo_metadata(context)
        return request

    def UnaryCall(self, request, context):
        if request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        echo_metadata(context)
        end_as_asked(request, context)
        return test_pb2.SimpleResponse(payload=payload(request.response_size))

    def CacheableUnaryCall(self, request, context):
        context.send_initial_metadata([("cache-control", "max-age=60, public")])
        return test_pb2.SimpleResponse(payload=test_pb2.Payload(body=str(time.monotonic_ns()).encode()))

    def StreamingOutputCall(self, request, context):
        if any(one.compressed.value for one in request.response_parameters):
            context.set_compression(grpc.Compression.Gzip)
        echo_metadata(context)
        yield from self.answers(request, context)

    def StreamingInputCall(self, requests, context):
        total = sum(len(request.payload.body) for request in requests)
        return test_pb2.StreamingInputCallResponse(aggregated_payload_size=total)

    def FullDuplexCall(self, requests, context):
        echo_metadata(context)
        for request in requests:
            yield from self.answers(request, context)

    def HalfDuplexCall(self, requests, context):
        echo_metadata(context)
        for request in list(requests):
            yield from self.answers(request, context)

    @staticmethod
    def answers(request, context):
        end_as_asked(request, context)
        for parameters in request.response_parameters:
            if parameters.HasField("compressed") and not parameters.compressed.value:
                context.disable_next_message_compression()
            time.sleep(parameters.interval_us / 1e6)
            yield test_pb2.StreamingOutputCallResponse(payload=payload(parameters.size))


def main():
    authority, certificate, key = (pathlib.Path(path).read_bytes() for path in sys.argv[2:5])
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(8))
    test_pb2_grpc.add_TestServiceServicer_to_server(Service(), server)
    credentials = grpc.ssl_server_credentials([(key, certificate)], authority, require_client_auth=True)
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    print(f"listening on 127.0.0.1:{port}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
