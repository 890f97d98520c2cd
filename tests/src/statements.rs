//! How many statements the servers of a test send to their database.

use std::{
    collections::BTreeMap,
    sync::{Mutex, Once, PoisonError},
};

use anze_api::app::settings::Settings;
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

use crate::World;

static SENT: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());
static LISTENING: Once = Once::new();

/// Counts for one connection.
#[derive(Default)]
struct Counter {
    /// Which database it is connected to.
    database: String,
}

impl Instrumentation for Counter {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => url.clone_into(&mut self.database),
            InstrumentationEvent::StartQuery { .. } => {
                let mut sent = SENT.lock().unwrap_or_else(PoisonError::into_inner);
                *sent.entry(self.database.clone()).or_default() += 1;
            }
            _ => {}
        }
    }
}

/// For `#[both_databases(settings = counted)]`: counts what is sent over the connections that are opened from here on, of this test
/// and of those beside it.
pub fn counted(_: &mut Settings) {
    LISTENING.call_once(|| {
        fn counter() -> Option<Box<dyn Instrumentation>> {
            Some(Box::new(Counter::default()))
        }
        set_default_instrumentation(counter).expect("it is the first");
    });
}

/// How many statements the work makes the servers of this world send. What they do by themselves at the same moment counts as
/// well, so the least of several tries is taken.
pub fn of(world: &World, mut work: impl FnMut()) -> usize {
    let database = world.database().url().trim_start_matches("sqlite://").to_owned();
    let sent = || SENT.lock().unwrap_or_else(PoisonError::into_inner).get(&database).copied().unwrap_or(0);
    let counts = (0..3).map(|_| {
        let before = sent();
        work();
        sent() - before
    });
    counts.min().unwrap_or(0)
}
