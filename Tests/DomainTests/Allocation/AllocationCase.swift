import Foundation
import Testing

@testable import Domain

/// One file of `Cases`: a rule with its figures, where it was published, and the lines it comes to.
///
/// The expected lines were calculated from the source with exact fractions outside this program.
struct AllocationCase: Decodable, CustomTestStringConvertible {
    struct Source: Decodable {
        let title: String
        /// `null` where the publication bears none.
        let year: Int?
        /// Empty for an example of our own.
        let url: String
        /// What the publication states, in our words.
        let says: String
        /// What it leaves open and the case fills in.
        let assumed: String?
    }

    struct Component: Decodable {
        struct Tier: Decodable {
            let points: String
            let up_to: String?
            let included: Bool?
        }

        let weight: String
        let equal: Bool?
        let weights: [String: String]?
        let ownership: [String: String]?
        let key_figure: String?
        let reference: String?
        let figures: [String: String]?
        let tier: [Tier]?
        let published_key: String?
        let key_year: Int?
        let unit: String?
        let parties: [String]?
        let adopters: Bool?
    }

    struct Step: Decodable {
        let precharge: String?
        let share: String?
        let fixed: String?
        /// The party, or empty for everyone.
        let cap: String?
        let amount: Int64?
    }

    /// A rate that was published beside the need: it is rounded, so units times rate may miss the need.
    struct Published: Decodable {
        let rate: String
        let units: Int64
        let product: String
        let difference: String
    }

    let source: Source
    /// In minor units.
    let amount: Int64
    let year: Int
    let members: [String]
    let adopters: [String]?
    let components: [Component]
    let steps: [Step]?
    let lines: [String: Int64]
    let published: Published?
    /// Lines as published, where they do not add up to the amount.
    let published_lines: [String: Int64]?

    var testDescription: String { source.title }

    static let all: [AllocationCase] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Cases")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }.map { file in
            do {
                return try JSONDecoder().decode(AllocationCase.self, from: Data(contentsOf: file))
            } catch {
                fatalError("\(file.lastPathComponent): \(error)")
            }
        }
    }()
}

extension AllocationCase {
    func allocate() throws -> Allocation {
        var inputs = AllocationInputs(members: try members.map { try party($0) }, year: year)
        inputs.adopters = Set(try (adopters ?? []).map { try party($0) })
        let components = try components.map { component in
            let scope: AllocationComponent.Scope =
                if let parties = component.parties {
                    .parties(Set(try parties.map { try party($0) }))
                } else if component.adopters == true {
                    .adopters
                } else {
                    .allMembers
                }
            return AllocationComponent(
                try measure(component, &inputs), weight: try Fraction(component.weight, field: "weight"), scope: scope)
        }
        let rule = try AllocationRule(components, steps: (steps ?? []).map(step))
        return try Allocation(of: amount, by: rule, inputs)
    }

    private func measure(
        _ component: Component, _ inputs: inout AllocationInputs
    ) throws -> AllocationComponent.Measure {
        if component.equal == true { return .equal }
        if let weights = component.weights { return .weights(ByParty(try fractions(weights))) }
        if let ownership = component.ownership {
            inputs.ownership = try OwnershipShares(
                fractions(ownership).map { OwnershipShares.Share(party: $0.key, share: $0.value) })
            return .ownership
        }
        var quantities: [PartyCode: Quantity] = [:]
        for (code, text) in component.figures ?? [:] {
            quantities[try party(code)] = try Quantity(text, field: "figures")
        }
        let figures = PartyFigures(quantities, source: source.title)
        if let name = component.published_key, let year = component.key_year {
            let id = try ResourceID(name)
            inputs.publishedKeys[PublishedKeyReference(name: id, year: year)] = .init(
                unit: component.unit ?? "", figures)
            return .publishedKey(id, .fixed(year))
        }
        let kind = KeyFigureKind(rawValue: component.key_figure ?? "") ?? .cases
        let rule = try reference(component.reference ?? "")
        inputs.keyFigures[KeyFigureReference(kind: kind, day: try rule.day(forYear: year))] = figures
        guard let tiers = component.tier else { return .keyFigure(kind, rule) }
        let brackets = try tiers.map { tier in
            let bound = try tier.up_to.map { try Quantity($0, field: "up_to") }
            return Brackets.Bracket(
                upTo: bound.map { .init($0, isIncluded: tier.included == true) },
                points: try Quantity(tier.points, field: "points"))
        }
        return .tier(kind, rule, try Brackets(brackets))
    }

    private func fractions(_ texts: [String: String]) throws -> [PartyCode: Fraction] {
        var fractions: [PartyCode: Fraction] = [:]
        for (code, text) in texts { fractions[try party(code)] = try Fraction(text, field: "weights") }
        return fractions
    }

    private func reference(_ name: String) throws -> ReferenceDateRule {
        switch name {
        case "PREVIOUS_JUNE_30": .june30OfPreviousYear
        case "PREVIOUS_DECEMBER_31": .december31OfPreviousYear
        case "PREVIOUS_JANUARY_1": .january1OfPreviousYear
        case "SCHOOL_OCTOBER_1": .schoolStatistics(try .init(month: 10, day: 1, field: "reference"))
        default: throw Failure.invalid("reference", "is unknown: \(name)")
        }
    }

    private func step(_ step: Step) throws -> AllocationStep {
        if let payer = step.precharge {
            return .precharge(try party(payer), try Fraction(step.share ?? "", field: "share"))
        }
        let amount = step.amount ?? 0
        if let payer = step.fixed { return .fixed(try party(payer), amount) }
        let capped = step.cap ?? ""
        return .cap(capped.isEmpty ? .everyone : .party(try party(capped)), .amount(amount))
    }
}
