internal import API
internal import GRPC
internal import Store
internal import SwiftProtobuf

/// The page of a list that a caller asked for.
struct ListPage {
    /// Results that are shown at most.
    let size: Int
    private let token: PageToken
    private let askedToken: String

    /// - Throws: INVALID_ARGUMENT for a size out of bounds.
    init(_ request: some PagedRequest, _ call: ServerCall, _ principal: Principal) throws {
        size = try Limits.pageSize(request.pageSize)
        askedToken = request.pageToken
        // What may differ from page to page.
        var question = request
        (question.pageToken, question.pageSize) = ("", 0)
        token = try PageToken(question, method: call.method.path, principal: principal)
    }

    /// How many to read: one more than is shown, to see whether there are more.
    var limit: Int { size + 1 }

    /// The key of the last row of the page before, in `count` parts; nil for the first page.
    ///
    /// - Throws: INVALID_PAGE_TOKEN.
    func place(count: Int) throws -> [String]? { try token.place(askedToken, count: count) }

    /// The same where the key is one number.
    ///
    /// - Throws: INVALID_PAGE_TOKEN.
    func number() throws -> Int64? { try token.number(askedToken) }

    /// What of the rows that were read is shown, and the token of the next page, empty on the last one.
    ///
    /// - Parameter key: the parts of a row's key, by which the rows are in order and the next page is found.
    func cut<Row>(_ rows: [Row], _ key: (Row) -> [String]) -> (rows: ArraySlice<Row>, next: String) {
        let shown = rows.prefix(size)
        guard rows.count > size, let last = shown.last else { return (shown, "") }
        return (shown, token.text(key(last)))
    }

    /// The same of rows that were read as a whole, since they are worked out together.
    ///
    /// - Parameter key: the part of a row that is unique and by which the rows are in ascending order.
    /// - Throws: INVALID_PAGE_TOKEN.
    func cut<Row>(whole rows: [Row], _ key: (Row) -> String) throws -> (rows: ArraySlice<Row>, next: String) {
        let last = try place(count: 1)?[0]
        return cut(rows.filter { row in last.map { key(row) > $0 } ?? true }) { [key($0)] }
    }
}
