//! Someone who talks to the API, and what they are told.

use std::{
    fmt,
    ops::Index,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use anze_api::app::clock::{Clock, FixedClock};
use chrono::{DateTime, Duration, Utc};
use reqwest::{
    Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, IF_MATCH, RETRY_AFTER},
};
use serde_json::{Value, json};

use crate::{Recording, contract::contract};

/// An access token lives fifteen minutes; one this old is renewed before it is used.
const RENEW_AFTER: Duration = Duration::minutes(10);

/// One caller: nobody, a person who logged in, or a system with a token. Cheap to clone and to send to another thread.
#[derive(Clone)]
pub struct Client {
    http: reqwest::blocking::Client,
    base_url: String,
    credentials: Credentials,
    recording: Option<Arc<Recording>>,
}

#[derive(Clone)]
enum Credentials {
    None,
    Token(String),
    Person(Arc<Person>),
}

struct Person {
    login_name: String,
    password: String,
    clock: Option<Arc<FixedClock>>,
    token: Mutex<Option<(String, Option<DateTime<Utc>>)>>,
}

impl Client {
    /// A caller without credentials, of the server at this address.
    pub fn anonymous(base_url: impl Into<String>) -> Client {
        let http = reqwest::blocking::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(60))
            .build()
            .expect("a client of HTTP");
        Client { http, base_url: base_url.into(), credentials: Credentials::None, recording: None }
    }

    /// The same caller, whose calls are recorded there.
    pub fn recorded_in(&self, recording: &Arc<Recording>) -> Client {
        Client { recording: Some(Arc::clone(recording)), ..self.clone() }
    }

    /// The same caller, to a server at another address, such as one that was started again.
    pub fn at(&self, base_url: &str) -> Client {
        Client { base_url: base_url.to_owned(), ..self.clone() }
    }

    /// The same server, with this token as it is. It is never renewed.
    pub fn with_token(&self, token: impl Into<String>) -> Client {
        Client { credentials: Credentials::Token(token.into()), ..self.clone() }
    }

    /// The same server, as this person. Logs in at once, and again when the given clock has moved past the token's time.
    #[track_caller]
    pub fn logged_in(&self, login_name: &str, password: &str, clock: Option<Arc<FixedClock>>) -> Client {
        let person = Person {
            login_name: login_name.to_owned(),
            password: password.to_owned(),
            clock,
            token: Mutex::default(),
        };
        let client = Client { credentials: Credentials::Person(Arc::new(person)), ..self.clone() };
        client.token();
        client
    }

    /// What is sent as the bearer's token, if anything.
    #[track_caller]
    pub fn token(&self) -> Option<String> {
        let person = match &self.credentials {
            Credentials::None => return None,
            Credentials::Token(token) => return Some(token.clone()),
            Credentials::Person(person) => person,
        };
        let now = person.clock.as_ref().map(|clock| clock.now());
        let mut held = person.token.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((token, since)) = &*held {
            let age = now.zip(*since).map_or(Duration::zero(), |(now, since)| now - since);
            if Duration::zero() <= age && age < RENEW_AFTER {
                return Some(token.clone());
            }
        }
        let nobody = Client { credentials: Credentials::None, ..self.clone() };
        let answer = nobody
            .post("/api/v1/auth/login")
            .json(json!({ "login_name": person.login_name, "password": person.password }))
            .send()
            .expect(200);
        let token = answer.text("access_token").to_owned();
        *held = Some((token.clone(), now));
        Some(token)
    }

    /// A request to read.
    pub fn get(&self, path: impl Into<String>) -> Request {
        self.request(Method::GET, path)
    }

    /// A request to create or to act, with an idempotency key that nobody used before.
    pub fn post(&self, path: impl Into<String>) -> Request {
        static USED: AtomicU64 = AtomicU64::new(0);
        let key = format!("test-{}-{}", std::process::id(), USED.fetch_add(1, Ordering::Relaxed));
        self.request(Method::POST, path).idempotency_key(&key)
    }

    /// A request to change.
    pub fn patch(&self, path: impl Into<String>) -> Request {
        self.request(Method::PATCH, path)
    }

    /// A request to replace.
    pub fn put(&self, path: impl Into<String>) -> Request {
        self.request(Method::PUT, path)
    }

    /// A request to remove.
    pub fn delete(&self, path: impl Into<String>) -> Request {
        self.request(Method::DELETE, path)
    }

    /// Any request, its path and query as given.
    pub fn request(&self, method: Method, path: impl Into<String>) -> Request {
        Request {
            client: self.clone(),
            method,
            path: path.into(),
            headers: HeaderMap::new(),
            body: None,
            held_against_the_contract: true,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = match &self.credentials {
            Credentials::None => "nobody",
            Credentials::Token(_) => "a token",
            Credentials::Person(person) => &person.login_name,
        };
        write!(formatter, "Client({who} at {})", self.base_url)
    }
}

/// A request being written.
#[derive(Debug)]
#[must_use = "nothing is asked before send()"]
pub struct Request {
    client: Client,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    held_against_the_contract: bool,
}

impl Request {
    /// With a body of JSON.
    pub fn json(self, value: Value) -> Request {
        self.body("application/json", value.to_string())
    }

    /// With a body as it is.
    pub fn body(mut self, content_type: &str, bytes: impl Into<Vec<u8>>) -> Request {
        self.body = Some(bytes.into());
        self.header(CONTENT_TYPE.as_str(), content_type)
    }

