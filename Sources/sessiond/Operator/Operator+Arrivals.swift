import Sessions
import SessionsHTTP

extension Operator {
    func announceArrival(_ number: String) -> OperatorOutcome {
        guard let arrivals else { return .refused("no server runs") }
        return arrivals.announce(number)
            ? .done("") : .unavailable("too many doctors are at work; try again in a minute")
    }

    /// Gives one row, if the request has arrived.
    func findArrival(_ number: String, rows: Rows) async throws -> OperatorOutcome {
        guard let arrival = arrivals?.arrival(of: number) else { return .done("") }
        try await rows([
            [
                "peer": .text(arrival.peer?.description), "client": .text(arrival.client?.description),
                "trusted": .bool(arrival.isFromTrustedProxy), "named": .bool(arrival.namesClient),
                "identity": .array(arrival.identityHeaders.map(JSON.string)),
            ]
        ])
        return .done("")
    }
}
