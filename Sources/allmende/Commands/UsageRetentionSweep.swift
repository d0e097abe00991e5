internal import ArgumentParser
internal import Logging
internal import Services
internal import Store
internal import Terminal

extension AdminCommands {
    /// `allmende admin retention`: what every server does once an hour, at once.
    struct Retention: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deletes usage records past the retention that their consortium's charter sets.",
            discussion: """
                Every server does so once an hour. A month is dropped with an entry in the register that says how many \
                records it had and the digest of their roots; totals stay. A month that does not lie in closed periods \
                is kept, and so are those behind it.
                """)

        @OptionGroup var owner: OwnerOptions

        func run() async throws {
            let outcomes = try await owner.withOwner { owner in
                try await owner.withDatabase { database in
                    try await RetentionSweep(
                        store: Store(database: database),
                        logger: Logger(
                            label: "allmende",
                            factory: { _ in
                                SwiftLogNoOpLogHandler()
                            })
                    ).run()
                }
            }
            if outcomes.isEmpty { Device.print("nothing is past its retention\n") }
            for outcome in outcomes { Device.print(Self.text(outcome) + "\n") }
        }

        static func text(_ outcome: RetentionSweep.Outcome) -> String {
            switch outcome {
            case .dropped(let consortium, let month, let records):
                "\(consortium): \(Grouped.text(records)) records of \(month) dropped"
            case .kept(let consortium, let month, let reason): "\(consortium): \(month) kept: \(reason)"
            }
        }
    }
}
