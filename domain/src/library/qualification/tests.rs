use chrono::{Days, Months};
use proptest::prelude::*;

use super::*;
use crate::{Vocabulary, base::code::INVALID_INPUT};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn work(from: &str, to: Option<&str>) -> WorkPeriod {
    WorkPeriod {
        employer: "厦门某建设公司".into(),
        employer_code: None,
        role: "安全总监".into(),
        from: date(from),
        to: to.map(date),
        relevant: true,
    }
}

fn title(level: TitleLevel, field: TitleField) -> Title {
    Title { level, field, certificate_number: "T-1".into(), obtained_on: date("2010-01-01") }
}

fn engineer(level: EngineerLevel, class: EngineerClass, until: &str) -> RegisteredSafetyEngineer {
    RegisteredSafetyEngineer { level, class, certificate_number: "E-1".into(), registered_until: date(until) }
}

fn length(history: &[WorkPeriod], on: &str) -> (u32, u64) {
    let experience = Experience::of(history, date(on));
    (experience.years, experience.days)
}

#[test]
fn ten_years_are_exact_to_the_day() {
    assert_eq!(length(&[work("2014-03-01", Some("2024-02-29"))], "2026-01-01"), (10, 0));
    assert_eq!(length(&[work("2014-03-01", Some("2024-02-28"))], "2026-01-01"), (9, 365));
    assert_eq!(length(&[work("2014-03-02", None)], "2024-03-01"), (10, 0));
    assert_eq!(length(&[work("2014-03-02", None)], "2024-02-29").0, 9);
    assert_eq!(length(&[work("2016-02-29", Some("2017-02-28"))], "2026-01-01"), (1, 0));
    assert_eq!(length(&[work("2016-02-29", Some("2017-02-27"))], "2026-01-01"), (0, 365));
    assert_eq!(length(&[], "2026-01-01"), (0, 0));
}

#[test]
fn overlaps_count_once_and_gaps_not_at_all() {
    let overlapping = [work("2014-01-01", Some("2018-12-31")), work("2016-01-01", Some("2019-12-31"))];
    assert_eq!(length(&overlapping, "2026-01-01"), (6, 0));
    let within = [work("2014-01-01", Some("2019-12-31")), work("2016-01-01", Some("2016-12-31"))];
    assert_eq!(length(&within, "2026-01-01"), (6, 0));
    let touching = [work("2014-01-01", Some("2014-06-30")), work("2014-07-01", Some("2014-12-31"))];
    assert_eq!(Experience::of(&touching, date("2026-01-01")).periods.len(), 1);
    assert_eq!(length(&touching, "2026-01-01"), (1, 0));
    let gap = [work("2020-07-01", Some("2020-12-31")), work("2014-01-01", Some("2014-06-30"))];
    assert_eq!(Experience::of(&gap, date("2026-01-01")).total_days, 181 + 184);
    assert_eq!(length(&gap, "2026-01-01"), (1, 0));
}

#[test]
fn what_is_not_relevant_or_not_yet_does_not_count() {
    let elsewhere = WorkPeriod { relevant: false, ..work("2000-01-01", None) };
    assert_eq!(length(&[elsewhere, work("2024-01-01", Some("2030-12-31"))], "2024-12-31"), (1, 0));
    assert_eq!(
        length(&[work("2027-01-01", None), work("2020-01-02", Some("2020-01-01"))], "2026-01-01"),
        (0, 0)
    );
}

