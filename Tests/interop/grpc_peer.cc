// A stock gRPC server and client of grpc.testing.TestService, in C++.
//
// usage: grpc_peer server CA CERTIFICATE KEY
//        grpc_peer client PORT CA CERTIFICATE KEY
//
// The client runs gRPC's interoperability cases, prints a line on each, and ends with 1 when one failed.

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "test.grpc.pb.h"

// What the library keeps for such tests, without a header of its own: how the last message of a call came.
uint32_t grpc_call_test_only_get_message_flags(grpc_call* call);

namespace {

using namespace grpc::testing;
using grpc::Status;
using grpc::StatusCode;

// Bits 31 and 30: the message is, or was, compressed.
constexpr uint32_t kCompressed = 0xC0000000u;
const char kInitial[] = "x-grpc-test-echo-initial";
const char kTrailing[] = "x-grpc-test-echo-trailing-bin";

bool WasCompressed(grpc_call* call) { return (grpc_call_test_only_get_message_flags(call) & kCompressed) != 0; }

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// MARK: - Server

class Service final : public TestService::Service {
 public:
  Status EmptyCall(grpc::ServerContext* context, const Empty*, Empty*) override {
    EchoMetadata(context);
    return Status::OK;
  }

  Status UnaryCall(grpc::ServerContext* context, const SimpleRequest* request, SimpleResponse* response) override {
    EchoMetadata(context);
    if (request->has_expect_compressed() && request->expect_compressed().value() != WasCompressed(context->c_call()))
      return Status(StatusCode::INVALID_ARGUMENT, "compression is not as announced");
    if (request->has_response_status()) return Asked(request->response_status());
    if (request->response_compressed().value()) context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
    response->mutable_payload()->set_body(std::string(request->response_size(), '\0'));
    return Status::OK;
  }

  Status CacheableUnaryCall(grpc::ServerContext* context, const SimpleRequest*, SimpleResponse* response) override {
    context->AddInitialMetadata("cache-control", "max-age=60, public");
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    response->mutable_payload()->set_body(std::to_string(now));
    return Status::OK;
  }

  Status StreamingOutputCall(grpc::ServerContext* context, const StreamingOutputCallRequest* request,
                             grpc::ServerWriter<StreamingOutputCallResponse>* writer) override {
    EchoMetadata(context);
    for (const auto& parameters : request->response_parameters())
      if (parameters.compressed().value()) context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
    return Answer(*request, [&](const auto& response, auto options) { writer->Write(response, options); });
  }

  Status StreamingInputCall(grpc::ServerContext* context, grpc::ServerReader<StreamingInputCallRequest>* reader,
                            StreamingInputCallResponse* response) override {
    StreamingInputCallRequest request;
    int total = 0;
    while (reader->Read(&request)) {
      if (request.has_expect_compressed() && request.expect_compressed().value() != WasCompressed(context->c_call()))
        return Status(StatusCode::INVALID_ARGUMENT, "compression is not as announced");
      total += request.payload().body().size();
    }
    response->set_aggregated_payload_size(total);
    return Status::OK;
  }

  using Duplex = grpc::ServerReaderWriter<StreamingOutputCallResponse, StreamingOutputCallRequest>;

  Status FullDuplexCall(grpc::ServerContext* context, Duplex* stream) override {
    EchoMetadata(context);
    StreamingOutputCallRequest request;
    while (stream->Read(&request)) {
      const auto status = Answer(request, [&](const auto& one, auto options) { stream->Write(one, options); });
      if (!status.ok()) return status;
    }
    return Status::OK;
  }

 private:
  static void EchoMetadata(grpc::ServerContext* context) {
    for (const auto& [name, value] : context->client_metadata()) {
      const std::string bytes(value.data(), value.size());
      if (name == kInitial) context->AddInitialMetadata(kInitial, bytes);
      if (name == kTrailing) context->AddTrailingMetadata(kTrailing, bytes);
    }
  }

  static Status Asked(const EchoStatus& status) {
    return Status(static_cast<StatusCode>(status.code()), status.message());
  }

