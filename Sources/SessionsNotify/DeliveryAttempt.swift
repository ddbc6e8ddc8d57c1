/// What came of an attempt to deliver a notice.
public enum DeliveryAttempt: Hashable, Sendable {
    /// The other side has taken it.
    case delivered
    /// It has not, or it is not known; the reason names no person, address or secret.
    case failed(reason: String)
    /// Nobody is there any more who would be told.
    case pointless
}
