//! Whether someone qualifies for a pool, by which way, and what is missing (A9.1, A9.2, A9.3).

use chrono::NaiveDate;

use super::{
    EngineerClass, EngineerLevel, Experience, LEADER_NOT_QUALIFIED, MEMBER_NOT_QUALIFIED, Pool,
    RegisteredSafetyEngineer, Title, TitleField, TitleLevel, WorkPeriod,
};
use crate::{
    Violation, Words,
    base::regulation::{LEADER_YEARS, MEMBER_YEARS},
    vocabulary,
};

vocabulary! {
    /// Finding of the assessment on one requirement of A9.1 or A9.2.
    pub enum FindingCode {
        TitleHeld = "title_held" / "职称符合" / "title held",
        TitleMissing = "title_missing" / "无房屋建筑市政工程职称" / "no title in the field",
        TitleTooLow = "title_too_low" / "职称级别不足" / "title below the level needed",
        EngineerRegistered = "engineer_registered" / "注册安全工程师资格符合" / "registered safety engineer",
        EngineerMissing = "engineer_missing" / "无注册安全工程师资格" / "no registered safety engineer",
        EngineerOtherClass = "engineer_other_class" / "注册类别不是建筑施工安全" / "registered in another class",
        EngineerTooLow = "engineer_too_low" / "注册安全工程师级别不足" / "registered below the level needed",
        EngineerLapsed = "engineer_lapsed" / "注册已过有效期" / "registration lapsed",
        ExperienceReached = "experience_reached" / "年限符合" / "years of experience reached",
        ExperienceTooShort = "experience_too_short" / "年限不足" / "years of experience not reached",
    }
}

impl FindingCode {
    /// Whether the requirement is met.
    #[must_use]
    pub fn met(self) -> bool {
        matches!(self, Self::TitleHeld | Self::EngineerRegistered | Self::ExperienceReached)
    }
}

/// What was found on one requirement, with the values that decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was found.
    pub code: FindingCode,
    /// Whether the requirement is met.
    pub met: bool,
    /// The values: what is needed, and by what it is met or missed.
    pub params: Vec<(&'static str, String)>,
}

impl Finding {
    fn new(code: FindingCode) -> Self {
        Self { code, met: code.met(), params: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.push((name, value.to_string()));
        self
    }
}

/// One way into a pool: all its requirements are needed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The rule that opens it.
    pub rule: &'static str,
    /// Whether every requirement is met.
    pub met: bool,
    /// Each requirement.
    pub findings: Vec<Finding>,
}

impl Way {
    fn new(rule: &'static str, findings: [Finding; 2]) -> Self {
        Self { rule, met: findings.iter().all(|finding| finding.met), findings: findings.into() }
    }
}

/// Whether someone qualifies for a pool; any one way is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The pool.
    pub pool: Pool,
    /// Whether one of the ways is open.
    pub qualified: bool,
    /// Each way into the pool.
    pub ways: Vec<Way>,
    /// The experience that was counted.
    pub experience: Experience,
}

/// Assesses a person for a pool on a day.
///
/// Leader (A9.1): a senior title in the field, or a valid registration in construction at
/// intermediate level; either way with the years of A9.1. Member (A9.2): an intermediate title in the field with
/// the years of A9.2; or the registered engineer's way of a leader (A9.3).
#[must_use]
pub fn qualifies(
    pool: Pool,
    titles: &[Title],
    engineer: Option<&RegisteredSafetyEngineer>,
    history: &[WorkPeriod],
    on: NaiveDate,
) -> Assessment {
    let experience = Experience::of(history, on);
    let (leader_years, member_years) = (LEADER_YEARS.on(on), MEMBER_YEARS.on(on));
    let by_title = |rule, level, years| Way::new(rule, [title(titles, level, on), work(&experience, years)]);
    let by_registration =
        |rule| Way::new(rule, [registration(engineer, on), work(&experience, leader_years)]);
    let ways = match pool {
        Pool::Leader => vec![by_title("A9.1", TitleLevel::Senior, leader_years), by_registration("A9.1")],
        Pool::Member => {
            vec![by_title("A9.2", TitleLevel::Intermediate, member_years), by_registration("A9.3")]
        }
    };
    Assessment { pool, qualified: ways.iter().any(|way| way.met), ways, experience }
}

/// Refuses a person who does not qualify for a pool on a day.
///
/// # Errors
/// [`LEADER_NOT_QUALIFIED`] (A9.1) or [`MEMBER_NOT_QUALIFIED`] (A9.2), with what is missing in each way.
pub fn check(
    pool: Pool,
    titles: &[Title],
    engineer: Option<&RegisteredSafetyEngineer>,
    history: &[WorkPeriod],
    on: NaiveDate,
) -> Result<(), Violation> {
    let assessment = qualifies(pool, titles, engineer, history, on);
    if assessment.qualified {
        return Ok(());
    }
    let mut missing: Vec<FindingCode> = Vec::new();
    for finding in assessment.ways.iter().flat_map(|way| &way.findings).filter(|finding| !finding.met) {
        if !missing.contains(&finding.code) {
            missing.push(finding.code);
        }
    }
    let (code, needed_years) = match pool {
        Pool::Leader => (LEADER_NOT_QUALIFIED, LEADER_YEARS.on(on)),
        Pool::Member => (MEMBER_NOT_QUALIFIED, MEMBER_YEARS.on(on)),
    };
    Err(Violation::new(code)
        .with("needed_years", needed_years)
        .with("years", assessment.experience.years)
        .with("days", assessment.experience.days)
        .with("missing", Words::list(missing)))
}

fn title(titles: &[Title], needed: TitleLevel, on: NaiveDate) -> Finding {
    let in_field = titles.iter().filter(|title| title.field == TitleField::BuildingMunicipal);
    let Some(best) = in_field.filter(|title| title.obtained_on <= on).max_by_key(|title| title.level) else {
        return Finding::new(FindingCode::TitleMissing).with("needed_level", needed);
    };
    let code = if best.level >= needed { FindingCode::TitleHeld } else { FindingCode::TitleTooLow };
    Finding::new(code)
        .with("needed_level", needed)
        .with("level", best.level)
        .with("certificate_number", &best.certificate_number)
        .with("obtained_on", best.obtained_on)
}

fn registration(engineer: Option<&RegisteredSafetyEngineer>, on: NaiveDate) -> Finding {
    let needed = EngineerLevel::Intermediate;
    let Some(engineer) = engineer else {
        return Finding::new(FindingCode::EngineerMissing).with("needed_level", needed);
    };
    let code = if engineer.class != EngineerClass::Construction {
        FindingCode::EngineerOtherClass
    } else if engineer.level < needed {
        FindingCode::EngineerTooLow
    } else if engineer.registered_until < on {
        FindingCode::EngineerLapsed
    } else {
        FindingCode::EngineerRegistered
    };
    Finding::new(code)
        .with("needed_level", needed)
        .with("level", engineer.level)
        .with("class", engineer.class)
        .with("certificate_number", &engineer.certificate_number)
        .with("registered_until", engineer.registered_until)
}

fn work(experience: &Experience, needed_years: u32) -> Finding {
    let reached = experience.reaches(needed_years);
    Finding::new(if reached { FindingCode::ExperienceReached } else { FindingCode::ExperienceTooShort })
        .with("needed_years", needed_years)
        .with("years", experience.years)
        .with("days", experience.days)
}
