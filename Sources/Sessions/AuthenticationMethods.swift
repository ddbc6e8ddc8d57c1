/// How a person proved who they are: RFC 8176 method references, in the order they were used.
public struct AuthenticationMethods: Hashable, Sendable {
    /// One method of RFC 8176.
    public enum Method: String, Hashable, Sendable, CaseIterable {
        /// A password.
        case password = "pwd"
        /// A time-based one-time code.
        case oneTimeCode = "otp"
    }

    /// The methods used.
    public let methods: [Method]

    /// Creates a list of methods.
    public init(_ methods: [Method]) {
        self.methods = methods
    }

    /// A password alone.
    public static let password = AuthenticationMethods([.password])
    /// A password, then a code of the second factor; a recovery code is a one-time code too.
    public static let passwordAndCode = AuthenticationMethods([.password, .oneTimeCode])
}
