import API
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

/// Advice and guides, as askers, bodies and the office see them.
@Suite(.timeLimit(.minutes(5)))
struct CompetenceTests {
    private typealias Client = CompetenceServiceClient

    /// Ebern's data centre advises Bavaria on building, the auditor's party everybody on everything.
    private func addBodies(_ house: House) async throws {
        let office = Client(try house.client(.office))
        _ = try await office.createAdvisoryBody(.body("bayern-bau", .ebern, lands: ["09"], topics: ["bauwesen"]))
        _ = try await office.createAdvisoryBody(.body("bund", .otherOffice))
    }

    @Test func aRequestFindsItsBodyAndItsAnswer() async throws {
        try await House.with(.founded) { house in
            try await addBodies(house)
            let (asker, body) = (Client(try house.client(.itzgrund)), Client(try house.client(.ebern)))
            let asked = try await asker.submitAdvisoryRequest(.ask("xbau", "bauwesen", "Welche Schnittstelle zuerst?"))
            let name = asked.advisoryRequest.name
            #expect(asked.advisoryRequest.state == .assigned)
            #expect(asked.advisoryRequest.advisoryBody == "advisoryBodies/bayern-bau")
            let early = await refusal { _ = try await body.answerAdvisoryRequest(.answer(name, "Sofort.")) }
            #expect(early?.code == .failedPrecondition && early?.metadata["state"] == "ASSIGNED")
            #expect(early?.message.contains("IN_PROGRESS") == true)
            _ = try await body.startAdvisoryRequest(.start(name))
            let handed = try await body.handOverAdvisoryRequest(.handOver(name, to: "bund", "Bundesweite Frage"))
            #expect(handed.advisoryRequest.state == .handedOver)
            #expect(handed.advisoryRequest.advisoryBody == "advisoryBodies/bund")
            // Who has handed it over still reads it, and no longer works on it.
            #expect(await refusal { _ = try await body.startAdvisoryRequest(.start(name)) }?.code == .permissionDenied)
            let federal = Client(try house.client(.otherOffice))
            _ = try await federal.startAdvisoryRequest(.start(name))
            _ = try await federal.answerAdvisoryRequest(.answer(name, "FIT-Connect, siehe Leitfaden."))
            let withdrawn = await refusal {
                _ = try await asker.withdrawAdvisoryRequest(
                    .with {
                        $0.name = name
                        $0.requestID = .newRequest
                    })
            }
            #expect(withdrawn?.metadata["state"] == "ANSWERED")
            let closed = try await asker.closeAdvisoryRequest(.close(name, rating: 5)).advisoryRequest
            #expect(closed.state == .closed && closed.rating == 5)
            #expect(
                closed.steps.map(\.state) == [.assigned, .inProgress, .handedOver, .inProgress, .answered, .closed])
            #expect(closed.steps.map(\.text)[2] == "Bundesweite Frage")
            #expect(try await body.getAdvisoryRequest(.with { $0.name = name }).advisoryRequest == closed)
            let stranger = await refusal {
                _ = try await Client(try house.client(.grossheirath)).getAdvisoryRequest(.with { $0.name = name })
            }
            #expect(stranger?.code == .notFound)
            let entries = try house.database.execute("SELECT encode(entry, 'escape') FROM register_entry")
            for text in ["Schnittstelle zuerst", "Bundesweite", "FIT-Connect"] { #expect(!entries.contains(text)) }
        }
    }

    @Test func withoutOneCompetentBodyTheOfficeAssigns() async throws {
        try await House.with(.founded) { house in
            try await addBodies(house)
            let office = Client(try house.client(.office))
            _ = try await office.createAdvisoryBody(.body("bund-zwei", .ebern))
            let asker = Client(try house.client(.itzgrund))
            let asked = try await asker.submitAdvisoryRequest(.ask("kita", "bildung", "Wie anfangen?")).advisoryRequest
            #expect(asked.state == .submitted && asked.advisoryBody.isEmpty)
            let assign = AssignAdvisoryRequestRequest.with {
                $0.name = asked.name
                $0.advisoryBody = "advisoryBodies/bund"
                $0.requestID = .newRequest
            }
            #expect(await refusal { _ = try await asker.assignAdvisoryRequest(assign) }?.code == .permissionDenied)
            #expect(try await office.assignAdvisoryRequest(assign).advisoryRequest.state == .assigned)
            let listed = try await office.listAdvisoryRequests(.with { $0.state = .assigned })
            #expect(listed.advisoryRequests.map(\.name) == [asked.name])
            let municipality = await refusal {
                _ = try await asker.createAdvisoryBody(.body("eigene", .itzgrund))
            }
            #expect(municipality?.code == .permissionDenied)
            let bodies = try await asker.listAdvisoryBodies(.with { $0.topic = "bildung" }).advisoryBodies
            #expect(bodies.map(\.name) == ["advisoryBodies/bund", "advisoryBodies/bund-zwei"])
        }
    }

