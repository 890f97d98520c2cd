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

/// A slot.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TimeSlot)]
pub struct SlotIo {
    /// From when.
    #[schema(example = "2026-03-10T09:00:00+08:00")]
    pub start: DateTime<Utc>,
    /// Until when.
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
            .description(Some(
                "时段在本次提议中的序号，自 1 起。 · The number of a slot in its proposal, from one.",
            ))
            .examples([1])
            .into()
    }
}

/// Numbers of slots on the wire.
pub fn numbers(all: &[usize]) -> Vec<TimeSlotNumber> {
    all.iter().filter_map(|number| u8::try_from(*number).ok()).map(TimeSlotNumber).collect()
}

/// A proposed slot.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposedTimeSlot {
    /// Its number.
    pub number: TimeSlotNumber,
    /// From when.
    pub start: DateTime<Utc>,
    /// Until when.
    pub end: DateTime<Utc>,
}

impl ProposedTimeSlot {
    /// The slot with this number.
    #[must_use]
    pub const fn new(number: u8, slot: Slot) -> Self {
        Self { number: TimeSlotNumber(number), start: slot.start, end: slot.end }
    }
}

/// A place of a group that is open again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpenGroupPlace)]
pub struct OpenPlaceOut {
    /// What was covered from there.
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Whether it was the leader's.
    #[schema(example = false)]
    pub leads: bool,
}

impl From<OpenPlace> for OpenPlaceOut {
    fn from(it: OpenPlace) -> Self {
        Self { specialties: it.specialties.into_iter().map(SpecialtyTerm::from).collect(), leads: it.leads }
    }
}