  template <typename Write>
  static Status Answer(const StreamingOutputCallRequest& request, Write write) {
    if (request.has_response_status()) return Asked(request.response_status());
    for (const auto& parameters : request.response_parameters()) {
      std::this_thread::sleep_for(std::chrono::microseconds(parameters.interval_us()));
      StreamingOutputCallResponse response;
      response.mutable_payload()->set_body(std::string(parameters.size(), '\0'));
      grpc::WriteOptions options;
      if (parameters.has_compressed() && !parameters.compressed().value()) options.set_no_compression();
      write(response, options);
    }
    return Status::OK;
  }
};

int Serve(const std::string& authority, const std::string& certificate, const std::string& key) {
  grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = Contents(authority);
  options.pem_key_cert_pairs.push_back({Contents(key), Contents(certificate)});
  Service service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (!server) return 1;
  std::cout << "listening on 127.0.0.1:" << port << std::endl;
  server->Wait();
  return 0;
}

// MARK: - Client

const std::vector<int> kRequests = {27182, 8, 1828, 45904};
const std::vector<int> kResponses = {31415, 9, 2653, 58979};

void Check(bool holds, const std::string& text) {
  if (!holds) throw std::runtime_error(text);
}

void CheckOK(const Status& status) {
  Check(status.ok(), "status " + std::to_string(status.error_code()) + " " + status.error_message());
}

void CheckCode(const Status& status, StatusCode code) {
  Check(status.error_code() == code, "status " + std::to_string(status.error_code()) + " " + status.error_message());
}

void CheckPayload(const Payload& payload, size_t size) {
  Check(payload.body() == std::string(size, '\0'), std::to_string(payload.body().size()) + " bytes came");
}

// A context with the deadline that keeps a broken peer from holding everything up.
struct Context : grpc::ClientContext {
  Context() { set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30)); }
};

SimpleRequest Large() {
  SimpleRequest request;
  request.set_response_size(314159);
  request.mutable_payload()->set_body(std::string(271828, '\0'));
  return request;
}

StreamingOutputCallRequest Output(const std::vector<int>& sizes, int payload = 0) {
  StreamingOutputCallRequest request;
  for (const int size : sizes) request.add_response_parameters()->set_size(size);
  request.mutable_payload()->set_body(std::string(payload, '\0'));
  return request;
}

