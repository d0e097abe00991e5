import API
import Foundation
import GRPC
import SwiftProtobuf
import TestServer
import Testing

@testable import GRPCServices

@Suite(.timeLimit(.minutes(5)))
struct ReflectionTests {
    private typealias Request = Grpc_Reflection_V1_ServerReflectionRequest
    private typealias Response = Grpc_Reflection_V1_ServerReflectionResponse
    private typealias File = Google_Protobuf_FileDescriptorProto

    private static let alpha = MethodDescriptor(
        service: "grpc.reflection.v1alpha.ServerReflection", method: "ServerReflectionInfo",
        kind: .bidirectionalStreaming)

    /// Asks all questions on one stream of either version.
    private func ask(
        _ questions: [Request.OneOf_MessageRequest],
        version: MethodDescriptor = Grpc_Reflection_V1_ServerReflectionMethods.serverReflectionInfo
    ) async throws -> [Response] {
        var router = Router()
        router.register(HealthService())
        router.registerReflection()
        var answers: [Response] = []
        try await TestServer.with(router) { server in
            let stream: ClientStream<Request, Response> = try await server.client.openStream(version, .init())
            for question in questions {
                try await stream.send(
                    .with {
                        $0.host = "here"
                        $0.messageRequest = question
                    })
                let answer = try #require(try await stream.receive())
                #expect(answer.validHost == "here")
                #expect(answer.originalRequest.messageRequest == question)
                answers.append(answer)
            }
            try await stream.finish()
            let end = try await stream.receive()
            #expect(end == nil)
        }
        return answers
    }

    private func files(_ answer: Response) throws -> [File] {
        try answer.fileDescriptorResponse.fileDescriptorProto.map { try File(serializedBytes: $0) }
    }

    /// Whether every import is there, so that a client can build all types.
    private func links(_ files: [File]) -> Bool {
        let names = Set(files.map(\.name))
        return names.count == files.count && files.flatMap(\.dependency).allSatisfy(names.contains)
    }

