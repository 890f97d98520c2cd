//! One example of each refusal, with a value for every parameter of its texts: for the contract, for the page of problems and for
//! the test that reads every text.

use anze_domain::{
    Code, Money, Violation, Words,
    access::{Operation, Port},
    identity::notification::NotificationKind,
    library::{
        expert_application::{ApplicationFileKind, ExpertApplicationStatus},
        qualification::{FindingCode, Specialty},
        tie::{MAX_TIES, TieKind},
    },
    service::{
        commission::CommissionStatus,
        hazard::HazardGrade,
        project::ProjectField,
        project::ProjectStatus,
        visit::{AttachmentKind, Step, VisitStatus, negotiation::MAX_SLOTS},
    },
};
use chrono::{DateTime, NaiveDate, TimeZone, Utc};

use crate::http::{field_names::field_name, forms};

/// A refusal with this code, with an example for each value of its texts.
#[must_use]
pub fn example(code: &'static Code) -> Violation {
    let texts = [code.zh.0, code.zh.1, code.en.0, code.en.1];
    let mut violation = Violation::new(code);
    for name in texts.into_iter().flat_map(placeholders) {
        if let Some(value) = sample(code.name, name)
            && violation.params.iter().all(|(known, _)| *known != name)
        {
            violation = violation.with(name, value);
        }
    }
    violation
}

