//! Who acts: people and systems that call the product as any client does.

use std::{cell::RefCell, rc::Rc};

use actix_web::{
    http::{Method, header::IF_MATCH},
    test::TestRequest,
};
use anze_api::{
    app::clock::Clock,
    server::in_process::{Answer, Product},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::time::Time;
use crate::failure::Failure;

/// The product, its time, and everybody's password.
pub(super) struct World {
    pub(super) product: Product,
    pub(super) time: Time,
    pub(super) password: String,
}

/// Someone who calls.
pub(super) struct Actor {
    world: Rc<World>,
    name: String,
    session: RefCell<Option<Session>>,
}

/// With what someone calls.
#[derive(Clone)]
struct Session {
    credential: String,
    until: DateTime<Utc>,
    refresh: String,
    refresh_until: DateTime<Utc>,
}

/// A record as it was last answered.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// Where it is.
    pub(super) path: String,
    /// Its id.
    pub(super) id: String,
    /// Its version, as an entity tag.
    etag: String,
    /// What it says.
    pub(super) body: Value,
}

/// What is sent.
enum Body {
    Nothing,
    Json(Value),
    File(Vec<u8>),
}

impl World {
    async fn send(
        &self,
        who: &str,
        credential: Option<&str>,
        method: Method,
        path: &str,
        etag: Option<&str>,
        body: Body,
    ) -> Result<Answer, Failure> {
        let mut request = TestRequest::with_uri(path)
            .method(method.clone())
            .peer_addr(([127, 0, 0, 1], 1).into())
            .insert_header(("user-agent", "anze demo"));
        if let Some(credential) = credential {
            request = request.insert_header(("authorization", format!("Bearer {credential}")));
            if method == Method::POST {
                let key = self.time.clock().new_id().to_string();
                request = request.insert_header(("idempotency-key", key));
            }
        }
        if let Some(etag) = etag {
            request = request.insert_header((IF_MATCH, etag));
        }
        request = match body {
            Body::Nothing => request,
            Body::Json(body) => request.set_json(body),
            Body::File(bytes) => {
                request.insert_header(("content-type", "application/octet-stream")).set_payload(bytes)
            }
        };
        let answer = self.product.send(request).await?;
        self.time.pass_one_call();
        if answer.status.is_success() {
            return Ok(answer);
        }
        let member_text = |member: &str| answer.body.get(member).map(ToString::to_string).unwrap_or_default();
        Err(format!(
            "{method} {path} as {who} on {}: {} {}: {} {}",
            self.time.today(),
            answer.status.as_u16(),
            member_text("code"),
            member_text("detail"),
            member_text("errors"),
        )
        .into())
    }

    /// Does one round of housekeeping, as the server does it from time to time.
    pub(super) async fn run_housekeeping(&self) -> Result<(), Failure> {
        let failed = self.product.run_housekeeping().await;
        if failed.is_empty() { Ok(()) } else { Err(format!("housekeeping: {}", failed.join(", ")).into()) }
    }

    /// Makes a record as nobody, such as a registration.
    pub(super) async fn register(&self, path: &str, body: Value) -> Result<Record, Failure> {
        self.send("nobody", None, Method::POST, path, None, Body::Json(body)).await.and_then(made)
    }
}

/// What an answer made.
fn made(answer: Answer) -> Result<Record, Failure> {
    let path = answer.header("location").to_owned();
    let id = path.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(Record { id, etag: answer.header("etag").to_owned(), body: answer.body, path })
}

fn text(body: &Value, member: &str) -> Result<String, Failure> {
    let found = body.get(member).and_then(Value::as_str);
    Ok(found.ok_or_else(|| format!("an answer without {member}: {body}"))?.to_owned())
}

impl Record {
    /// What a text member says.
    pub(super) fn says(&self, member: &str) -> Result<String, Failure> {
        text(&self.body, member)
    }
}

impl Actor {
    /// A person with everybody's password.
    pub(super) fn person(world: &Rc<World>, name: &str) -> Rc<Self> {
        Rc::new(Self::known_by(world, name, None))
    }

    /// A system with an API token.
    pub(super) fn system(world: &Rc<World>, name: &str, token: String) -> Rc<Self> {
        let until = DateTime::<Utc>::MAX_UTC;
        let session = Session { credential: token, until, refresh: String::new(), refresh_until: until };
        Rc::new(Self::known_by(world, name, Some(session)))
    }

