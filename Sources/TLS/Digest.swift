internal import COpenSSL

/// SHA-256 (FIPS 180-4) on raw bytes.
///
/// One-shot conveniences for rare calls. A caller that hashes often keeps a `SHA256Hasher` of its own: that saves the
/// creation of a context on every call, which costs more than a short hash itself.
public enum SHA256 {
    /// Bytes of a digest.
    public static let byteCount = 32

    /// The digest of `bytes`, in 32 bytes of its own.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The digest of `bytes`, in 32 bytes of its own.
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
            if let start = output.baseAddress {
                SHA256Hasher().hash(bytes, into: start)
                count = byteCount
            }
        }
    }

    /// Fetched once: an implicit fetch inside every initialisation would look the algorithm up again.
    nonisolated(unsafe) fileprivate static let algorithm: OpaquePointer = {  // an EVP_MD never changes once fetched
        OpenSSLLibrary.ready
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else {
            fatalError("OpenSSL's configuration offers no SHA-256")
        }
        return algorithm
    }()
}

/// A re-usable incremental SHA-256: one OpenSSL context for any number of digests, one after the other.
///
/// Not Sendable: each thread or loop has its own. OpenSSL can refuse an update or a final step only when memory is
/// exhausted or the context misused; both end the process.
public final class SHA256Hasher {
    private let context: OpaquePointer
    /// Whether the context must begin anew before it takes more bytes: put off until then, so that `hash` does it once.
    private var isSpent = true

    /// Creates a hasher that is ready for the first `update`.
    public init() {
        guard let context = EVP_MD_CTX_new() else { fatalError("out of memory for a digest context") }
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Forgets what was fed and begins a new digest.
    public func restart() {
        isSpent = true
    }

    /// Feeds bytes to the digest that is under way.
    public func update(_ bytes: UnsafeRawBufferPointer) {
        if isSpent { begin() }
        check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
    }

    /// Feeds bytes to the digest that is under way.
    public func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Writes the digest, 32 bytes, to `output` and begins a new one.
    public func finish(into output: UnsafeMutableRawPointer) {
        if isSpent { begin() }
        check(EVP_DigestFinal_ex(context, output.assumingMemoryBound(to: UInt8.self), nil))
        isSpent = true
    }

    /// The digest, in 32 bytes of its own; begins a new one.
    public func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { output, count in
            if let start = output.baseAddress {
                finish(into: start)
                count = SHA256.byteCount
            }
        }
    }

    /// Writes the digest of `bytes` alone, 32 bytes, to `output`; whatever was fed before is forgotten.
    ///
    /// The cheapest form: one update, as each costs about a third of a short digest.
    public func hash(_ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawPointer) {
        isSpent = true
        update(bytes)
        finish(into: output)
    }

    private func begin() {
        check(EVP_DigestInit_ex2(context, SHA256.algorithm, nil))
        isSpent = false
    }

    private func check(_ result: Int32) {
        guard result == 1 else { fatalError("OpenSSL could not compute a SHA-256 digest") }
    }
}
