internal import COpenSSL

/// The library as a whole.
enum OpenSSLLibrary {
    /// Set up before its first use, and left alone when the process ends: the cleaning that it would do at exit takes
    /// its locks away from loops that still close their connections.
    static let ready: Void = {
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
    }()
}
