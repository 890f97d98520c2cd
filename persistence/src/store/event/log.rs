//! What a transaction holds of the event log in memory, below the connection that carries it.

use super::{Entry, Head};
use crate::store::dialect::Key;

/// What a transaction holds of the log: where the streams stand that it has locked, so that each is read once, and the
/// entries that it will write at its end, or before the log is read.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(super) streams: Vec<Stream>,
    pub(super) entries: Vec<Entry>,
}

/// A stream whose lock is held.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) head: Head,
    /// Whether the table has it already.
    pub(super) begun: bool,
    /// Whether it has moved on since the table was written.
    pub(super) moved: bool,
}

impl Log {
    pub(super) fn stream(&mut self, id: Key) -> Option<&mut Stream> {
        self.streams.iter_mut().find(|stream| stream.head.stream_id == id)
    }

    /// Where a stream stands that was just locked.
    pub(crate) fn locked(&mut self, head: Head) {
        if self.stream(head.stream_id).is_none() {
            self.streams.push(Stream { head, begun: true, moved: false });
        }
    }

    /// Takes the entry and the head of its stream, where they are all that there is to write.
    pub(crate) fn take_single_entry(&mut self) -> Option<(Entry, Head)> {
        let mut moved = self.streams.iter_mut().filter(|stream| stream.moved);
        let (Some(stream), None, [_]) = (moved.next(), moved.next(), self.entries.as_slice()) else {
            return None;
        };
        if !stream.begun {
            return None;
        }
        stream.moved = false;
        Some((self.entries.pop()?, stream.head.clone()))
    }
}

/// Entries that continue a stream whose last sequence number is `from`.
#[derive(Debug)]
pub(crate) struct StreamAppend {
    pub(crate) from: i64,
    pub(crate) head: Head,
    pub(crate) entries: Vec<Entry>,
}