    @Test func anEndedBodyGetsNothingMore() async throws {
        try await House.with(.founded) { house in
            try await addBodies(house)
            let end = UpdateAdvisoryBodyRequest.with {
                $0.advisoryBody = CreateAdvisoryBodyRequest.body("bund", .otherOffice).advisoryBody
                $0.advisoryBody.name = "advisoryBodies/bund"
                $0.advisoryBody.ended = true
                $0.requestID = .newRequest
            }
            #expect(try await Client(try house.client(.office)).updateAdvisoryBody(end).advisoryBody.ended)
            let chosen = SubmitAdvisoryRequestRequest.with {
                $0 = .ask("kita", "bildung", "Und nun?")
                $0.advisoryBody = "advisoryBodies/bund"
            }
            let asker = Client(try house.client(.itzgrund))
            let refused = await refusal { _ = try await asker.submitAdvisoryRequest(chosen) }
            #expect(refused?.code == .failedPrecondition && refused?.message.contains("ended") == true)
        }
    }

    /// The steps of a request, each with who takes it, the states it is possible in, and where it leads.
    private struct Step: Sendable {
        let name: String
        let from: Set<API.AdvisoryRequestState>
        let to: API.AdvisoryRequestState
        let take: @Sendable (House, String) async throws -> Void
    }

    private static let steps: [Step] = [
        Step(name: "start", from: [.assigned, .handedOver], to: .inProgress) { house, name in
            _ = try await Client(try house.client(.ebern)).startAdvisoryRequest(.start(name))
        },
        Step(name: "answer", from: [.inProgress], to: .answered) { house, name in
            _ = try await Client(try house.client(.ebern)).answerAdvisoryRequest(.answer(name, "So."))
        },
        Step(name: "close", from: [.answered], to: .closed) { house, name in
            _ = try await Client(try house.client(.itzgrund)).closeAdvisoryRequest(.close(name, rating: 0))
        },
        Step(name: "withdraw", from: [.assigned, .inProgress, .handedOver], to: .withdrawn) { house, name in
            _ = try await Client(try house.client(.itzgrund)).withdrawAdvisoryRequest(
                .with {
                    $0.name = name
                    $0.requestID = .newRequest
                })
        },
    ]

    /// Every history of three steps through the server: what is possible is done, what is not is refused and says why.
    @Test func everyShortHistoryOfARequest() async throws {
        try await House.with(.founded) { house in
            _ = try await Client(try house.client(.office)).createAdvisoryBody(.body("eine", .ebern))
            let count = Self.steps.count
            for number in 0..<(count * count * count) {
                let asked = try await Client(try house.client(.itzgrund)).submitAdvisoryRequest(
                    .ask("r\(number)", "bauwesen", "Wie?"))
                var state = asked.advisoryRequest.state
                var rest = number
                for _ in 0..<3 {
                    let step = Self.steps[rest % count]
                    rest /= count
                    let refused = await refusal { try await step.take(house, asked.advisoryRequest.name) }
                    if step.from.contains(state) {
                        #expect(refused == nil, "\(step.name) in \(state): \(String(describing: refused))")
                        state = step.to
                    } else {
                        #expect(refused?.code == .failedPrecondition, "\(step.name) in \(state)")
                        #expect(refused?.metadata["state"] != nil && refused?.resource == asked.advisoryRequest.name)
                    }
                }
            }
        }
    }

