"""A stock gRPC client that runs gRPC's interoperability cases and prints a line on each.

usage: grpc_client.py GENERATED PORT CA CERTIFICATE KEY

GENERATED is the folder with the code that grpcio-tools made from Tests/Protos/grpc/testing/test.proto.
grpcio does not tell whether a message came compressed: the cases with a compressing server check the contents alone.
"""

import os
import pathlib
import queue
import sys

import grpc

sys.path.insert(0, sys.argv[1])
import test_pb2  # noqa: E402
import test_pb2_grpc  # noqa: E402

INITIAL = ("x-grpc-test-echo-initial", "test_initial_metadata_value")
TRAILING = ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab")
REQUESTS = [27182, 8, 1828, 45904]
RESPONSES = [31415, 9, 2653, 58979]
YES, NO = test_pb2.BoolValue(value=True), test_pb2.BoolValue(value=False)


def check(holds, text):
    if not holds:
        raise AssertionError(text)


def check_payload(response, size):
    check(response.payload.body == bytes(size), f"{len(response.payload.body)} bytes instead of {size} zeros")


def expect(code, call, message=None):
    try:
        call()
    except grpc.RpcError as error:
        check(error.code() is code, f"{error.code()} instead of {code}")
        check(message is None or error.details() == message, f"the text is {error.details()!r}")
        return
    raise AssertionError(f"the call went well instead of ending with {code}")


def large(**more):
    return test_pb2.SimpleRequest(response_size=314159, payload=test_pb2.Payload(body=bytes(271828)), **more)


def output(sizes, payload=0, **more):
    parameters = [test_pb2.ResponseParameters(size=size) for size in sizes]
    return test_pb2.StreamingOutputCallRequest(
        response_parameters=parameters, payload=test_pb2.Payload(body=bytes(payload)), **more)


class Requests:
    """The requests of a stream, handed over one by one."""

    def __init__(self):
        self.queue = queue.SimpleQueue()

    def __iter__(self):
        return self

    def __next__(self):
        request = self.queue.get()
        if request is None:
            raise StopIteration
        return request

    def send(self, request):
        self.queue.put(request)

    def finish(self):
        self.queue.put(None)


