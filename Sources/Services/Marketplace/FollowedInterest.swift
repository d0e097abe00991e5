internal import API
internal import Domain
internal import Store

/// The accepted interest in a listing that an application for membership follows: the interest and the membership name
/// each other, and their entries in both registers are committed together.
struct FollowedInterest {
    private let change: PlatformChange
    private let row: InterestRow

    /// Nil where the application follows none. Locks the platform's register.
    init?(
        _ request: ApplyForMembershipRequest, party: String, _ session: Session, _ principal: Principal,
        _ stamp: RequestStamp
    ) async throws {
        guard !request.interest.isEmpty else { return nil }
        let ids = try ResourceName.ids(request.interest, in: ["listings", "interests"], field: "interest")
        guard ids[1] == party else { throw Failure.invalid("interest", "must be that of \(request.party)") }
        change = PlatformChange(
            session: session, head: try await session.head(of: Store.platformRegister), principal: principal,
            stamp: stamp)
        row = try await session.interest(ids, name: request.interest, etag: "")
        var state = try Domain.InterestState(stored: row.state)
        do { try state.transition(to: .applied) } catch { throw error.about("interest", request.interest) }
        let listing = try Listing(try await session.publication(row.listing, .published, type: Listing.type))
        guard listing.application.hasPrefix(request.parent + "/applications/") else {
            throw Failure(
                .invalidState,
                "\(row.listing) must be linked to an application of \(request.parent); it is linked to "
                    + (listing.application.isEmpty ? "none" : listing.application)
            ).about(Listing.type, row.listing)
        }
    }

    /// Records what the interest has led to.
    func lead(to membership: Membership) async throws {
        _ = try await change.advance(row, to: .applied, membership: membership.name)
    }
}
