internal import API
internal import Domain
internal import Store

extension PeriodRow {
    /// Reads a request to open a period; every wrong field is named. Its position follows.
    init(_ request: CreatePeriodRequest) throws {
        let period = request.period
        var checks = FieldChecks()
        let code = checks.resourceID(request.periodID, field: "period_id")
        checks.enumeration(period.kind, field: "period.kind")
        let start = checks.date(
            period.days.start, isSet: period.hasDays && period.days.hasStart, field: "period.days.start")
        try checks.finish()
        let days = try Domain.PeriodCalendar.Kind(period.kind).days(from: start!, field: "period.days.start")
        if period.days.hasEnd, period.days.end != API.CivilDate(days.end!) {
            throw Failure.invalid("period.days.end", "must be \(days.end!) for this kind of period, or be left out")
        }
        self.init(
            code: code!, kind: Int16(period.kind.rawValue), start: days.start, end: days.end!,
            state: Int16(API.PeriodState.open.rawValue), closedSize: nil, position: 0)
    }
}

extension Period {
    init(_ row: PeriodRow, consortium: String) {
        self.init()
        name = "\(consortium)/periods/\(row.code)"
        kind = PeriodKind(rawValue: Int(row.kind)) ?? .unspecified
        days.start = API.CivilDate(row.start)
        days.end = API.CivilDate(row.end)
        state = API.PeriodState(rawValue: Int(row.state)) ?? .unspecified
        closedRegisterSize = row.closedSize ?? 0
        registerPosition = row.position
        etag = Etag.text(row.position)
    }
}

extension Domain.PeriodCalendar.Kind {
    fileprivate init(_ kind: PeriodKind) throws {
        switch kind {
        case .fiscalYear: self = .fiscalYear
        case .quarter: self = .quarter
        case .month: self = .month
        case .unspecified, .UNRECOGNIZED: throw Failure.invalid("period.kind", "has an unknown value")
        }
    }
}

extension Domain.PeriodCalendar {
    /// The calendar of stored periods.
    init(_ rows: [PeriodRow]) throws {
        self.init(
            try rows.map { row in
                Period(
                    code: row.code, days: try Domain.DateRange(row.start, row.end, field: "days"),
                    state: try Domain.PeriodState(number: row.state), closedSize: row.closedSize)
            })
    }
}
