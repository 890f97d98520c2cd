//! Unavailability on the wire.

use anze_domain::{
    Violation,
    access::{Caller, FieldGroup, disclosure},
    base::location::Location,
    calendar::slot::Slot,
    library::{
        expert::Expert,
        unavailability::{
            PartOfDay, Recurrence, Span, UNAVAILABILITY_MEMBER_FOREIGN, UNAVAILABILITY_MEMBER_MISSING,
            Unavailability, UnavailabilityKind,
        },
    },
};
use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::wire::{
    location::CoordinatesIo,
    terms::{PartOfDayTerm, UnavailabilityKindTerm, WeekdayTerm},
};

/// Time at which an expert is not available for visits, as the expert states it.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "kind": "leave",
    "starts_at": "2026-04-01T00:00:00+08:00",
    "ends_at": "2026-04-10T00:00:00+08:00",
    "note": "外出培训"
}))]
pub struct UnavailabilityInput {
    /// Kind of the unavailability. It decides which of the other fields apply.
    pub kind: UnavailabilityKindTerm,
    /// Start of the leave. Required for a leave, and not allowed for a recurring unavailability.
    #[schema(example = "2026-03-10T00:00:00+08:00")]
    pub starts_at: Option<DateTime<Utc>>,
    /// End of the leave, at most 366 days after its start. Required for a leave only.
    #[schema(example = "2026-03-14T00:00:00+08:00")]
    pub ends_at: Option<DateTime<Utc>>,
    /// Day of the week that recurs. Required for a recurring unavailability only.
    pub weekday: Option<WeekdayTerm>,
    /// Part of the recurring day (Asia/Shanghai). The whole day applies if the field is absent.
    pub part_of_day: Option<PartOfDayTerm>,
    /// First date on which the recurrence applies (Asia/Shanghai). Absent for no first date.
    pub from_on: Option<NaiveDate>,
    /// Last date on which the recurrence applies (Asia/Shanghai). Absent for no last date.
    pub until_on: Option<NaiveDate>,
    /// Private note of the expert. Nobody else can read it.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub note: Option<String>,
}

impl UnavailabilityInput {
    /// When.
    ///
    /// # Errors
    /// A member that its kind needs is missing, or it has one that is not of its kind.
    pub fn span(&self) -> Result<Span, Violation> {
        let leave = [("/starts_at", self.starts_at.is_some()), ("/ends_at", self.ends_at.is_some())];
        let recurring = [
            ("/weekday", self.weekday.is_some()),
            ("/part_of_day", self.part_of_day.is_some()),
            ("/from_on", self.from_on.is_some()),
            ("/until_on", self.until_on.is_some()),
        ];
        let refuse = |code, members: &[(&'static str, bool)], present: bool| {
            let wrong = members.iter().filter(|(_, is_present)| *is_present == present);
            Violation::all(wrong.map(|(pointer, _)| Violation::new(code).at(*pointer)).collect())
        };
        let missing = || Violation::new(UNAVAILABILITY_MEMBER_MISSING);
        match self.kind.0 {
            UnavailabilityKind::Leave => {
                refuse(UNAVAILABILITY_MEMBER_FOREIGN, &recurring, true)?;
                refuse(UNAVAILABILITY_MEMBER_MISSING, &leave, false)?;
                let (start, end) = self.starts_at.zip(self.ends_at).ok_or_else(missing)?;
                Ok(Span::Leave(Slot { start: start.trunc_subsecs(6), end: end.trunc_subsecs(6) }))
            }
            UnavailabilityKind::Recurring => {
                refuse(UNAVAILABILITY_MEMBER_FOREIGN, &leave, true)?;
                let weekday = self.weekday.ok_or_else(|| missing().at("/weekday"))?;
                Ok(Span::Recurring(Recurrence {
                    weekday: weekday.0,
                    part_of_day: self.part_of_day.map_or(PartOfDay::Whole, |part| part.0),
                    from_on: self.from_on,
                    until_on: self.until_on,
                }))
            }
        }
    }
}

/// Time at which an expert is not available for visits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Unavailability)]
pub struct UnavailabilityOut {
    /// Id of the unavailability.
    pub id: Uuid,
    /// Id of the expert to whom the unavailability belongs.
    pub expert_id: Uuid,
    /// Kind of the unavailability. It decides which of the other fields apply.
    pub kind: UnavailabilityKindTerm,
    /// Start of the leave (UTC). Absent if the unavailability recurs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub starts_at: Option<DateTime<Utc>>,
    /// End of the leave (UTC). Absent if the unavailability recurs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ends_at: Option<DateTime<Utc>>,
    /// Day of the week that recurs. Absent for a leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub weekday: Option<WeekdayTerm>,
    /// Part of the recurring day (Asia/Shanghai). Absent for a leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub part_of_day: Option<PartOfDayTerm>,
    /// First date of the recurrence (Asia/Shanghai). Absent for a leave or without a first date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from_on: Option<NaiveDate>,
    /// Last date of the recurrence (Asia/Shanghai). Absent for a leave or without a last date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub until_on: Option<NaiveDate>,
    /// Private note of the expert. Absent for every other caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200)]
    pub note: Option<String>,
    /// Instant at which the unavailability was recorded (UTC).
    pub created_at: DateTime<Utc>,
    /// Instant of the last change of the unavailability (UTC).
    pub updated_at: DateTime<Utc>,
}

impl UnavailabilityOut {
    /// The entry of this expert as the caller sees it.
    #[must_use]
    pub fn new(it: Unavailability, expert: &Expert, caller: &Caller) -> Self {
        let note = disclosure(caller, FieldGroup::UnavailabilityNote, &expert.relations()).is_full();
        let (leave, recurrence) = match it.span {
            Span::Leave(slot) => (Some(slot), None),
            Span::Recurring(recurrence) => (None, Some(recurrence)),
        };
        Self {
            id: it.id.uuid(),
            expert_id: it.expert_id.uuid(),
            kind: it.span.kind().into(),
            starts_at: leave.map(|slot| slot.start),
            ends_at: leave.map(|slot| slot.end),
            weekday: recurrence.map(|it| it.weekday.into()),
            part_of_day: recurrence.map(|it| it.part_of_day.into()),
            from_on: recurrence.and_then(|it| it.from_on),
            until_on: recurrence.and_then(|it| it.until_on),
            note: it.note.filter(|_| note),
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

/// Base location that an expert sets or withdraws.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "location": { "longitude": 118.11, "latitude": 24.49, "coordinate_system": "gcj02" } }))]
pub struct BaseLocationInput {
    /// Coordinates of the base location, in Xiamen. An absent value withdraws the location.
    pub location: Option<CoordinatesIo>,
}

/// Base location from which an expert travels to visits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BaseLocation)]
pub struct BaseLocationOut {
    /// Id of the expert to whom the base location belongs.
    pub expert_id: Uuid,
    /// Coordinates of the base location. Absent if the expert has set none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub location: Option<CoordinatesIo>,
}

impl BaseLocationOut {
    /// Where this expert is based.
    #[must_use]
    pub fn new(expert: &Expert, location: Option<Location>) -> Self {
        Self { expert_id: expert.id.uuid(), location: location.map(CoordinatesIo::from) }
    }
}