    @Test("both versions list the services of the router and themselves")
    func services() async throws {
        for version in [Grpc_Reflection_V1_ServerReflectionMethods.serverReflectionInfo, ReflectionTests.alpha] {
            let answers = try await ask([.listServices("*")], version: version)
            #expect(
                answers[0].listServicesResponse.service.map(\.name) == [
                    "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                    "grpc.reflection.v1alpha.ServerReflection",
                ])
        }
    }

    @Test("files are found by name and by every kind of symbol, and link completely")
    func symbols() async throws {
        let file = "allmende/v1/usage_service.proto"
        let answers = try await ask([
            .fileByFilename(file),
            .fileContainingSymbol("allmende.v1.UsageService"),
            .fileContainingSymbol("allmende.v1.UsageService.CreateMetric"),
            .fileContainingSymbol("allmende.v1.Metric"),
            .fileContainingSymbol("allmende.v1.Metric.scale"),
            .fileContainingSymbol("allmende.v1.Aggregation"),
            .fileContainingSymbol("allmende.v1.AGGREGATION_SUM"),
        ])
        for answer in answers {
            let files = try files(answer)
            #expect(files.first?.name == file, "\(answer.originalRequest)")
            #expect(links(files))
        }
        let nested = try await ask([
            .fileContainingSymbol("grpc.health.v1.HealthCheckResponse.ServingStatus"),
            .fileContainingSymbol("google.rpc.BadRequest.FieldViolation.field"),
            .fileContainingSymbol("grpc.reflection.v1alpha.ServerReflection"),
            .fileContainingSymbol("allmende.v1.RegisterEntry.change"),
        ])
        let names = try nested.map { try files($0).first?.name }
        #expect(
            names == [
                "grpc/health/v1/health.proto", "google/rpc/error_details.proto",
                "grpc/reflection/v1alpha/reflection.proto", "allmende/v1/register_entry.proto",
            ])
    }

    @Test("what does not exist is answered by an error, and the stream goes on")
    func notFound() async throws {
        let answers = try await ask([
            .fileByFilename("allmende/v1/none.proto"),
            .fileContainingSymbol("allmende.v1.None"),
            .fileContainingSymbol("allmende.v1"),
            .fileContainingExtension(
                .with {
                    $0.containingType = "allmende.v1.Metric"
                    $0.extensionNumber = 1000
                }),
            .allExtensionNumbersOfType("allmende.v1.None"),
            .listServices(""),
        ])
        for answer in answers.dropLast() {
            #expect(answer.errorResponse.errorCode == Int32(StatusCode.notFound.rawValue), "\(answer)")
        }
        #expect(!answers[5].listServicesResponse.service.isEmpty)
        let index = try DescriptorIndex([])
        let silent = ReflectionService(services: [], index: index).answer(.init())
        #expect(silent.errorResponse.errorCode == Int32(StatusCode.invalidArgument.rawValue))
    }

    @Test("every service that the module has is described, and every file of the pool links")
    func pool() throws {
        let methods =
            AccessServiceMethods.all + AgreementServiceMethods.all + ApplicationServiceMethods.all
            + ConsortiumServiceMethods.all + CostServiceMethods.all + DecisionServiceMethods.all
            + ExportServiceMethods.all + MunicipalityServiceMethods.all + RegisterServiceMethods.all
            + SettlementServiceMethods.all + UsageServiceMethods.all + Grpc_Health_V1_HealthMethods.all
            + Grpc_Reflection_V1_ServerReflectionMethods.all
        for method in methods {
            let found = DescriptorIndex.api.file(declaring: "\(method.service).\(method.method)")
            try #expect(links(#require(found).map { try File(serializedBytes: $0) }), "\(method.path)")
        }
        for (name, _) in FileDescriptors.all {
            let files = try #require(DescriptorIndex.api.file(named: name)).map { try File(serializedBytes: $0) }
            #expect(files.first?.name == name)
            #expect(files.allSatisfy { !$0.hasSourceCodeInfo }, "comments are not served")
            #expect(links(files))
        }
    }

    @Test("extensions are found by number")
    func extensions() async throws {
        let base = File.with {
            $0.name = "base.proto"
            $0.package = "test"
            $0.messageType = [.with { $0.name = "Base" }]
        }
        let extending = File.with {
            $0.name = "extending.proto"
            $0.package = "test"
            $0.dependency = ["base.proto"]
            $0.messageType = [
                .with { message in
                    message.name = "Scope"
                    message.extension = [ReflectionTests.field("inner", number: 120)]
                }
            ]
            $0.extension = [ReflectionTests.field("outer", number: 101)]
        }
        let index = try DescriptorIndex([base, extending].map { try $0.serializedBytes() })
        let service = ReflectionService(services: [], index: index)
        let numbers = service.answer(.with { $0.allExtensionNumbersOfType = "test.Base" })
        #expect(numbers.allExtensionNumbersResponse.baseTypeName == "test.Base")
        #expect(numbers.allExtensionNumbersResponse.extensionNumber == [101, 120])
        let none = service.answer(.with { $0.allExtensionNumbersOfType = "test.Scope" })
        #expect(none.messageResponse == .allExtensionNumbersResponse(.with { $0.baseTypeName = "test.Scope" }))
        for number: Int32 in [101, 120] {
            let found = service.answer(
                .with {
                    $0.fileContainingExtension.containingType = "test.Base"
                    $0.fileContainingExtension.extensionNumber = number
                })
            try #expect(files(found).map(\.name) == ["extending.proto", "base.proto"])
        }
        for symbol in ["test.outer", "test.Scope.inner"] {
            try #expect(files(service.answer(.with { $0.fileContainingSymbol = symbol })).count == 2)
        }
    }

    private static func field(_ name: String, number: Int32) -> Google_Protobuf_FieldDescriptorProto {
        .with {
            $0.name = name
            $0.number = number
            $0.extendee = ".test.Base"
        }
    }
}
