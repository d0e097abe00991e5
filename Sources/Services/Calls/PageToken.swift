internal import Domain
internal import Register
internal import Store
internal import SwiftProtobuf
internal import TLS

/// Tokens of pages (AIP-158): where the next one begins, bound to the caller and to the request.
struct PageToken {
    /// Characters of the binding: half a SHA-256, against mix-ups rather than against attackers, who gain nothing.
    private static let bindingCount = 32

    private let binding: String

    /// - Parameter request: the request without what may differ between its pages.
    init(_ request: some Message, method: String, principal: Principal) throws {
        var bytes = Array("\(method)\0\(principal.partyCode)\0\(principal.role.rawValue)\0".utf8)
        bytes.append(contentsOf: try request.serializedBytes() as [UInt8])
        binding = String((Digest32(SHA256.hash(bytes))?.hex ?? "").prefix(Self.bindingCount))
    }

    /// The number of a token of one value; nil for the empty one.
    ///
    /// - Throws: INVALID_PAGE_TOKEN.
    func number(_ token: String) throws -> Int64? {
        guard let place = try place(token, count: 1) else { return nil }
        guard let number = Int64(place[0]) else { throw PageToken.foreign }
        return number
    }

    private static var foreign: Failure {
        .invalid("page_token", "was not issued for this caller and this request", reason: .invalidPageToken)
    }

    /// The token of a page that begins behind these values, none of which holds a comma.
    func text(_ place: [String]) -> String {
        binding + place.joined(separator: ",")
    }

    /// The values of a token; nil for the empty one, which asks for the first page.
    ///
    /// - Throws: INVALID_PAGE_TOKEN.
    func place(_ token: String, count: Int) throws -> [String]? {
        if token.isEmpty { return nil }
        let place = token.dropFirst(Self.bindingCount).split(separator: ",", omittingEmptySubsequences: false)
        guard token.hasPrefix(binding), place.count == count else { throw PageToken.foreign }
        return place.map(String.init)
    }

    /// The numbers of a token whose place is made of whole numbers; nil for the empty one.
    ///
    /// - Throws: INVALID_PAGE_TOKEN.
    func numbers(_ token: String, count: Int) throws -> [Int64]? {
        guard let place = try place(token, count: count) else { return nil }
        let numbers = place.compactMap { Int64($0) }
        guard numbers.count == count else {
            throw Failure.invalid("page_token", "must come from the page before", reason: .invalidPageToken)
        }
        return numbers
    }
}
