import Foundation
import Testing

/// The unit, the container image, the Makefile, the package list and the manifest tell the same story.
@Suite(.timeLimit(.minutes(5)))
struct DeploymentTests {
    /// The package list: groups with their packages.
    static func packages() throws -> [String: Set<String>] {
        var groups: [String: Set<String>] = [:]
        for line in try Tree.lines("deploy/packages") where !line.hasPrefix("#") {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.count == 2 { groups[words[0], default: []].insert(words[1]) }
        }
        return groups
    }

    @Test func programsLieInOnePlace() throws {
        let makefile = try Tree.text("Makefile")
        let prefix = try #require(makefile.firstMatch(of: /\nPREFIX := (\S+)/)).1
        let server = "\(prefix)/bin/allmended"
        #expect(try has("ExecStart=\(server) ", in: "deploy/allmended.service"))
        #expect(try has("ENTRYPOINT [\"\(server)\"]", in: "deploy/Containerfile"))
        for program in ["allmended", "allmende"] {
            #expect(try has(".build/release/\(program)", in: "Makefile"))
            #expect(try has("/source/.build/release/\(program)", in: "deploy/Containerfile"))
        }
        #expect(try has("\(prefix)/bin/", in: "deploy/Containerfile"))
    }

    @Test func packagesAreInstalledByGroupsOfTheOneList() throws {
        let groups = Set(try Self.packages().keys)
        var used: Set<String> = []
        for path in ["Makefile", "deploy/Containerfile", ".ci/run"] + Tree.paths.filter({ $0.hasPrefix("deploy/dev/") })
        {
            for line in try Tree.lines(path) {
                #expect(!line.contains("apt-get install") || path == "deploy/dev/packages", "\(path)")
                guard let call = line.firstMatch(of: /deploy\/dev\/packages (?:--list )?([a-z ]+)/)?.1 else { continue }
                guard !line.hasPrefix("#") else { continue }
                let named = Set(call.split(separator: " ").map(String.init))
                #expect(named.subtracting(groups).isEmpty, "\(path): \(line)")
                used.formUnion(named)
            }
        }
        #expect(groups.subtracting(used).isEmpty, "groups that nothing installs")
    }

    @Test func everyLibraryOfTheManifestIsInTheList() throws {
        let manifest = try Tree.text("Package.swift")
        let providers = manifest.matches(of: /\.apt\(\["([^"]+)"\]\)/).map { String($0.1) }
        #expect(!providers.isEmpty)
        let build = try #require(try Self.packages()["build"])
        #expect(build.isSuperset(of: providers))
    }

    @Test func unitAndImageNameOptionsOfTheServer() throws {
        let source = try Tree.text("Sources/allmended/ServerOptions.swift")
        // `clientAuthority` in code is `--client-authority` on the command line.
        let options = Set(
            source.matches(of: /\n\s+(?:var) ([a-zA-Z]+)(?::| =)/).map { match in
                match.1.reduce(into: "--") { $0 += $1.isUppercase ? "-" + $1.lowercased() : String($1) }
            })
        for path in ["deploy/allmended.service", "deploy/Containerfile"] {
            let command = try #require(try Tree.text(path).split(separator: "/bin/allmended").last)
            let named = Set(command.matches(of: /--[a-z-]+/).map { String($0.0) })
            #expect(named.count >= 5, "\(path)")
            #expect(named.subtracting(options).isEmpty, "\(path)")
        }
    }

    @Test func everyCredentialOfTheUnitIsUsed() throws {
        let unit = try Tree.text("deploy/allmended.service")
        let credentials = unit.matches(of: /LoadCredential=([^:]+):/).map { String($0.1) }
        #expect(!credentials.isEmpty)
        for credential in credentials {
            #expect(try has("%d/\(credential)", in: "deploy/allmended.service"))
        }
    }

    /// Whether the words stand in the file, at the end of a line or with a blank after them.
    private func has(_ words: String, in path: String) throws -> Bool {
        try Tree.lines(path).contains { line in "\(line) ".contains(words.trimmed + " ") }
    }

    @Test func scriptsCanBeRun() {
        for path in Tree.paths where path.hasPrefix("deploy/dev/") || path.hasPrefix(".ci/") {
            let file = Tree.root.appending(path: path).path
            #expect(FileManager.default.isExecutableFile(atPath: file) != path.hasSuffix(".sh"), "\(path)")
        }
    }
}
