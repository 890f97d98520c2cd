//! Slots on the wire, and what came of them.

use std::borrow::Cow;

use anze_domain::{calendar::slot::Slot, service::visit::OpenPlace};
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
    },
};

use crate::wire::terms::SpecialtyTerm;

/// A period of time on site: `start` belongs to it, `end` does not.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TimeSlot)]
pub struct SlotIo {
    /// Start of the slot (RFC 3339; answers are in UTC).
    #[schema(example = "2026-03-10T09:00:00+08:00")]
    pub start: DateTime<Utc>,
    /// End of the slot (RFC 3339; answers are in UTC), at most twelve hours after its start.
    #[schema(example = "2026-03-10T17:00:00+08:00")]
    pub end: DateTime<Utc>,
}

impl From<SlotIo> for Slot {
    /// To the microsecond, as instants are kept.
    fn from(it: SlotIo) -> Self {
        Self { start: it.start.trunc_subsecs(6), end: it.end.trunc_subsecs(6) }
    }
}

/// The number of a slot in its proposal, from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeSlotNumber(pub u8);

impl ToSchema for TimeSlotNumber {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("TimeSlotNumber")
    }
}

impl PartialSchema for TimeSlotNumber {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .minimum(Some(1))
            .maximum(Some(5))
            .description(Some("Number of the slot within its proposal, counted from 1."))
            .examples([1])
            .into()
    }
}

/// Numbers of slots on the wire.
pub fn numbers(all: &[usize]) -> Vec<TimeSlotNumber> {
    all.iter().filter_map(|number| u8::try_from(*number).ok()).map(TimeSlotNumber).collect()
}

/// A slot that was proposed for a visit, with the number by which an answer names it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposedTimeSlot {
    /// Number of the slot within its proposal, counted from 1.
    pub number: TimeSlotNumber,
    /// Start of the slot (UTC).
    pub start: DateTime<Utc>,
    /// End of the slot (UTC).
    pub end: DateTime<Utc>,
}

impl ProposedTimeSlot {
    /// The slot with this number.
    #[must_use]
    pub const fn new(number: u8, slot: Slot) -> Self {
        Self { number: TimeSlotNumber(number), start: slot.start, end: slot.end }
    }
}

/// A place in the group that is open, because an expert declined or left.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpenGroupPlace)]
pub struct OpenPlaceOut {
    /// Specialties that the former expert covered in this visit.
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Whether the place is the leader's.
    #[schema(example = false)]
    pub leads: bool,
}

impl From<OpenPlace> for OpenPlaceOut {
    fn from(it: OpenPlace) -> Self {
        Self { specialties: it.specialties.into_iter().map(SpecialtyTerm::from).collect(), leads: it.leads }
    }
}
