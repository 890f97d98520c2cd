//! What every area builds on: codes of refusals, events, ids, money, periods, vocabularies and identity numbers.

pub mod code;
pub mod data;
pub mod event;
pub mod id;
pub mod identifier;
pub mod key;
pub mod location;
pub mod money;
pub mod period;
pub mod regulation;
pub mod search;
pub mod vocabulary;
pub mod words;