/// The names in braces.
fn placeholders(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// An example of the value of this name in the texts of this code.
fn sample(code: &str, name: &str) -> Option<Words> {
    by_code(code, name).or_else(|| by_name(name))
}

/// Values whose meaning depends on the code.
fn by_code(code: &str, name: &str) -> Option<Words> {
    Some(match (code, name) {
        ("invalid_header", "name") => Words::verbatim("If-Match"),
        ("not_json", "line") => 3.into(),
        ("wrong_type", "expected") => forms::types(&["string".to_owned()]),
        ("unsupported_media_type", "expected") => Words::verbatim("application/json"),
        ("step_out_of_order" | "steps_missing", "expected") => Step::DivisionOfWork.into(),
        ("file_type_not_taken", "allowed") => forms::file_types(&["image/jpeg", "application/pdf"]),
        ("out_of_range", "limit") => forms::at_most(&1000),
        ("payload_too_large", "limit") => 1_048_576.into(),
        ("pattern", "form") => forms::pattern("^1[3-9][0-9]{9}$"),
        ("cost_line_too_large", "maximum") => Money::MAX.into(),
        ("premium_below_commissioned", "committed") => money(2_200_000).into(),
        ("slot_count_wrong", "maximum") => MAX_SLOTS.into(),
        ("too_many_ties", "maximum") => MAX_TIES.into(),
        ("not_passed", "status") => ExpertApplicationStatus::VotedDown.into(),
        ("project_not_registered", "status") => ProjectStatus::Draft.into(),
        ("visit_not_accepted", "status") => VisitStatus::Ended.into(),
        ("effective_outside_period", "start") => day(2026, 1, 1).into(),
        ("effective_outside_period", "end") => day(2026, 12, 31).into(),
        ("outside_window", "start") => day(2026, 11, 1).into(),
        ("outside_window", "end") => day(2026, 11, 30).into(),
        ("expert_tied", "tie") => {
            let Words { zh, en } = TieKind::FormerEmployer.into();
            Words::new(format!("（厦门甲建设有限公司：{zh}）"), format!(" (厦门甲建设有限公司: {en})"))
        }
        ("notification_always_sent", "kind") => NotificationKind::MajorHazard.into(),
        ("visit_not_accepted", "visit") => Words::verbatim("FW-2026-000001"),
        ("certificate_file_missing", "missing") => ApplicationFileKind::TitleCertificate.into(),
        ("slot_count_wrong", "count") => MAX_SLOTS.saturating_add(1).into(),
        ("group_too_large" | "cost_lines_count", "count") => 201.into(),
        _ => return None,
    })
}

/// Values that mean the same in every text.
fn by_name(name: &str) -> Option<Words> {
    Some(match name {
        "A3.1" => 21.into(),
        "agreed" => 4.into(),
        "allow" => Words::verbatim("GET, POST"),
        "allowed" => Words::list([HazardGrade::General, HazardGrade::Major]),
        "cap" => money(2_100_000).into(),
        "column" => 17.into(),
        "committed" => money(2_000_000).into(),
        "council_size" => 15.into(),
        "count" => 2.into(),
        "date" | "day" | "due_on" | "held_on" => day(2026, 11, 30).into(),
        "days" => 200.into(),
        "end" => instant(11).into(),
        "ends_at" => instant(17).into(),
        "fee" => money(100_001).into(),
        "field" => ProjectField::ContractPrice.into(),
        "first" => 1970.into(),
        "form" => forms::format("date"),
        "from" | "since" => day(2020, 3, 1).into(),
        "hours" => 12.into(),
        "item" => Words::verbatim("MH2024-05-9"),
        "kinds" => Words::list([AttachmentKind::Photo, AttachmentKind::Assessment]),
        "last" => 9000.into(),
        "limit" => 10.into(),
        "line" => 1.into(),
        "maximum" => 20.into(),
        "member" => 2.into(),
        "members_present" => 9.into(),
        "minimum" => 3.into(),
        "minutes" => 45.into(),
        "missing" => Words::list([FindingCode::TitleTooLow, FindingCode::ExperienceTooShort]),
        "name" => field_name("unified_social_credit_code"),
        "needed" => 4.into(),
        "needed_years" => 10.into(),
        "number" => 4.into(),
        "operation" => Operation::SubmitCommission.into(),
        "party" | "port" => Port::Supervisor.into(),
        "planned" => 3.into(),
        "quorum" => Words::verbatim("2/3"),
        "remaining" => money(100_000).into(),
        "reviewed_on" => day(2026, 12, 2).into(),
        "seconds" => 7.into(),
        "specialties" => Words::list([Specialty::Electrical]),
        "specialty" => Specialty::Electrical.into(),
        "start" => instant(9).into(),
        "status" => CommissionStatus::Accepted.into(),
        "step" => Step::DocumentReview.into(),
        "sum" => money(3_000_001).into(),
        "total" => Words::verbatim("100.005"),
        "until" | "vouched" => day(2026, 6, 30).into(),
        "voices" => 10.into(),
        "year" => 2027.into(),
        "years" => 8.into(),
        _ => return None,
    })
}

fn money(fen: i64) -> Money {
    Money::from_fen(fen).unwrap_or(Money::ZERO)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// This hour of 30 November 2026 in Xiamen.
fn instant(hour: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 30, hour.saturating_sub(8), 30, 0).single().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{catalogue, language::Language, problem::ApiError};

    /// What a Chinese text may say in Latin letters: names of standards and units, of headers, methods and media types, and the
    /// numbers of records.
    const PROPER_NAMES: &[&str] = &[
        "Content-Type",
        "ETag",
        "Excel",
        "FW-2026-000001",
        "GET",
        "HTTP",
        "Idempotency-Key",
        "If-Match",
        "JPEG",
        "JSON",
        "MH2024-05-9",
        "PDF",
        "POST",
        "RFC 3339",
        "UUID",
        "Word",
        "application/json",
        "GB 11643",
        "GB 32100-2015",
    ];
    /// The only Chinese of the English texts: the name of a party and of the standard, as people wrote them.
    const CHINESE_NAMES: &[&str] =
        &["厦门甲建设有限公司", "房屋市政工程生产安全重大事故隐患判定标准（2024版）"];

    /// The text without these names, the longest first.
    fn without(text: &str, names: &[&str]) -> String {
        let mut names = names.to_vec();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.into_iter().fold(text.to_owned(), |text, name| text.replace(name, ""))
    }

    fn is_chinese(c: char) -> bool {
        ('\u{3400}'..='\u{9fff}').contains(&c)
    }

    /// What no person reads in either language: a place that was not filled, an identifier, an id, an instant in UTC, a pattern.
    fn machine_text(text: &str) -> Option<&'static str> {
        let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || is_chinese(c)).collect();
        let is_instant = |word: &str| {
            let digits_before_t =
                word.split('T').next().is_some_and(|date| date.ends_with(|c: char| c.is_ascii_digit()));
            word.contains('T') && digits_before_t && word.contains(':')
        };
        let is_id = |word: &str| {
            let id = word.trim_matches(|c: char| !c.is_ascii_hexdigit());
            id.len() == 36 && id.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        };
        if text.contains(['{', '}']) {
            Some("a place that is not filled")
        } else if text.contains('_') {
            Some("an identifier")
        } else if words.iter().any(|word| is_id(word)) {
            Some("a UUID")
        } else if words.iter().any(|word| is_instant(word)) {
            Some("an instant in UTC")
        } else if text.contains(['^', '$', '\\', '[', ']', '*', '+', '|']) {
            Some("a pattern")
        } else {
            None
        }
    }

    /// Title, detail and detail of the field of one example of every code.
    fn every_text(language: Language) -> Vec<(&'static str, String)> {
        let texts = catalogue::all().flat_map(|code| {
            let problem = ApiError::from(example(code).at("/field")).problem(language, None, None);
            let field = problem.errors.into_iter().map(|error| error.detail);
            [problem.title, problem.detail].into_iter().chain(field).map(|text| (code.name, text))
        });
        texts.collect()
    }

    #[test]
    fn the_marks_of_machine_text_are_found() {
        for text in [
            "状态为 {status}",
            "不能执行 start_visit",
            "专家 01997a3c-7d2e-7000-8000-000000000001 已在组内",
            "公示至 2026-11-30T16:00:00+00:00 结束",
            "值不符合格式 ^1[3-9][0-9]{9}$",
        ] {
            assert!(machine_text(text).is_some(), "{text}");
        }
        assert_eq!(machine_text("约定于 2026-11-30 09:30 开始"), None);
    }

    #[test]
    fn every_chinese_text_is_for_people() {
        for (code, text) in every_text(Language::Chinese) {
            assert_eq!(machine_text(&text), None, "{code}: {text}");
            let rest = without(&text, PROPER_NAMES);
            assert!(!rest.contains(|c: char| c.is_ascii_alphabetic()), "{code}: {text}");
            assert!(text.contains(is_chinese), "{code}: {text}");
        }
    }

    #[test]
    fn every_english_text_is_for_people() {
        for (code, text) in every_text(Language::English) {
            assert_eq!(machine_text(&text), None, "{code}: {text}");
            assert!(!without(&text, CHINESE_NAMES).contains(is_chinese), "{code}: {text}");
        }
    }

    #[test]
    fn titles_do_not_end_in_a_full_stop_and_details_do() {
        for code in catalogue::all() {
            assert!(!code.zh.0.ends_with('。') && !code.en.0.ends_with('.'), "{}", code.name);
            assert!(code.zh.1.ends_with('。') && code.en.1.ends_with('.'), "{}", code.name);
            let both = [[code.zh.0, code.zh.1], [code.en.0, code.en.1]].map(|texts| {
                let mut names: Vec<_> = texts.into_iter().flat_map(placeholders).collect();
                names.sort_unstable();
                names
            });
            assert_eq!(both[0], both[1], "{}: both languages say the same values", code.name);
        }
    }
}
