internal import Domain

/// Every limit of the services, in one place; each is enforced, documented and tested at the limit and one past it.
enum Limits {
    /// Results in one page when the caller does not say.
    static let defaultPageSize = 100
    /// Most results in one page.
    static let maximumPageSize = 1000
    /// Most members of a consortium.
    static let members = 11_000
    /// Most days for which a ballot takes votes.
    static let votingDays = 366
    /// Most files of a release.
    static let artifacts = 100
    /// Most licences that the summary of a bill of materials names.
    static let sbomLicenses = 1000
    /// Most records in one batch of usage.
    static let usageBatch = 10_000
    /// Most pairs of a party and a system that one metric names.
    static let usageReporters = 20_000
    /// Most months that one batch may touch: each costs a COPY of its own.
    static let usageMonths = 24
    /// Longest period of a question about usage in days: 20 years, whose months can still be named party by party.
    static let usageQuestion = 20 * 366
    /// Months for which a charter may let usage records be kept, unless for ever.
    static let usageRetention: ClosedRange<Int32> = 12...1200
    /// Months whose partitions are created ahead, the current one not counted.
    static let usageMonthsAhead = 3
    /// Most cost pools, and most components of one.
    static let allocationComponents = 20
    /// Characters of a remark's note.
    static let noteLength = 2000
    /// Most alternatives of one simulation.
    static let simulatedAlternatives = 10
    /// Most register entries in one message of a watch.
    static let watchedEntries = 500
    /// Results in one page of a search when the caller does not say, and most of them.
    static let searchPage = (usual: 20, maximum: 100)
    /// Most results of a search that its facets count, the best ones.
    static let countedResults = 1000
    /// Most values of one facet in an answer, and in a filter.
    static let facetValues = 20
    /// Listings in one comparison.
    static let comparedListings = 2...6
    /// Most days of one report on coverage.
    static let coverageDays = 36
    /// Most settlements of one report on the scale effect.
    static let scaleEffectLines = 120
    /// Most items of evidence for one stage in an answer.
    static let stageEvidence = 100
    /// How often a watch that has caught up looks for new entries.
    static let watchInterval = Duration.milliseconds(250)

    /// Longest time in seconds for which a certificate goes on beside its successor: 90 days.
    static let credentialOverlap: Int64 = 90 * 86_400
    /// How often a server looks for certificates whose time is over, so that it closes their connections.
    static let credentialInterval = Duration.seconds(30)
    /// Certificates that have ended within so many seconds are looked for: long enough to have been cut off meanwhile.
    static let credentialMemory = 3600
    /// How often a server forgets answers to requests that are too old to be repeated.
    static let purgeInterval = Duration.seconds(3600)
    /// Longest statement of a sweep that deletes usage past its retention.
    static let retentionTime = Duration.seconds(3600)
    /// Answers that are forgotten in one transaction.
    static let purgedRequests = 5000

    /// The page size a caller asked for.
    static func pageSize(_ asked: Int32) throws -> Int {
        guard (0...Int32(maximumPageSize)).contains(asked) else {
            throw Failure.invalid("page_size", "must be between 0 and \(maximumPageSize)")
        }
        return asked == 0 ? defaultPageSize : Int(asked)
    }
}
