internal import Domain

/// consortia/{consortium}/agreements/{agreement}/revisions/{revision}, taken apart.
struct AgreementRevisionName {
    let consortium: String
    let agreement: String
    /// Counted from 1.
    let revision: Int32

    init(_ name: String, field: String) throws {
        let ids = try ResourceName.ids(name, in: ["consortia", "agreements", "revisions"], field: field)
        guard let revision = Int32(ids[2]), revision > 0 else {
            throw Failure.invalid(field, "must end in the number of a revision, counted from 1")
        }
        consortium = ids[0]
        agreement = ids[1]
        self.revision = revision
    }
}

extension Participant {
    /// Refuses a name from another consortium than the request's own.
    func require(_ consortium: String, field: String) throws {
        guard consortium == code else { throw Failure.invalid(field, "must lie in \(name)") }
    }
}
