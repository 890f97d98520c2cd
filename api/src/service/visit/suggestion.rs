//! Groups that fit a visit (专家组建议).

use std::collections::{BTreeMap, BTreeSet};

use actix_web::get;
use anze_domain::{
    Id,
    access::{Caller, FieldGroup, Operation, Relations, disclosure},
    calendar::{slot::Slot, working_calendar::shanghai_date},
    identity::notification::masked_name,
    library::{expert::Expert, tie::Sides},
    service::{
        booking::Diary,
        suggestion::{self, Available, LeftOut, Profile, Suggestion, TravelOrigin, Wanted},
        visit::{Visit, VisitStatus},
    },
};
use anze_persistence::{
    Reader,
    library::{expert, unavailability},
    service::{booking, project},
};
use chrono::{DateTime, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{slots::SlotIo, steps::sides, view::find_authorized};
use crate::{
    app::context::{RequestContext, or_not_found},
    http::{
        extract::{Path, Query},
        problem::ApiError,
        respond::Reply,
    },
    library::expert::in_own_groups,
    wire::{
        plain,
        terms::{SpecialtyTerm, TravelOriginTerm, WhyLeftOutTerm},
    },
};

/// Months of which the work counts.
const MONTHS: Months = Months::new(12);

/// Names of experts by their ids.
type Names = BTreeMap<Uuid, String>;

/// For when a group is looked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SuggestionQuery {
    /// From when; in the window of the plan.
    #[param(example = "2026-03-10T09:00:00+08:00")]
    start: DateTime<Utc>,
    /// Until when.
    #[param(example = "2026-03-10T17:00:00+08:00")]
    end: DateTime<Utc>,
}

/// Groups that fit, the best first.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupSuggestions {
    /// For when.
    pub slot: SlotIo,
    /// At most five, each another group; none where the library has no group for it.
    #[schema(max_items = 5)]
    pub groups: Vec<GroupSuggestion>,
    /// How many active experts were left out, and why.
    pub left_out: LeftOutCounts,
    /// Who is of the group already and cannot come at this time, and why.
    #[schema(max_items = 20)]
    pub cannot_stay: Vec<LeftOutMember>,
}

/// Who is of the group already and cannot come.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftOutMember {
    /// The expert.
    pub expert_id: Uuid,
    /// Their name.
    #[schema(max_length = 64, example = "林志强")]
    pub name: String,
    /// Why.
    pub why: WhyLeftOutTerm,
}

/// A group that can be proposed as it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupSuggestion {
    /// Its leader, from the leader pool (A10.1).
    pub leader_id: Uuid,
    /// Its experts, the leader first.
    #[schema(max_items = 20)]
    pub members: Vec<SuggestedMember>,
    /// Who covers each specialty (A10.2).
    #[schema(max_items = 3)]
    pub coverage: Vec<SpecialtyCoverage>,
    /// Visits that they were given in the twelve months before, or are asked for, all together: the fewer, the more even.
    #[schema(minimum = 0, maximum = 1_000_000, example = 4)]
    pub visits_past_year: u32,
    /// Minutes of their ways to the site, as far as they are known, all together.
    #[schema(minimum = 0, maximum = 1_000_000, example = 95)]
    pub travel_minutes: i64,
}

/// An expert of a suggested group, who is available, booked nowhere else, and tied to no party (A12.2).
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestedMember {
    /// The expert.
    pub expert_id: Uuid,
    /// Their name; masked for a provider in whose groups they never were.
    #[schema(max_length = 64, example = "林志强")]
    pub name: String,
    /// What they can cover.
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Visits that they were given in the twelve months before, or are asked for.
    #[schema(minimum = 0, maximum = 100_000, example = 1)]
    pub visits_past_year: u32,
    /// From where they come, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub travels_from: Option<TravelOriginTerm>,
    /// How far that is along the straight line, in metres; from where they are based, for the association only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 20_100_000, example = 8200)]
    pub distance_metres: Option<i64>,
    /// How long that takes, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 100_000, example = 38)]
    pub travel_minutes: Option<i64>,
    /// When their visit before this one ends, on the same day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub earlier_visit_ends_at: Option<DateTime<Utc>>,
    /// When their visit after this one begins, on the same day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub later_visit_starts_at: Option<DateTime<Utc>>,
    /// Whether they are asked for this time by another visit too, and have not settled it.
    #[schema(example = false)]
    pub asked_elsewhere: bool,
}

