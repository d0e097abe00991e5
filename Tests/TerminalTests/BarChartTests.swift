import Testing

@testable import Terminal

@Suite(.timeLimit(.minutes(5)))
struct BarChartTests {
    @Test func barsAreDrawnInEighths() {
        var chart = BarChart(width: 10)
        chart.add("Itzgrund", part: 3, of: 10, note: "30 %")
        chart.add("Großheirath", part: 1, of: 2, note: "50 %")
        chart.add("x", part: 1, of: 80, note: "1.25 %")
        #expect(
            chart.text == """
                Itzgrund     ███           30 %
                Großheirath  █████         50 %
                x            ▏           1.25 %

                """)
    }

    @Test func partsOutsideTheWholeStayInsideTheChart() {
        var chart = BarChart(width: 4)
        chart.add("more", part: 9, of: 3, note: "")
        chart.add("less", part: -1, of: 3, note: "")
        chart.add("none", part: 1, of: 0, note: "")
        chart.add("huge", part: .max / 2, of: .max, note: "")
        #expect(chart.text == "more  ████  \nless        \nnone        \nhuge  ██    \n")
    }
}
