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
    /// Start of the wanted time (RFC 3339). It lies ahead and in the window of the plan.
    #[param(example = "2026-03-10T09:00:00+08:00")]
    start: DateTime<Utc>,
    /// End of the wanted time (RFC 3339), at most twelve hours after the start.
    #[param(example = "2026-03-10T17:00:00+08:00")]
    end: DateTime<Utc>,
}

/// Groups that could be proposed for a visit at a given time, the best first.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupSuggestions {
    /// Time for which the groups are suggested.
    pub slot: SlotIo,
    /// At most five different groups, the best first. Empty if the library has no suitable group at that time.
    #[schema(max_items = 5)]
    pub groups: Vec<GroupSuggestion>,
    /// Numbers of active experts who were left out, by reason.
    pub left_out: LeftOutCounts,
    /// Experts who belong to the group already and cannot serve at this time.
    #[schema(max_items = 20)]
    pub cannot_stay: Vec<LeftOutMember>,
}

/// An expert who belongs to the group already and cannot serve at the wanted time.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftOutMember {
    /// Id of the expert.
    pub expert_id: Uuid,
    /// Full name of the expert.
    #[schema(max_length = 64, example = "林志强")]
    pub name: String,
    /// Reason why the expert cannot stay in the group at this time.
    pub why: WhyLeftOutTerm,
}

/// A complete group that can be proposed as it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupSuggestion {
    /// Id of the expert who leads the group, from the leader pool (A10.1).
    pub leader_id: Uuid,
    /// Experts of the group, the leader first.
    #[schema(max_items = 20)]
    pub members: Vec<SuggestedMember>,
    /// Experts who cover each specialty (A10.2).
    #[schema(max_items = 3)]
    pub coverage: Vec<SpecialtyCoverage>,
    /// Total of the experts' visits: those given in the twelve months before and those for which they are asked now. A low
    /// number spreads work evenly.
    #[schema(minimum = 0, maximum = 1_000_000, example = 4)]
    pub visits_past_year: u32,
    /// Total travel time of the experts to the site, in minutes, as far as their starting places are known.
    #[schema(minimum = 0, maximum = 1_000_000, example = 95)]
    pub travel_minutes: i64,
}

/// An expert of a suggested group. The expert is available, not booked elsewhere, and has no tie to a party (A12.2).
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestedMember {
    /// Id of the expert.
    pub expert_id: Uuid,
    /// Name of the expert. Masked for a provider in whose groups the expert has never been.
    #[schema(max_length = 64, example = "林志强")]
    pub name: String,
    /// Specialties that the expert can cover.
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Number of visits given to the expert in the twelve months before, plus those for which the expert is asked now.
    #[schema(minimum = 0, maximum = 100_000, example = 1)]
    pub visits_past_year: u32,
    /// Where the expert sets out from: the previous visit of that day or the base. Absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub travels_from: Option<TravelOriginTerm>,
    /// Straight-line distance to the site, in metres. Absent if unknown; from the expert's base it is shown to the
    /// association only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 20_100_000, example = 8200)]
    pub distance_metres: Option<i64>,
    /// Estimated travel time to the site, in minutes. Absent if the starting place is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 100_000, example = 38)]
    pub travel_minutes: Option<i64>,
    /// End of the expert's previous visit on the same day (UTC). Absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub earlier_visit_ends_at: Option<DateTime<Utc>>,
    /// Start of the expert's next visit on the same day (UTC). Absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub later_visit_starts_at: Option<DateTime<Utc>>,
    /// Whether another open proposal asks the expert for an overlapping time.
    #[schema(example = false)]
    pub asked_elsewhere: bool,
}

/// Experts of a group who cover one specialty.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpecialtyCoverage {
    /// Specialty that the group must cover.
    pub specialty: SpecialtyTerm,
    /// Ids of the experts of the group who have this specialty.
    #[schema(max_items = 20)]
    pub expert_ids: Vec<Uuid>,
}

/// Numbers of active experts who were left out of the suggestions, by reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftOutCounts {
    /// Number of experts who are on leave, or keep that time of the week free.
    #[schema(minimum = 0, maximum = 1_000_000, example = 3)]
    pub unavailable: usize,
    /// Number of experts who declined an overlapping time for this visit.
    #[schema(minimum = 0, maximum = 1_000_000, example = 1)]
    pub declined: usize,
    /// Number of experts who are booked for another visit, or could not travel between the two in time.
    #[schema(minimum = 0, maximum = 1_000_000, example = 12)]
    pub booked: usize,
    /// Number of experts with a tie to a party of the project (A12.2), among those whose ties were checked.
    #[schema(minimum = 0, maximum = 1_000_000, example = 1)]
    pub tied: usize,
}

/// Suggest groups for a visit
///
/// Suggests up to five complete groups for a visit at a given time. Nothing is stored or booked; `propose_visit` makes the
/// proposal.
///
/// - The visit is open for a proposal, and the time is valid for one: ahead, in the window of the plan, at most twelve
///   hours.
/// - Each group satisfies A9, A10.1, A10.2 and A12.2. Nobody in it is booked elsewhere, has too little time to travel, or
///   has declined that time (A12.1).
/// - Groups with little work in the past twelve months and short ways come first. Experts who are asked for that time
///   elsewhere rank lower.
/// - While the visit is `planned`, the experts left in its group stay in every suggestion. Those who cannot are listed in
///   `cannot_stay`.
/// - The same records give the same answer.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit."), SuggestionQuery),
    responses((status = 200, description = "The suggested groups, the best first.", body = GroupSuggestions)))]
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
        let relations = Relations::of_expert(*id, caller.provider_of(known.contains(id)));
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
