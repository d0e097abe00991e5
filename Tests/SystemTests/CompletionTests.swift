import Testing

/// What shells complete: the command line writes it itself, so that it knows every noun.
@Suite(.timeLimit(.minutes(1)))
struct CompletionTests {
    private static let nouns = [
        "party", "consortium", "decision", "app", "agreement", "usage", "cost", "period", "settlement", "export",
        "market", "centre", "mandate", "register",
    ]

    @Test(arguments: ["bash", "zsh", "fish"])
    func everyNounIsCompleted(shell: String) async throws {
        let process = try ChildProcess(["allmende", "--generate-completion-script", shell])
        #expect(await process.status == 0, "\(process.text)")
        let words = Set(process.text.split { !$0.isLetter && $0 != "-" }.map(String.init))
        for noun in Self.nouns { #expect(words.contains(noun), "\(shell): \(noun)") }
        // What follows a noun, and its options.
        for word in ["scale-effect", "publish-guide", "interests"] {
            #expect(words.contains(word), "\(shell): \(word)")
        }
    }
}
