import API
import Foundation
import GRPC
import SwiftProtobuf
import Testing

/// Agreements and settlements on the command line, as people and scripts read them.
@Suite(.timeLimit(.minutes(5)))
struct CommandLineTests {
    private func text(_ house: House, _ command: String) async throws -> String {
        try await CommandRunner(house: house).text(.office, command + " --consortium itzgrund")
    }

    @Test func anAgreementIsProposedComparedAndSimulated() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            let draft = try await text(
                house,
                "agreement draft umlage --from 2013-01-01 --vat not-taxable --confirm-vat all --pool operation "
                    + "--app bauantrag --carry-forward --partial by-months --exit-share last-settlement --deficit-only "
                    + "--decided-before 06-30 --changes-per-year 1 --legal-basis Art.~42~KommZG "
                    + "--component 40%~equal --component 60%~usage:cases")
            for line in [
                "umlage, revision 2: draft, from 2013-01-01", "operation: surplus and deficit are carried forward",
                "at most 1 changes in a year", "a change for a year is decided before 30.6. of it",
                "who joins or leaves within a period: by-months",
                "who leaves has part by last-settlement, of a deficit alone",
            ] { #expect(draft.contains(line), "\(draft)") }

            let diff = try await text(house, "agreement diff umlage --from 1 --to 2")
            for line in [
                "  valid: 2013-01-01/.. instead of 2012-01-01/..",
                "  partial_membership: by begun months of membership instead of by days of membership",
                "  guards: new: at most 1 changes of the rate in a year",
                "  pools.OPERATION: by inhabitants on 31 December of the year before: no longer: 60 %",
                "  pools.OPERATION: in equal parts: 40 % instead of 15 %",
                "surplus and deficit are carried forward instead of surplus and deficit are settled with the period",
            ] { #expect(diff.contains(line), "\(diff)") }
            let proposed = try await text(house, "agreement propose umlage --revision 2")
            #expect(proposed.contains("It changes:\n  valid: 2013-01-01/.."), "\(proposed)")

            let other = try await text(
                house,
                "agreement simulate umlage --period 2012 --join 09674130 --leave 09674210 --cost operation=90000.00")
            #expect(other.contains("not possible: no figure for inhabitants on 2011-12-31 for 09674130"), "\(other)")
            let fewer = try await text(house, "agreement simulate umlage --period 2012 --leave 09674210")
            for line in ["Compared with umlage, revision 1", "per inhabitant:", "per case:", "Total"] {
                #expect(fewer.contains(line), "\(fewer)")
            }
            let json = try await text(house, "agreement simulate umlage --period 2012 --revision 2 --output json")
            let answer = try SimulateAgreementResponse(jsonString: json)
            #expect(answer.outcomes.count == 1 && answer.outcomes[0].obstacle.isEmpty)
        }
    }

    @Test func aYearIsSettledCorrectedAndExplained() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            let file = FileManager.default.temporaryDirectory.appending(path: "costs-\(UUID().uuidString).csv").path
            defer { try? FileManager.default.removeItem(atPath: file) }
            let rows = [
                "id,pool,kind,net,service_start,service_end,document_number,supplier",
                "support,operation,expense,5000.00,2012-01-01,2013-01-01,R-7,Rechenzentrum",
                "wrong,parties,expense,1.00,2012-01-01,2013-01-01,R-8,",
            ]
            try Data((rows.joined(separator: "\r\n") + "\r\n").utf8).write(to: URL(filePath: file))
            let imported = try await CommandRunner(house: house).refusal(
                .office, "cost import \(file) --consortium itzgrund")
            #expect(
                imported.contains("1 of 2 rows booked") && imported.contains("rejected: pool must be one of"),
                "\(imported)")
            try await settling.closeYear(net: 9_500_000)

            let calculated = try await text(house, "settlement calculate year-2012 --agreement umlage --period 2012")
            for line in [
                "Settlement year-2012 of 2012, by umlage, revision 1, calculated", "09473138 Itzgrund", "34,498.12 EUR",
                "by inhabitants on 2011-12-31", "Total of all pools: 100,000.00 EUR", "█",
            ] { #expect(calculated.contains(line), "\(calculated)") }
            let csv = try await text(house, "settlement show year-2012 --output csv")
            #expect(csv.contains("\r\n") && csv.contains("09473138"), "\(csv)")
            let json = try await text(house, "settlement show year-2012 --output json")
            let settlement = try Settlement(jsonString: json)
            #expect(settlement.total.minorUnits == 10_000_000)
            try await settling.issued(settlement)

            let explained = try await text(house, "settlement explain year-2012 --party 09473138")
            #expect(explained.contains("In all Itzgrund bears 34,498.12 EUR"), "\(explained)")
            let documents = try await text(house, "settlement documents")
            #expect(documents.contains("2013-000002"), "\(documents)")
            try await settling.book("late", 2012, net: 300)
            let corrected = try await text(house, "settlement correct year-2012 --as correction --preview")
            #expect(corrected.contains("asked for before") && corrected.contains("difference"), "\(corrected)")
            let stale = try await CommandRunner(house: house).refusal(
                .office,
                "settlement issue year-2012 --etag 1 --date 2013-03-01 --due 2013-05-01 --consortium itzgrund")
            #expect(stale.contains("was changed since"), "\(stale)")
        }
    }
}
