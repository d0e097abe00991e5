public import API

extension RegisterEntry.OneOf_Change {
    /// The name of the change in the schema.
    public var kind: String {
        switch self {
        case .partyCreated: "party_created"
        case .keyFigureRecorded: "key_figure_recorded"
        case .credentialCreated: "credential_created"
        case .credentialRevoked: "credential_revoked"
        case .credentialRotated: "credential_rotated"
        case .mandateGranted: "mandate_granted"
        case .mandateRevoked: "mandate_revoked"
        case .registerRecovered: "register_recovered"
        case .consortiumCreated: "consortium_created"
        case .consortiumFounded: "consortium_founded"
        case .auditorAppointed: "auditor_appointed"
        case .decisionOpened: "decision_opened"
        case .voteCast: "vote_cast"
        case .applicationCreated: "application_created"
        case .ownershipSet: "ownership_set"
        case .releasePublished: "release_published"
        case .agreementRevisionDrafted: "agreement_revision_drafted"
        case .agreementRevisionPutToVote: "agreement_revision_put_to_vote"
        case .agreementRevisionAdopted: "agreement_revision_adopted"
        case .agreementRevisionRejected: "agreement_revision_rejected"
        case .metricCreated: "metric_created"
        case .metricUpdated: "metric_updated"
        case .metricRetired: "metric_retired"
        case .usageBatchRecorded: "usage_batch_recorded"
        case .costItemBooked: "cost_item_booked"
        case .settlementCalculated: "settlement_calculated"
        case .settlementApproved: "settlement_approved"
        case .settlementIssued: "settlement_issued"
        case .periodCreated: "period_created"
        case .periodClosed: "period_closed"
        case .periodReopened: "period_reopened"
        case .entryRemarked: "entry_remarked"
        case .remarkNoteErased: "remark_note_erased"
        }
    }
}
