internal import API
internal import Domain
internal import Store

/// The founding: it binds every member, so everyone must agree.
extension FoundConsortium: JointChange {
    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        try await context.consortium().state.require(.forming, to: "found it")
        try decision.requireUnanimity("founding binds every member")
    }

    func enact(_ context: ChangeContext) async throws {
        let consortium = context.caller.consortium
        try await context.session.found(consortium, at: context.nextPosition())
        try await context.append(.consortiumFounded(Consortium(context.consortium())))
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        [ChangeEffect(subject: context.caller.name, before: "FORMING", after: "ACTIVE")]
    }
}
