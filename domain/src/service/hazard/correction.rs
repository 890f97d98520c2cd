//! Corrections of hazards: by their author until the contractor acknowledges them, and with a reason afterwards (A11.2).

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    DUE_DATE_PASSED, Finding, Hazard, HazardGrade, MAJOR_HAZARD_ITEM_NOT_ALLOWED, MAJOR_HAZARD_ITEM_REQUIRED,
    Notice,
};
use crate::{
    Event, EventName, FactName, Violation, Vocabulary,
    access::{
        Caller, Operation,
        state_machine::{Record, step},
    },
    base::code::{NOTHING_AMENDED, WRONG_STATE},
    calendar::working_calendar::shanghai_date,
    service::{major_hazard::MajorHazardCriteria, visit::Visit},
    vocabulary,
};

crate::codes! {
    NOT_THE_AUTHOR = "not_the_author", Conflict, Some("A11.2"),
        "非登记人" / "隐患签收前由登记人更正，签收后由登记人或专家组组长更正。",
        "Not the author" / "The expert who recorded the hazard corrects it. After the contractor has acknowledged it, the leader may as well.";
    HAZARD_ACKNOWLEDGED_ALREADY = "hazard_acknowledged_already", Conflict, Some("A11.2"),
        "隐患已签收" / "施工单位已签收该隐患，更正须说明理由。",
        "Hazard acknowledged already" / "The contractor has acknowledged the hazard. Amend it with a reason instead.";
    MAJOR_GRADE_FIXED = "major_grade_fixed", Conflict, Some("A15.1"),
        "重大隐患等级不得降低" / "重大隐患已发告知书，须跟踪至销号，不得改为一般隐患。",
        "Major grade is fixed" / "The notice of the major hazard is issued and is followed to its end. It cannot become a general hazard.";
    DUE_DATE_REASON_REQUIRED = "due_date_reason_required", Invalid, Some("A15.1"),
        "须说明整改期限较长的理由" / "重大隐患的整改期限超过 {days} 天的，须说明理由。",
        "Reason for the due date required" / "The due date of a major hazard lies more than {days} days ahead. State the reason.";
}

vocabulary! {
    /// Fields of a hazard, as its corrections name them.
    pub enum HazardField {
        Grade = "grade" / "隐患等级" / "Grade",
        MajorHazardItem = "major_hazard_item" / "判定标准条目" / "Item of the criteria",
        Place = "place" / "部位" / "Place",
        Description = "description" / "隐患描述" / "Description",
        LegalBasis = "legal_basis" / "法规依据" / "Legal basis",
        Measures = "measures" / "整改措施" / "Measures",
        DueOn = "due_on" / "整改期限" / "Due date",
    }
}

impl HazardField {
    /// The facts of its new and its former value.
    const fn facts(self) -> (FactName, FactName) {
        use FactName as F;
        match self {
            Self::Grade => (F::Grade, F::GradeBefore),
            Self::MajorHazardItem => (F::MajorHazardItem, F::MajorHazardItemBefore),
            Self::Place => (F::Place, F::PlaceBefore),
            Self::Description => (F::Description, F::DescriptionBefore),
            Self::LegalBasis => (F::LegalBasis, F::LegalBasisBefore),
            Self::Measures => (F::Measures, F::MeasuresBefore),
            Self::DueOn => (F::DueOn, F::DueOnBefore),
        }
    }
}

/// How far ahead the due date of a major hazard lies without a reason, and the reason where one is given.
#[derive(Debug, Clone, Copy)]
pub struct DueDateLimit<'a> {
    /// Days after the one on which the hazard was recorded.
    pub days: u32,
    /// Reason of a later day.
    pub reason: Option<&'a str>,
}

impl DueDateLimit<'_> {
    /// The reason, where words are given.
    pub(super) fn words(self) -> Option<String> {
        self.reason.map(str::trim).filter(|reason| !reason.is_empty()).map(ToOwned::to_owned)
    }

    /// A15.1: a major hazard is rectified soon, or it is said why not.
    fn check(self, finding: &Finding, recorded_on: NaiveDate) -> Result<(), Violation> {
        let limit = recorded_on.checked_add_days(chrono::Days::new(self.days.into()));
        let late = finding.grade == HazardGrade::Major && limit.is_some_and(|limit| finding.due_on > limit);
        if late && self.words().is_none() {
            let refused = Violation::new(DUE_DATE_REASON_REQUIRED).with("days", self.days);
            return Err(refused.at("/due_on_reason"));
        }
        Ok(())
    }
}

