/// Why one record of a batch is not taken in. Its neighbours are none the worse for it.
///
/// What it says never repeats the record's own values, so that a batch full of mistakes still has a short answer.
public enum UsageViolation: Sendable, Hashable, CaseIterable {
    case partyNotText
    case metricNotText
    case foreignParty
    case unknownMetric
    case retiredMetric
    case notAReporter
    case startOutOfRange
    case endOutOfRange
    case notAfterStart
    case tooLong
    case tooShort
    case future
    case negative
    case implausiblySmall
    case implausiblyLarge
    case noLongerKept
    case tooOftenCorrected

    /// Field of the record.
    public var field: String {
        switch self {
        case .partyNotText, .foreignParty, .notAReporter: "party_code"
        case .metricNotText, .unknownMetric, .retiredMetric: "metric_id"
        case .startOutOfRange, .noLongerKept: "interval_start"
        case .endOutOfRange, .notAfterStart, .tooLong, .tooShort, .future: "interval_end"
        case .negative, .implausiblySmall, .implausiblyLarge, .tooOftenCorrected: "quantity"
        }
    }

    public var reason: Reason {
        switch self {
        case .foreignParty, .notAReporter: .permissionDenied
        case .unknownMetric: .unknownMetric
        case .retiredMetric: .invalidState
        case .implausiblySmall, .implausiblyLarge, .tooOftenCorrected: .outOfRange
        case .noLongerKept: .noLongerKept
        default: .invalidField
        }
    }

    /// What is wrong, going on from the field's name.
    public var explanation: String {
        switch self {
        case .partyNotText, .metricNotText: "must be UTF-8 text without NUL"
        case .foreignParty: "must be a party that the certificate may report for"
        case .unknownMetric: "names a metric that the application does not have"
        case .retiredMetric: "names a metric that is retired"
        case .notAReporter: "names a party for which the metric takes no records of this system"
        case .startOutOfRange, .endOutOfRange: "must lie between the years 1970 and 2199"
        case .notAfterStart: "must lie after the start"
        case .tooLong: "must lie at most 366 days after the start"
        case .tooShort: "lies closer to the start than the metric's smallest interval"
        case .future: "must not lie in the future"
        case .negative: "must not be negative"
        case .implausiblySmall: "is below the smallest plausible quantity of the metric"
        case .implausiblyLarge: "is above the largest plausible quantity of the metric"
        case .noLongerKept: "lies in a month whose records are past their retention"
        case .tooOftenCorrected: "corrects a record that was corrected too often"
        }
    }
}
