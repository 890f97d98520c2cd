//! The five steps of a visit in their order (A13.1).

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{Violation, Vocabulary, Words, access::Operation, base::location::Location, vocabulary};

crate::codes! {
    STEP_OUT_OF_ORDER = "step_out_of_order", Conflict, Some("A13.1"),
        "不符合服务程序" / "下一步应为“{expected}”，不能是“{step}”。",
        "Step out of order" / "The next step is “{expected}”, not “{step}”.";
    STEPS_MISSING = "steps_missing", Conflict, Some("A13.1"),
        "服务程序未完成" / "尚未完成：{expected}。",
        "Steps missing" / "This step is not yet recorded: {expected}.";
    STEP_TIME_IMPOSSIBLE = "step_time_impossible", Invalid, Some("A13.1"),
        "步骤时间不合理" / "步骤时间不得早于上一步，不得早于服务开始前五分钟，也不得晚于当前时间五分钟以上。",
        "Time of the step not possible" / "A step must not precede the step before it, nor the start of the visit by more than five minutes, and must not lie more than five minutes in the future.";
}

vocabulary! {
    /// Steps of a visit, in their order (A13.1).
    pub enum Step as "VisitStepName" {
        Briefing = "briefing" / "听取项目介绍" / "Briefing on the project",
        DivisionOfWork = "division_of_work" / "专家分工" / "Division of work",
        SiteSurvey = "site_survey" / "现场踏勘" / "Site survey",
        DocumentReview = "document_review" / "查阅资料" / "Document review",
        RectificationProposal = "rectification_proposal" / "出具整改建议书" / "Rectification proposal",
    }
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenStep {
    /// Kind of step.
    pub step: Step,
    /// Time of the step by the clock of the device, in UTC.
    pub taken_at: DateTime<Utc>,
    /// When the server learned of it.
    pub recorded_at: DateTime<Utc>,
    /// Position of the device. Absent if it sent none.
    pub place: Option<Location>,
    /// Distance of the place from the site, in metres.
    pub distance_metres: Option<i64>,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// What there is to say.
    pub note: Option<String>,
}

impl Step {
    /// The operation that records it.
    #[must_use]
    pub const fn recorded_by(self) -> Operation {
        match self {
            Self::RectificationProposal => Operation::IssueRectificationProposal,
            _ => Operation::RecordVisitStep,
        }
    }
}

/// How far a device's clock may be ahead.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

pub(super) fn check_next(
    taken: &[TakenStep],
    next: &TakenStep,
    started_at: Option<DateTime<Utc>>,
) -> Result<(), Violation> {
    match Step::ALL.get(taken.len()) {
        Some(expected) if *expected == next.step => {}
        expected => {
            let expected = expected
                .map_or_else(|| Words::new("结束服务", "the end of the service"), |step| (*step).into());
            return Err(Violation::new(STEP_OUT_OF_ORDER)
                .with("expected", expected)
                .with("step", next.step)
                .at("/step"));
        }
    }
    let ahead_of = |at: DateTime<Utc>| next.taken_at.signed_duration_since(at);
    let too_early = match (taken.last(), started_at) {
        (Some(before), _) => next.taken_at < before.taken_at,
        (None, Some(start)) => ahead_of(start) < -CLOCK_TOLERANCE,
        (None, None) => false,
    };
    if too_early || ahead_of(next.recorded_at) > CLOCK_TOLERANCE {
        return Err(Violation::new(STEP_TIME_IMPOSSIBLE).at("/taken_at"));
    }
    Ok(())
}

pub(super) fn check_all(taken: &[TakenStep]) -> Result<(), Violation> {
    match Step::ALL.get(taken.len()) {
        None => Ok(()),
        Some(expected) => Err(Violation::new(STEPS_MISSING).with("expected", *expected)),
    }
}
