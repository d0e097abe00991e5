import TLS
import Testing

@Suite(.timeLimit(.minutes(5)))
struct DigestTests {
    /// FIPS 180-4 examples (NIST, SHA-256) and the empty message.
    static let known: [(message: [UInt8], digest: String)] = [
        ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ]

    // Not parameterised: the runner would print a million bytes as an argument.
    @Test func publishedDigests() {
        for (message, digest) in Self.known {
            let found = hex(SHA256.hash(message))
            #expect(found == digest)
        }
    }

    @Test func aHasherIsReusedForManyDigests() {
        let hasher = SHA256Hasher()
        for _ in 0..<3 {
            for (message, digest) in Self.known {
                for piece in stride(from: 0, to: message.count, by: 61) {
                    hasher.update(Array(message[piece..<min(piece + 61, message.count)]))
                }
                #expect(hex(hasher.finish()) == digest)
            }
        }
    }

    @Test func theDigestIsWrittenIntoTheCallersMemory() {
        let hasher = SHA256Hasher()
        var output = [UInt8](repeating: 0xEE, count: 34)
        output.withUnsafeMutableBytes { memory in
            Array("abc".utf8).withUnsafeBytes { message in
                if let start = memory.baseAddress { hasher.hash(message, into: start + 1) }
            }
        }
        #expect(output.first == 0xEE && output.last == 0xEE)
        #expect(hex(Array(output[1...32])) == Self.known[1].digest)
    }

    @Test func restartForgetsWhatWasFed() {
        let hasher = SHA256Hasher()
        hasher.update(Array("left over".utf8))
        hasher.restart()
        hasher.update(Array("abc".utf8))
        #expect(hex(hasher.finish()) == Self.known[1].digest)
        #expect(hex(hasher.finish()) == Self.known[0].digest)
        hasher.update(Array("left over".utf8))
        var output = [UInt8](repeating: 0, count: SHA256.byteCount)
        output.withUnsafeMutableBytes { memory in
            Array("abc".utf8).withUnsafeBytes { message in
                if let start = memory.baseAddress { hasher.hash(message, into: start) }
            }
        }
        #expect(hex(output) == Self.known[1].digest)
    }
}

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
        let digits = String(byte, radix: 16)
        return byte < 16 ? "0" + digits : digits
    }.joined()
}

func bytes(_ hex: String) -> [UInt8] {
    stride(from: 0, to: hex.utf8.count, by: 2).map { offset in
        let start = hex.index(hex.startIndex, offsetBy: offset)
        return UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16) ?? 0
    }
}
