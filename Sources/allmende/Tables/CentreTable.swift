internal import API
internal import Domain
internal import Terminal

/// The competence centre's answers for people.
enum CentreTable {
    static func bodies(_ bodies: [AdvisoryBody]) -> String {
        var table = Table(.text("body"), .text("name"), .text("party"), .text("Länder"), .text("topics"), .text(""))
        for body in bodies {
            table.add(
                Names.short(body.name), body.displayName, Names.short(body.party), list(body.lands), list(body.topics),
                body.ended ? "ended" : "")
        }
        return table.text
    }

    private static func list(_ items: [String]) -> String {
        items.isEmpty ? "all" : items.joined(separator: ", ")
    }

    static func requests(_ requests: [AdvisoryRequest]) -> String {
        var table = Table(
            .text("request"), .text("party"), .text("topic"), .text("state"), .text("body"), .number("rating"))
        for request in requests {
            table.add(
                Names.short(request.name), Names.short(request.party), request.topic, Choice.text(request.state),
                Names.short(request.advisoryBody), request.rating == 0 ? "" : "\(request.rating)")
        }
        return table.text
    }

    static func history(_ request: AdvisoryRequest) -> String {
        var table = Table(.number("entry"), .text("state"), .text("by"), .text("body"), .text("text"))
        for step in request.steps {
            table.add(
                "\(step.registerPosition)", Choice.text(step.state), Names.short(step.party),
                Names.short(step.advisoryBody), step.text)
        }
        return requests([request]) + "\n" + table.text
    }

    static func guide(_ guide: Guide) -> String {
        var table = Table(
            .text("guide"), .text("title"), .text("stage"), .text("topics"), .text("state"), .number("revision"),
            .number("public"))
        table.add(
            Names.short(guide.name), guide.displayName, Choice.text(guide.stage), guide.topics.joined(separator: ", "),
            Choice.text(guide.state), "\(guide.revision)",
            guide.publishedRevision == 0 ? "" : "\(guide.publishedRevision)")
        return table.text
    }

    /// Text of several lines: what steers a terminal is taken out line by line.
    static func paragraph(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in String(line.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
            }
            .joined(separator: "\n")
    }

    static func reports(_ reports: [AdoptionReport]) -> String {
        var table = Table(.text("party"), .number("days"), .number("rating"), .text("report"))
        for report in reports {
            let days = report.introductionDays == 0 ? "" : "\(report.introductionDays)"
            table.add(Names.short(report.party), days, "\(report.rating)", report.text)
        }
        return table.text
    }

    static func stage(_ response: GetMunicipalityStageResponse) -> String {
        var table = Table(.text("stage"), .text("since"), .text("evidence"), .text("by"))
        for finding in response.findings {
            let name = "\(finding.stage.rawValue) \(Choice.text(finding.stage))"
            if finding.evidence.isEmpty { table.add(name, "", "none") }
            for (index, item) in finding.evidence.enumerated() {
                table.add(index == 0 ? name : "", Words.day(item.since), item.description_p, item.resource)
            }
        }
        let reached = response.stage == .unspecified ? "none" : "\(response.stage.rawValue)"
        return table.text + "\nStage of \(Names.short(response.party)): \(reached)\n"
    }

    static func coverage(_ coverage: API.Coverage) -> String {
        var table = Table(
            .text(Words.day(coverage.day)), .number("municipalities"), .number("with it"), .number("share"),
            .number("inhabitants"), .number("with it"), .number("share"))
        func add(_ label: String, _ line: CoverageLine) {
            table.add(
                label, Grouped.text(line.municipalities), Grouped.text(line.coveredMunicipalities),
                share(Int64(line.coveredMunicipalities), Int64(line.municipalities)), Grouped.text(line.inhabitants),
                Grouped.text(line.coveredInhabitants), share(line.coveredInhabitants, line.inhabitants))
        }
        for line in coverage.lands { add((try? Land(line.group).name) ?? line.group, line) }
        for line in coverage.sizeClasses { add(line.group, line) }
        add("all", coverage.total)
        return table.text
    }

    private static func share(_ part: Int64, _ whole: Int64) -> String {
        guard whole > 0, let fraction = Domain.Fraction(part, whole) else { return "" }
        return fraction.percent(places: 1)
    }
}
