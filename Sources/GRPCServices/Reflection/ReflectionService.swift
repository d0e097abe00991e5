public import API
internal import Foundation
public import GRPC
internal import SwiftProtobuf

/// `grpc.reflection.v1.ServerReflection`: tells generic clients which services there are and how to call them.
public struct ReflectionService: Grpc_Reflection_V1_ServerReflectionHandler {
    private let services: [String]
    private let index: DescriptorIndex

    init(services: [String], index: DescriptorIndex) {
        self.services = services
        self.index = index
    }

    /// Answers question by question until the caller has no more.
    public func serverReflectionInfo(
        _ requests: RequestReader<Grpc_Reflection_V1_ServerReflectionRequest>,
        _ responses: ResponseWriter<Grpc_Reflection_V1_ServerReflectionResponse>, _ call: ServerCall
    ) async throws {
        for try await request in requests {
            try await responses.write(answer(request))
        }
    }

    /// The answer to one request; a question without an answer does not end the stream.
    func answer(
        _ request: Grpc_Reflection_V1_ServerReflectionRequest
    ) -> Grpc_Reflection_V1_ServerReflectionResponse {
        .with {
            $0.validHost = request.host
            $0.originalRequest = request
            $0.messageResponse = response(to: request.messageRequest)
        }
    }

    private typealias Answer = Grpc_Reflection_V1_ServerReflectionResponse.OneOf_MessageResponse

    private func response(
        to question: Grpc_Reflection_V1_ServerReflectionRequest.OneOf_MessageRequest?
    ) -> Answer {
        switch question {
        case .fileByFilename(let name):
            files(index.file(named: name))
        case .fileContainingSymbol(let symbol):
            files(index.file(declaring: symbol))
        case .fileContainingExtension(let field):
            files(index.file(extending: field.containingType, number: field.extensionNumber))
        case .allExtensionNumbersOfType(let type):
            extensionNumbers(of: type)
        case .listServices:
            .listServicesResponse(.with { $0.service = services.map { name in .with { $0.name = name } } })
        case nil:
            error(.invalidArgument, "the request asks nothing")
        }
    }

    private func files(_ found: [Data]?) -> Answer {
        guard let found else { return error(.notFound, "no such file, symbol or extension") }
        return .fileDescriptorResponse(.with { $0.fileDescriptorProto = found })
    }

    private func extensionNumbers(of type: String) -> Answer {
        guard let numbers = index.extensionNumbers(of: type) else { return error(.notFound, "no such type") }
        return .allExtensionNumbersResponse(
            .with {
                $0.baseTypeName = type
                $0.extensionNumber = numbers
            })
    }

    private func error(_ code: StatusCode, _ message: String) -> Answer {
        .errorResponse(
            .with {
                $0.errorCode = Int32(code.rawValue)
                $0.errorMessage = message
            })
    }
}

extension Router {
    /// Adds reflection, versions `v1` and `v1alpha`, over every service routed so far and itself: call it last.
    public mutating func registerReflection() {
        // Both versions have the same messages on the wire; stock clients still ask for the older one first.
        let alpha = MethodDescriptor(
            service: "grpc.reflection.v1alpha.ServerReflection", method: "ServerReflectionInfo",
            kind: .bidirectionalStreaming)
        let own = [Grpc_Reflection_V1_ServerReflectionMethods.serverReflectionInfo, alpha]
        let reflection = ReflectionService(services: Set((methods + own).map(\.service)).sorted(), index: .api)
        register(reflection)
        routeBidirectional(alpha) { try await reflection.serverReflectionInfo($0, $1, $2) }
    }
}
