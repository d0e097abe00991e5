internal import API
internal import Domain
internal import Store

extension Domain.AgreementRevisionState {
    /// The state with the number of the API's enum, as it is stored.
    init(number: Int16) throws {
        switch API.AgreementRevisionState(rawValue: Int(number)) {
        case .draft: self = .draft
        case .inVote: self = .inVote
        case .inForce: self = .inForce
        case .rejected: self = .rejected
        case .superseded: self = .superseded
        case .terminated: self = .terminated
        case .unspecified, .UNRECOGNIZED, nil:
            throw Failure(.internal, "a revision is stored with the unknown state \(number)")
        }
    }
}

extension API.AgreementRevisionState {
    init(_ state: Domain.AgreementRevisionState) {
        switch state {
        case .draft: self = .draft
        case .inVote: self = .inVote
        case .inForce: self = .inForce
        case .rejected: self = .rejected
        case .superseded: self = .superseded
        case .terminated: self = .terminated
        }
    }
}

extension API.PeriodState {
    init(_ state: Domain.PeriodState) {
        switch state {
        case .open: self = .open
        case .closed: self = .closed
        case .reopened: self = .reopened
        }
    }
}

extension Domain.PeriodState {
    /// The state with the number of the API's enum, as it is stored.
    init(number: Int16) throws {
        switch API.PeriodState(rawValue: Int(number)) {
        case .open: self = .open
        case .closed: self = .closed
        case .reopened: self = .reopened
        case .unspecified, .UNRECOGNIZED, nil:
            throw Failure(.internal, "a period is stored with the unknown state \(number)")
        }
    }
}

extension API.SettlementState {
    init(_ state: Domain.SettlementState) {
        switch state {
        case .calculated: self = .calculated
        case .approved: self = .approved
        case .issued: self = .issued
        case .corrected: self = .corrected
        }
    }
}

extension Domain.SettlementState {
    /// The state with the number of the API's enum, as it is stored.
    init(number: Int16) throws {
        switch API.SettlementState(rawValue: Int(number)) {
        case .calculated: self = .calculated
        case .approved: self = .approved
        case .issued: self = .issued
        case .corrected: self = .corrected
        case .unspecified, .UNRECOGNIZED, nil:
            throw Failure(.internal, "a settlement is stored with the unknown state \(number)")
        }
    }
}
