use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

use super::*;
use crate::app::clock::SystemClock;

/// One request over a real socket; head and body of the answer.
fn exchange(address: SocketAddr, request: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.replace('\n', "\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

fn get(address: SocketAddr, path: &str) -> (String, String) {
    exchange(address, &format!("GET {path} HTTP/1.1\nHost: x\nConnection: close\n\n"))
}

fn start() -> Running {
    let mut settings = crate::testing::settings();
    settings.metrics_listen = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    Running::start(settings, SystemClock::new()).unwrap()
}

#[test]
fn it_starts_answers_and_stops() {
    let server = start();
    let address = server.address();
    let (head, body) = get(address, "/api/v1/deadlines?ended_at=2026-02-13T16:30:00+08:00&working_days=2");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}\n{body}");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&body).unwrap(),
        serde_json::json!({"due_on": "2026-02-24", "due_at": "2026-02-24T16:00:00Z", "provisional": false,
            "counted_days": ["2026-02-14", "2026-02-24"]})
    );
    let quote = r#"{"fee_mode": "premium_ratio", "premium_total": "100000.03", "fee": "21000.01"}"#;
    let (head, body) = exchange(
        address,
        &format!(
            "POST /api/v1/fee-quotes HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: {}\nConnection: close\n\n{quote}",
            quote.len()
        ),
    );
    assert!(head.starts_with("HTTP/1.1 200") && body.contains(r#""within_cap":false"#), "{head}\n{body}");
    let (_, body) = get(server.metrics_address().unwrap(), "/metrics");
    assert!(body.contains(r#"anze_http_requests_total{operation="quote_fee",status="200"} 1"#), "{body}");
    server.stop();
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn the_documentation_is_there_offline() {
    let server = start();
    for (path, content) in [
        ("/docs/", "swagger-ui"),
        ("/docs/problems", "id=\"version_stale\""),
        ("/openapi.json", "\"quote_fee\""),
    ] {
        let (head, body) = get(server.address(), path);
        assert!(head.starts_with("HTTP/1.1 200") && body.contains(content), "{path}: {head}");
    }
    assert!(get(server.address(), "/docs").0.contains("location: /docs/"));
    let (head, _) =
        exchange(server.address(), "DELETE /openapi.json HTTP/1.1\nHost: x\nConnection: close\n\n");
    assert!(head.starts_with("HTTP/1.1 405") && head.contains("allow: GET, HEAD"), "{head}");
}

#[test]
fn head_is_get_without_its_body() {
    let server = start();
    let (head, body) = exchange(server.address(), "HEAD /version HTTP/1.1\nHost: x\nConnection: close\n\n");
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("content-length: "), "{head}");
    assert_eq!(body, "");
}
