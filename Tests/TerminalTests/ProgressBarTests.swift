import Testing

@testable import Terminal

@Suite(.timeLimit(.minutes(5)))
struct ProgressBarTests {
    final class Paper {
        var text = ""
    }

    @Test func plainLinesComeOnceATenth() {
        let paper = Paper()
        var bar = ProgressBar("Reporting", unit: "records", total: 100, isTerminal: false, now: 0) { paper.text += $0 }
        for done in 1...29 { bar.update(done, now: UInt64(done) * 1_000_000_000) }
        let lines = paper.text.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0] == "Reporting ███░░░░░░░░░░░░░░░░░░░░░░░░░░░  10 %  10 of 100 records, 1 a second")
        bar.finish(100, now: 100_000_000_000)
        #expect(paper.text.hasSuffix("100 %  100 of 100 records, 1 a second\n"))
    }

    @Test func aTerminalIsDrawnOverButNotTooOften() {
        let paper = Paper()
        var bar = ProgressBar("Reporting", unit: "records", total: 4, isTerminal: true, now: 0) { paper.text += $0 }
        bar.update(1, now: 1)
        bar.update(2, now: 2)
        bar.update(3, now: 200_000_000)
        bar.finish(4, now: 200_000_001)
        #expect(paper.text.split(separator: "\r").count == 3)
        #expect(!paper.text.contains("2 of 4"))
        #expect(paper.text.hasSuffix("4 of 4 records, 19 a second\u{1B}[K\n"))
    }

    @Test func withoutATotalOnlyTheCountIsTold() {
        let paper = Paper()
        var bar = ProgressBar("Export", unit: "bytes", total: nil, isTerminal: false, now: 0) { paper.text += $0 }
        bar.update(5, now: 5)
        bar.finish(12_345, now: 1_000_000_000)
        #expect(paper.text == "Export: 12,345 bytes, 12,345 a second\n")
    }
}
