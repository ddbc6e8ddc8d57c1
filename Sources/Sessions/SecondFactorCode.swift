/// What was typed where a second factor is asked for.
///
/// The two never look alike: a one-time code has six digits, a recovery code 26 characters.
public enum SecondFactorCode: Sendable {
    /// From the authenticator app.
    case oneTime(TOTPCode)
    /// One of those that were written down.
    case recovery(RecoveryCode)

    /// The longest text that is taken for a code at all, in bytes; a longer one is bad input.
    public static let textBytesMax = 128

    /// Reads either; `nil` when it can be neither, which is a wrong code.
    public init?(_ text: String) {
        if let code = TOTPCode(text) {
            self = .oneTime(code)
        } else if let code = RecoveryCode(text) {
            self = .recovery(code)
        } else {
            return nil
        }
    }
}