class Client {
 public:
  explicit Client(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(TestService::NewStub(channel)), other_(UnimplementedService::NewStub(channel)) {}

  std::vector<std::pair<std::string, std::function<void()>>> Cases() {
    return {{"empty_unary", [this] { EmptyUnary(); }},
            {"cacheable_unary", [this] { CacheableUnary(); }},
            {"large_unary", [this] { LargeUnary(); }},
            {"client_compressed_unary", [this] { ClientCompressedUnary(); }},
            {"server_compressed_unary", [this] { ServerCompressedUnary(); }},
            {"client_streaming", [this] { ClientStreaming(); }},
            {"client_compressed_streaming", [this] { ClientCompressedStreaming(); }},
            {"server_streaming", [this] { ServerStreaming(); }},
            {"server_compressed_streaming", [this] { ServerCompressedStreaming(); }},
            {"ping_pong", [this] { PingPong(); }},
            {"empty_stream", [this] { EmptyStream(); }},
            {"custom_metadata", [this] { CustomMetadata(); }},
            {"status_code_and_message", [this] { StatusCodeAndMessage(); }},
            {"special_status_message", [this] { SpecialStatusMessage(); }},
            {"unimplemented_method", [this] { UnimplementedMethod(); }},
            {"unimplemented_service", [this] { UnimplementedServiceCase(); }},
            {"cancel_after_begin", [this] { CancelAfterBegin(); }},
            {"cancel_after_first_response", [this] { CancelAfterFirstResponse(); }},
            {"timeout_on_sleeping_server", [this] { TimeoutOnSleepingServer(); }}};
  }

 private:
  void EmptyUnary() {
    Context context;
    Empty response;
    CheckOK(stub_->EmptyCall(&context, Empty(), &response));
  }

  // Without a caching proxy between the two, both calls reach the server.
  void CacheableUnary() {
    for (int i = 0; i < 2; i++) {
      Context context;
      context.AddMetadata("x-user-ip", "1.2.3.4");
      SimpleResponse response;
      CheckOK(stub_->CacheableUnaryCall(&context, SimpleRequest(), &response));
      Check(!response.payload().body().empty(), "the answer is empty");
    }
  }

  void LargeUnary() {
    Context context;
    SimpleResponse response;
    CheckOK(stub_->UnaryCall(&context, Large(), &response));
    CheckPayload(response.payload(), 314159);
  }

  Status Compressed(const SimpleRequest& request, bool compressed, SimpleResponse* response) {
    Context context;
    if (compressed) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    return stub_->UnaryCall(&context, request, response);
  }

  void ClientCompressedUnary() {
    SimpleRequest request = Large();
    SimpleResponse response;
    request.mutable_expect_compressed()->set_value(true);
    CheckCode(Compressed(request, false, &response), StatusCode::INVALID_ARGUMENT);
    for (const bool compressed : {true, false}) {
      request.mutable_expect_compressed()->set_value(compressed);
      CheckOK(Compressed(request, compressed, &response));
      CheckPayload(response.payload(), 314159);
    }
  }

  void ServerCompressedUnary() {
    for (const bool compressed : {true, false}) {
      Context context;
      SimpleRequest request = Large();
      request.mutable_response_compressed()->set_value(compressed);
      SimpleResponse response;
      CheckOK(stub_->UnaryCall(&context, request, &response));
      Check(WasCompressed(context.c_call()) == compressed, "compression is not as asked for");
      CheckPayload(response.payload(), 314159);
    }
  }

  void ClientStreaming() {
    Context context;
    StreamingInputCallResponse response;
    const auto writer = stub_->StreamingInputCall(&context, &response);
    for (const int size : kRequests) {
      StreamingInputCallRequest request;
      request.mutable_payload()->set_body(std::string(size, '\0'));
      Check(writer->Write(request), "a request cannot be written");
    }
    writer->WritesDone();
    CheckOK(writer->Finish());
    Check(response.aggregated_payload_size() == 74922, "wrong total");
  }

  Status CompressedInput(const std::vector<std::pair<int, bool>>& requests, bool first_as_it_is, int* total) {
    Context context;
    context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    StreamingInputCallResponse response;
    const auto writer = stub_->StreamingInputCall(&context, &response);
    for (const auto& [size, compressed] : requests) {
      StreamingInputCallRequest request;
      request.mutable_payload()->set_body(std::string(size, '\0'));
      request.mutable_expect_compressed()->set_value(compressed);
      grpc::WriteOptions options;
      if (!compressed || first_as_it_is) options.set_no_compression();
      if (!writer->Write(request, options)) break;
    }
    writer->WritesDone();
    const auto status = writer->Finish();
    *total = response.aggregated_payload_size();
    return status;
  }

  void ClientCompressedStreaming() {
    int total = 0;
    CheckCode(CompressedInput({{27182, true}}, true, &total), StatusCode::INVALID_ARGUMENT);
    CheckOK(CompressedInput({{27182, true}, {45904, false}}, false, &total));
    Check(total == 73086, "wrong total");
  }

  void ServerStreaming() {
    Context context;
    const auto reader = stub_->StreamingOutputCall(&context, Output(kResponses));
    StreamingOutputCallResponse response;
    size_t count = 0;
    while (reader->Read(&response)) {
      Check(count < kResponses.size(), "an answer too many");
      CheckPayload(response.payload(), kResponses[count++]);
    }
    CheckOK(reader->Finish());
    Check(count == kResponses.size(), "an answer is missing");
  }

  void ServerCompressedStreaming() {
    Context context;
    StreamingOutputCallRequest request = Output({31415, 92653});
    request.mutable_response_parameters(0)->mutable_compressed()->set_value(true);
    request.mutable_response_parameters(1)->mutable_compressed()->set_value(false);
    const auto reader = stub_->StreamingOutputCall(&context, request);
    StreamingOutputCallResponse response;
    for (const auto& [size, compressed] : {std::pair(31415, true), std::pair(92653, false)}) {
      Check(reader->Read(&response), "an answer is missing");
      Check(WasCompressed(context.c_call()) == compressed, "compression is not as asked for");
      CheckPayload(response.payload(), size);
    }
    Check(!reader->Read(&response), "an answer too many");
    CheckOK(reader->Finish());
  }

  void PingPong() {
    Context context;
    const auto stream = stub_->FullDuplexCall(&context);
    StreamingOutputCallResponse response;
    for (size_t i = 0; i < kRequests.size(); i++) {
      Check(stream->Write(Output({kResponses[i]}, kRequests[i])), "a request cannot be written");
      Check(stream->Read(&response), "an answer is missing");
      CheckPayload(response.payload(), kResponses[i]);
    }
    stream->WritesDone();
    Check(!stream->Read(&response), "an answer too many");
    CheckOK(stream->Finish());
  }

  void EmptyStream() {
    Context context;
    const auto stream = stub_->FullDuplexCall(&context);
    stream->WritesDone();
    StreamingOutputCallResponse response;
    Check(!stream->Read(&response), "an answer too many");
    CheckOK(stream->Finish());
  }

  static void AddMetadata(grpc::ClientContext& context) {
    context.AddMetadata(kInitial, "test_initial_metadata_value");
    context.AddMetadata(kTrailing, "\xab\xab\xab");
  }

  static void CheckMetadata(const grpc::ClientContext& context) {
    const auto& initial = context.GetServerInitialMetadata();
    const auto& trailing = context.GetServerTrailingMetadata();
    const auto first = initial.find(kInitial), last = trailing.find(kTrailing);
    Check(first != initial.end() && first->second == "test_initial_metadata_value", "initial metadata");
    Check(last != trailing.end() && last->second == "\xab\xab\xab", "trailing metadata");
  }

  void CustomMetadata() {
    Context unary;
    AddMetadata(unary);
    SimpleResponse response;
    CheckOK(stub_->UnaryCall(&unary, Large(), &response));
    CheckPayload(response.payload(), 314159);
    CheckMetadata(unary);
    Context duplex;
    AddMetadata(duplex);
    const auto stream = stub_->FullDuplexCall(&duplex);
    stream->Write(Output({314159}, 271828));
    stream->WritesDone();
    StreamingOutputCallResponse answer;
    while (stream->Read(&answer)) CheckPayload(answer.payload(), 314159);
    CheckOK(stream->Finish());
    CheckMetadata(duplex);
  }

  void StatusCodeAndMessage() {
    SimpleRequest request;
    request.mutable_response_status()->set_code(2);
    request.mutable_response_status()->set_message("test status message");
    Context unary;
    SimpleResponse response;
    auto status = stub_->UnaryCall(&unary, request, &response);
    CheckCode(status, StatusCode::UNKNOWN);
    Check(status.error_message() == "test status message", "the text is " + status.error_message());
    Context duplex;
    const auto stream = stub_->FullDuplexCall(&duplex);
    StreamingOutputCallRequest first;
    *first.mutable_response_status() = request.response_status();
    stream->Write(first);
    stream->WritesDone();
    StreamingOutputCallResponse answer;
    while (stream->Read(&answer)) continue;
    status = stream->Finish();
    CheckCode(status, StatusCode::UNKNOWN);
    Check(status.error_message() == "test status message", "the text is " + status.error_message());
  }

  void SpecialStatusMessage() {
    const std::string text =
        "\t\ntest with whitespace\r\nand Unicode BMP \xE2\x98\xBA and non-BMP \xF0\x9F\x98\x88\t\n";
    SimpleRequest request;
    request.mutable_response_status()->set_code(2);
    request.mutable_response_status()->set_message(text);
    Context context;
    SimpleResponse response;
    const auto status = stub_->UnaryCall(&context, request, &response);
    CheckCode(status, StatusCode::UNKNOWN);
    Check(status.error_message() == text, "the text is " + status.error_message());
  }

  void UnimplementedMethod() {
    Context context;
    Empty response;
    CheckCode(stub_->UnimplementedCall(&context, Empty(), &response), StatusCode::UNIMPLEMENTED);
  }

  void UnimplementedServiceCase() {
    Context context;
    Empty response;
    CheckCode(other_->UnimplementedCall(&context, Empty(), &response), StatusCode::UNIMPLEMENTED);
  }

  void CancelAfterBegin() {
    Context context;
    StreamingInputCallResponse response;
    const auto writer = stub_->StreamingInputCall(&context, &response);
    context.TryCancel();
    CheckCode(writer->Finish(), StatusCode::CANCELLED);
  }

  void CancelAfterFirstResponse() {
    Context context;
    const auto stream = stub_->FullDuplexCall(&context);
    stream->Write(Output({31415}, 27182));
    StreamingOutputCallResponse response;
    Check(stream->Read(&response), "an answer is missing");
    CheckPayload(response.payload(), 31415);
    context.TryCancel();
    CheckCode(stream->Finish(), StatusCode::CANCELLED);
  }

  void TimeoutOnSleepingServer() {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(1));
    const auto stream = stub_->FullDuplexCall(&context);
    stream->Write(Output({}, 27182));
    StreamingOutputCallResponse response;
    stream->Read(&response);
    CheckCode(stream->Finish(), StatusCode::DEADLINE_EXCEEDED);
  }

  std::unique_ptr<TestService::Stub> stub_;
  std::unique_ptr<UnimplementedService::Stub> other_;
};

int Call(const std::string& port, const std::string& authority, const std::string& certificate,
         const std::string& key) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = Contents(authority);
  options.pem_cert_chain = Contents(certificate);
  options.pem_private_key = Contents(key);
  Client client(grpc::CreateChannel("localhost:" + port, grpc::SslCredentials(options)));
  int failures = 0;
  for (const auto& [name, run] : client.Cases()) {
    try {
      run();
      std::cout << name << " ok" << std::endl;
    } catch (const std::exception& error) {
      failures++;
      std::cout << name << " FAILED " << error.what() << std::endl;
    }
  }
  return failures > 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.size() == 4 && words[0] == "server") return Serve(words[1], words[2], words[3]);
  if (words.size() == 5 && words[0] == "client") return Call(words[1], words[2], words[3], words[4]);
  std::cerr << "usage: grpc_peer server CA CERTIFICATE KEY | client PORT CA CERTIFICATE KEY" << std::endl;
  return 2;
}
