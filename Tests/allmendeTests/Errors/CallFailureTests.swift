import API
import GRPC
import SwiftProtobuf
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(5)))
struct CallFailureTests {
    private let server = ServerAddress("localhost:8443")!

    @Test func everythingTheServerSaysIsTold() throws {
        var info = Google_Rpc_ErrorInfo()
        info.reason = "SHARES_DO_NOT_SUM_TO_ONE"
        info.metadata = ["sum": "99/100"]
        var violation = Google_Rpc_BadRequest.FieldViolation()
        violation.field = "decision.set_ownership.shares"
        violation.description_p = "must sum to 1, not 99/100"
        var bad = Google_Rpc_BadRequest()
        bad.fieldViolations = [violation]
        var rich = Google_Rpc_Status()
        rich.details = [try Google_Protobuf_Any(message: info), try Google_Protobuf_Any(message: bad)]
        let status = Status(.invalidArgument, "the shares are wrong", details: try rich.serializedBytes())
        #expect(
            CallFailure(status, server: server).description == """
                the shares are wrong
                  decision.set_ownership.shares: must sum to 1, not 99/100
                  sum = 99/100
                Reason: SHARES_DO_NOT_SUM_TO_ONE
                """)
    }

    @Test func aMessageOnOneFieldIsNotSaidTwice() throws {
        var violation = Google_Rpc_BadRequest.FieldViolation()
        violation.field = "parent"
        violation.description_p = "must be set"
        var bad = Google_Rpc_BadRequest()
        bad.fieldViolations = [violation]
        var rich = Google_Rpc_Status()
        rich.details = [try Google_Protobuf_Any(message: bad)]
        let status = Status(.invalidArgument, "parent must be set", details: try rich.serializedBytes())
        #expect(
            CallFailure(status, server: server).description == "parent must be set\nReason: INVALID_ARGUMENT")
    }

    @Test func withoutDetailsTheCodeIsTheReasonAndAHintFollows() {
        let text = CallFailure(Status(.unavailable, "connection refused"), server: server).description
        #expect(text.contains("Reason: UNAVAILABLE\nNext: see that a server runs at localhost:8443"))
        #expect(CallFailure(Status(.failedPrecondition), server: server).description.hasSuffix("FAILED_PRECONDITION"))
    }

    @Test func detailsThatCannotBeReadAreNoFurtherError() {
        let status = Status(.notFound, "gone", details: [0xFF, 0xFF, 0xFF])
        #expect(CallFailure(status, server: server).description == "gone\nReason: NOT_FOUND")
    }
}
