import Register

/// The members of a bundle as they lie in it, to be changed, dropped, doubled and swapped.
struct BundleBytes: Sendable {
    struct Member: Sendable, Equatable {
        var name: String
        var content: [UInt8]
    }

    var members: [Member] = []

    init(_ bytes: [UInt8]) throws {
        var reader = TarReader()
        var members: [Member] = []
        try reader.feed(bytes) { event in
            switch event {
            case .member(let name, _): members.append(Member(name: name, content: []))
            case .content(let piece): members[members.count - 1].content.append(contentsOf: piece)
            case .endOfMember: break
            }
        }
        try reader.finish()
        self.members = members
    }

    subscript(name: String) -> [UInt8] {
        get { members.first { $0.name == name }?.content ?? [] }
        set {
            for index in members.indices where members[index].name == name { members[index].content = newValue }
        }
    }

    func text(_ name: String) -> String {
        String(decoding: self[name], as: UTF8.self)
    }

    /// An archive with the members as they stand now.
    func archive() throws -> [UInt8] {
        var tar = TarWriter()
        var bytes: [UInt8] = []
        for member in members {
            bytes += try tar.begin(name: member.name, size: member.content.count)
            try tar.wrote(member.content.count)
            bytes += member.content
        }
        return try bytes + tar.finish()
    }
}
