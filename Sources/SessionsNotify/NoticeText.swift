import Sessions

/// What a notice says to an account's owner, in plain words.
///
/// A link in it does nothing that opens a session: whoever reads somebody's mail still lacks the second factor.
struct NoticeText: Hashable, Sendable {
    /// A line of what is known about what happened.
    struct Fact: Hashable, Sendable {
        let name: String
        let value: String
    }

    let subject: String
    /// What happened.
    let sentence: String
    /// What was not as usual, a sentence each.
    let reasons: [String]
    let facts: [Fact]
    /// What to do.
    let advice: String
    /// What can be done at once; `nil` for nothing.
    let link: NoticeLink?
    private let kind: Notice.Kind
    /// How many notices were held back before; `nil` for none.
    let withheld: String?

    init(
        _ notice: Notice,
        to username: String,
        because reasons: [String] = [],
        link: NoticeLink? = nil,
        from site: NoticeSite
    ) {
        self.reasons = reasons
        self.link = link
        kind = notice.kind
        let words = Self.words(of: notice.kind, appName: site.appName)
        subject = words.subject
        let byOperator = notice.initiator == .admin ? " It was done by the operator of \(site.appName)." : ""
        sentence = "\(words.sentence(username))\(byOperator)"
        let facts: [(String, String?)] = [
            ("When", Self.time(notice.at)), ("Device", notice.deviceInfo), ("Place", notice.place),
            ("Address", notice.address?.description),
        ]
        self.facts = facts.compactMap { name, value in value.map { Fact(name: name, value: $0) } }
        advice = words.advice
        let count = notice.withheldCount
        withheld = count == 0 ? nil : "And \(count) more: so many notices came before this one that they were not sent."
    }

    /// Date and time of day in UTC.
    private static func time(_ instant: Timestamp) -> String {
        let time = CivilTime(instant)
        return "\(time.date) \(time.timeOfDay) UTC"
    }

    /// Where the reader goes on; `nil` for who may have nothing to do with the account.
    func page(_ site: NoticeSite) -> (label: String, url: String)? {
        switch kind {
        case .emailConfirmation: nil
        case .passwordForgotten: nil
        case .suspicionReported, .accountLocked: ("Ask for a new link to set a password", site.forgottenPasswordPage)
        default: ("Your sessions", site.securityPage)
        }
    }

    private struct Words {
        let subject: String
        let sentence: (String) -> String
        let advice: String
    }

    private static let ifNotYou = "If this was you, there is nothing to do. If not,"
    private static let takeBack =
        "\(ifNotYou) somebody else is in your account: end all sessions, change your password, and ask for help."
    private static let wait =
        "If this was you, wait a little and try again. If not, nobody got in; a long password of its own keeps it so."

    private static func words(of kind: Notice.Kind, appName: String) -> Words {
        switch kind {
        case .newSignIn:
            Words(
                subject: "New sign-in to \(appName)",
                sentence: {
                    "Somebody signed in to your account \($0) from a browser or a place that it does not know."
                },
                advice: "\(ifNotYou) end that session and change your password."
            )
        case .unusualUse:
            Words(
                subject: "Unusual use of your \(appName) account",
                sentence: { "A session of your account \($0) was used in a way that is not as usual." },
                advice: "\(ifNotYou) say so on the page of your sessions: that ends them, and your password."
            )
        case .passwordChanged:
            Words(
                subject: "Your \(appName) password was changed",
                sentence: { "The password of your account \($0) was changed." },
                advice: takeBack
            )
        case .passwordSet:
            Words(
                subject: "Your \(appName) password was set",
                sentence: { "A new password was set for your account \($0), and all its sessions have ended." },
                advice: "If you did not ask for that, ask for help."
            )
        case .secondFactorEnabled:
            Words(
                subject: "Two-factor authentication is on",
                sentence: { "Two-factor authentication was turned on for your account \($0)." },
                advice: takeBack
            )
        case .secondFactorDisabled:
            Words(
                subject: "Two-factor authentication is off",
                sentence: { "Two-factor authentication was turned off for your account \($0)." },
                advice: takeBack
            )
        case .recoveryCodesMade:
            Words(
                subject: "New recovery codes",
                sentence: { "New recovery codes were made for your account \($0). The old ones no longer work." },
                advice: takeBack
            )
        case .recoveryCodeUsed:
            Words(
                subject: "A recovery code was used",
                sentence: { "A recovery code of your account \($0) was used in place of the authenticator app." },
                advice: takeBack
            )
        case .signInFailures:
            Words(
                subject: "Failed sign-ins to \(appName)",
                sentence: { "Somebody has failed several times to sign in to your account \($0)." },
                advice: wait
            )
        case .accountLocked:
            Words(
                subject: "Your \(appName) account is locked",
                sentence: {
                    "So many sign-ins to your account \($0) have failed that it opens only for browsers it knows."
                },
                advice: "Sign in from a browser that you have used before, set a new password by mail, or ask for help."
            )
        case .suspicionReported:
            Words(
                subject: "You reported something suspicious",
                sentence: {
                    "Something in the history of your account \($0) was reported as not its owner's. "
                        + "All other sessions have ended, and the password no longer works until a new one is set."
                },
                advice:
                    "Set a new password where you reported it, or by the link. If you reported nothing, ask for help."
            )
        case .accountDisabled:
            Words(
                subject: "Your \(appName) account was disabled",
                sentence: { "Your account \($0) was disabled, and all its sessions have ended." },
                advice: "If you do not know why, ask for help."
            )
        case .emailChanged:
            Words(
                subject: "Your \(appName) e-mail address was changed",
                sentence: { "The address of your account \($0) was changed; the old and the new one get this mail." },
                advice: takeBack
            )
        case .passwordForgotten:
            Words(
                subject: "Set a new \(appName) password",
                sentence: { "Somebody asked for a link to set a new password for your account \($0)." },
                advice: "If that was not you, there is nothing to do: without the link nothing changes."
            )
        case .emailConfirmation:
            Words(
                subject: "Confirm your \(appName) e-mail address",
                sentence: { "This address was given for the account \($0)." },
                advice: "If that is not your account, there is nothing to do: without the link nothing changes."
            )
        case .sessionEstablished, .sessionRevoked, .credentialChange:
            // Never mailed; said all the same, so that every kind has words.
            Words(
                subject: "Your \(appName) account",
                sentence: { "Something has changed in your account \($0)." },
                advice: takeBack
            )
        }
    }
}