    @Test func guidesAreRevisedAndFoundWithListings() async throws {
        try await House.with(.founded) { house in
            try await addBodies(house)
            let author = Client(try house.client(.ebern))
            let reader = Client(try house.client(.itzgrund))
            let draft = try await author.createGuide(.guide("xbau")).guide
            #expect(draft.state == .draft && draft.owner == Person.ebern.party)
            #expect(await refusal { _ = try await reader.createGuide(.guide("eigener")) }?.code == .permissionDenied)
            let unseen = await refusal { _ = try await reader.recordGuideUse(.use(draft.name)) }
            #expect(unseen?.code == .notFound)
            _ = try await author.publishGuide(.publish(draft))
            try await publish("bauantrag", in: house)
            let market = MarketplaceServiceClient(try house.client(.itzgrund))
            let found = try await market.searchCatalogue(.with { $0.query = "XBau" })
            #expect(Set(found.hits.map(\.name)) == ["guides/xbau", "listings/bauantrag"])
            #expect(found.hits.first?.name == "guides/xbau", "in the title before among the standards")
            let stages = try await market.searchCatalogue(
                .with {
                    $0.filters = [
                        .with {
                            $0.facet = .stage
                            $0.values = ["implementation"]
                        }
                    ]
                })
            #expect(stages.hits.map(\.name) == ["guides/xbau"])
            let use = try await reader.recordGuideUse(.use(draft.name)).guideUse
            #expect(use.revision == 1 && use.party == Person.itzgrund.party)
            let twice = await refusal { _ = try await reader.recordGuideUse(.use(draft.name)) }
            #expect(twice?.reason == "ALREADY_EXISTS")
            var revision = UpdateGuideRequest.with { $0.guide = draft }
            revision.guide.body = "Zweite Fassung"
            revision.guide.etag = ""
            revision.requestID = .newRequest
            let revised = try await author.updateGuide(revision).guide
            #expect(try await reader.getGuide(.with { $0.name = draft.name }).guide.body == "Zuerst FIT-Connect.")
            _ = try await author.publishGuide(.publish(revised))
            #expect(try await reader.getGuide(.with { $0.name = draft.name }).guide.revision == 2)
            #expect(try await reader.recordGuideUse(.use(draft.name)).guideUse.revision == 2)
            let first = try await reader.getGuide(
                .with {
                    $0.name = draft.name
                    $0.revision = 1
                })
            #expect(first.guide.body == "Zuerst FIT-Connect.")
            _ = try await author.withdrawGuide(
                .with {
                    $0.name = draft.name
                    $0.requestID = .newRequest
                })
            #expect(
                try await market.searchCatalogue(.with { $0.query = "XBau" }).hits.map(\.name) == ["listings/bauantrag"]
            )
        }
    }
}

extension CreateAdvisoryBodyRequest {
    static func body(_ id: String, _ person: Person, lands: [String] = [], topics: [String] = []) -> Self {
        .with {
            $0.advisoryBodyID = id
            $0.advisoryBody.party = person.party
            $0.advisoryBody.displayName = "Beratungsstelle " + id
            $0.advisoryBody.lands = lands
            $0.advisoryBody.topics = topics
            $0.requestID = .newRequest
        }
    }
}

extension SubmitAdvisoryRequestRequest {
    static func ask(_ id: String, _ topic: String, _ question: String) -> Self {
        .with {
            $0.advisoryRequestID = id
            $0.topic = topic
            $0.question = question
            $0.requestID = .newRequest
        }
    }
}

extension StartAdvisoryRequestRequest {
    static func start(_ name: String) -> Self {
        .with {
            $0.name = name
            $0.requestID = .newRequest
        }
    }
}

extension HandOverAdvisoryRequestRequest {
    static func handOver(_ name: String, to body: String, _ explanation: String) -> Self {
        .with {
            $0.name = name
            $0.advisoryBody = "advisoryBodies/" + body
            $0.explanation = explanation
            $0.requestID = .newRequest
        }
    }
}

extension AnswerAdvisoryRequestRequest {
    static func answer(_ name: String, _ text: String) -> Self {
        .with {
            $0.name = name
            $0.answer = text
            $0.requestID = .newRequest
        }
    }
}

extension CloseAdvisoryRequestRequest {
    static func close(_ name: String, rating: Int32) -> Self {
        .with {
            $0.name = name
            $0.rating = rating
            $0.requestID = .newRequest
        }
    }
}

extension CreateGuideRequest {
    static func guide(_ id: String) -> Self {
        .with {
            $0.guideID = id
            $0.guide.displayName = "XBau einführen"
            $0.guide.summary = "Von der Entscheidung bis zum ersten Antrag."
            $0.guide.body = "Zuerst FIT-Connect."
            $0.guide.stage = .implementation
            $0.guide.topics = ["bauwesen"]
            $0.guide.language = "de"
            $0.requestID = .newRequest
        }
    }
}

extension PublishGuideRequest {
    static func publish(_ guide: Guide) -> Self {
        .with {
            $0.name = guide.name
            $0.requestID = .newRequest
        }
    }
}

extension RecordGuideUseRequest {
    static func use(_ name: String) -> Self {
        .with {
            $0.guide = name
            $0.requestID = .newRequest
        }
    }
}
