//! The same examples on every machine and in every run: what is drawn or sealed is replaced by what can be known.

use std::collections::BTreeMap;

use anze_tests::recording::{self, Call};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Operations whose answer holds whole tables: of each list the first two items are shown.
const SHORTENED: [&str; 2] = ["get_reference", "export_expert"];

/// The instant, in milliseconds since 1970, that an id of the computer's clock is given: that of the first administrator, who is
/// there before the story begins. It is 2026-02-09, eight in the morning in Xiamen.
const BEFORE: u64 = 1_770_595_200_000;

/// An instant that the story does not reach: the first of 2026-06-01 in Xiamen.
const AFTER: u64 = 1_780_243_200_000;

/// The examples by operation.
pub fn examples(calls: &[Call]) -> Value {
    let mut given = Given::default();
    let calls: Vec<Call> = calls.iter().map(|call| given.call(call)).collect();
    let shown = recording::examples(&calls).into_iter().map(|call| {
        let mut example = Map::new();
        if let Some(request) = &call.request {
            example.insert("request".to_owned(), request.clone());
        }
        let mut response = json!({ "status": call.status });
        if let Some(location) = &call.location {
            response["location"] = json!(location);
        }
        if !call.body.is_null() {
            response["body"] = call.body.clone();
            if SHORTENED.contains(&call.operation_id.as_str()) {
                shorten(&mut response["body"]);
            }
        }
        example.insert("response".to_owned(), response);
        (call.operation_id.clone(), Value::Object(example))
    });
    Value::Object(shown.collect())
}

fn shorten(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.truncate(2);
            items.iter_mut().for_each(shorten);
        }
        Value::Object(members) => members.values_mut().for_each(shorten),
        _ => {}
    }
}

/// What was given instead of what, in the order in which it appeared.
#[derive(Default)]
struct Given {
    ids: BTreeMap<Uuid, String>,
    ids_at: BTreeMap<u64, u64>,
    texts: BTreeMap<String, String>,
    texts_of: BTreeMap<&'static str, u64>,
}

/// Where calendars are read by a token.
const FEEDS: &str = "/api/v1/calendar/feeds/";

impl Given {
    fn call(&mut self, call: &Call) -> Call {
        let mut call = call.clone();
        if let Some(request) = &mut call.request {
            self.value("", request);
        }
        if let Some(location) = &mut call.location {
            *location = self.with_ids(location);
        }
        // A hint, which stands before its token, begins as the token does.
        if let Some(token) = call.body["token"].as_str() {
            self.text("token", token);
        }
        self.value("", &mut call.body);
        call
    }

    fn value(&mut self, member: &str, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(member, text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(member, item)),
            Value::Object(members) => members.iter_mut().for_each(|(name, inner)| self.value(name, inner)),
            _ => {}
        }
    }

    fn text(&mut self, member: &str, text: &str) -> String {
        match member {
            "access_token" => {
                let header = text.split('.').next().unwrap_or_default().to_owned();
                self.once(text, "access", |drawn| {
                    let drawn = drawn(107);
                    let (claims, signature) = drawn.split_at(64);
                    format!("{header}.{claims}.{signature}")
                })
            }
            "refresh_token" => self.once(text, "refresh", |drawn| drawn(48)),
            "code" if text.len() == 32 && !text.contains('_') => self.once(text, "code", |drawn| drawn(32)),
            "address" if text.ends_with("@example.com") => "huang.xiuying@example.com".to_owned(),
            "token" => self.once(text, "token", |drawn| format!("anze_{}", drawn(46))),
            "hint" => {
                let whole = self.texts.iter().find(|(token, _)| token.starts_with(text));
                whole.map_or_else(|| text.to_owned(), |(_, given)| given.chars().take(text.len()).collect())
            }
            "next_cursor" => self.once(text, "cursor", |drawn| drawn(64)),
            "etag" => {
                let (version, _) = text.split_once('-').unwrap_or((text, ""));
                self.once(text, "etag", |drawn| format!("{version}-{}\"", &hex(&drawn(32))[..16]))
            }
            "path" if text.starts_with(FEEDS) => {
                format!("{FEEDS}{}", self.once(text, "calendar", |drawn| drawn(43)))
            }
            "digest" => self.once(text, "digest", |drawn| hex(&drawn(32))),
            _ => self.with_ids(text),
        }
    }

    /// The text that is given instead of one of a kind, made of as many letters and digits as are asked for.
    fn once(
        &mut self,
        text: &str,
        kind: &'static str,
        make: impl FnOnce(&dyn Fn(usize) -> String) -> String,
    ) -> String {
        if let Some(given) = self.texts.get(text) {
            return given.clone();
        }
        let number = self.texts_of.entry(kind).or_default();
        *number += 1;
        let seed = format!("{kind} {number}");
        let given = make(&|length| letters(&seed, length));
        self.texts.insert(text.to_owned(), given.clone());
        given
    }

    /// The text with every id in it replaced.
    fn with_ids(&mut self, text: &str) -> String {
        const LENGTH: usize = 36;
        let mut whole = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let id = rest.get(..LENGTH).filter(|part| part.as_bytes()[8] == b'-');
            if let Some(id) = id.and_then(|part| Uuid::try_parse(part).ok()) {
                whole.push_str(&self.id(id));
                rest = &rest[LENGTH..];
            } else {
                whole.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        whole
    }

    /// An id of the same instant, by the order in which those of the instant appear.
    fn id(&mut self, id: Uuid) -> String {
        if let Some(given) = self.ids.get(&id) {
            return given.clone();
        }
        let instant = u64::try_from(id.as_u128() >> 80).unwrap_or_default();
        let instant = if (BEFORE..AFTER).contains(&instant) { instant } else { BEFORE };
        let number = self.ids_at.entry(instant).or_default();
        *number += 1;
        let drawn = Sha256::digest(format!("{instant} {number}"));
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&instant.to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&drawn[..10]);
        bytes[6] = bytes[6] & 0x0f | 0x70;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let given = Uuid::from_bytes(bytes).to_string();
        self.ids.insert(id, given.clone());
        given
    }
}

/// So many letters and digits, always the same for the same seed.
fn letters(seed: &str, length: usize) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let digests = (0_u32..).flat_map(|block| Sha256::digest(format!("{seed} {block}")));
    digests.take(length).map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()])).collect()
}

fn hex(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
