import CCurl
import Synchronization

/// One transfer by libcurl.
///
/// It blocks, and belongs to the thread that makes it: ``TransferThread``.
final class CurlTransfer {
    private let handle: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private var upload: Upload?
    private var allowance: Allowance?

    /// Thrown when libcurl has no memory, or does not know an option.
    struct Unusable: Error {}

    /// What came of it.
    struct Result {
        let code: CURLcode
        /// The last answer's code, of SMTP or HTTP; 0 when there was none.
        let response: Int

        /// The words of libcurl, which name no host, no address and no user, and the answer's code.
        var reason: String {
            let words = String(cString: curl_easy_strerror(code))
            return response == 0 ? words : "\(words) (\(response))"
        }
    }

    // Once for the process, and before any thread: Swift sees to both.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init() throws {
        guard Self.isReady, let handle = curl_easy_init() else { throw Unusable() }
        self.handle = handle
        // Signals would go to any thread, and proxies of the environment are not ours to trust.
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        // Whoever stops does not wait for a name server.
        try set(CURLOPT_QUICK_EXIT, 1)
    }

    deinit {
        curl_easy_cleanup(handle)
        for list in lists { curl_slist_free_all(list) }
    }

    func set(_ option: CURLoption, _ text: String) throws {
        try check(curl_set_text(handle, option, text))
    }

    func set(_ option: CURLoption, _ number: Int) throws {
        try check(curl_set_number(handle, option, number))
    }

    func set(_ option: CURLoption, _ texts: [String]) throws {
        var list: UnsafeMutablePointer<curl_slist>?
        for text in texts {
            guard let longer = curl_slist_append(list, text) else {
                curl_slist_free_all(list)
                throw Unusable()
            }
            list = longer
        }
        guard let list else { return }
        lists.append(list)
        try check(curl_set_list(handle, option, list))
    }

    /// How long to wait, in seconds: for the connection, and for everything.
    func setTimeouts(connecting: Int, total: Int) throws {
        try set(CURLOPT_CONNECTTIMEOUT, connecting)
        try set(CURLOPT_TIMEOUT, total)
    }

    /// Whose signatures are trusted; `nil` for those that the system trusts.
    func setAuthorities(file: String?) throws {
        guard let file else { return }
        try set(CURLOPT_CAINFO, file)
        // Else those in the system's folder are trusted besides.
        try check(curl_set_text(handle, CURLOPT_CAPATH, nil))
    }

    /// What is posted.
    func setBody(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { bytes in
            let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            try check(curl_set_bytes(handle, start, bytes.count))
        }
    }

    private func check(_ code: CURLcode) throws {
        guard code == CURLE_OK else { throw Unusable() }
    }

    /// Does it, and blocks until it is done.
    func perform(unless cancellation: Cancellation) throws -> Result {
        let context = Unmanaged.passUnretained(cancellation).toOpaque()
        // Called about once a second, also while nothing arrives.
        try check(
            curl_set_progress(
                handle,
                { context, _, _, _, _ in
                    guard let context else { return 0 }
                    return Unmanaged<Cancellation>.fromOpaque(context).takeUnretainedValue().isCancelled ? 1 : 0
                },
                context
            )
        )
        return withExtendedLifetime((cancellation, upload, allowance)) {
            let code = curl_easy_perform(handle)
            var response = 0
            _ = curl_get_number(handle, CURLINFO_RESPONSE_CODE, &response)
            return Result(code: code, response: response)
        }
    }
}

extension CurlTransfer {
    /// What is sent piece by piece.
    private final class Upload {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) {
            rest = bytes[...]
        }

        func read(into buffer: UnsafeMutablePointer<CChar>, max: Int) -> Int {
            let piece = rest.prefix(max)
            UnsafeMutableRawPointer(buffer).copyMemory(from: Array(piece), byteCount: piece.count)
            rest = rest.dropFirst(piece.count)
            return piece.count
        }
    }

    /// How much is still taken of an answer that nobody reads.
    private final class Allowance {
        var bytes: Int

        init(bytes: Int) {
            self.bytes = bytes
        }
    }

    /// What is uploaded: a mail.
    func setUpload(_ bytes: [UInt8]) throws {
        let upload = Upload(bytes)
        self.upload = upload
        try set(CURLOPT_UPLOAD, 1)
        try check(
            curl_set_reader(
                handle,
                { buffer, size, count, context in
                    guard let buffer, let context else { return 0 }
                    let upload = Unmanaged<Upload>.fromOpaque(context).takeUnretainedValue()
                    return upload.read(into: buffer, max: size * count)
                },
                Unmanaged.passUnretained(upload).toOpaque()
            )
        )
    }

    /// Takes so much of an answer, and throws it away.
    func discardAnswer(bytesMax: Int) throws {
        let allowance = Allowance(bytes: bytesMax)
        self.allowance = allowance
        try check(
            curl_set_writer(
                handle,
                { _, size, count, context in
                    guard let context else { return 0 }
                    let allowance = Unmanaged<Allowance>.fromOpaque(context).takeUnretainedValue()
                    allowance.bytes -= size * count
                    return allowance.bytes < 0 ? 0 : size * count
                },
                Unmanaged.passUnretained(allowance).toOpaque()
            )
        )
    }

    /// Opens connections by a function of the address that was found, whatever name led there; it has no context.
    func setSocketOpener(
        _ opener:
            @convention(c) (UnsafeMutableRawPointer?, curlsocktype, UnsafeMutablePointer<curl_sockaddr>?)
            -> curl_socket_t
    ) throws {
        try check(curl_set_socket_opener(handle, opener, nil))
    }
}

/// Tells a transfer on another thread to stop.
final class Cancellation: Sendable {
    private let flag = Atomic(false)

    var isCancelled: Bool { flag.load(ordering: .relaxed) }

    func cancel() {
        flag.store(true, ordering: .relaxed)
    }
}
