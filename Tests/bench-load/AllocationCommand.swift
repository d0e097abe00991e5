import ArgumentParser
import Domain

/// Times allocations in this process: no server, no database.
struct AllocationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allocation",
        abstract: "Shares out a pool among many members and tells the milliseconds.",
        discussion: """
            Every allocation comes with all its parts. With --limits, a cap, a floor and fixed sums bind about half of \
            the members.
            """)

    @Option(help: "Number of members.")
    var members = 11_000
    @Option(help: "Number of components.")
    var components = 20
    @Option(help: "Number of runs, of which the median counts.")
    var runs = 11
    @Flag(help: "Bind members by a cap, a floor and fixed sums.")
    var limits = false
    @Option(help: "How to print: table or json.")
    var output = OutputFormat.table

    func validate() throws {
        guard members > 0, (1...AllocationRule.maximumComponents).contains(components), runs > 0 else {
            throw ValidationError("needs members, 1 to \(AllocationRule.maximumComponents) components, and runs")
        }
    }

    func run() throws {
        let pool = try AllocationPool(members: members, components: components, hasLimits: limits)
        var milliseconds: [Double] = []
        var bound = 0
        for _ in 0..<runs {
            let start = ContinuousClock.now
            let allocation = try Allocation(of: pool.amount, by: pool.rule, pool.inputs)
            milliseconds.append((ContinuousClock.now - start) / .milliseconds(1))
            guard allocation.lines.reduce(0, { $0 + $1.amount }) == pool.amount else {
                throw ValidationError("the lines do not add up to the pool")
            }
            bound = allocation.lines.count { $0.limit != .none }
        }
        milliseconds.sort()
        try output.print(
            AllocationFigures(
                members: members, components: components, boundMembers: bound, milliseconds: milliseconds[runs / 2],
                bestMilliseconds: milliseconds[0]))
    }
}

/// What an allocation takes.
struct AllocationFigures: Figures {
    let members: Int
    let components: Int
    /// Members whose line a cap or a floor decided.
    let boundMembers: Int
    let milliseconds: Double
    let bestMilliseconds: Double

    var rows: [(String, String)] {
        [
            ("members", "\(members)"), ("components", "\(components)"), ("bound members", "\(boundMembers)"),
            ("median", milliseconds.text() + " ms"), ("best", bestMilliseconds.text() + " ms"),
        ]
    }
}
