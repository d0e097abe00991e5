internal import ArgumentParser

/// What every command that changes something takes.
struct ChangeOptions: ParsableArguments {
    @Flag(help: "Safe to repeat: an equal command that was carried out before only shows its answer again.")
    var once = false

    /// The request with its request_id: of its own content with `--once`, else by chance.
    func stamp<Request: ChangeRequest>(_ request: Request) throws -> Request {
        var request = request
        request.requestID = ""
        request.requestID = once ? try RequestID.derived(from: request) : RequestID.random()
        return request
    }
}