#[test]
fn a9_every_title_engineer_and_length_of_work() {
    let on = date("2026-03-31");
    let lengths = [
        (vec![], 0),
        (vec![work("2021-04-02", None)], 4),
        (vec![work("2021-04-01", None)], 5),
        (vec![work("2016-04-02", None)], 9),
        (vec![work("2016-04-01", None)], 10),
    ];
    let titles =
        TitleLevel::ALL.iter().flat_map(|level| TitleField::ALL.iter().map(|field| Some((*level, *field))));
    let titles: Vec<_> = titles.chain([None]).collect();
    let mut engineers = vec![None];
    for level in EngineerLevel::ALL {
        for class in EngineerClass::ALL {
            engineers.extend(["2026-03-31", "2026-03-30"].map(|until| Some((*level, *class, until))));
        }
    }
    for held in &titles {
        let in_field =
            held.filter(|(_, field)| *field == TitleField::BuildingMunicipal).map(|(level, _)| level);
        let title: Vec<_> = held.map(|(level, field)| title(level, field)).into_iter().collect();
        for registered in &engineers {
            let registration = registered.map(|(level, class, until)| engineer(level, class, until));
            let by_registration = registered.is_some_and(|(level, class, until)| {
                level != EngineerLevel::Assistant
                    && class == EngineerClass::Construction
                    && until == "2026-03-31"
            });
            for (history, years) in &lengths {
                let senior = matches!(in_field, Some(TitleLevel::Senior | TitleLevel::ProfessorLevelSenior));
                let leader = *years >= 10 && (senior || by_registration);
                let member = leader || *years >= 5 && (senior || in_field == Some(TitleLevel::Intermediate));
                for (pool, expected) in [(Pool::Leader, leader), (Pool::Member, member)] {
                    let case = format!("{pool}: {held:?}, {registered:?}, {years} years");
                    let assessment = qualifies(pool, &title, registration.as_ref(), history, on);
                    assert_eq!(assessment.qualified, expected, "{case}");
                    assert_eq!(assessment.experience.years, *years, "{case}");
                    let checked = check(pool, &title, registration.as_ref(), history, on);
                    assert_eq!(checked.is_ok(), expected, "{case}");
                }
            }
        }
    }
}

#[test]
fn an_assessment_says_what_is_met_by_what() {
    let titles = [
        title(TitleLevel::Senior, TitleField::Other),
        title(TitleLevel::Intermediate, TitleField::BuildingMunicipal),
    ];
    let lapsed = engineer(EngineerLevel::Senior, EngineerClass::Construction, "2026-03-30");
    let history = [work("2016-04-01", None)];
    let assessment = qualifies(Pool::Leader, &titles, Some(&lapsed), &history, date("2026-03-31"));
    let codes: Vec<Vec<_>> =
        assessment.ways.iter().map(|way| way.findings.iter().map(|finding| finding.code).collect()).collect();
    assert_eq!(
        codes,
        [
            [FindingCode::TitleTooLow, FindingCode::ExperienceReached],
            [FindingCode::EngineerLapsed, FindingCode::ExperienceReached],
        ]
    );
    assert!(assessment.ways[1].findings[0].params.contains(&("registered_until", "2026-03-30".to_owned())));
    let violation = check(Pool::Leader, &titles, Some(&lapsed), &history, date("2026-03-31")).unwrap_err();
    assert_eq!(violation.code, LEADER_NOT_QUALIFIED);
    let missing = crate::Words::list([FindingCode::TitleTooLow, FindingCode::EngineerLapsed]);
    assert_eq!(violation.params.last(), Some(&("missing", missing)));
    let violation = check(Pool::Member, &[], None, &history, date("2026-03-31")).unwrap_err();
    assert_eq!(violation.code, MEMBER_NOT_QUALIFIED);
}

#[test]
fn a_title_counts_from_its_day_on() {
    let title =
        Title { obtained_on: date("2026-03-31"), ..title(TitleLevel::Senior, TitleField::BuildingMunicipal) };
    let history = [work("2010-01-01", None)];
    assert!(check(Pool::Leader, std::slice::from_ref(&title), None, &history, date("2026-03-31")).is_ok());
    assert!(check(Pool::Leader, &[title], None, &history, date("2026-03-30")).is_err());
}

