internal import Domain
internal import Postgres
public import Register

/// A row of `interest`.
public struct InterestRow: Sendable, Equatable {
    public var publicationID: Int32
    /// Resource name of the listing.
    public var listing: String
    public var partyCode: String
    public var partyID: Int32
    public var actingPartyCode: String
    public var ownerID: Int32
    /// Number of the API's InterestState.
    public var state: Int16
    public var message: String
    public var answer: String
    /// Resource name of the membership it led to; empty before.
    public var membership: String
    public var changedAt: Int64

    init(_ row: inout Row) throws {
        publicationID = try row.next(Int32.self)
        listing = try row.next(String.self)
        partyCode = try row.next(String.self)
        partyID = try row.next(Int32.self)
        actingPartyCode = try row.next(String.self)
        ownerID = try row.next(Int32.self)
        state = try row.next(Int16.self)
        message = try row.next(String.self)
        answer = try row.next(String.self)
        membership = try row.next(String.self)
        changedAt = try row.next(Int64.self)
    }

    fileprivate static let selection: SQL = """
        SELECT i.publication_id, b.publication_name, p.party_code, i.party_id, a.party_code, i.owner_party_id, i.state,
            i.message, i.answer, i.membership, i.changed_at
        FROM interest i JOIN publication b USING (publication_id)
        JOIN party p ON p.party_id = i.party_id JOIN party a ON a.party_id = i.acting_party_id
        """
}

extension Reader {
    /// A party's interest in a listing; nil where it has none, or none that the caller may see.
    public func interest(of party: String, in listing: String) async throws -> InterestRow? {
        let rows = try await query(
            "\(InterestRow.selection) WHERE b.publication_name = \(listing) AND p.party_code = \(party)")
        return try rows.map { row in try InterestRow(&row) }.first
    }

    /// The interests that the caller may see, of one listing or, where `listing` is empty, of all; in the order of
    /// listings and of parties, behind the pair that is given.
    public func interests(
        in listing: String, after last: (listing: String, party: String) = ("", ""), limit: Int = .max
    ) async throws -> [InterestRow] {
        let condition: SQL = listing.isEmpty ? "true" : "b.publication_name = \(listing)"
        let rows = try await query(
            """
            \(InterestRow.selection)
            WHERE \(condition) AND (b.publication_name, p.party_code) > (\(last.listing), \(last.party))
            ORDER BY b.publication_name, p.party_code LIMIT \(limit)
            """)
        return try rows.map { row in try InterestRow(&row) }
    }
}

extension Session {
    /// Records that a party is interested, for the first time or again.
    ///
    /// - Parameter state: number of the API's InterestState.
    public func expressInterest(
        of party: Int32, in publication: Int32, ownedBy owner: Int32, state: Int16, message: SaltedText,
        at position: Int64
    ) async throws {
        _ = try await query(
            """
            INSERT INTO interest (publication_id, party_id, acting_party_id, owner_party_id, state, message,
                message_salt, recorded_from, changed_at)
            VALUES (\(publication), \(party), \(principal.partyID), \(owner), \(state), \(message.text),
                \(message.salt), \(position), \(position))
            ON CONFLICT (publication_id, party_id) DO UPDATE SET acting_party_id = excluded.acting_party_id,
                state = excluded.state, message = excluded.message, message_salt = excluded.message_salt, answer = '',
                answer_salt = '', membership = '', changed_at = excluded.changed_at
            """)
    }

    /// Changes the state of an interest.
    ///
    /// - Parameters:
    ///   - state: number of the API's InterestState.
    ///   - answer: what the owner has written; nil leaves it as it is.
    ///   - membership: resource name of the membership it has led to; nil leaves it as it is.
    public func change(
        _ interest: InterestRow, to state: Int16, answer: SaltedText? = nil, membership: String? = nil,
        at position: Int64
    ) async throws {
        _ = try await query(
            """
            UPDATE interest SET state = \(state), answer = coalesce(\(nullable: answer?.text), answer),
                answer_salt = coalesce(\(nullable: answer?.salt), answer_salt),
                membership = coalesce(\(nullable: membership), membership), changed_at = \(position)
            WHERE publication_id = \(interest.publicationID) AND party_id = \(interest.partyID)
            """)
    }
}
