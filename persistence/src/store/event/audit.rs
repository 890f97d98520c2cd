//! The audit: every entry of every stream against the one before it.

use diesel::prelude::*;
use uuid::Uuid;

use super::Entry;
use crate::{
    Reader, StoreError,
    store::{
        dialect::Key,
        schema::{event_streams, events},
    },
};

/// The first entry that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// Its stream.
    pub stream_id: Uuid,
    /// Its sequence number.
    pub seq: i64,
    /// What is wrong with it.
    pub why: &'static str,
}

/// What an audit of the log found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    /// Streams read.
    pub streams: u64,
    /// Entries read.
    pub entries: u64,
    /// The first entry that does not fit, where there is one.
    pub misfit: Option<Misfit>,
}

/// Reads every stream from its beginning and checks every digest, in pages.
pub fn verify(db: &mut Reader<'_>) -> Result<Audit, StoreError> {
    let mut audit = Audit::default();
    let mut after: Option<Key> = None;
    loop {
        let mut query = event_streams::table
            .select((event_streams::stream_id, event_streams::last_seq, event_streams::last_digest))
            .order(event_streams::stream_id)
            .limit(500)
            .into_boxed();
        if let Some(after) = after {
            query = query.filter(event_streams::stream_id.gt(after));
        }
        let heads: Vec<(Key, i64, Vec<u8>)> = query.load(db.connection())?;
        let Some((last, ..)) = heads.last() else { return Ok(audit) };
        after = Some(*last);
        for (stream, last_seq, last_digest) in heads {
            audit.streams += 1;
            audit.misfit = verify_stream(db, stream, last_seq, &last_digest, &mut audit.entries)?;
            if audit.misfit.is_some() {
                return Ok(audit);
            }
        }
    }
}

fn verify_stream(
    db: &mut Reader<'_>,
    stream: Key,
    last_seq: i64,
    last_digest: &[u8],
    entries: &mut u64,
) -> Result<Option<Misfit>, StoreError> {
    let misfit = |seq, why| Ok(Some(Misfit { stream_id: stream.0, seq, why }));
    let mut before: Vec<u8> = Vec::new();
    let mut expected = 1;
    loop {
        let page: Vec<Entry> = events::table
            .filter(events::stream_id.eq(stream).and(events::seq.ge(expected)))
            .order(events::seq)
            .limit(1000)
            .select(Entry::as_select())
            .load(db.connection())?;
        let full = page.len() == 1000;
        for entry in page {
            *entries += 1;
            if entry.seq != expected {
                return misfit(expected, "missing");
            }
            if entry.chained(&before) != entry.digest {
                return misfit(entry.seq, "altered");
            }
            before = entry.digest;
            expected += 1;
        }
        if !full {
            break;
        }
    }
    if expected != last_seq + 1 {
        return misfit(expected, "missing");
    }
    if before != last_digest {
        return misfit(last_seq, "altered");
    }
    Ok(None)
}
