import Benchmark
import Sessions

/// The cost of reading a device from a user agent, which is done at a log-in and when a client changes.
func benchmarkDevice() {
    Benchmark("Device.parse") { benchmark in
        for index in benchmark.scaledIterations {
            blackHole(Device(userAgent: UserAgents.all[index % UserAgents.all.count]))
        }
    }
}

/// User agents of different lengths; rules are tried in order, so that the last one costs most.
enum UserAgents {
    static let desktop =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"

    static let all = [
        desktop,
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
            + "Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 "
            + "Chrome/121.0.0.0 Mobile Safari/537.36",
        "curl/8.5.0",
        "Something/1.0 that no rule knows",
    ]
}
