/// Every way in which Allmende refuses a request or fails: a closed list, mirrored by the API and mapped to status
/// codes in one table.
///
/// The raw value is the `reason` of `google.rpc.ErrorInfo` and therefore API: a case is never renamed, only added.
public enum Reason: String, Sendable, Hashable, CaseIterable {
    // MARK: What the request says

    /// A field that must be set is empty.
    case missingField = "MISSING_FIELD"
    /// A field has a form or a value that is not allowed.
    case invalidField = "INVALID_FIELD"
    /// The bytes of a message cannot be decoded.
    case malformedMessage = "MALFORMED_MESSAGE"
    /// Ownership shares do not add up to exactly one.
    case sharesDoNotSumToOne = "SHARES_DO_NOT_SUM_TO_ONE"
    /// The weights of an allocation rule's components do not add up to exactly one.
    case weightsDoNotSumToOne = "WEIGHTS_DO_NOT_SUM_TO_ONE"
    /// A usage record names a metric that the application does not have.
    case unknownMetric = "UNKNOWN_METRIC"
    /// A usage record or a rule names an application that the consortium does not have.
    case unknownApplication = "UNKNOWN_APPLICATION"
    /// A party code that the registry of municipalities does not know.
    case unknownParty = "UNKNOWN_PARTY"
    /// A batch or a page is larger than the limit.
    case batchTooLarge = "BATCH_TOO_LARGE"
    /// A usage record exists for the same key with another payload.
    case duplicateRecord = "DUPLICATE_RECORD"
    /// The `request_id` was used before for another request.
    case requestIDReused = "REQUEST_ID_REUSED"
    /// A page token that was not issued for this caller and this request.
    case invalidPageToken = "INVALID_PAGE_TOKEN"
    /// An `as_of` position beyond the end of the register.
    case unknownPosition = "UNKNOWN_POSITION"

    // MARK: Who asks

    /// The connection came without a client certificate.
    case missingCertificate = "MISSING_CERTIFICATE"
    /// The client certificate belongs to no credential.
    case unknownCertificate = "UNKNOWN_CERTIFICATE"
    /// The credential was revoked.
    case credentialRevoked = "CREDENTIAL_REVOKED"
    /// The caller's role does not allow the call.
    case permissionDenied = "PERMISSION_DENIED"
    /// The party is not a member of the consortium.
    case notAMember = "NOT_A_MEMBER"
    /// The party is not in the electorate of the decision.
    case notInElectorate = "NOT_IN_ELECTORATE"
    /// A caller tried to vote for a party other than its own.
    case ownVoteOnly = "OWN_VOTE_ONLY"

    // MARK: What is there

    /// The named resource does not exist, or the caller may not see it.
    case unknownResource = "UNKNOWN_RESOURCE"
    /// A resource with this name exists already.
    case alreadyExists = "ALREADY_EXISTS"
    /// The `etag` is not that of the current version.
    case etagMismatch = "ETAG_MISMATCH"
    /// Another change was committed first; the request can be repeated.
    case conflict = "CONFLICT"
    /// The data are past their retention.
    case noLongerKept = "NO_LONGER_KEPT"

    // MARK: What state things are in

    /// The resource's state does not allow the change.
    case invalidState = "INVALID_STATE"
    /// The change needs a decision that passed.
    case decisionRequired = "DECISION_REQUIRED"
    /// The agreement has no revision in force on the day.
    case noRevisionInForce = "NO_REVISION_IN_FORCE"
    /// A key figure is missing for a member on the reference date.
    case missingKeyFigure = "MISSING_KEY_FIGURE"
    /// A usage component has no usage at all to go by.
    case noUsage = "NO_USAGE"
    /// A component's weights are all zero, so nothing can be divided by them.
    case weightsAllZero = "WEIGHTS_ALL_ZERO"
    /// Pre-charges, fixed sums, caps and floors cannot all be kept.
    case infeasibleRule = "INFEASIBLE_RULE"
    /// The accounting period is closed.
    case periodClosed = "PERIOD_CLOSED"
    /// An amount or quantity leaves the range that can be stored.
    case outOfRange = "OUT_OF_RANGE"

    // MARK: How the server is

    /// A quota of the caller is used up.
    case quotaExceeded = "QUOTA_EXCEEDED"
    /// The server has too much to do; repeat later.
    case overloaded = "OVERLOADED"
    /// The request took longer than allowed.
    case timedOut = "TIMED_OUT"
    /// A part that the server needs cannot be reached; repeat later.
    case unavailable = "UNAVAILABLE"
    /// It is not known whether the change was committed; repeat with the same `request_id`.
    case outcomeUnknown = "OUTCOME_UNKNOWN"
    /// The register does not sign, because its stored tree is behind a published checkpoint.
    case registerNotSigning = "REGISTER_NOT_SIGNING"
    /// The call is not offered by this server.
    case notImplemented = "NOT_IMPLEMENTED"
    /// A fault of the server; the log holds the cause under the error id.
    case `internal` = "INTERNAL"

    /// The reason as it travels, in SCREAMING_SNAKE_CASE.
    public var code: String { rawValue }

    /// The reason with that code, or `nil` if there is none.
    public init?(code: String) { self.init(rawValue: code) }
}
