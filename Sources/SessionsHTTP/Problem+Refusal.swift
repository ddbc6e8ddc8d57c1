import Sessions

extension Problem {
    /// Why a change within a session was not made (http-api.md: within a session a wrong password or code is 403).
    init(_ refusal: AccountSecurity.Refusal) {
        self =
            switch refusal {
            case .wrongPassword: .wrongPassword
            case .wrongCode: .wrongCode
            case .throttled(let seconds): .tooManyAttempts(retryAfterSeconds: seconds)
            case .sessionEnded: .sessionRevoked
            case .sessionChanged: .sessionChanged
            case .weakPassword(let weakness):
                .invalid([.init(field: "newPassword", message: weakness.message)], code: "weak_password")
            case .alreadyEnabled: .alreadyEnabled
            case .notEnabled: .notEnabled
            case .setupRequired: .setupRequired
            }
    }
}

extension Result where Failure == AccountSecurity.Refusal {
    /// What was done.
    ///
    /// - Throws: ``Problem`` when nothing was.
    func orProblem() throws(Problem) -> Success {
        switch self {
        case .success(let value): return value
        case .failure(let refusal): throw Problem(refusal)
        }
    }
}

extension FormErrors {
    /// Why a proof was not taken: which of the two was wrong is the owner's to know, and tells a finder nothing of the password.
    ///
    /// - Throws: ``Problem`` when the session has ended.
    init(ofProof refusal: AccountSecurity.Refusal) throws(Problem) {
        switch refusal {
        case .wrongPassword, .wrongCode:
            self.init(fields: [.init(name: "password", message: Problem.wrongProof.detail)])
        default: try self.init(refusal)
        }
    }

    /// Why a form's change was not made, each reason at its field.
    ///
    /// - Throws: ``Problem`` for what no other input would mend: the session has ended.
    init(_ refusal: AccountSecurity.Refusal, password: String = "password") throws(Problem) {
        let problem = Problem(refusal)
        switch refusal {
        case .wrongPassword: self.init(fields: [.init(name: password, message: problem.detail)])
        case .wrongCode: self.init(fields: [.init(name: "code", message: problem.detail)])
        case .weakPassword(let weakness): self.init(fields: [.init(name: "newPassword", message: weakness.message)])
        case .throttled, .sessionChanged, .alreadyEnabled, .notEnabled, .setupRequired:
            self.init(message: problem.detail)
        case .sessionEnded: throw problem
        }
    }
}
