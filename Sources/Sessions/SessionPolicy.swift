/// How long sessions live.
///
/// No setting, header or build changes it.
public enum SessionPolicy {
    /// How long a session lives, in seconds: 86,400 (24 hours; NIST SP 800-63B-4 section 2.2.3 for AAL2).
    public static let lifetimeSeconds: Int64 = 86_400
    /// How long a remembered session lives, in seconds: 2,592,000 (30 days; NIST SP 800-63B-4 section 2.1.3 for AAL1).
    public static let rememberedLifetimeSeconds: Int64 = 2_592_000

    /// The lifetime in seconds of a session that is remembered or not.
    public static func lifetimeSeconds(isRemembered: Bool) -> Int64 {
        isRemembered ? rememberedLifetimeSeconds : lifetimeSeconds
    }
}
