//! What is asked: requests as bytes, one after another for each connection.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    load::Requests,
    rows::{self, COMMISSION, PROJECT, Size},
};

/// Always the same request to read.
pub fn reading(path: &str, token: Option<&str>) -> Requests {
    let request = get(path, token);
    Rc::new(move |_, out| out.extend_from_slice(&request))
}

/// Commissions by id, any of those that the first insurer made.
pub fn one_commission(prefix: &'static str, size: Size, token: Option<String>) -> Requests {
    let state = Cell::new(0x9e37_79b9_u32);
    Rc::new(move |_, out| {
        let mut next = state.get();
        next ^= next << 13;
        next ^= next >> 17;
        next ^= next << 5;
        state.set(next);
        let even = 2 + next % (size.rows - 2) / 2 * 2;
        out.extend_from_slice(&get(&format!("{prefix}/{}", rows::id(COMMISSION, even)), token.as_deref()));
    })
}

/// Transitions: each connection has projects of its own, suspends each in turn, and then resumes each.
pub fn transitions(connections: usize, size: Size, token: String) -> Requests {
    let count = u32::try_from(connections).expect("some connections");
    // The first project, whose timeline is long, is left alone.
    let each = ((size.projects - 1) / count).min(1000);
    let done = RefCell::new(vec![0_u32; connections]);
    let keys = Cell::new(0_u64);
    Rc::new(move |connection, out| {
        let number = done.borrow()[connection];
        done.borrow_mut()[connection] += 1;
        keys.set(keys.get() + 1);
        let (place, round) = (number % each, number / each);
        let own = u32::try_from(connection).expect("a connection");
        let project = rows::id(PROJECT, 2 + own * each + place);
        let (action, kind, body) = if round % 2 == 0 {
            ("suspend", "Content-Type: application/json\r\n", r#"{"reason":"台风来临，暂停施工。"}"#)
        } else {
            ("resume", "", "")
        };
        out.extend_from_slice(
            format!(
                "POST /api/v1/projects/{project}/{action} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
                 If-Match: \"{}-0\"\r\nIdempotency-Key: bench-{}\r\n{kind}Content-Length: {}\r\n\r\n{body}",
                round + 1,
                keys.get(),
                body.len(),
            )
            .as_bytes(),
        );
    })
}

/// A change without a body, for the bare server.
pub fn posting(path: &str) -> Requests {
    let request = format!("POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Length: 0\r\n\r\n").into_bytes();
    Rc::new(move |_, out| out.extend_from_slice(&request))
}

fn get(path: &str, token: Option<&str>) -> Vec<u8> {
    let authorization = token.map_or(String::new(), |token| format!("Authorization: Bearer {token}\r\n"));
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\n{authorization}\r\n").into_bytes()
}

/// The cursor of the last page, made from the cursor of the second: another key in the same list.
pub fn last_page(cursor: &str, key: &Value) -> String {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).expect("a cursor is base64");
    let mut inside: Value = serde_json::from_slice(&bytes).expect("a cursor is JSON");
    inside["k"] = key.clone();
    URL_SAFE_NO_PAD.encode(inside.to_string())
}

/// A list whose cost should not depend on how many rows there are.
pub struct List {
    /// What it is called in the table.
    pub name: &'static str,
    /// Path and query of its first page.
    pub path: String,
    /// Who asks: an organisation's number; none is the association.
    pub caller: Option<u32>,
    /// The key before the last page; none where the list has a single page.
    pub last: Option<Value>,
}

/// A year in which all visits have a date.
pub const CALENDAR: &str = "calendar?from=2027-01-01&to=2027-12-31";

/// The lists that are held against their size.
pub fn lists() -> Vec<List> {
    let commission = |number| Some(json!(rows::id(COMMISSION, number)));
    let project = |number| Some(json!(rows::id(PROJECT, number)));
    let list = |name, path: &str, caller, last| List { name, path: format!("/api/v1/{path}"), caller, last };
    let first: Uuid = rows::id(PROJECT, 1);
    vec![
        list("commissions, association", "commissions", None, commission(21)),
        list("commissions, insurer", "commissions", Some(rows::INSURER), commission(42)),
        // Who sees no drafts has the last twenty below this one.
        list("commissions, contractor", "commissions", Some(rows::CONTRACTOR), commission(55)),
        list("commissions, insurer, few drafts", "commissions?status=draft", Some(rows::INSURER), None),
        list("commissions, association, by state", "commissions?status=completed", None, commission(208)),
        list("projects, association", "projects", None, project(21)),
        list("projects, contractor", "projects", Some(rows::CONTRACTOR), project(21)),
        list("projects, searched, frequent text", "projects?q=%E6%BB%A8%E6%B5%B7", None, None),
        list("projects, searched, rare text", "projects?q=%E6%A5%BC777", None, None),
        list(
            "projects, searched, rare text, contractor",
            "projects?q=%E6%A5%BC777",
            Some(rows::CONTRACTOR),
            None,
        ),
        list("projects, searched, number", "projects?q=XM-2026-10000077", None, None),
        list("projects, searched, no such name", "projects?q=%E6%B5%B7%E6%B2%A7", None, None),
        list("commissions, searched, project", "commissions?q=%E6%A5%BC777", None, None),
        list("tasks, settled", "tasks?done=true", None, None),
        list("tasks, provider", "tasks", Some(rows::PROVIDER), None),
        list("tasks, contractor", "tasks", Some(rows::CONTRACTOR), None),
        list("tasks, association", "tasks", None, None),
        list("tasks, counts of a provider", "tasks/counts", Some(rows::PROVIDER), None),
        list("calendar, association", CALENDAR, None, None),
        list("calendar, provider", CALENDAR, Some(rows::PROVIDER), None),
        list("calendar, contractor", CALENDAR, Some(rows::CONTRACTOR), None),
        list("timeline", &format!("projects/{first}/timeline"), Some(rows::CONTRACTOR), Some(json!(21))),
    ]
}