    fn known_by(world: &Rc<World>, name: &str, session: Option<Session>) -> Self {
        Self { world: Rc::clone(world), name: name.to_owned(), session: RefCell::new(session) }
    }

    /// What they log in with.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What they log in with, too.
    pub(super) fn password(&self) -> &str {
        &self.world.password
    }

    /// A credential that holds: people log in once and refresh their session after that.
    async fn credential(&self) -> Result<String, Failure> {
        let now = self.world.time.now();
        let known = self.session.borrow().clone();
        let (path, body) = match known {
            Some(session) if session.until > now => return Ok(session.credential),
            Some(session) if session.refresh_until > now => {
                ("/api/v1/auth/refresh", json!({ "refresh_token": session.refresh }))
            }
            _ => {
                let login = json!({ "login_name": self.name, "password": self.world.password });
                ("/api/v1/auth/login", login)
            }
        };
        let answer = self.world.send(&self.name, None, Method::POST, path, None, Body::Json(body)).await?;
        let life = answer.body.get("expires_in").and_then(Value::as_i64).unwrap_or_default();
        let session = Session {
            credential: text(&answer.body, "access_token")?,
            until: now + TimeDelta::seconds(life / 2),
            refresh: text(&answer.body, "refresh_token")?,
            refresh_until: text(&answer.body, "refresh_expires_at")?.parse()?,
        };
        let credential = session.credential.clone();
        self.session.replace(Some(session));
        Ok(credential)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        etag: Option<&str>,
        body: Body,
    ) -> Result<Answer, Failure> {
        let credential = self.credential().await?;
        self.world.send(&self.name, Some(&credential), method, path, etag, body).await
    }

    /// Makes a record.
    pub(super) async fn create(&self, path: &str, body: Value) -> Result<Record, Failure> {
        self.send(Method::POST, path, None, Body::Json(body)).await.and_then(made)
    }

    /// Does something with a record in the version that was last answered.
    pub(super) async fn act(&self, record: &mut Record, action: &str, body: Value) -> Result<(), Failure> {
        let path = format!("{}/{action}", record.path);
        let body = if body.is_null() { Body::Nothing } else { Body::Json(body) };
        let answer = self.send(Method::POST, &path, Some(&record.etag), body).await?;
        answer.header("etag").clone_into(&mut record.etag);
        record.body = answer.body;
        Ok(())
    }

    /// Replaces what a record says.
    pub(super) async fn update(&self, record: &mut Record, body: Value) -> Result<(), Failure> {
        let answer = self.send(Method::PUT, &record.path, Some(&record.etag), Body::Json(body)).await?;
        answer.header("etag").clone_into(&mut record.etag);
        record.body = answer.body;
        Ok(())
    }

    /// The record at a path, as it is now.
    pub(super) async fn read(&self, path: &str) -> Result<Record, Failure> {
        let answer = self.send(Method::GET, path, None, Body::Nothing).await?;
        let id = path.rsplit('/').next().unwrap_or_default().to_owned();
        let etag = answer.header("etag").to_owned();
        Ok(Record { path: path.to_owned(), id, etag, body: answer.body })
    }

    /// The items of a list's first page.
    pub(super) async fn list(&self, path: &str) -> Result<Vec<Value>, Failure> {
        let answer = self.send(Method::GET, path, None, Body::Nothing).await?;
        Ok(answer.body.get("items").and_then(Value::as_array).cloned().unwrap_or_default())
    }

    /// Uploads a file to a visit or a hazard; the query says what it is.
    pub(super) async fn upload(
        &self,
        to: &str,
        about: &[(&str, String)],
        file: Vec<u8>,
    ) -> Result<(), Failure> {
        self.send_file(&format!("{to}/attachments"), about, file).await
    }

    /// Sends a file to where files are taken; the query says what it is.
    pub(super) async fn send_file(
        &self,
        to: &str,
        about: &[(&str, String)],
        file: Vec<u8>,
    ) -> Result<(), Failure> {
        let path = format!("{to}?{}", serde_urlencoded::to_string(about)?);
        self.send(Method::POST, &path, None, Body::File(file)).await?;
        Ok(())
    }

    /// Ends the session, if there is one: nobody holds its token when the demonstration is over.
    pub(super) async fn log_out(&self) -> Result<(), Failure> {
        let known = self.session.borrow().as_ref().is_some_and(|session| !session.refresh.is_empty());
        if known {
            self.send(Method::POST, "/api/v1/auth/logout", None, Body::Nothing).await?;
            self.session.replace(None);
        }
        Ok(())
    }
}