/// New values for fields of a hazard that the contractor has acknowledged. A field without a value stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HazardAmendment {
    /// Item of the national criteria, of a major one.
    pub major_hazard_item: Option<String>,
    /// Where on the site.
    pub place: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// Which law or standard it breaks.
    pub legal_basis: Option<String>,
    /// What to do.
    pub measures: Option<String>,
}

impl HazardAmendment {
    /// The finding with its values, and where a request gives them.
    fn applied_to(&self, mut finding: Finding) -> (Finding, Vec<&'static str>) {
        let mut given = Vec::new();
        if let Some(item) = &self.major_hazard_item {
            given.push("/major_hazard_item");
            finding.major_hazard_item = Some(item.clone());
        }
        for (field, value, pointer) in [
            (&mut finding.place, &self.place, "/place"),
            (&mut finding.description, &self.description, "/description"),
            (&mut finding.legal_basis, &self.legal_basis, "/legal_basis"),
            (&mut finding.measures, &self.measures, "/measures"),
        ] {
            if let Some(value) = value {
                given.push(pointer);
                field.clone_from(value);
            }
        }
        (finding, given)
    }
}

impl Finding {
    /// A15.1: a major hazard names an item of the criteria, a general one none.
    fn check_grade(&self, criteria: &MajorHazardCriteria) -> Result<(), Violation> {
        match (self.grade, self.major_hazard_item.as_deref()) {
            (HazardGrade::Major, None) => {
                Err(Violation::new(MAJOR_HAZARD_ITEM_REQUIRED).at("/major_hazard_item"))
            }
            (HazardGrade::General, Some(_)) => {
                Err(Violation::new(MAJOR_HAZARD_ITEM_NOT_ALLOWED).at("/major_hazard_item"))
            }
            (HazardGrade::Major, Some(item)) => criteria.check_item(item).map(drop),
            (HazardGrade::General, None) => Ok(()),
        }
    }

    /// What is wrong with a finding that is recorded on this day.
    pub(super) fn check(
        &self,
        criteria: &MajorHazardCriteria,
        limit: DueDateLimit<'_>,
        recorded_on: NaiveDate,
    ) -> Result<(), Violation> {
        let passed = self.due_on < recorded_on;
        let wrong = [
            self.check_grade(criteria),
            if passed { Err(Violation::new(DUE_DATE_PASSED).at("/due_on")) } else { Ok(()) },
            limit.check(self, recorded_on),
        ];
        Violation::all(wrong.into_iter().filter_map(Result::err).collect())
    }

    fn said(&self, field: HazardField) -> Option<String> {
        Some(match field {
            HazardField::Grade => self.grade.to_string(),
            HazardField::MajorHazardItem => return self.major_hazard_item.clone(),
            HazardField::Place => self.place.clone(),
            HazardField::Description => self.description.clone(),
            HazardField::LegalBasis => self.legal_basis.clone(),
            HazardField::Measures => self.measures.clone(),
            HazardField::DueOn => self.due_on.to_string(),
        })
    }
}

impl Hazard {
    /// Whether the contractor has ever acknowledged it: also where its rectification was rejected since.
    fn was_acknowledged(&self) -> bool {
        self.acknowledged_at.is_some() || self.rectification.is_some()
    }

    /// Whether its state and who asks let the operation pass.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`HAZARD_ACKNOWLEDGED_ALREADY`]; [`NOT_THE_AUTHOR`].
    pub fn check_allowed_now(
        &self,
        operation: Operation,
        visit: &Visit,
        caller: &Caller,
    ) -> Result<(), Violation> {
        step(self.status, operation)?;
        let author = self.recorded_by == caller.id();
        let leader = caller.expert_id.is_some() && visit.leader_id == caller.expert_id;
        let allowed = match operation {
            Operation::CorrectHazard if self.was_acknowledged() => {
                return Err(Violation::new(HAZARD_ACKNOWLEDGED_ALREADY));
            }
            Operation::CorrectHazard => author,
            Operation::AmendHazard if !self.was_acknowledged() => {
                let refused = Violation::new(WRONG_STATE).with("status", self.status);
                return Err(refused.with("operation", operation));
            }
            Operation::AmendHazard => author || leader,
            _ => true,
        };
        if allowed { Ok(()) } else { Err(Violation::new(NOT_THE_AUTHOR)) }
    }

