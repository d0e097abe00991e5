internal import API
internal import Domain
internal import Foundation
internal import Store
internal import SwiftProtobuf

/// What listings and guides have in common: an owner, revisions, and a public one among them.
protocol Publication: Message, Sendable {
    /// Collection of their resource names.
    static var collection: String { get }
    /// What one is called in messages.
    static var type: String { get }

    var name: String { get set }
    var owner: String { get set }
    var state: API.PublicationState { get set }
    var revision: Int32 { get set }
    var publishedRevision: Int32 { get set }
    var etag: String { get set }

    /// The content as it is kept: without what the server sets and without a contact.
    var kept: Self { get }
    /// The contact in its canonical serialisation; nil for none.
    var keptContact: [UInt8]? { get throws }
    /// Takes the contact from its serialisation.
    mutating func take(contact: [UInt8]) throws
    /// The application it is linked to; empty for none.
    var linkedApplication: String { get }
    /// What the search knows of it.
    var searchEntry: SearchEntry { get }
}

extension Publication {
    var linkedApplication: String { "" }
    var keptContact: [UInt8]? { nil }
    mutating func take(contact: [UInt8]) {}

    /// The whole message of a row.
    init(_ row: PublicationRow) throws {
        try self.init(serializedBytes: row.revision.content)
        if let contact = row.revision.contact { try take(contact: contact) }
        name = row.name
        owner = "parties/" + row.owner
        state = API.PublicationState(rawValue: Int(row.state)) ?? .unspecified
        revision = row.revision.number
        publishedRevision = row.publishedRevision ?? 0
        etag = Etag.text(row.changedAt)
    }

    /// The id in a resource name.
    static func id(_ name: String, field: String) throws -> String {
        try ResourceName.id(name, in: collection, field: field)
    }
}

extension PlatformChange {
    /// Writes a revision: the first of a new publication where `former` is nil.
    ///
    /// - Parameter application: surrogate of the application it is linked to.
    func write<P: Publication>(
        _ publication: P, name: String, after former: PublicationRow?, application: Int32?
    ) async throws -> (P, Int64) {
        let content: [UInt8] = try publication.kept.serializedBytes()
        let contact = try publication.keptContact
        let salted = SaltedDigest(content)
        let saltedContact = contact.map(SaltedDigest.init)
        let revision = PublicationRevisionRow(
            number: (former?.newestRevision ?? 0) + 1, applicationID: application, content: content,
            contentSalt: salted.salt, contact: contact, contactSalt: saltedContact?.salt)
        if let former {
            try await session.addRevision(revision, to: former.id, recordedFrom: position)
        } else {
            try await session.insertPublication(name, revision, recordedFrom: position)
        }
        let row = try await session.publication(name, type: P.type)
        let entry = try row.recorded(P.self, digest: salted.digest, contactDigest: saltedContact?.digest)
        return (try P(row), try append(.publicationWritten(entry)))
    }

    /// Makes the newest revision public.
    func publish<P: Publication>(_ row: PublicationRow, as type: P.Type) async throws -> (P, Int64) {
        var state = try Domain.PublicationState(stored: row.state)
        if state != .published || row.publishedRevision == row.newestRevision { try state.transition(to: .published) }
        try await session.publish(row, state: state.stored, at: position)
        let published = try await session.publication(row.name, .published, type: P.type)
        let publication = try P(published)
        try await session.index(row.id, publication.searchEntry)
        return (publication, try append(.publicationPublished(published.recorded(P.self))))
    }

    /// Takes it out of the search.
    func withdraw<P: Publication>(_ row: PublicationRow, as type: P.Type) async throws -> (P, Int64) {
        var state = try Domain.PublicationState(stored: row.state)
        try state.transition(to: .withdrawn)
        try await session.withdraw(row, state: state.stored, at: position)
        let withdrawn = try await session.publication(row.name, .published, type: P.type)
        let publication = try P(withdrawn)
        try await session.index(row.id, publication.searchEntry)
        return (publication, try append(.publicationWithdrawn(withdrawn.recorded(P.self))))
    }
}

extension Reader {
    /// A publication of the caller's own party, unchanged since it was read.
    func ownPublication<P: Publication>(
        _ type: P.Type, _ name: String, etag: String, principal: Principal
    ) async throws -> PublicationRow {
        let row = try await publication(name, type: P.type)
        guard row.owner == principal.partyCode else {
            throw Failure(.permissionDenied, "only its owner, parties/\(row.owner), changes \(name)")
        }
        try Etag.require(etag, position: row.changedAt, P.type, name)
        return row
    }
}

extension PublicationRow {
    /// What the register's entry says of it.
    fileprivate func recorded<P: Publication>(
        _ type: P.Type, digest: Data? = nil, contactDigest: Data? = nil
    ) throws -> PublicationRecorded {
        let publication = try P(serializedBytes: revision.content)
        var entry = PublicationRecorded()
        entry.publication = name
        entry.owner = "parties/" + owner
        entry.state = API.PublicationState(rawValue: Int(state)) ?? .unspecified
        entry.revision = revision.number
        entry.application = publication.linkedApplication
        entry.contentSha256 = digest ?? SaltedDigest.digest(revision.content, salt: revision.contentSalt)
        if let contactDigest {
            entry.contactSha256 = contactDigest
        } else if let contact = revision.contact, let salt = revision.contactSalt {
            entry.contactSha256 = SaltedDigest.digest(contact, salt: salt)
        }
        return entry
    }
}