#[test]
fn a_history_is_checked_entry_by_entry() {
    let today = date("2026-03-31");
    let history = [
        work("2026-03-31", Some("2026-03-31")),
        work("2020-01-02", Some("2020-01-01")),
        work("2020-01-01", Some("2026-04-01")),
        work("2026-04-01", None),
    ];
    assert_eq!(check_history(&history[..1], today), Ok(()));
    let violation = check_history(&history, today).unwrap_err();
    let fields: Vec<_> = violation.fields.iter().map(|field| (field.pointer.as_ref(), field.code)).collect();
    assert_eq!(violation.code, INVALID_INPUT);
    assert_eq!(
        fields,
        [
            ("/work_history/1/to", WORK_PERIOD_REVERSED),
            ("/work_history/2/to", WORK_PERIOD_IN_FUTURE),
            ("/work_history/3/from", WORK_PERIOD_IN_FUTURE),
        ]
    );
    let entry = work("2020-01-01", None);
    assert_eq!(check_history(&vec![entry.clone(); MAX_WORK_PERIODS], today), Ok(()));
    let long = check_history(&vec![entry; MAX_WORK_PERIODS + 1], today).unwrap_err();
    assert_eq!((long.code, long.fields[0].pointer.as_ref()), (WORK_HISTORY_TOO_LONG, "/work_history"));
}

#[test]
fn no_date_panics() {
    for (from, to) in [(NaiveDate::MIN, NaiveDate::MAX), (NaiveDate::MAX, NaiveDate::MAX)] {
        let period = WorkPeriod { from, to: Some(to), ..work("2020-01-01", None) };
        let experience = Experience::of(&[period.clone(), period], NaiveDate::MAX);
        assert_eq!(experience.periods.len(), 1);
    }
}

fn periods() -> impl Strategy<Value = Vec<WorkPeriod>> {
    let start = date("1990-01-01");
    let period =
        (0..12_000_u64, 0..4_000_u64, any::<bool>()).prop_map(move |(offset, length, relevant)| WorkPeriod {
            from: start + Days::new(offset),
            to: Some(start + Days::new(offset + length)),
            relevant,
            ..work("2020-01-01", None)
        });
    prop::collection::vec(period, 0..8)
}

proptest! {
    #[test]
    fn the_days_are_those_on_which_someone_worked(history in periods(), on in 0..16_000_u64) {
        let start = date("1990-01-01");
        let on = start + Days::new(on);
        let worked = |day: NaiveDate| {
            history.iter().any(|period| period.relevant && period.from <= day && period.to.is_none_or(|to| day <= to))
        };
        let counted = start.iter_days().take_while(|day| *day <= on).filter(|day| worked(*day)).count();
        let experience = Experience::of(&history, on);
        prop_assert_eq!(experience.total_days, u64::try_from(counted).unwrap());
        prop_assert!(experience.days <= 366);
        // What is said to be counted once are just the days that lie in two periods or more.
        let times = |day: NaiveDate| {
            let covers = |period: &&WorkPeriod| period.relevant && period.from <= day && period.to.is_none_or(|to| day <= to);
            history.iter().filter(covers).count()
        };
        let twice: Vec<_> = start.iter_days().take_while(|day| *day <= on).filter(|day| times(*day) > 1).collect();
        let said: Vec<_> = experience.overlaps.iter()
            .flat_map(|period| period.from.iter_days().take_while(move |day| *day <= period.to)).collect();
        prop_assert_eq!(said, twice);
        let mut reversed = history.clone();
        reversed.reverse();
        prop_assert_eq!(Experience::of(&reversed, on), experience);
    }

    #[test]
    fn whole_years_end_on_the_eve_of_the_anniversary(offset in 0..12_000_u64, years in 1..30_u32) {
        let from = date("1990-01-01") + Days::new(offset);
        let anniversary = from.checked_add_months(Months::new(12 * years)).unwrap();
        prop_assume!(from.format("%m-%d").to_string() != "02-29");
        let to = |days| Some(anniversary - Days::new(days));
        let exact = WorkPeriod { from, to: to(1), ..work("2020-01-01", None) };
        let short = WorkPeriod { to: to(2), ..exact.clone() };
        prop_assert!(Experience::of(&[exact], NaiveDate::MAX).reaches(years));
        prop_assert!(!Experience::of(&[short], NaiveDate::MAX).reaches(years));
    }
}
