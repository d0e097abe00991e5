internal import Domain
internal import Postgres

extension Failure {
    /// Runs `body` and throws what the database refuses as a `Failure`; other database errors pass as they are.
    static func mapping<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as DatabaseError {
            throw Failure(error) ?? error
        }
    }

    /// What a database error means to a caller: one table of constraint names and SQLSTATEs. The driver's text is left
    /// behind; nil means a fault of ours, whose cause belongs into the log.
    init?(_ error: DatabaseError) {
        if let constraint = error.constraint, let failure = Failure.constraints[constraint] {
            self = failure
            return
        }
        if error.isInDoubt {
            self.init(
                .outcomeUnknown, "it is not known whether the change was stored; repeat it with the same request_id")
        } else if error.kind == .overloaded {
            self.init(.overloaded, "the server has too much to do; repeat the call later")
        } else if error.isConnectionProblem {
            self.init(.unavailable, "the database cannot be reached; repeat the call later")
        } else if error.isSerializationFailure {
            self.init(.conflict, "another change was stored first; repeat the call")
        } else if error.isStatementCancelled {
            self.init(.timedOut, "the call took longer than allowed")
        } else if error.isNumberOutOfRange {
            self.init(.outOfRange, "numbers add up to more than can be stored")
        } else if let failure = Failure.ofState(error.sqlState) {
            self = failure
        } else {
            return nil
        }
    }

    /// What a value does to a statement, and what the machine below does (PostgreSQL, appendix A).
    private static func ofState(_ state: String) -> Failure? {
        switch state {
        case "22021": Failure(.invalidField, "a text has a character that cannot be stored, such as NUL")
        case "53100": Failure(.unavailable, "the database has no room left; repeat the call later")
        case "53200": Failure(.unavailable, "the database is out of memory; repeat the call later")
        case "53300": Failure(.unavailable, "the database has too many connections; repeat the call later")
        case "25006": Failure(.unavailable, "the database takes no changes now; repeat the call later")
        default: nil
        }
    }

    /// Partitions name their constraints after themselves; the scope trigger raises one name for all of them.
    private static let constraints: [String: Failure] = [
        "party_code_key": .invalid("party_code", "is registered already", reason: .alreadyExists),
        "party_ags_key": .invalid("party.ags", "is registered for another party", reason: .alreadyExists),
        "party_ars_key": .invalid("party.ars", "is registered for another party", reason: .alreadyExists),
        "credential_pkey": .invalid("credential.name", "is registered already", reason: .alreadyExists),
        "mandate_pkey": .invalid("mandate_id", "is taken by another mandate of the party", reason: .alreadyExists),
        "mandate_consortium_fkey": .invalid("mandate.consortium", "does not exist"),
        "consortium_code_key": .invalid("consortium_id", "is taken", reason: .alreadyExists),
        "register_name_key": .invalid("consortium_id", "is taken", reason: .alreadyExists),
        "auditor_appointment_pkey": .invalid("party", "is appointed already", reason: .alreadyExists),
        "auditor_appointment_no_overlap": .invalid("party", "is appointed already", reason: .alreadyExists),
        "decision_pkey": .invalid("decision_id", "is taken in this consortium", reason: .alreadyExists),
        "application_code_key": .invalid("application_id", "is taken in this consortium", reason: .alreadyExists),
        "metric_code_key": .invalid("metric_id", "is taken in this application", reason: .alreadyExists),
        "cost_item_pkey": .invalid("cost_item_id", "is booked already", reason: .alreadyExists),
        "settlement_pkey": .invalid("settlement_id", "is taken in this consortium", reason: .alreadyExists),
        "period_no_overlap": .invalid(
            "period.days", "have a day in common with another period of the consortium", reason: .alreadyExists),
        "publication_name_key": .invalid("listing_id", "is taken", reason: .alreadyExists),
        "advisory_body_code_key": .invalid("advisory_body_id", "is taken", reason: .alreadyExists),
        "advisory_request_code_key": .invalid("advisory_request_id", "is taken", reason: .alreadyExists),
        "usage_record_scope": Failure(.permissionDenied, "a usage record is outside the caller's scope"),
    ]
}
