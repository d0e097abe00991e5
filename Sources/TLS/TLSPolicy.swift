/// What connections are secured with: a selection from BSI TR-02102-2 (2025-01), the same for server and client.
///
/// | what | TLS 1.3 | TLS 1.2 |
/// |---|---|---|
/// | suites | sections 3.4.4: AES-128-GCM, AES-256-GCM, AES-128-CCM | section 3.3.1: ECDHE with AES-GCM, AES-CCM |
/// | groups | section 3.4.2: P-256, P-384, P-521 | section 3.3.2: the same |
/// | signatures | section 3.4.3: ECDSA, RSA-PSS, in certificates also RSA-PKCS1 v1.5; from SHA-256 | section 3.3.3 |
/// | keys | RSA from 3072 bits, elliptic curves from 256 bits (section 3.6; RSA from 3000 bits there) | the same |
///
/// Left out of what the guideline allows: CBC suites, finite-field groups, static and pre-shared keys, DSA. X25519 and
/// ChaCha20-Poly1305 are not on its list. Compression and renegotiation are off (sections 3.3.4 and 3.3.1).
enum TLSPolicy {
    /// By preference: the cheapest that is strong enough first.
    static let suites13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_AES_128_CCM_SHA256"
    static let suites12 =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
        + "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:"
        + "ECDHE-ECDSA-AES128-CCM:ECDHE-ECDSA-AES256-CCM"
    static let groups = "P-256:P-384:P-521"
    static let signatures =
        "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:"
        + "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
        + "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:"
        + "RSA+SHA256:RSA+SHA384:RSA+SHA512"
    /// OpenSSL's level of 128 bits, which also keeps session tickets to TLS 1.3: those of 1.2 have no forward secrecy.
    static let securityLevel: Int32 = 3
    /// Seconds for which a client may resume a session with a ticket.
    static let ticketLifetime = 3600
}