    /// With a header, instead of one of that name.
    pub fn header(mut self, name: &str, value: &str) -> Request {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers.insert(name, value.parse().expect("a header's value"));
        self
    }

    /// Only if the resource is still at this version, as an earlier answer's [`Answer::etag`] said.
    pub fn if_match(self, etag: impl AsRef<str>) -> Request {
        self.header(IF_MATCH.as_str(), etag.as_ref())
    }

    /// With this idempotency key instead of a fresh one.
    pub fn idempotency_key(self, key: &str) -> Request {
        self.header("idempotency-key", key)
    }

    /// Without any idempotency key.
    pub fn without_idempotency_key(mut self) -> Request {
        self.headers.remove("idempotency-key");
        self
    }

    /// For the few answers that are not the contract's to describe, such as a page of the documentation.
    pub fn outside_the_contract(mut self) -> Request {
        self.held_against_the_contract = false;
        self
    }

    /// Sends it; panics where no answer came.
    #[track_caller]
    pub fn send(self) -> Answer {
        let asked = format!("{} {}", self.method, self.path);
        self.try_send().unwrap_or_else(|error| panic!("{asked}: no answer: {error:?}"))
    }

    /// Sends it; an error where no answer came, as from a server that was killed.
    #[track_caller]
    pub fn try_send(self) -> Result<Answer, reqwest::Error> {
        let url = format!("{}{}", self.client.base_url, self.path);
        let mut request = self.client.http.request(self.method.clone(), url);
        if let Some(token) = self.client.token()
            && !self.headers.contains_key(AUTHORIZATION)
        {
            request = request.bearer_auth(token);
        }
        request = request.headers(self.headers);
        let sent = self.body.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok());
        if let Some(bytes) = self.body {
            request = request.body(bytes);
        }
        let response = request.send()?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes()?.to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let answer = Answer { asked: format!("{} {}", self.method, self.path), status, headers, bytes, body };
        if self.held_against_the_contract
            && let Err(reason) =
                contract().check(&self.method, &self.path, status, &answer.headers, &answer.bytes)
        {
            panic!("{answer}\nbreaks the contract: {reason}");
        }
        if let Some(recording) = &self.client.recording {
            recording.record(&self.method, &self.path, sent, &answer);
        }
        Ok(answer)
    }
}

/// What the API answered.
#[derive(Clone, Debug)]
pub struct Answer {
    asked: String,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body as it came.
    pub bytes: Vec<u8>,
    /// Its body as JSON; null where it is none.
    pub body: Value,
}

impl Answer {
    /// Panics unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status.as_u16(), status, "the status of this answer:\n{self}");
        self
    }

    /// Panics unless it is this problem, told as every problem is.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Answer {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{answer}");
        assert_eq!(answer.body["code"], code, "the code of this problem:\n{answer}");
        assert_eq!(answer.body["status"], status, "the status inside this problem:\n{answer}");
        for member in ["type", "title", "request_id"] {
            assert!(
                answer.body[member].as_str().is_some_and(|text| !text.is_empty()),
                "{member} is missing:\n{answer}"
            );
        }
        assert_eq!(
            answer.header("x-request-id"),
            answer.body["request_id"].as_str(),
            "one request, one id:\n{answer}"
        );
        if matches!(status, 429 | 503) {
            assert!(answer.headers.contains_key(RETRY_AFTER), "when to try again is missing:\n{answer}");
        }
        if status == 401 {
            assert!(answer.header("www-authenticate").is_some(), "how to authenticate is missing:\n{answer}");
        }
        answer
    }

    /// Panics unless one of the problem's invalid fields is this one, by JSON pointer, with this code.
    #[track_caller]
    pub fn invalid_field(self, pointer: &str, code: &str) -> Answer {
        let fields = self.body["errors"].as_array().into_iter().flatten();
        let named = fields.into_iter().any(|field| field["pointer"] == pointer && field["code"] == code);
        assert!(named, "no invalid field {pointer} with code {code}:\n{self}");
        self
    }

    /// A header's text, if it came.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The resource's version, for [`Request::if_match`].
    #[track_caller]
    pub fn etag(&self) -> String {
        self.header(ETAG.as_str()).unwrap_or_else(|| panic!("no ETag:\n{self}")).to_owned()
    }

    /// The resource's id.
    #[track_caller]
    pub fn id(&self) -> String {
        self.text("id").to_owned()
    }

    /// A text at the top of the body.
    #[track_caller]
    pub fn text(&self, member: &str) -> &str {
        self.body[member].as_str().unwrap_or_else(|| panic!("no text {member:?}:\n{self}"))
    }

    /// The items of a list.
    #[track_caller]
    pub fn items(&self) -> &[Value] {
        self.body["items"].as_array().unwrap_or_else(|| panic!("no list:\n{self}"))
    }

    /// Whether the resource says that this caller may do this now.
    #[track_caller]
    pub fn allows(&self, action: &str) -> bool {
        let allowed = self.body["allowed_actions"].as_array();
        allowed
            .unwrap_or_else(|| panic!("no allowed_actions:\n{self}"))
            .iter()
            .any(|allowed| allowed == action)
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, member: &str) -> &Value {
        &self.body[member]
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{} → {}", self.asked, self.status)?;
        if self.body.is_null() {
            let start = &self.bytes[..self.bytes.len().min(2_000)];
            write!(formatter, "{}", String::from_utf8_lossy(start))
        } else {
            write!(formatter, "{:#}", self.body)
        }
    }
}
