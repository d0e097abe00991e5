internal import API
internal import Domain
internal import Store

extension ConsortiumRow {
    /// The state that follows from whether the founding has been decided.
    var state: Domain.ConsortiumState { isFounded ? .active : .forming }
}

extension Domain.AgreementRevisionState {
    /// The state with the number of the API's enum, as it is stored.
    init(number: Int16) throws {
        switch API.AgreementRevisionState(rawValue: Int(number)) {
        case .draft: self = .draft
        case .inVote: self = .inVote
        case .inForce: self = .inForce
        case .rejected: self = .rejected
        case .superseded, .unspecified, .UNRECOGNIZED, nil:
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
        }
    }
}

extension API.DecisionState {
    init(_ state: Domain.DecisionState) {
        switch state {
        case .open: self = .open
        case .passed: self = .passed
        case .rejected: self = .rejected
        }
    }
}

extension Domain.DecisionState {
    /// The state with the number of the API's enum, as it is stored.
    init(number: Int16) throws {
        switch API.DecisionState(rawValue: Int(number)) {
        case .open: self = .open
        case .passed: self = .passed
        case .rejected: self = .rejected
        case .unspecified, .UNRECOGNIZED, nil:
            throw Failure(.internal, "a decision is stored with the unknown state \(number)")
        }
    }
}
