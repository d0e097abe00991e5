internal import API
internal import Domain
internal import Store

extension Guide: Publication {
    static let collection = "guides"
    static let type = "guide"

    var kept: Guide {
        var kept = self
        (kept.name, kept.owner, kept.state, kept.revision, kept.publishedRevision, kept.etag) =
            ("", "", .unspecified, 0, 0, "")
        return kept
    }

    var searchEntry: SearchEntry {
        SearchEntry(
            kind: "guide", title: displayName, names: topics.joined(separator: " "), summary: summary,
            body: String(body.prefix(10_000)),
            facets: SearchEntry.facets([
                (.kind, ["guide"]), (.topic, topics), (.language, [language]), (.stage, [stage.word]),
            ]))
    }

    /// Every wrong field of a request.
    func check(_ checks: inout FieldChecks) {
        checks.text(displayName, field: "guide.display_name", length: 1...120)
        checks.text(summary, field: "guide.summary", length: 1...150)
        checks.text(body, field: "guide.body", length: 1...100_000)
        checks.enumeration(stage, field: "guide.stage")
        checks.ids(topics, field: "guide.topics", count: 1...10)
        _ = checks.value(LanguageTag.self, language, field: "guide.language")
    }
}
