import AsyncHTTPClient
import NIOCore
import NIOPosix

extension ProbeNode.Answer {
    /// What is known when a request has failed.
    ///
    /// - Parameter error: The client's failure; it names hosts, and nothing of a request.
    init(failure error: any Error) {
        switch error {
        case let error as NIOConnectionError:
            self.init(failure: Self.sentence(error), isUnsent: true)
        case let error as HTTPClientError where error == .connectTimeout:
            self.init(failure: "it cannot be connected to within \(ProbeNode.connectSeconds) s", isUnsent: true)
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            self.init(failure: "it closes the connection instead of an answer")
        case let error as IOError:
            self.init(failure: SystemFailure(code: error.errnoCode).description)
        default:
            let text = String(describing: error)
            // TLS tells its failures in many words, and by types that a client over HTTP need not know.
            guard text.hasPrefix("handshakeFailed") else {
                self.init(failure: String(text.prefix(200)))
                return
            }
            let isDistrusted = text.contains("CERTIFICATE_VERIFY_FAILED")
            self.init(
                failure: isDistrusted ? "this machine does not trust its certificate" : "the TLS handshake fails",
                isUnsent: true
            )
        }
    }

    private static func sentence(_ error: NIOConnectionError) -> String {
        let failure = error.connectionErrors.first?.error
        if let failure = failure as? IOError { return SystemFailure(code: failure.errnoCode).description }
        guard let cause = failure ?? error.dnsAError ?? error.dnsAAAAError else { return "it cannot be connected to" }
        return String(String(describing: cause).prefix(200))
    }
}
