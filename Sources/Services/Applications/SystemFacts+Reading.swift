internal import API
internal import Domain
internal import Publiccode
internal import Store
internal import SwiftProtobuf

extension SystemFacts {
    /// What is known of an application on a day, when the consortium's register had `size` entries.
    ///
    /// - Parameter document: names the funders to look for among the parties.
    init(
        of application: ReleaseName.Application, beside document: PubliccodeDocument, _ caller: Participant,
        on day: Domain.CivilDate, knownAt size: Int64, _ reader: some Reader
    ) async throws {
        let adoptions = try await reader.adoptions(
            of: application.id, in: caller.consortium, on: day, knownAt: size)
        let live = adoptions.filter { $0.state == Int16(API.AdoptionState.live.rawValue) }.map(\.partyCode)
        let funding = try await Self.funding(application.name, caller, on: day, knownAt: size, reader)
        let parties = try await reader.parties(Array(Set(live).union(funding)))
        let stated = document.fundedBy
        let known = try await reader.parties(
            named: stated.map(\.name), orNumbered: stated.compactMap { PartyURI.number(in: $0.uri) })
        let releases = try await reader.releases(of: application.id, in: caller.consortium, knownAt: size)
            .filter { try $0.domainState() != .planned }
        let newest = try releases.first { try $0.domainState() == .released }?.release()
        // Two parties may bear one name; it is said once.
        var named: Set<String> = []
        self.init(
            users: parties.filter { live.contains($0.code) && named.insert($0.displayName).inserted }
                .map(\.displayName),
            funders: parties.filter { funding.contains($0.code) }.map(Organisation.init),
            knownOrganisations: known.map(Organisation.init), hasReleases: !releases.isEmpty,
            release: newest.map(Release.init))
    }

    /// The codes of those whom agreements charge for the application: members of the day with a part in a pool that
    /// names the application, or that names none and so serves all of them.
    private static func funding(
        _ application: String, _ caller: Participant, on day: Domain.CivilDate, knownAt size: Int64,
        _ reader: some Reader
    ) async throws -> Set<String> {
        let consortium = try await reader.consortium(caller.consortium, on: day, knownAt: size, name: caller.name)
        let members = consortium.members.filter { $0.state != Int16(API.MembershipState.applied.rawValue) }
            .map(\.partyCode)
        let rows = try await reader.agreementRevisions(in: caller.consortium, on: day, knownAt: size)
        var funding: Set<String> = []
        for row in rows where try row.domainState.rules {
            for pool in try AgreementRevision(serializedBytes: row.content).pools where pool.serves(application) {
                funding.formUnion(pool.payers(among: members))
            }
        }
        return funding
    }
}

extension SystemFacts.Release {
    init(_ release: API.Release) {
        let day = release.releasedOn
        self.init(
            version: release.version,
            day: Domain.CivilDate(year: Int(day.year), month: Int(day.month), day: Int(day.day)),
            license: release.license)
    }
}

extension SystemFacts.Organisation {
    init(_ party: PartyRow) {
        self.init(name: party.displayName, uri: PartyURI.uri(of: party))
    }
}

/// How documents identify a party: by its number in the German register of municipalities, as a private URN.
enum PartyURI {
    private static let ars = "urn:x-german-ars:"
    private static let ags = "urn:x-german-ags:"

    /// Empty for a party without a number.
    static func uri(of party: PartyRow) -> String {
        if let number = party.ars { return ars + number }
        return party.ags.map { ags + $0 } ?? ""
    }

    /// The number in such a URI; nil for any other.
    static func number(in uri: String) -> String? {
        [ars, ags].first { uri.hasPrefix($0) }.map { String(uri.dropFirst($0.count)) }
    }
}

extension PoolAllocation {
    /// Whether the pool is split by something of the application, or by nothing of any.
    fileprivate func serves(_ application: String) -> Bool {
        let named = components.compactMap { component -> String? in
            switch component.key {
            case .ownership(let key): key.application
            case .usage(let key): key.metric.split(separator: "/").prefix(4).joined(separator: "/")
            default: nil
            }
        }
        return named.isEmpty || named.contains(application)
    }

    /// The members that bear something of the pool.
    fileprivate func payers(among members: [String]) -> Set<String> {
        var payers: Set<String> = []
        for component in components {
            payers.formUnion(component.parties.isEmpty ? members : component.parties.map(Self.code))
        }
        for step in steps {
            if case .exempt(let exemption) = step.step { payers.remove(Self.code(exemption.party)) }
        }
        for step in steps {
            switch step.step {
            case .precharge(let precharge) where precharge.share.numerator > 0:
                payers.insert(Self.code(precharge.party))
            case .fixed(let fixed) where fixed.amount.minorUnits > 0: payers.insert(Self.code(fixed.party))
            default: break
            }
        }
        return payers.intersection(members)
    }

    private static func code(_ party: String) -> String { String(party.dropFirst("parties/".count)) }
}