/// Who covers a specialty.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpecialtyCoverage {
    /// The specialty.
    pub specialty: SpecialtyTerm,
    /// The experts of the group who have it.
    #[schema(max_items = 20)]
    pub expert_ids: Vec<Uuid>,
}

/// Active experts who were left out, by the reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftOutCounts {
    /// On leave, or on a day of the week that they keep free.
    #[schema(minimum = 0, maximum = 1_000_000, example = 3)]
    pub unavailable: usize,
    /// Asked for an overlapping time for this visit before, and declined.
    #[schema(minimum = 0, maximum = 1_000_000, example = 1)]
    pub declined: usize,
    /// Booked for another visit, or with too little time to come from it or to go there.
    #[schema(minimum = 0, maximum = 1_000_000, example = 12)]
    pub booked: usize,
    /// Tied to a party (A12.2), among those who came into question.
    #[schema(minimum = 0, maximum = 1_000_000, example = 1)]
    pub tied: usize,
}

/// Suggest groups for a visit
///
/// At most five whole groups for a time, each of which satisfies A9, A10.1, A10.2 and A12.2, with nobody in two visits
/// at once, time to travel between them, and nobody who declined that time (A12.1). The best have been given the least work
/// in the past twelve months and have the shortest ways, and are not asked for that time elsewhere; who stayed when another
/// declined stays in the group, or is named with why they cannot. The same records give the same answer.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), SuggestionQuery),
    responses((status = 200, description = "The groups", body = GroupSuggestions)))]
#[get("/visits/{id}/group-suggestions")]
pub(crate) async fn get_group_suggestions(
    context: RequestContext,
    id: Path<Uuid>,
    query: Query<SuggestionQuery>,
) -> Result<Reply, ApiError> {
    let (id, now) = (Id::new(id.0), context.now);
    let asked = SlotIo { start: query.0.start, end: query.0.end };
    context
        .read_long(move |db, caller| {
            let visit = find_authorized(db, caller, id, Operation::SuggestGroups)?;
            visit.must_be_open()?;
            let slot = Slot::from(asked);
            slot.check(visit.window, now, "")?;
            let (groups, out, names) = find(db, caller, &visit, slot, shanghai_date(now))?;
            let cannot_stay = cannot_stay(db, &out)?;
            plain(&GroupSuggestions {
                slot: SlotIo { start: slot.start, end: slot.end },
                groups: groups.into_iter().map(|group| GroupSuggestion::new(group, &names, caller)).collect(),
                left_out: LeftOutCounts {
                    unavailable: out.unavailable,
                    declined: out.declined,
                    booked: out.booked,
                    tied: out.tied,
                },
                cannot_stay,
            })
        })
        .await
}

/// Those of the group, by name: who arranges a visit knows its group.
fn cannot_stay(db: &mut Reader<'_>, out: &LeftOut) -> Result<Vec<LeftOutMember>, ApiError> {
    if out.of_group.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = out.of_group.iter().map(|(id, _)| *id).collect();
    let mut names: Names = expert::names(db, &ids)?.into_iter().collect();
    let named = out.of_group.iter().map(|(id, why)| LeftOutMember {
        expert_id: *id,
        name: names.remove(id).unwrap_or_default(),
        why: (*why).into(),
    });
    Ok(named.collect())
}

/// The active experts with the pools that they are in on a day.
fn profiles(db: &mut Reader<'_>, day: NaiveDate) -> Result<Vec<Profile>, ApiError> {
    let lapsing = expert::lapsing_before(db, day)?;
    let lapsing: BTreeMap<Uuid, Expert> = lapsing.into_iter().map(|it| (it.id.uuid(), it)).collect();
    let mut all = expert::profiles(db)?;
    for profile in &mut all {
        if let Some(expert) = lapsing.get(&profile.expert_id) {
            profile.pools = expert.pools_on(day);
        }
    }
    Ok(all)
}

