//! Who may lead a group and who may be in one: titles, registration and experience (A9.1, A9.2, A9.3).

mod assessed;
mod assessment;
mod experience;
mod merge;
mod statement;

use chrono::NaiveDate;

use crate::{
    Violation,
    base::identifier::UnifiedSocialCreditCode,
    library::{
        certificate::{CERTIFICATE_REPEATED, Certificate, CertificateKind},
        company::Party,
    },
    vocabulary,
};
pub use assessed::{AssessedFinding, AssessedOn, AssessedWay};
pub use assessment::{Assessment, Finding, FindingCode, Way, check, qualifies};
pub use experience::{Experience, Period};
pub use statement::Statement;

crate::codes! {
    LEADER_NOT_QUALIFIED = "leader_not_qualified", Conflict, Some("A9.1"),
        "不符合组长条件" / "组长须有房屋建筑市政工程高级及以上职称，或注册有效的建筑施工安全类中级及以上注册安全工程师资格，且从事相关安全生产工作满 {needed_years} 年；现为 {years} 年 {days} 天。未满足：{missing}。",
        "Not qualified as a leader" / "A leader has a senior or higher title in building or municipal engineering, or a valid registration as safety engineer in construction at intermediate level or above, and {needed_years} years of such safety work. The record shows {years} years and {days} days. Not met: {missing}.";
    MEMBER_NOT_QUALIFIED = "member_not_qualified", Conflict, Some("A9.2"),
        "不符合组员条件" / "组员须有房屋建筑市政工程中级及以上职称，且从事相关安全生产工作满 {needed_years} 年，或符合组长条件；现为 {years} 年 {days} 天。未满足：{missing}。",
        "Not qualified as a member" / "A member has an intermediate or higher title in building or municipal engineering and {needed_years} years of such safety work, or qualifies as a leader. The record shows {years} years and {days} days. Not met: {missing}.";
    WORK_HISTORY_TOO_LONG = "work_history_too_long", Invalid, None,
        "工作经历过多" / "工作经历至多 {maximum} 条。",
        "Work history too long" / "A work history has at most {maximum} entries.";
    TITLES_TOO_MANY = "titles_too_many", Invalid, None,
        "职称过多" / "职称至多 {maximum} 项，含在库已登记的职称。",
        "Too many titles" / "An expert has at most {maximum} titles, including those already recorded in the library.";
    TITLE_IN_FUTURE = "title_in_future", Invalid, Some("A9.1"),
        "职称取得日期有误" / "职称取得日期 {date} 不得晚于今天。",
        "Date of the title in the future" / "The title was obtained on {date}. The date must not be after today.";
    WORK_PERIOD_IN_FUTURE = "work_period_in_future", Invalid, Some("A9.1"),
        "工作经历日期有误" / "工作经历的日期 {date} 不得晚于今天。",
        "Date of the work history in the future" / "The work history contains {date}. The date must not be after today.";
    WORK_PERIOD_REVERSED = "work_period_reversed", Invalid, Some("A9.1"),
        "工作经历起止颠倒" / "工作经历的结束日期不得早于开始日期 {from}。",
        "Employment ends before it begins" / "The employment begins on {from} and must not end before that day.";
    SPECIALTY_REQUIRED = "specialty_required", Invalid, Some("A10.2"),
        "须填写专业" / "专家须至少具有一个专业。",
        "Specialty required" / "An expert must hold at least one specialty.";
}

vocabulary! {
    /// Levels of technical titles, lowest first (A9.1, A9.2).
    pub enum TitleLevel as "ProfessionalTitleLevel" {
        Technician = "technician" / "员级" / "technician",
        Assistant = "assistant" / "助理级" / "assistant",
        Intermediate = "intermediate" / "中级" / "intermediate",
        Senior = "senior" / "副高级" / "senior",
        ProfessorLevelSenior = "professor_level_senior" / "正高级" / "professor-level senior",
    }
}

vocabulary! {
    /// Fields of technical titles that A9.1 and A9.2 distinguish.
    pub enum TitleField as "ProfessionalTitleField" {
        BuildingMunicipal = "building_municipal" / "房屋建筑市政工程" / "building and municipal engineering",
        Other = "other" / "其他" / "other",
    }
}

vocabulary! {
    /// Levels of registered safety engineers, lowest first (A9.1).
    pub enum EngineerLevel {
        Assistant = "assistant" / "助理" / "assistant",
        Intermediate = "intermediate" / "中级" / "intermediate",
        Senior = "senior" / "高级" / "senior",
    }
}

vocabulary! {
    /// Classes of registered safety engineers. A9.1 requires the class of construction.
    pub enum EngineerClass {
        CoalMine = "coal_mine" / "煤矿安全" / "coal mines",
        OtherMine = "other_mine" / "金属非金属矿山安全" / "other mines",
        Chemical = "chemical" / "化工安全" / "chemical industry",
        Metallurgy = "metallurgy" / "金属冶炼安全" / "metallurgy",
        Construction = "construction" / "建筑施工安全" / "construction",
        RoadTransport = "road_transport" / "道路运输安全" / "road transport",
        Other = "other" / "其他安全" / "other",
    }
}

vocabulary! {
    /// Pools of the expert library. Every leader is also in the member pool (A9.3).
    pub enum Pool as "ExpertPool" {
        Leader = "leader" / "组长库" / "leader pool",
        Member = "member" / "组员库" / "member pool",
    }
}

vocabulary! {
    /// Specialties that a group combines (A10.2).
    pub enum Specialty {
        Civil = "civil" / "土建" / "civil",
        Mechanical = "mechanical" / "机械" / "mechanical",
        Electrical = "electrical" / "电气" / "electrical",
    }
}