class Cases:
    def __init__(self, channel):
        self.channel = channel
        self.stub = test_pb2_grpc.TestServiceStub(channel)

    def empty_unary(self):
        check(self.stub.EmptyCall(test_pb2.Empty(), timeout=30) == test_pb2.Empty(), "not empty")

    def cacheable_unary(self):
        # Without a caching proxy between the two, both calls reach the server.
        for _ in range(2):
            answer = self.stub.CacheableUnaryCall(
                test_pb2.SimpleRequest(), timeout=30, metadata=[("x-user-ip", "1.2.3.4")])
            check(answer.payload.body, "the answer is empty")

    def large_unary(self):
        check_payload(self.stub.UnaryCall(large(), timeout=30), 314159)

    def client_compressed_unary(self):
        asking, plain = large(expect_compressed=YES), large(expect_compressed=NO)
        expect(grpc.StatusCode.INVALID_ARGUMENT, lambda: self.stub.UnaryCall(asking, timeout=30))
        check_payload(self.stub.UnaryCall(asking, timeout=30, compression=grpc.Compression.Gzip), 314159)
        check_payload(self.stub.UnaryCall(plain, timeout=30), 314159)

    def server_compressed_unary(self):
        for compressed in (YES, NO):
            check_payload(self.stub.UnaryCall(large(response_compressed=compressed), timeout=30), 314159)

    def client_streaming(self):
        requests = [test_pb2.StreamingInputCallRequest(payload=test_pb2.Payload(body=bytes(n))) for n in REQUESTS]
        total = self.stub.StreamingInputCall(iter(requests), timeout=30).aggregated_payload_size
        check(total == 74922, f"a total of {total}")

    def client_compressed_streaming(self):
        def request(body, expected):
            return test_pb2.StreamingInputCallRequest(
                payload=test_pb2.Payload(body=body), expect_compressed=expected)

        probe = [request(bytes(27182), YES)]
        expect(grpc.StatusCode.INVALID_ARGUMENT, lambda: self.stub.StreamingInputCall(iter(probe), timeout=30))
        # grpcio has no switch for single messages, but sends as it is what compression does not shorten.
        requests = [request(bytes(27182), YES), request(os.urandom(45904), NO)]
        total = self.stub.StreamingInputCall(
            iter(requests), timeout=30, compression=grpc.Compression.Gzip).aggregated_payload_size
        check(total == 73086, f"a total of {total}")

    def server_streaming(self):
        answers = list(self.stub.StreamingOutputCall(output(RESPONSES), timeout=30))
        check(len(answers) == len(RESPONSES), f"{len(answers)} answers")
        for answer, size in zip(answers, RESPONSES):
            check_payload(answer, size)

    def server_compressed_streaming(self):
        request = output([31415, 92653])
        request.response_parameters[0].compressed.CopyFrom(YES)
        request.response_parameters[1].compressed.CopyFrom(NO)
        answers = list(self.stub.StreamingOutputCall(request, timeout=30))
        check(len(answers) == 2, f"{len(answers)} answers")
        check_payload(answers[0], 31415)
        check_payload(answers[1], 92653)

    def ping_pong(self):
        requests = Requests()
        call = self.stub.FullDuplexCall(requests, timeout=30)
        for payload, size in zip(REQUESTS, RESPONSES):
            requests.send(output([size], payload))
            check_payload(next(call), size)
        requests.finish()
        check(list(call) == [], "there is an answer too many")

    def empty_stream(self):
        check(list(self.stub.FullDuplexCall(iter([]), timeout=30)) == [], "there is an answer")

    def custom_metadata(self):
        answer, call = self.stub.UnaryCall.with_call(large(), timeout=30, metadata=[INITIAL, TRAILING])
        check_payload(answer, 314159)
        duplex = self.stub.FullDuplexCall(iter([output([314159], 271828)]), timeout=30, metadata=[INITIAL, TRAILING])
        for answer in duplex:
            check_payload(answer, 314159)
        for one in (call, duplex):
            check(INITIAL in one.initial_metadata(), f"initial metadata: {one.initial_metadata()}")
            check(TRAILING in one.trailing_metadata(), f"trailing metadata: {one.trailing_metadata()}")

    def status_code_and_message(self):
        status = test_pb2.EchoStatus(code=2, message="test status message")
        request = test_pb2.SimpleRequest(response_status=status)
        expect(grpc.StatusCode.UNKNOWN, lambda: self.stub.UnaryCall(request, timeout=30), status.message)
        stream = iter([test_pb2.StreamingOutputCallRequest(response_status=status)])
        expect(grpc.StatusCode.UNKNOWN, lambda: list(self.stub.FullDuplexCall(stream, timeout=30)), status.message)

    def special_status_message(self):
        text = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
        request = test_pb2.SimpleRequest(response_status=test_pb2.EchoStatus(code=2, message=text))
        expect(grpc.StatusCode.UNKNOWN, lambda: self.stub.UnaryCall(request, timeout=30), text)

    def unimplemented_method(self):
        expect(grpc.StatusCode.UNIMPLEMENTED, lambda: self.stub.UnimplementedCall(test_pb2.Empty(), timeout=30))

    def unimplemented_service(self):
        other = test_pb2_grpc.UnimplementedServiceStub(self.channel)
        expect(grpc.StatusCode.UNIMPLEMENTED, lambda: other.UnimplementedCall(test_pb2.Empty(), timeout=30))

    def cancel_after_begin(self):
        requests = Requests()
        call = self.stub.StreamingInputCall.future(requests, timeout=30)
        call.cancel()
        requests.finish()
        check(call.cancelled() and call.code() is grpc.StatusCode.CANCELLED, "the call is not cancelled")

    def cancel_after_first_response(self):
        requests = Requests()
        call = self.stub.FullDuplexCall(requests, timeout=30)
        requests.send(output([31415], 27182))
        check_payload(next(call), 31415)
        call.cancel()
        requests.finish()
        expect(grpc.StatusCode.CANCELLED, lambda: next(call))

    def timeout_on_sleeping_server(self):
        requests = Requests()
        requests.send(output([], 27182))
        expect(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(self.stub.FullDuplexCall(requests, timeout=0.001)))
        requests.finish()


def main():
    authority, certificate, key = (pathlib.Path(path).read_bytes() for path in sys.argv[3:6])
    credentials = grpc.ssl_channel_credentials(authority, key, certificate)
    failures = 0
    with grpc.secure_channel(f"localhost:{sys.argv[2]}", credentials) as channel:
        cases = Cases(channel)
        for name in [name for name in vars(Cases) if not name.startswith("_")]:
            try:
                getattr(cases, name)()
                print(name, "ok", flush=True)
            except Exception as error:  # whatever went wrong is the case's outcome
                failures += 1
                print(name, "FAILED", " ".join(str(error).split()), flush=True)
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
