/// What a finding holds against a document. The raw value is API: a case is never renamed, only added.
public enum Rule: String, Sendable, Hashable, CaseIterable {
    // MARK: The text as such

    /// The document has more bytes than are taken.
    case size
    /// The text is not UTF-8.
    case encoding
    /// The text is not YAML, or not one document of it.
    case syntax
    /// More aliases than are followed.
    case aliasLimit = "alias-limit"
    /// More values than are taken.
    case nodeLimit = "node-limit"
    /// Lists and mappings nested too deeply.
    case depthLimit = "depth-limit"
    /// A key stands twice in one mapping.
    case duplicateKey = "duplicate-key"
    /// A value has a tag such as `!!binary`, or a key is not a text.
    case tag
    /// More findings than are told.
    case findingLimit = "finding-limit"

    // MARK: Keys and types

    /// A key that the standard does not have.
    case unknownKey = "unknown-key"
    /// A mandatory key is not there.
    case missingKey = "missing-key"
    /// A key without a value, or with an empty one.
    case empty
    /// Must be a mapping.
    case mapping
    /// Must be a list.
    case list
    /// Must be a text.
    case text
    /// Must be `true` or `false`.
    case boolean
    /// A word that only YAML 1.1 takes for a boolean: yes, no, on, off.
    case yaml11Boolean = "yaml-1.1-boolean"
    /// A list with too few items.
    case items

    // MARK: Values

    /// A version of the standard that is not known.
    case version
    /// Not one of the values that are allowed.
    case vocabulary
    /// A text that is too long or too short, in grapheme clusters.
    case length
    /// Not an absolute URL, or not of the Web.
    case url
    /// Not a URI.
    case uri
    /// Not a day such as 2024-01-31.
    case date
    /// Not an SPDX expression.
    case license
    /// Not a BCP 47 language tag.
    case language
    /// Not an ISO 3166-1 alpha-2 code.
    case country
    /// Not an address for electronic mail.
    case email
    /// A telephone number that YAML takes for a number.
    case phone
    /// Not the path or the URL of an image.
    case image
    /// Not a path within the repository.
    case path
    /// Not a media type.
    case mediaType = "media-type"
    /// Maintenance by contract without contractors.
    case contractorsMissing = "contractors-missing"
    /// Contractors without a contract.
    case contractorsExcluded = "contractors-excluded"
    /// Maintenance from within or by a community without contacts.
    case contactsMissing = "contacts-missing"

    // MARK: What should be mended

    /// A key or value that the standard gives up.
    case deprecated
    /// A key of a later version than the document states.
    case laterVersion = "later-version"
    /// A contract that has ended.
    case contractEnded = "contract-ended"

    // MARK: What the system knows better

    /// Says that somebody uses the software who does not, or leaves out who does.
    case usedBy = "used-by"
    /// Says that a party pays for the software that does not, or leaves out who does.
    case fundedBy = "funded-by"
    /// States another version, day or licence than the newest release has.
    case release
}
