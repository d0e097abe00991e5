/// How the entry of a usage batch commits to the batch's rows: to the RFC 6962 root over one salted leaf per row, in
/// batch order. A single row, or one party's, is shown with its salt and an inclusion proof; the others stay unseen.
///
/// * salt of row i = first 16 bytes of SHA-256(batch secret, 32 bytes ‖ i, four bytes big-endian)
/// * leaf of row i = SHA-256(0x00 ‖ salt ‖ line), the line being the exact bytes of the exported CSV record without
///   its line end
public enum RowCommitment {
    /// Rows a batch can have at most by this format, 2^32; the limits of the services are far lower.
    public static let maximumRows = 1 << 32

    /// Secret and position.
    static let saltPreimageBytes = BatchSecret.byteCount + MemoryLayout<UInt32>.size

    /// The salt of the row at a position, from 0, of the batch with this secret.
    public static func salt(secret: BatchSecret, row: UInt32, using hasher: TreeHasher) -> RowSalt {
        withUnsafeTemporaryAllocation(byteCount: saltPreimageBytes, alignment: 8) { preimage in
            secret.copy(to: preimage)
            preimage.storeBytes(of: row.bigEndian, toByteOffset: BatchSecret.byteCount, as: UInt32.self)
            return RowSalt(digest: hasher.hash(UnsafeRawBufferPointer(preimage)))
        }
    }

    /// The leaf of a row from its salt and its line.
    public static func leaf(salt: RowSalt, line: UnsafeRawBufferPointer, using hasher: TreeHasher) -> Hash {
        salt.withUnsafeBytes { hasher.leaf($0, line) }
    }

    /// The leaf of a row from its salt and its line.
    public static func leaf(salt: RowSalt, line: [UInt8], using hasher: TreeHasher) -> Hash {
        line.withUnsafeBytes { leaf(salt: salt, line: $0, using: hasher) }
    }

    /// Checks that a line is the row at the proof's position of the batch with this root.
    public static func verify(
        line: [UInt8], salt: RowSalt, proof: InclusionProof, root: Hash, using hasher: TreeHasher
    ) throws(ProofError) {
        try proof.verify(leaf: leaf(salt: salt, line: line, using: hasher), root: root, using: hasher)
    }
}
