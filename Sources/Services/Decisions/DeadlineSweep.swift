internal import API
internal import Domain
public import Logging
internal import Store

/// What happens by itself when a day has come: ballots past their last day close, and memberships end.
///
/// Every server sweeps. Each thing is done under the lock of its consortium's register, and looked at again under it,
/// so that whichever server comes first does it once and the others find it done.
public struct DeadlineSweep: Sendable {
    private let store: Store
    private let principals: PrincipalCache
    private let logger: Logger

    public init(_ backend: Backend, logger: Logger) {
        store = backend.store
        principals = backend.principals
        self.logger = logger
    }

    /// Does what is due on a day of UTC. What fails is left to the next sweep and does not keep the rest waiting.
    ///
    /// - Returns: how many ballots and memberships this sweep has ended.
    @discardableResult
    public func run(today: CivilDay = .now) async throws -> Int {
        let reader = store.reader(Principal.server(in: [:]))
        var done = 0
        for (id, code) in try await reader.consortiaDue(on: today.date) {
            let principal = Principal.server(in: [code: id])
            let caller = Participant(principal: principal, consortium: id, code: code)
            let reader = store.reader(principal)
            for ballot in try await reader.decisionsPast(today.date, in: id) {
                done += await attempt(caller, today.date) { try await close(ballot, $0) }
            }
            for member in try await reader.membershipsEnding(by: today.date, in: id) {
                done += await attempt(caller, today.date) { try await end(member, $0) }
            }
        }
        return done
    }

    private func attempt(
        _ caller: Participant, _ today: Domain.CivilDate, _ body: (ChangeContext) async throws -> Bool
    ) async -> Int {
        do {
            let (isDone, changedPrincipals) = try await store.write(as: caller.principal) { session in
                let context = ChangeContext(session: session, caller: caller, stamp: try .none, today: today)
                // Whoever has the register's lock sees what the others have done.
                _ = try await context.nextPosition()
                return (try await body(context), session.changedPrincipals)
            }
            if changedPrincipals { principals.forget() }
            return isDone ? 1 : 0
        } catch {
            logger.error(
                "a deadline was not kept", metadata: ["consortium": "\(caller.code)", "cause": "\(error)"])
            return 0
        }
    }

    private func close(_ code: String, _ context: ChangeContext) async throws -> Bool {
        let row = try await context.session.decision(
            code, in: context.caller.consortium, name: "\(context.caller.name)/decisions/\(code)")
        guard try Domain.DecisionState(number: row.state) == .open, row.lastVotingDay < context.today else {
            return false
        }
        let closing = BallotClosing(context: context)
        _ = try await closing.closeByItself(try await closing.count(row, isClosed: true))
        return true
    }

    private func end(_ member: MemberRow, _ context: ChangeContext) async throws -> Bool {
        let name = "\(context.caller.name)/memberships/\(member.partyCode)"
        let current = try await context.session.membership(
            of: member.partyCode, in: context.caller.consortium, name: name)
        guard current.number == member.number, try [.active, .noticeGiven].contains(current.domainState()),
            current.validUntil.map({ $0 <= context.today }) ?? false
        else { return false }
        try await context.record(try current.moved(to: .ended)) { .membershipEnded($0) }
        return true
    }
}

/// A day of UTC as the services count it; tests let it jump.
public struct CivilDay: Sendable {
    let date: Domain.CivilDate

    public static var now: CivilDay { CivilDay(date: Clock.today()) }

    /// The day so many days from today.
    public init(daysFromToday days: Int) {
        date = Clock.today().adding(days: days) ?? Clock.today()
    }

    init(date: Domain.CivilDate) {
        self.date = date
    }
}

extension Principal {
    /// The server itself in some consortia: it keeps deadlines and is no party.
    static func server(in consortia: [String: Int32]) -> Principal {
        Principal(partyID: 0, partyCode: "", role: .coordinationOffice, credentialDigest: [], consortia: consortia)
    }
}
