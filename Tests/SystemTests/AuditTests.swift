import API
import Foundation
import GRPC
import Register
import SwiftProtobuf
import TestSupport
import Testing

/// The auditor: every call is written down, remarks are entries, appointments end.
@Suite(.timeLimit(.minutes(5)))
struct AuditTests {
    @Test func everyCallOfAnAuditorIsWrittenDown() async throws {
        try await House.with(.founded) { house in
            let register = RegisterServiceClient(try house.client(.auditor))
            _ = try await register.getCheckpoint(.with { $0.register = Founding.consortium })
            _ = try await ConsortiumServiceClient(try house.client(.auditor)).listConsortia(ListConsortiaRequest())
            let refused = await refusal {
                _ = try await CostServiceClient(try house.client(.auditor)).createCostItem(.cost("no", net: 1))
            }
            #expect(refused?.reason == "PERMISSION_DENIED")
            // What the office does is not in the log.
            _ = try await RegisterServiceClient(try house.client(.office)).getCheckpoint(
                .with { $0.register = Founding.consortium })

            let seen = try await accesses(.office, Founding.consortium, house)
            #expect(
                seen.map(\.method) == [
                    "allmende.v1.RegisterService/GetCheckpoint", "allmende.v1.CostService/CreateCostItem",
                ])
            #expect(seen.allSatisfy { $0.party == Person.auditor.party && $0.credentialSha256.count == 32 })
            let all = try await accesses(.operator, "", house)
            #expect(all.map(\.accessID) == [1, 2, 3])
            #expect(all[1].method == "allmende.v1.ConsortiumService/ListConsortia" && all[1].consortium.isEmpty)
            #expect(try await accesses(.operator, Founding.consortium, house) == seen)
            for person in [Person.auditor, .itzgrund] {
                let refused = await refusal { _ = try await accesses(person, "", house) }
                #expect(refused?.reason == "PERMISSION_DENIED", "\(person)")
            }
        }
    }

    /// A watch asks again and again whether it may, and is one call.
    @Test func aWatchIsOneCall() async throws {
        try await House.with(.founded) { house in
            let stream = try await RegisterServiceClient(try house.client(.auditor)).watchEntries(
                .with { $0.register = Founding.consortium })
            _ = try await stream.receive()
            _ = try await ingest([.batch(.itzgrund, quantities: [1])], as: .itzgrund, in: house)
            _ = try await stream.receive()
            stream.cancel()
            #expect(try await accesses(.office, Founding.consortium, house).count == 1)
        }
    }

    @Test func aQuestionIsAnsweredAndItsNoteErased() async throws {
        try await House.with(.founded) { house in
            let auditor = AuditServiceClient(try house.client(.auditor))
            let office = AuditServiceClient(try house.client(.office))
            let question = try await auditor.createRemark(
                .remark(on: 2, .questioned, "Frau Muster fragt: warum?")
            ).remark
            let answer = try await office.answerRemark(
                .with {
                    $0.name = question.name
                    $0.note = "So beschlossen."
                    $0.requestID = .newRequest
                }
            ).remark
            _ = try await auditor.createRemark(.remark(on: 3, .acknowledged, ""))

            let listed = try await office.listRemarks(.with { $0.parent = Founding.consortium }).remarks
            #expect(listed.map(\.kind) == [.questioned, .answered, .acknowledged])
            #expect(listed.map(\.entryPosition) == [2, 2, 3])
            #expect(listed[1].name == answer.name && listed[1].answers == question.name)
            #expect(listed[0].note == "Frau Muster fragt: warum?" && listed[2].noteSha256.isEmpty)
            let salted = SaltedText(listed[0].note, salt: Array(listed[0].noteSalt))
            #expect(salted.digest == Array(listed[0].noteSha256))

            let erased = try await auditor.eraseRemarkNote(
                .with {
                    $0.name = question.name
                    $0.requestID = .newRequest
                }
            ).remark
            #expect(erased.noteErased && erased.note.isEmpty && erased.noteSalt.isEmpty)
            #expect(erased.noteSha256 == listed[0].noteSha256)
            // Neither the database nor the register has the text any more.
            let traces = try house.database.execute(
                """
                SELECT count(*) FROM (
                    SELECT t::text FROM entry_remark t UNION ALL SELECT t::text FROM request_record t
                    UNION ALL SELECT t::text FROM register_entry t
                    UNION ALL SELECT t::text FROM access_log t) all_rows (row)
                WHERE row LIKE '%Muster%' OR row LIKE '%\(hex(Array("Muster".utf8)))%'
                """)
            #expect(traces == "0\n")
            let entries = try await RegisterServiceClient(try house.client(.office)).listEntries(
                .with { $0.register = Founding.consortium }
            ).entries
            let kinds = entries.suffix(4).map { entry in
                switch entry.change {
                case .entryRemarked(let remark): "\(remark.kind) \(remark.entryPosition)"
                case .remarkNoteErased(let change): change.remark
                default: ""
                }
            }
            #expect(kinds == ["questioned 2", "answered 2", "acknowledged 3", question.name])
        }
    }

    @Test func remarksThatCannotBeAreRefused() async throws {
        try await House.with(.founded) { house in
            let auditor = AuditServiceClient(try house.client(.auditor))
            let cases: [(CreateRemarkRequest, String)] = [
                (.remark(on: 1_000_000, .acknowledged, ""), "entry_position"),
                (.remark(on: -1, .acknowledged, ""), "entry_position"),
                (.remark(on: 1, .questioned, ""), "note"), (.remark(on: 1, .answered, "x"), "kind"),
                (.remark(on: 1, .unspecified, "x"), "kind"),
                (.remark(on: 1, .questioned, String(repeating: "x", count: 2001)), "note"),
            ]
            for (request, field) in cases {
                let refused = await refusal { _ = try await auditor.createRemark(request) }
                #expect(refused?.fields == [field], "\(request)")
            }
            let office = await refusal {
                _ = try await AuditServiceClient(try house.client(.office)).createRemark(
                    .remark(on: 1, .acknowledged, ""))
            }
            #expect(office?.reason == "PERMISSION_DENIED")
            let acknowledged = try await auditor.createRemark(
                .remark(on: 1, .acknowledged, String(repeating: "x", count: 2000)))
            let answer = await refusal {
                _ = try await AuditServiceClient(try house.client(.office)).answerRemark(
                    .with {
                        $0.name = acknowledged.remark.name
                        $0.note = "Danke."
                        $0.requestID = .newRequest
                    })
            }
            #expect(answer?.reason == "INVALID_STATE")
        }
    }

    /// The day after an appointment ends comes while the connection is open: the clock of the appointment is set back
    /// instead, by hand.
    @Test func anAppointmentIsForItsDaysAlone() async throws {
        try await House.with(.founded) { house in
            let consortia = ConsortiumServiceClient(try house.client(.office))
            for (valid, isSeen) in [(DateRange.year(2012), false), (.year(9998), false)] {
                try house.database.execute("DELETE FROM auditor_appointment")
                _ = try await consortia.appointAuditor(
                    .with {
                        $0.consortium = Founding.consortium
                        $0.party = Person.auditor.party
                        $0.valid = valid
                        $0.requestID = .newRequest
                    })
                let seen = try await ConsortiumServiceClient(try house.client(.auditor)).listConsortia(
                    ListConsortiaRequest())
                #expect(seen.consortia.isEmpty != isSeen, "\(valid)")
            }
            // A second appointment for the same days is refused, one for other days is not.
            let again = await refusal {
                _ = try await consortia.appointAuditor(
                    .with {
                        $0.consortium = Founding.consortium
                        $0.party = Person.auditor.party
                        $0.valid.start = .day(9998, 6, 1)
                        $0.requestID = .newRequest
                    })
            }
            #expect(again?.reason == "ALREADY_EXISTS")
            _ = try await consortia.appointAuditor(
                .with {
                    $0.consortium = Founding.consortium
                    $0.party = Person.auditor.party
                    $0.valid.start = .day(2020, 1, 1)
                    $0.valid.end = .day(9998, 1, 1)
                    $0.requestID = .newRequest
                })
            let seen = try await ConsortiumServiceClient(try house.client(.auditor)).listConsortia(
                ListConsortiaRequest())
            #expect(seen.consortia.count == 1)
        }
    }

    private func accesses(_ person: Person, _ consortium: String, _ house: House) async throws -> [Access] {
        try await AuditServiceClient(try house.client(person)).listAccesses(.with { $0.parent = consortium }).accesses
    }
}

extension CreateRemarkRequest {
    fileprivate static func remark(on entry: Int64, _ kind: RemarkKind, _ note: String) -> CreateRemarkRequest {
        .with {
            $0.parent = Founding.consortium
            $0.entryPosition = entry
            $0.kind = kind
            $0.note = note
            $0.requestID = .newRequest
        }
    }
}