    /// Its author corrects it before the contractor acknowledges it (A11.2). A general hazard that becomes a major one has its notice
    /// at once (A15.1), numbered as the hazard where no other number was drawn.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`HAZARD_ACKNOWLEDGED_ALREADY`]; [`NOT_THE_AUTHOR`]; [`MAJOR_GRADE_FIXED`]; `NOTHING_AMENDED`; a field that is
    /// wrong.
    pub fn correct(
        self,
        finding: Finding,
        limit: DueDateLimit<'_>,
        notice: Option<Notice>,
        (visit, criteria, caller): (&Visit, &MajorHazardCriteria, &Caller),
        now: DateTime<Utc>,
    ) -> Result<(Self, Vec<Event>), Violation> {
        self.check_allowed_now(Operation::CorrectHazard, visit, caller)?;
        let before = self.finding.clone();
        if (before.grade, finding.grade) == (HazardGrade::Major, HazardGrade::General) {
            return Err(Violation::new(MAJOR_GRADE_FIXED).at("/grade"));
        }
        let recorded_on = shanghai_date(self.created_at);
        finding.check(criteria, limit, recorded_on)?;
        if finding.due_on != before.due_on && finding.due_on < shanghai_date(now) {
            return Err(Violation::new(DUE_DATE_PASSED).at("/due_on"));
        }
        let reason = limit.words().or_else(|| self.status_reason.clone());
        let (mut next, event) = self.advance(Operation::CorrectHazard, EventName::HazardCorrected)?;
        next.status_reason = reason;
        next.finding = finding;
        let mut event = next.with_changes(event, &before).ok_or_else(|| Violation::new(NOTHING_AMENDED))?;
        if let Some(reason) = limit.words() {
            event = event.because(reason);
        }
        let mut events = vec![event];
        if next.finding.grade == HazardGrade::Major && next.notice.is_none() {
            next.notice = Some(notice.unwrap_or_else(|| Notice::numbered(next.number.clone(), now)));
            events.extend(next.notice_event());
        }
        Ok((next, events))
    }

    /// Its author or the leader amends it after the contractor has acknowledged it, with a reason (A11.2). Grade and due date stay: the
    /// leader extends the due date.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`NOT_THE_AUTHOR`]; `REASON_REQUIRED`; `NOTHING_AMENDED` at each field that is given; a field that is wrong.
    pub fn amend(
        self,
        amendment: &HazardAmendment,
        reason: &str,
        (visit, criteria, caller): (&Visit, &MajorHazardCriteria, &Caller),
    ) -> Result<(Self, Event), Violation> {
        self.check_allowed_now(Operation::AmendHazard, visit, caller)?;
        let (before, kept) = (self.finding.clone(), self.status_reason.clone());
        let (mut next, event) =
            self.advance_because(Operation::AmendHazard, EventName::HazardAmended, reason)?;
        next.status_reason = kept;
        let (finding, given) = amendment.applied_to(before.clone());
        finding.check_grade(criteria)?;
        next.finding = finding;
        let event = next.with_changes(event, &before).ok_or_else(|| {
            given.into_iter().fold(Violation::new(NOTHING_AMENDED), |refused, pointer| refused.at(pointer))
        })?;
        Ok((next, event))
    }

    /// The event with the former and the new value of each field that has changed; none where none has.
    fn with_changes(&self, event: Event, before: &Finding) -> Option<Event> {
        let changed = |field: &HazardField| self.finding.said(*field) != before.said(*field);
        let fields: Vec<_> = HazardField::ALL.iter().copied().filter(changed).collect();
        if fields.is_empty() {
            return None;
        }
        let codes: Vec<_> = fields.iter().map(|field| field.code()).collect();
        let mut event = event.fact(FactName::AmendedFields, codes.join(", "));
        for field in fields {
            let (now, former) = field.facts();
            if let Some(value) = before.said(field) {
                event = event.fact(former, value);
            }
            if let Some(value) = self.finding.said(field) {
                event = event.fact(now, value);
            }
        }
        Some(event)
    }
}

impl Notice {
    /// A notice that is issued now.
    #[must_use]
    pub const fn numbered(number: String, now: DateTime<Utc>) -> Self {
        Self { number, issued_at: now, received_at: None, received_by: None }
    }
}
