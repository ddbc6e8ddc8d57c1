extension AuditEvent {
    /// What is not as usual about the event by itself: many log-ins to the account have failed.
    public var signals: [RiskSignal] {
        switch kind {
        case .accountLocked:
            [
                RiskSignal(
                    .failureBurst,
                    .critical,
                    "Very many log-ins in a row have failed: somebody is guessing your password."
                )
            ]
        case .loginThrottled:
            [
                RiskSignal(
                    .failureBurst,
                    .warning,
                    "Many log-ins have failed within minutes: perhaps somebody is guessing your password."
                )
            ]
        default: []
        }
    }
}