/// A technical title (职称).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// Its level.
    pub level: TitleLevel,
    /// Its field.
    pub field: TitleField,
    /// Number of the certificate (证书编号).
    pub certificate_number: String,
    /// Since when it is held; before that day it does not count.
    pub obtained_on: NaiveDate,
}

/// A registration as safety engineer (注册安全工程师).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredSafetyEngineer {
    /// Its level.
    pub level: EngineerLevel,
    /// Its class.
    pub class: EngineerClass,
    /// Number of the certificate (证书编号).
    pub certificate_number: String,
    /// The last day on which the registration is valid (注册有效期至).
    pub registered_until: NaiveDate,
}

/// An entry of a work history (工作经历).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkPeriod {
    /// The employer's name.
    pub employer: String,
    /// The employer's unified social credit code, where it is known.
    pub employer_code: Option<UnifiedSocialCreditCode>,
    /// What the person was there.
    pub role: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day, itself included; none where it goes on.
    pub to: Option<NaiveDate>,
    /// Whether it was safety-production work in building or municipal engineering (A9.1).
    pub relevant: bool,
}

/// What qualifies an expert (A9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qualification {
    /// Specialties, at least one.
    pub specialties: Vec<Specialty>,
    /// Professional titles with their certificates, at most [`MAX_TITLES`].
    pub titles: Vec<Title>,
    /// Registration as a safety engineer.
    pub registered_safety_engineer: Option<RegisteredSafetyEngineer>,
    /// Work history.
    pub work_history: Vec<WorkPeriod>,
}

/// The most entries that a work history may have.
pub const MAX_WORK_PERIODS: usize = 100;
/// The most titles that someone may have.
pub const MAX_TITLES: usize = 20;

impl Qualification {
    /// The certificates that are named, each with its pointer.
    #[must_use]
    pub fn certificates(&self) -> Vec<Certificate> {
        let titles = self.titles.iter().enumerate().map(|(index, title)| Certificate {
            kind: CertificateKind::Title,
            number: title.certificate_number.clone(),
            pointer: format!("/titles/{index}/certificate_number"),
        });
        let engineer = self.registered_safety_engineer.iter().map(|engineer| Certificate {
            kind: CertificateKind::RegisteredSafetyEngineer,
            number: engineer.certificate_number.clone(),
            pointer: "/registered_safety_engineer/certificate_number".to_owned(),
        });
        titles.chain(engineer).collect()
    }

    /// Whether it can be: at least one specialty, no date in the future, no period reversed, no certificate twice.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn check(&self, today: NaiveDate) -> Result<(), Violation> {
        let mut wrong = Vec::new();
        if self.specialties.is_empty() {
            wrong.push(Violation::new(SPECIALTY_REQUIRED).at("/specialties"));
        }
        for (index, title) in self.titles.iter().enumerate() {
            if title.obtained_on > today {
                let violation = Violation::new(TITLE_IN_FUTURE).with("date", title.obtained_on);
                wrong.push(violation.at(format!("/titles/{index}/obtained_on")));
            }
        }
        let certificates = self.certificates();
        for (index, certificate) in certificates.iter().enumerate() {
            if certificates.iter().take(index).any(|before| before.key() == certificate.key()) {
                wrong.push(Violation::new(CERTIFICATE_REPEATED).at(certificate.pointer.clone()));
            }
        }
        wrong.extend(check_history(&self.work_history, today).err());
        Violation::all(wrong)
    }

    /// Whether it has no more titles and periods of work than someone may have.
    ///
    /// # Errors
    /// [`TITLES_TOO_MANY`]; [`WORK_HISTORY_TOO_LONG`].
    pub fn check_size(&self) -> Result<(), Violation> {
        let mut wrong = Vec::new();
        if self.titles.len() > MAX_TITLES {
            wrong.push(Violation::new(TITLES_TOO_MANY).with("maximum", MAX_TITLES).at("/titles"));
        }
        wrong.extend(check_length(&self.work_history).err());
        Violation::all(wrong)
    }
}

impl Party {
    /// The employer of a period of work.
    #[must_use]
    pub fn employing(period: &WorkPeriod) -> Self {
        Self { code: period.employer_code.clone(), ..Self::named(&period.employer) }
    }
}

fn check_length(history: &[WorkPeriod]) -> Result<(), Violation> {
    if history.len() <= MAX_WORK_PERIODS {
        return Ok(());
    }
    Err(Violation::new(WORK_HISTORY_TOO_LONG).with("maximum", MAX_WORK_PERIODS).at("/work_history"))
}

/// Whether a work history can be: no period ends before it begins, none lies after today.
///
/// # Errors
/// Every date that is wrong, at `/work_history/{i}/…`.
pub fn check_history(history: &[WorkPeriod], today: NaiveDate) -> Result<(), Violation> {
    check_length(history)?;
    let mut violations = Vec::new();
    for (i, period) in history.iter().enumerate() {
        let future = |date: NaiveDate, field| {
            let violation = Violation::new(WORK_PERIOD_IN_FUTURE).with("date", date);
            (date > today).then(|| violation.at(format!("/work_history/{i}/{field}")))
        };
        violations.extend(future(period.from, "from"));
        match period.to {
            Some(to) if to < period.from => {
                let violation = Violation::new(WORK_PERIOD_REVERSED).with("from", period.from);
                violations.push(violation.at(format!("/work_history/{i}/to")));
            }
            Some(to) => violations.extend(future(to, "to")),
            None => {}
        }
    }
    Violation::all(violations)
}

#[cfg(test)]
mod tests;
