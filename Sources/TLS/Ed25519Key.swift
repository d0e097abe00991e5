internal import COpenSSL

/// Owner of one OpenSSL key.
final class Ed25519Key: @unchecked Sendable {  // OpenSSL allows concurrent use of a key that nobody changes
    static let rawByteCount = 32
    static let signatureByteCount = 64
    private let key: OpaquePointer

    private init(owning key: OpaquePointer) {
        self.key = key
    }

    deinit {
        EVP_PKEY_free(key)
    }

    convenience init(rawPrivateBytes bytes: [UInt8]) throws(KeyError) {
        OpenSSLLibrary.ready
        guard bytes.count == Self.rawByteCount else { throw .wrongLength(found: bytes.count) }
        guard let key = EVP_PKEY_new_raw_private_key_ex(nil, "ED25519", nil, bytes, bytes.count) else {
            throw Self.failure("import a private key")
        }
        self.init(owning: key)
    }

    convenience init(rawPublicBytes bytes: [UInt8]) throws(KeyError) {
        OpenSSLLibrary.ready
        guard bytes.count == Self.rawByteCount else { throw .wrongLength(found: bytes.count) }
        guard let key = EVP_PKEY_new_raw_public_key_ex(nil, "ED25519", nil, bytes, bytes.count) else {
            throw Self.failure("import a public key")
        }
        self.init(owning: key)
    }

    convenience init(privatePEM text: String) throws(KeyError) {
        let key = Self.withReadingBIO(text) { input in
            // Without a callback of our own OpenSSL would ask at the terminal for the password of an encrypted key.
            PEM_read_bio_PrivateKey(input, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let key else { throw .malformedPEM(expected: "PRIVATE KEY") }
        self.init(owning: key)
        try requireEd25519()
    }

    convenience init(publicPEM text: String) throws(KeyError) {
        let key = Self.withReadingBIO(text) { PEM_read_bio_PUBKEY($0, nil, { _, _, _, _ in -1 }, nil) }
        guard let key else { throw .malformedPEM(expected: "PUBLIC KEY") }
        self.init(owning: key)
        try requireEd25519()
    }

    private func requireEd25519() throws(KeyError) {
        guard EVP_PKEY_is_a(key, "ED25519") != 1 else { return }
        throw .notEd25519(found: EVP_PKEY_get0_type_name(key).map { String(cString: $0) } ?? "of unknown kind")
    }

    func rawPrivateBytes() throws(KeyError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.rawByteCount)
        var count = bytes.count
        guard EVP_PKEY_get_raw_private_key(key, &bytes, &count) == 1, count == bytes.count else {
            throw Self.failure("export the private key")
        }
        return bytes
    }

    func rawPublicBytes() throws(KeyError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.rawByteCount)
        var count = bytes.count
        guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == bytes.count else {
            throw Self.failure("export the public key")
        }
        return bytes
    }

    func privatePEM() throws(KeyError) -> String {
        try Self.writingBIO { PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil) == 1 }
    }

    func publicPEM() throws(KeyError) -> String {
        try Self.writingBIO { PEM_write_bio_PUBKEY($0, key) == 1 }
    }

    func sign(_ bytes: [UInt8]) throws(KeyError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw Self.failure("sign") }
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: Self.signatureByteCount)
        var count = signature.count
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &count, bytes, bytes.count) == 1, count == signature.count
        else { throw Self.failure("sign") }
        return signature
    }

    func verify(_ signature: [UInt8], over bytes: [UInt8]) -> Bool {
        guard signature.count == Self.signatureByteCount, let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        let valid =
            EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
        if !valid { ERR_clear_error() }
        return valid
    }

    /// An error left in OpenSSL's queue would be taken for one of the next TLS connection on this thread.
    private static func failure(_ operation: String) -> KeyError {
        ERR_clear_error()
        return .operationFailed(operation)
    }

    private static func withReadingBIO(_ text: String, _ read: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
        OpenSSLLibrary.ready
        let bytes = Array(text.utf8)
        guard bytes.count <= KeyFile.maximumBytes else { return nil }
        // The BIO reads from the memory it was given, hence stays inside the closure.
        return bytes.withUnsafeBytes { memory in
            guard let bio = BIO_new_mem_buf(memory.baseAddress, Int32(memory.count)) else { return nil }
            defer {
                BIO_free(bio)
                ERR_clear_error()
            }
            return read(bio)
        }
    }

    private static func writingBIO(_ write: (OpaquePointer) -> Bool) throws(KeyError) -> String {
        guard let bio = BIO_new(BIO_s_mem()) else { throw failure("write a PEM block") }
        defer { BIO_free(bio) }
        guard write(bio) else { throw failure("write a PEM block") }
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(bio))
        guard BIO_read(bio, &bytes, Int32(bytes.count)) == Int32(bytes.count) else {
            throw failure("write a PEM block")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
