internal import API
internal import Audit
internal import Domain
internal import Terminal

/// Entries of a register as a table.
enum EntryTable {
    static func text(_ response: ListEntriesResponse) -> String {
        text(response.entries) + "\(response.entries.count) of \(response.size) entries\n"
    }

    static func text(_ entries: [RegisterEntry]) -> String {
        var table = Table(
            .number("position"), .text("recorded"), .text("by"), .text("role"), .text("change"), .text("of"))
        for entry in entries {
            table.add(
                "\(entry.position)", time(entry.recordedMicros), Names.short(entry.actor.party),
                entry.actor.role == .unspecified ? "" : Choice.text(entry.actor.role), kind(entry), subject(entry))
        }
        return table.text
    }

    static func time(_ micros: Int64) -> String {
        Instant(seconds: micros / 1_000_000)?.description ?? "\(micros)"
    }

    /// The name of the change in words: `usage_batch_recorded` is `usage batch recorded`.
    private static func kind(_ entry: RegisterEntry) -> String {
        entry.change.map { $0.kind.replacing("_", with: " ") } ?? "unknown"
    }

    private static func subject(_ entry: RegisterEntry) -> String {
        switch entry.change {
        case .partyCreated(let party): party.displayName
        case .keyFigureRecorded(let figure): "\(Names.short(figure.party)) \(Words.day(figure.referenceDate))"
        case .municipalChangeRecorded(let change):
            "\(Names.short(change.predecessor)) on \(Words.day(change.effectiveDate))"
        case .partyRenamed(let name): "\(Names.short(name.party)): \(name.displayName)"
        case .credentialCreated(let credential), .credentialRevoked(let credential): Names.short(credential.party)
        case .credentialRotated(let rotation): Names.short(rotation.successor.party)
        case .mandateGranted(let mandate), .mandateRevoked(let mandate):
            "\(mandate.name) to \(Names.short(mandate.holder))"
        case .consortiumCreated(let consortium), .consortiumFounded(let consortium),
            .consortiumApprovalRecorded(let consortium), .charterAmended(let consortium),
            .consortiumLiquidationBegun(let consortium), .consortiumDissolved(let consortium):
            consortium.displayName
        case .membershipApplied(let membership), .membershipApplicationClosed(let membership),
            .membershipBegan(let membership), .membershipNoticeGiven(let membership),
            .membershipEnded(let membership), .membershipSettled(let membership):
            Names.short(membership.party)
        case .decisionClosed(let change): "\(Names.short(change.decision)): \(Choice.text(change.state))"
        case .publiccodeImported(let change): Names.short(change.application)
        case .adoptionRecorded(let adoption):
            "\(Names.short(adoption.application)) by \(Names.short(adoption.party)): \(Choice.text(adoption.state))"
        case .registerRecovered(let change): "\(change.lostFrom) to \(change.lostUntil)"
        case .auditorAppointed(let change): Names.short(change.party)
        case .decisionOpened(let decision): Names.short(decision.name)
        case .voteCast(let vote): "\(Names.short(vote.decision)): \(Choice.text(vote.ballot))"
        case .applicationCreated(let application): Names.short(application.name)
        case .ownershipSet(let ownership): Names.short(ownership.application)
        case .releasePublished(let release), .releasePlanned(let release), .releaseDeprecated(let release),
            .releaseWithdrawn(let release):
            Names.short(release.name)
        case .agreementRevisionDrafted(let revision), .agreementRevisionPutToVote(let revision),
            .agreementRevisionAdopted(let revision),
            .agreementRevisionRejected(let revision), .agreementRevisionSuperseded(let revision),
            .agreementRevisionTerminated(let revision):
            Names.shortRevision(revision.name)
        case .metricCreated(let metric), .metricUpdated(let metric), .metricRetired(let metric):
            Names.short(metric.name)
        case .usageConfirmed(let statement), .usageDisputed(let statement):
            "\(Names.short(statement.application)) \(Words.period(statement.period))"
        case .usageBatchRecorded(let batch): "\(Grouped.text(batch.rowCount)) rows from \(batch.sourceID)"
        case .usageDropped(let drop):
            "\(Grouped.text(drop.applications.reduce(0) { $0 + $1.recordCount })) records of "
                + Words.day(drop.month).prefix(7)
        case .costItemBooked(let item), .costItemReversed(let item):
            "\(Names.short(item.name)) \(Words.money(item.net))"
        case .supplierErased(let change): Names.short(change.costItem)
        case .settlementCalculated(let settlement):
            "\(Names.short(settlement.name)) \(Words.money(settlement.total))"
        case .settlementApproved(let change): Names.short(change.settlement)
        case .settlementIssued(let change):
            "\(Names.short(change.settlement)): \(Grouped.text(change.documents.count)) documents"
        case .periodCreated(let period), .periodClosed(let period), .periodReopened(let period):
            Names.short(period.name)
        case .entryRemarked(let remark): "\(Choice.text(remark.kind)) entry \(remark.entryPosition)"
        case .remarkNoteErased(let change): Names.short(change.remark)
        case .publicationWritten(let change), .publicationPublished(let change), .publicationWithdrawn(let change):
            "\(change.publication), revision \(change.revision)"
        case .interestRecorded(let change): "\(change.interest): \(Choice.text(change.state))"
        case .advisoryBodyCreated(let body), .advisoryBodyChanged(let body): Names.short(body.name)
        case .advisoryRequestRecorded(let change):
            "\(Names.short(change.advisoryRequest)): \(Choice.text(change.state))"
        case .guideUsed(let use): "\(use.guide) by \(Names.short(use.party))"
        case .adoptionReported(let change): change.adoptionReport
        case nil: ""
        }
    }
}
