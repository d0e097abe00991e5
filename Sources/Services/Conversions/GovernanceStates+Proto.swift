internal import API
internal import Domain

// The states of governance as the API numbers them, which is also how they are stored.

extension API.ConsortiumState {
    init(_ state: Domain.ConsortiumState) {
        switch state {
        case .forming: self = .forming
        case .active: self = .active
        case .awaitingApproval: self = .awaitingApproval
        case .inLiquidation: self = .inLiquidation
        case .dissolved: self = .dissolved
        }
    }
}

extension Domain.ConsortiumState {
    init(number: Int16) throws {
        switch API.ConsortiumState(rawValue: Int(number)) {
        case .forming: self = .forming
        case .active: self = .active
        case .awaitingApproval: self = .awaitingApproval
        case .inLiquidation: self = .inLiquidation
        case .dissolved: self = .dissolved
        case .unspecified, .UNRECOGNIZED, nil:
            throw Failure(.internal, "a consortium is stored with the unknown state \(number)")
        }
    }
}

extension API.MembershipState {
    init(_ state: Domain.MembershipState) {
        switch state {
        case .applied: self = .applied
        case .active: self = .active
        case .noticeGiven: self = .noticeGiven
        case .ended: self = .ended
        case .settled: self = .settled
        }
    }
}

extension Domain.MembershipState {
    init(number: Int16) throws {
        switch API.MembershipState(rawValue: Int(number)) {
        case .applied: self = .applied
        case .active: self = .active
        case .noticeGiven: self = .noticeGiven
        case .ended: self = .ended
        case .settled: self = .settled
        case .unspecified, .UNRECOGNIZED, nil:
            throw Failure(.internal, "a membership is stored with the unknown state \(number)")
        }
    }
}

extension API.DecisionState {
    init(_ state: Domain.DecisionState) {
        switch state {
        case .open: self = .open
        case .passed: self = .passed
        case .rejected: self = .rejected
        case .lacksQuorum: self = .lacksQuorum
        case .withdrawn: self = .withdrawn
        }
    }
}

extension Domain.DecisionState {
    init(number: Int16) throws {
        switch API.DecisionState(rawValue: Int(number)) {
        case .open: self = .open
        case .passed: self = .passed
        case .rejected: self = .rejected
        case .lacksQuorum: self = .lacksQuorum
        case .withdrawn: self = .withdrawn
        case .unspecified, .UNRECOGNIZED, nil:
            throw Failure(.internal, "a decision is stored with the unknown state \(number)")
        }
    }
}

extension API.ReleaseState {
    init(_ state: Domain.ReleaseState) {
        switch state {
        case .planned: self = .planned
        case .released: self = .released
        case .deprecated: self = .deprecated
        case .withdrawn: self = .withdrawn
        }
    }
}

extension Domain.ReleaseState {
    init(number: Int16) throws {
        switch API.ReleaseState(rawValue: Int(number)) {
        case .planned: self = .planned
        case .released: self = .released
        case .deprecated: self = .deprecated
        case .withdrawn: self = .withdrawn
        case .unspecified, .UNRECOGNIZED, nil:
            throw Failure(.internal, "a release is stored with the unknown state \(number)")
        }
    }
}

extension API.AdoptionState {
    init(_ state: Domain.AdoptionState) {
        switch state {
        case .interest: self = .interest
        case .agreed: self = .agreed
        case .live: self = .live
        case .ended: self = .ended
        }
    }
}

extension Domain.AdoptionState {
    init(number: Int16) throws {
        switch API.AdoptionState(rawValue: Int(number)) {
        case .interest: self = .interest
        case .agreed: self = .agreed
        case .live: self = .live
        case .ended: self = .ended
        case .unspecified, .UNRECOGNIZED, nil:
            throw Failure(.internal, "an adoption is stored with the unknown state \(number)")
        }
    }
}
