import Foundation
import TLS
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SigningKeyTests {
    struct Vector: Sendable {
        let secret: String
        let publicKey: String
        let message: String
        let signature: String
    }

    /// RFC 8032, section 7.1, tests 1 to 3 and "SHA(abc)".
    static let vectors = [
        Vector(
            secret: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            message: "",
            signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        Vector(
            secret: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            message: "72",
            signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
        Vector(
            secret: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            message: "af82",
            signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
        Vector(
            secret: "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            publicKey: "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            message: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            signature: "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
                + "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"),
    ]

    @Test(arguments: vectors)
    func publishedSignatures(vector: Vector) throws {
        let key = try SigningKey(rawBytes: bytes(vector.secret))
        let message = bytes(vector.message)
        #expect(hex(key.verificationKey.rawBytes) == vector.publicKey)
        #expect(try hex(key.sign(message)) == vector.signature)
        let publicKey = try VerificationKey(rawBytes: bytes(vector.publicKey))
        #expect(publicKey.verify(bytes(vector.signature), over: message))
        #expect(!publicKey.verify(bytes(vector.signature), over: message + [0]))
    }

    @Test func everyFlippedBitOfASignatureFails() throws {
        let key = try SigningKey.generate()
        let message = Array("the commons a village owns together".utf8)
        let signature = try key.sign(message)
        #expect(key.verificationKey.verify(signature, over: message))
        for bit in 0..<(8 * signature.count) {
            var mutated = signature
            mutated[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.verificationKey.verify(mutated, over: message))
        }
        #expect(!key.verificationKey.verify(Array(signature.dropLast()), over: message))
        #expect(!key.verificationKey.verify(signature + [0], over: message))
        #expect(!key.verificationKey.verify([], over: message))
    }

    @Test func keysSurvivePEM() throws {
        let key = try SigningKey.generate()
        let again = try SigningKey(pem: key.pem)
        #expect(try again.rawBytes == key.rawBytes)
        #expect(try VerificationKey(pem: key.verificationKey.pem) == key.verificationKey)
        #expect(try key.pem.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(try key.verificationKey.pem.hasPrefix("-----BEGIN PUBLIC KEY-----\n"))
        #expect(try SigningKey.generate().verificationKey != key.verificationKey)
    }

    /// RFC 8410, section 10.3 and 10.1: the example private key, and its public key.
    @Test func thePublishedPEMExample() throws {
        let key = try SigningKey(
            pem: """
                -----BEGIN PRIVATE KEY-----
                MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
                -----END PRIVATE KEY-----
                """)
        let publicKey = try VerificationKey(
            pem: """
                -----BEGIN PUBLIC KEY-----
                MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
                -----END PUBLIC KEY-----
                """)
        #expect(key.verificationKey == publicKey)
    }

    @Test func filesAreWrittenOnceAndForTheOwnerOnly() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "log.key").path
        let publicPath = folder.appending(path: "log.pub").path
        let key = try SigningKey.generate()
        try key.write(pemFile: path)
        try key.verificationKey.write(pemFile: publicPath)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try SigningKey(pemFile: path).verificationKey == key.verificationKey)
        #expect(try VerificationKey(pemFile: publicPath) == key.verificationKey)
        #expect(throws: KeyError.unwritableFile(path: path, errno: EEXIST)) { try key.write(pemFile: path) }
    }

    @Test func unusableKeysSayWhy() throws {
        #expect(throws: KeyError.wrongLength(found: 31)) { try SigningKey(rawBytes: Array(repeating: 1, count: 31)) }
        #expect(throws: KeyError.wrongLength(found: 33)) {
            try VerificationKey(rawBytes: Array(repeating: 1, count: 33))
        }
        #expect(throws: KeyError.malformedPEM(expected: "PRIVATE KEY")) { try SigningKey(pem: "") }
        #expect(throws: KeyError.malformedPEM(expected: "PUBLIC KEY")) {
            try VerificationKey(pem: SigningKey.generate().pem)
        }
        #expect(throws: KeyError.notEd25519(found: "X25519")) { try SigningKey(pem: Self.x25519) }
        #expect(throws: KeyError.malformedPEM(expected: "PRIVATE KEY")) { try SigningKey(pem: Self.encrypted) }
        #expect(throws: KeyError.unreadableFile(path: "/nonexistent/key", errno: ENOENT)) {
            try SigningKey(pemFile: "/nonexistent/key")
        }
        #expect(throws: KeyError.fileTooLarge(path: "/dev/zero")) { try SigningKey(pemFile: "/dev/zero") }
    }

    /// Test keys that protect nothing: another curve, and an encrypted block.
    static let x25519 = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VuBCIEIEj7AbFDsSi4NURqZ1bmp6w01mp/B2pIrDkKAm2EQ3lY
        -----END PRIVATE KEY-----
        """

    static let encrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAg0uXmFsGQpDAICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEAsd+cm+7Mtjq/10GaIHWsYEQO7/
        04p4DsTHSQvqb+2tUGwfHPizbcnjRPG8KAiltA3HlAaaDPHdvpKHQMT2l7LCcERc
        59Zt8FTKpQkuooHHUP0=
        -----END ENCRYPTED PRIVATE KEY-----
        """
}
