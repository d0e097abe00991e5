import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct CostItemCSVTests {
    private static let heading = "id,pool,kind,net,vat,service_start,service_end,document_number,supplier"

    private func read(_ rows: String...) throws -> CostItemCSV {
        let text = ([Self.heading] + rows).joined(separator: "\r\n")
        return try CostItemCSV(
            Array(text.utf8), currency: .euro, pools: ["operation"], kinds: ["expense", "revenue"])
    }

    @Test func rowsAreReadOneByOne() throws {
        let csv = try read(
            "hosting,operation,expense,60000.00,11400.00,2012-01-01,2013-01-01,R-17,\"AKDB, München\"",
            "grant,operation,revenue,1000,,2012-01-01,2012-07-01,Z-1,")
        #expect(csv.rejected.isEmpty && csv.rows.map(\.line) == [2, 3])
        let first = csv.rows[0].item
        #expect(first.net.minorUnits == 6_000_000 && first.vat.minorUnits == 1_140_000)
        #expect(first.supplier == "AKDB, München" && first.deductibleShare == .zero && first.document == nil)
        #expect(csv.rows[1].item.vat.minorUnits == 0 && csv.rows[1].item.kind == "revenue")
    }

    @Test func aBadRowIsRejectedByItself() throws {
        let good = "a,operation,expense,1,0,2012-01-01,2013-01-01,R,"
        let csv = try read(
            good, good, "b,hosting,expense,1,0,2012-01-01,2013-01-01,R,",
            "c,operation,expense,-1,0,2012-01-01,2013-01-01,R,", "d,operation,expense,1,0,2013-01-01,2012-01-01,R,",
            "e,operation,gift,x,0,2012-01-01,2012-02-30,,", "f,operation",
            "C,operation,expense,1,0,2012-01-01,2013-01-01,R,")
        #expect(csv.rows.map(\.item.id.text) == ["a"])
        #expect(csv.rejected.map(\.line) == [3, 4, 5, 6, 7, 8, 9])
        #expect(
            csv.rejected.map { $0.failure.violations.map(\.field) } == [
                ["id"], ["pool"], ["net"], ["service.end"], ["kind", "net", "service_end", "document_number"], ["row"],
                ["id"],
            ])
    }

    @Test func aBrokenFileIsRefusedAsAWhole() {
        for text in ["", "id,pool", Self.heading + ",id", Self.heading + ",colour", Self.heading + "\r\n\"a"] {
            #expect(throws: Failure.self, "\(text)") {
                _ = try CostItemCSV(Array(text.utf8), currency: .euro, pools: [], kinds: [])
            }
        }
    }
}
