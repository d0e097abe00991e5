import Testing

@testable import Terminal

@Suite(.timeLimit(.minutes(5)))
struct TableTests {
    @Test func numbersStandRightAndTotalsBelowARule() {
        var table = Table(.text("party"), .number("amount"))
        table.add("Großheirath", "39,051.92 EUR")
        table.add("Itzgrund", "5.00 EUR")
        table.addTotals("Total", "39,056.92 EUR")
        #expect(
            table.text == """
                party               amount
                ───────────  ─────────────
                Großheirath  39,051.92 EUR
                Itzgrund          5.00 EUR
                ───────────  ─────────────
                Total        39,056.92 EUR

                """)
    }

    @Test func missingCellsLeaveNoBlanksAtTheEnd() {
        var table = Table(.text("a"), .text("b"), .number("c"))
        table.add("x")
        #expect(table.text == "a  b  c\n─  ─  ─\nx\n")
    }

    @Test func anUmlautMadeOfTwoScalarsTakesOneCell() {
        var table = Table(.text("name"), .number("n"))
        table.add("Mu\u{308}nchen", "1")
        table.add("Wertheim", "2")
        #expect(table.text.hasSuffix("Mu\u{308}nchen   1\nWertheim  2\n"))
    }

    @Test func controlCharactersOfAServerDoNotReachTheTerminal() {
        var table = Table(.text("name"))
        table.add("evil\u{1B}[2J\nsecond\u{9B}")
        #expect(
            table.text
                == "name\n──────────────────\nevil?[2J?second?\n".replacing(
                    "──────────────────", with: String(repeating: "─", count: 16)))
    }

    @Test func csvHasItsLinesAndNoTotals() {
        var table = Table(.text("name"), .number("amount"))
        table.add("Großheirath", "39,051.92 EUR")
        table.add("the \"other\"", "")
        table.addTotals("Total", "39,051.92 EUR")
        #expect(table.csv == "name,amount\r\nGroßheirath,\"39,051.92 EUR\"\r\n\"the \"\"other\"\"\",\r\n")
    }
}