/// Looks for groups. However large the library is, it is asked a fixed number of times.
fn find(
    db: &mut Reader<'_>,
    caller: &Caller,
    visit: &Visit,
    slot: Slot,
    today: NaiveDate,
) -> Result<(Vec<Suggestion>, LeftOut, Names), ApiError> {
    let site = or_not_found(project::find(db, visit.project_id)?)?;
    let sides = sides(db, visit)?;
    // Of a group with an open place, or whose times are open, the rest stays; what is proposed may be replaced whole.
    let stays = visit.members.iter().filter(|_| visit.status == VisitStatus::Planned);
    let kept: Vec<Uuid> = stays.map(|member| member.expert_id).collect();
    let bookings = booking::bookings_overlapping(db, slot)?;
    let wanted = Wanted {
        slot,
        size: usize::try_from(visit.group_size).unwrap_or(usize::MAX),
        kept: &kept,
        diary: Diary { visit_id: visit.id.uuid(), site: site.details.location.into(), bookings: &bookings },
        absences: &unavailability::spans_overlapping(db, slot)?,
        declined: &visit.negotiation.declined,
        open_proposals: &booking::open_proposals(db)?,
        work: &booking::work_between(
            db,
            slot.start.checked_sub_months(MONTHS).unwrap_or(slot.start),
            slot.start,
        )?,
    };
    let (mut all, out) = suggestion::available(&wanted, profiles(db, slot.days().end)?);
    let short = suggestion::shortlist(&all, wanted.size);
    let mut checked = CheckedTies::at(db, &short, &sides, slot, (&kept, out.clone()))?;
    if !suggestion::is_enough(&all, &short, &checked.free, wanted.size) {
        // So many of the first are tied that all have to be looked at.
        let everyone: Vec<Uuid> = all.iter().map(|it| it.expert_id).collect();
        checked = CheckedTies::at(db, &everyone, &sides, slot, (&kept, out))?;
    }
    all.retain(|it| checked.free.contains(&it.expert_id));
    let groups = suggestion::suggest(all, wanted.size, today);
    let mut names = checked.names;
    let suggested: Vec<Uuid> =
        groups.iter().flat_map(|group| &group.members).map(|member| member.expert_id).collect();
    let known = in_own_groups(db, caller, &suggested)?;
    for (id, name) in &mut names {
        let relations = Relations::of_expert(*id, caller.organization_id.filter(|_| known.contains(id)));
        if !disclosure(caller, FieldGroup::ExpertContact, &relations).is_full() {
            *name = masked_name(name);
        }
    }
    Ok((groups, checked.out, names))
}

/// The outcome of checking ties: experts without a tie, the names of all, and who is left out.
struct CheckedTies {
    free: BTreeSet<Uuid>,
    names: Names,
    out: LeftOut,
}

impl CheckedTies {
    fn at(
        db: &mut Reader<'_>,
        ids: &[Uuid],
        sides: &Sides,
        slot: Slot,
        (kept, mut out): (&[Uuid], LeftOut),
    ) -> Result<Self, ApiError> {
        let experts: Vec<Expert> = expert::find_all(db, ids)?;
        let candidates: Vec<_> =
            experts.iter().map(|expert| expert.candidate(sides, &[slot.days()])).collect();
        let free = suggestion::untied(&candidates, kept, &mut out);
        let names = experts.into_iter().map(|expert| (expert.id.uuid(), expert.name)).collect();
        Ok(Self { free, names, out })
    }
}

impl GroupSuggestion {
    fn new(group: Suggestion, names: &Names, caller: &Caller) -> Self {
        let coverage = group
            .coverage()
            .into_iter()
            .map(|(specialty, expert_ids)| SpecialtyCoverage { specialty: specialty.into(), expert_ids });
        Self {
            leader_id: group.leader_id,
            coverage: coverage.collect(),
            visits_past_year: group.members.iter().map(|it| it.visits).sum(),
            travel_minutes: group.members.iter().filter_map(|it| it.minutes).sum(),
            members: group.members.into_iter().map(|it| SuggestedMember::new(it, names, caller)).collect(),
        }
    }
}

impl SuggestedMember {
    fn new(it: Available, names: &Names, caller: &Caller) -> Self {
        // Distances to a few sites say where somebody is based.
        let base = disclosure(caller, FieldGroup::ExpertDistance, &Relations::default());
        let exact = base.is_full() || it.origin == Some(TravelOrigin::PreviousVisit);
        Self {
            name: names.get(&it.expert_id).cloned().unwrap_or_default(),
            expert_id: it.expert_id,
            specialties: it.specialties.into_iter().map(SpecialtyTerm::from).collect(),
            visits_past_year: it.visits,
            travels_from: it.origin.map(TravelOriginTerm::from),
            distance_metres: it.metres.filter(|_| exact),
            travel_minutes: it.minutes,
            earlier_visit_ends_at: it.busy_until,
            later_visit_starts_at: it.busy_from,
            asked_elsewhere: it.asked_elsewhere,
        }
    }
}
