//! Everyone on the tour, and what its parts say alike.

use std::sync::Arc;

use anze_tests::{Actor, Cast, Record, Recording, World, actors::Roles};
use chrono::Duration;
use serde_json::{Value, json};

use super::roles;

/// Time that passes with every call.
const PAUSE: Duration = Duration::seconds(20);

/// Everyone on the tour, and where their calls are kept.
pub struct Tour {
    pub cast: Cast,
    pub recording: Arc<Recording>,
}

impl Tour {
    /// Registers the organisations and experts of the story and logs them in. A third-party organisation provides the services.
    pub fn begin(world: &World) -> Tour {
        let recording = Recording::new(world.shared_clock(), PAUSE);
        let roles = Roles { organization: roles::organization, expert: roles::usual_expert };
        let cast = Cast::recorded(world, roles, &recording);
        let provider = cast.provider.clone();
        Tour { cast: cast.served_by(provider), recording }
    }
}

/// A body that gives this reason.
pub fn reason(text: &str) -> Value {
    json!({ "reason": text })
}

/// The record with this id, as this caller reads it.
#[track_caller]
pub fn record(who: &Actor, collection: &str, id: &Value) -> Record {
    let id = id.as_str().expect("an id");
    Record::of(collection, &who.get(format!("{collection}/{id}")).send().expect(200))
}
