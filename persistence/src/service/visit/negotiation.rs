//! Where the negotiation of a visit stands, as it is stored.

use anze_domain::{
    calendar::slot::Slot,
    service::visit::{Declined, Negotiation, OpenPlace, Side},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    library::qualification::SpecialtiesRow,
    store::dialect::{document_row, plain_document},
};

plain_document! {
    /// The numbers of the slots that a member of the group agreed to, from 1.
    agreed_slots: AgreedSlotsRow(Vec<usize>), form 1
}

/// A slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct SlotRow {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl From<Slot> for SlotRow {
    fn from(slot: Slot) -> Self {
        let Slot { start, end } = slot;
        Self { start, end }
    }
}
impl From<SlotRow> for Slot {
    fn from(row: SlotRow) -> Self {
        Self { start: row.start, end: row.end }
    }
}

/// A side of the negotiation: `"contractor"`, or `{"expert":"<id>"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SideRow {
    Contractor,
    Expert(Uuid),
}

impl From<Side> for SideRow {
    fn from(side: Side) -> Self {
        match side {
            Side::Contractor => Self::Contractor,
            Side::Expert(id) => Self::Expert(id),
        }
    }
}
impl From<SideRow> for Side {
    fn from(row: SideRow) -> Self {
        match row {
            SideRow::Contractor => Self::Contractor,
            SideRow::Expert(id) => Self::Expert(id),
        }
    }
}

/// A place of the group that an expert left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OpenPlaceRow {
    specialties: SpecialtiesRow,
    leads: bool,
}

impl From<&OpenPlace> for OpenPlaceRow {
    fn from(open: &OpenPlace) -> Self {
        let OpenPlace { specialties, leads } = open;
        Self { specialties: specialties.into(), leads: *leads }
    }
}
impl From<OpenPlaceRow> for OpenPlace {
    fn from(row: OpenPlaceRow) -> Self {
        Self { specialties: row.specialties.into(), leads: row.leads }
    }
}

/// A time that an expert declined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct DeclinedRow {
    expert_id: Uuid,
    slot: SlotRow,
}

impl From<Declined> for DeclinedRow {
    fn from(declined: Declined) -> Self {
        let Declined { expert_id, slot } = declined;
        Self { expert_id, slot: slot.into() }
    }
}
impl From<DeclinedRow> for Declined {
    fn from(row: DeclinedRow) -> Self {
        Self { expert_id: row.expert_id, slot: row.slot.into() }
    }
}

/// A negotiation. The time of its next reminder is in a column of its own, so that an index finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NegotiationRow {
    slots: Vec<SlotRow>,
    contractor_slots: Vec<usize>,
    open_places: Vec<OpenPlaceRow>,
    /// Since form 2.
    #[serde(default)]
    declined_by: Option<SideRow>,
    /// Since form 3.
    #[serde(default)]
    declined: Vec<DeclinedRow>,
    answer_by: Option<DateTime<Utc>>,
}

impl From<&Negotiation> for NegotiationRow {
    fn from(it: &Negotiation) -> Self {
        let Negotiation {
            slots,
            contractor_slots,
            open_places,
            declined_by,
            declined,
            answer_by,
            prompt_at: _in_a_column_of_its_own,
        } = it;
        Self {
            slots: slots.iter().copied().map(SlotRow::from).collect(),
            contractor_slots: contractor_slots.clone(),
            open_places: open_places.iter().map(OpenPlaceRow::from).collect(),
            declined_by: declined_by.map(SideRow::from),
            declined: declined.iter().copied().map(DeclinedRow::from).collect(),
            answer_by: *answer_by,
        }
    }
}
impl From<NegotiationRow> for Negotiation {
    fn from(row: NegotiationRow) -> Self {
        Self {
            slots: row.slots.into_iter().map(Slot::from).collect(),
            contractor_slots: row.contractor_slots,
            open_places: row.open_places.into_iter().map(OpenPlace::from).collect(),
            declined_by: row.declined_by.map(Side::from),
            declined: row.declined.into_iter().map(Declined::from).collect(),
            answer_by: row.answer_by,
            prompt_at: None,
        }
    }
}
document_row!(negotiation: NegotiationRow => Negotiation, form 3);
