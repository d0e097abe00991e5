internal import API
internal import ArgumentParser
internal import Domain
internal import Foundation
internal import SwiftProtobuf

/// What a charter says, option by option, or as a whole from a file.
struct CharterOptions: ParsableArguments {
    @Option(help: "File with the whole charter in the JSON form of Protocol Buffers; further options change it.")
    var charter: String?
    @Option(
        name: .customLong("majority"),
        help: "Majority for a kind of change, for example 'admit-member=2/3 and quorum 1/2'; repeat for each.",
        transform: MajorityText.majority)
    var majorities: [MajorityFor] = []
    @Option(help: "Majority for every other kind.", transform: MajorityText.rule)
    var otherMajority: API.MajorityRule?
    @Option(help: "Part of the votes that must be cast in every ballot.", transform: Arguments.fraction)
    var quorum: API.Fraction?
    @Option(help: "Days for which a ballot takes votes.")
    var votingDays: Int32?
    @Option(help: "Months of notice.")
    var noticeMonths: Int32?
    @Option(help: "Day on which a membership may end.")
    var exitDay: Choice<ExitDay>?
    @Option(help: "Months that a membership lasts at least.")
    var minimumMonths: Int32?
    @Option(
        help:
            "What a joiner pays: fixed SUM, value SUM (its share of it), or inhabitant SUM, for example 'fixed 500.00'."
    )
    var buyInRule: String?
    @Flag(inversion: .prefixedNo, help: "Whether parties outside may apply by themselves.")
    var openToApplications: Bool?
    @Flag(inversion: .prefixedNo, help: "Whether members may compare their usage.")
    var compareUsage: Bool?
    @Option(help: "Months for which usage records are kept; 0 keeps them for ever.")
    var usageRetention: Int32?
    @Flag(inversion: .prefixedNo, help: "Whether the office publishes and withdraws releases without a ballot.")
    var officeReleases: Bool?
    @Flag(inversion: .prefixedNo, help: "Whether the office appoints auditors without a ballot.")
    var officeAuditors: Bool?

    /// Whether anything was said.
    var isGiven: Bool {
        charter != nil || !majorities.isEmpty || otherMajority != nil || quorum != nil || votingDays != nil
            || noticeMonths != nil || exitDay != nil || minimumMonths != nil || buyInRule != nil
            || openToApplications != nil || compareUsage != nil || usageRetention != nil || officeReleases != nil
            || officeAuditors != nil
    }

    /// The charter that comes out of another one.
    func applied(to current: Charter, currency: String) throws -> Charter {
        var changed = try charter.map(CharterOptions.read) ?? current
        for majority in majorities {
            changed.majorities.removeAll { $0.kind == majority.kind }
            changed.majorities.append(majority)
        }
        if let otherMajority { changed.otherMajority = otherMajority }
        if let quorum { changed.quorum = quorum }
        if let votingDays { changed.votingDays = votingDays }
        if let noticeMonths { changed.notice.months = noticeMonths }
        if let exitDay { changed.notice.exitDay = exitDay.value }
        if let minimumMonths { changed.notice.minimumMonths = minimumMonths }
        if let buyInRule { changed.buyIn = try CharterOptions.buyIn(buyInRule, currency) }
        if let openToApplications { changed.openToApplications = openToApplications }
        if let compareUsage { changed.compareUsage = compareUsage }
        if let usageRetention { changed.usageRetentionMonths = usageRetention }
        if let officeReleases { changed.officePublishesReleases = officeReleases }
        if let officeAuditors { changed.officeAppointsAuditors = officeAuditors }
        return changed
    }

    private static func read(_ file: String) throws -> Charter {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure("Cannot read \(file), which --charter names.")
        }
        do {
            return try Charter(jsonUTF8Data: data)
        } catch {
            throw CommandFailure("\(file) is not a charter in JSON: \(error)")
        }
    }

    private static func buyIn(_ text: String, _ currency: String) throws -> API.BuyInRule {
        let words = text.split(separator: " ").map(String.init)
        var rule = API.BuyInRule()
        guard words.count == 2 else { throw ValidationError("a buy-in is fixed SUM, value SUM or inhabitant SUM") }
        let sum = try Arguments.money(words[1], currency)
        switch words[0] {
        case "fixed": rule.fixed = sum
        case "value": rule.jointValue = sum
        case "inhabitant": rule.perInhabitant = sum
        default: throw ValidationError("a buy-in is fixed SUM, value SUM or inhabitant SUM, not \"\(text)\"")
        }
        return rule
    }
}
