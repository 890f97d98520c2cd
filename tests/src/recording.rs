//! What the API answered, kept by operation: the examples of the contract are made of it.

use std::sync::{Arc, Mutex, PoisonError};

use anze_api::app::clock::FixedClock;
use chrono::Duration;
use reqwest::Method;
use serde_json::Value;

use crate::{Answer, contract::contract};

/// One call that succeeded.
#[derive(Clone, Debug)]
pub struct Call {
    /// The operation's stable name.
    pub operation_id: String,
    /// Whether the operation only reads.
    pub reads: bool,
    /// The JSON body of the request, if it had one.
    pub request: Option<Value>,
    /// The status of the answer.
    pub status: u16,
    /// The header `Location` of the answer, if it came.
    pub location: Option<String>,
    /// The body of the answer; null where it is no JSON.
    pub body: Value,
    replaced: bool,
}

/// The calls of every client that is recorded here, in their order. Time passes with each of them.
#[derive(Debug)]
pub struct Recording {
    clock: Arc<FixedClock>,
    pause: Duration,
    calls: Mutex<Vec<Call>>,
}

impl Recording {
    /// A recording whose clock moves on by this time after every call.
    pub fn new(clock: Arc<FixedClock>, pause: Duration) -> Arc<Recording> {
        Arc::new(Recording { clock, pause, calls: Mutex::default() })
    }

    /// Keeps a call that succeeded and lets time pass.
    pub(crate) fn record(&self, method: &Method, path: &str, request: Option<Value>, answer: &Answer) {
        self.clock.advance(self.pause);
        let Some(operation_id) = contract().operation_id(method, path) else { return };
        if !answer.status.is_success() {
            return;
        }
        let call = Call {
            operation_id,
            reads: method == Method::GET,
            request,
            status: answer.status.as_u16(),
            location: answer.header("location").map(str::to_owned),
            body: answer.body.clone(),
            replaced: false,
        };
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
    }

    /// Leaves out what was kept of an operation: its next call is the example.
    ///
    /// # Panics
    /// Where it was not called yet, so that there is nothing to leave out.
    #[track_caller]
    pub fn show_next(&self, operation_id: &str) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known = calls.iter_mut().filter(|call| call.operation_id == operation_id).peekable();
        assert!(known.peek().is_some(), "{operation_id} was not called yet");
        known.for_each(|call| call.replaced = true);
    }

    /// Every call, in its order.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Of each operation the call that is its example: of one that reads the last, of one that changes something the first.
pub fn examples(calls: &[Call]) -> Vec<&Call> {
    let mut chosen: std::collections::BTreeMap<&str, &Call> = std::collections::BTreeMap::new();
    for call in calls.iter().filter(|call| !call.replaced) {
        if call.reads {
            chosen.insert(&call.operation_id, call);
        } else {
            chosen.entry(&call.operation_id).or_insert(call);
        }
    }
    chosen.into_values().collect()
}
