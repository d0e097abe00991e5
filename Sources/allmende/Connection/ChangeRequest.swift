internal import API
internal import SwiftProtobuf

/// A request that changes something and therefore carries a UUID that makes it safe to repeat.
protocol ChangeRequest: Message {
    var requestID: String { get set }
}

extension CreatePartyRequest: ChangeRequest {}
extension RecordKeyFigureRequest: ChangeRequest {}
extension RecordMunicipalChangeRequest: ChangeRequest {}
extension RenamePartyRequest: ChangeRequest {}
extension CreateCredentialRequest: ChangeRequest {}
extension RotateCredentialRequest: ChangeRequest {}
extension RevokeCredentialRequest: ChangeRequest {}
extension CreateMandateRequest: ChangeRequest {}
extension RevokeMandateRequest: ChangeRequest {}
extension CreateConsortiumRequest: ChangeRequest {}
extension RecordApprovalRequest: ChangeRequest {}
extension AppointAuditorRequest: ChangeRequest {}
extension ApplyForMembershipRequest: ChangeRequest {}
extension WithdrawMembershipApplicationRequest: ChangeRequest {}
extension GiveNoticeRequest: ChangeRequest {}
extension SettleMembershipRequest: ChangeRequest {}
extension CompleteLiquidationRequest: ChangeRequest {}
extension OpenDecisionRequest: ChangeRequest {}
extension CastVoteRequest: ChangeRequest {}
extension WithdrawDecisionRequest: ChangeRequest {}
extension CreateApplicationRequest: ChangeRequest {}
extension PlanReleaseRequest: ChangeRequest {}
extension PublishReleaseRequest: ChangeRequest {}
extension DeprecateReleaseRequest: ChangeRequest {}
extension WithdrawReleaseRequest: ChangeRequest {}
extension RecordAdoptionRequest: ChangeRequest {}
extension ImportPubliccodeRequest: ChangeRequest {}
extension CreateAgreementRevisionRequest: ChangeRequest {}
extension CreateMetricRequest: ChangeRequest {}
extension UpdateMetricRequest: ChangeRequest {}
extension RetireMetricRequest: ChangeRequest {}
extension ConfirmUsageRequest: ChangeRequest {}
extension DisputeUsageRequest: ChangeRequest {}
extension IngestUsageRequest: ChangeRequest {}
extension CreateCostItemRequest: ChangeRequest {}
extension ReverseCostItemRequest: ChangeRequest {}
extension EraseSupplierRequest: ChangeRequest {}
extension CreatePeriodRequest: ChangeRequest {}
extension ClosePeriodRequest: ChangeRequest {}
extension CalculateExitSettlementRequest: ChangeRequest {}
extension CalculateSettlementRequest: ChangeRequest {}
extension CreateRemarkRequest: ChangeRequest {}
extension AnswerRemarkRequest: ChangeRequest {}
extension EraseRemarkNoteRequest: ChangeRequest {}
extension CorrectSettlementRequest: ChangeRequest {}
extension IssueSettlementRequest: ChangeRequest {}
extension CreateListingRequest: ChangeRequest {}
extension UpdateListingRequest: ChangeRequest {}
extension PublishListingRequest: ChangeRequest {}
extension WithdrawListingRequest: ChangeRequest {}
extension ExpressInterestRequest: ChangeRequest {}
extension AnswerInterestRequest: ChangeRequest {}
extension WithdrawInterestRequest: ChangeRequest {}
extension CreateAdvisoryBodyRequest: ChangeRequest {}
extension UpdateAdvisoryBodyRequest: ChangeRequest {}
extension SubmitAdvisoryRequestRequest: ChangeRequest {}
extension AssignAdvisoryRequestRequest: ChangeRequest {}
extension StartAdvisoryRequestRequest: ChangeRequest {}
extension HandOverAdvisoryRequestRequest: ChangeRequest {}
extension AnswerAdvisoryRequestRequest: ChangeRequest {}
extension CloseAdvisoryRequestRequest: ChangeRequest {}
extension WithdrawAdvisoryRequestRequest: ChangeRequest {}
extension CreateGuideRequest: ChangeRequest {}
extension UpdateGuideRequest: ChangeRequest {}
extension PublishGuideRequest: ChangeRequest {}
extension WithdrawGuideRequest: ChangeRequest {}
extension RecordGuideUseRequest: ChangeRequest {}
extension CreateAdoptionReportRequest: ChangeRequest {}
