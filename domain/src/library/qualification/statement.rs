//! What an assessment found, in words: for who reviews an application, and for who wrote it.

use super::{EngineerClass, EngineerLevel, Experience, Finding, FindingCode, TitleLevel};
use crate::{Vocabulary, base::regulation::number_in_words};

/// A finding in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Finding {
    /// What is needed, and by what it is met or missed; `experience` is what the assessment counted.
    #[must_use]
    pub fn statement(&self, experience: &Experience) -> Statement {
        match self.code {
            FindingCode::TitleHeld | FindingCode::TitleMissing | FindingCode::TitleTooLow => self.on_title(),
            FindingCode::EngineerRegistered
            | FindingCode::EngineerMissing
            | FindingCode::EngineerOtherClass
            | FindingCode::EngineerTooLow
            | FindingCode::EngineerLapsed => self.on_registration(),
            FindingCode::ExperienceReached | FindingCode::ExperienceTooShort => self.on_work(experience),
        }
    }

    fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
    }

    /// The names of a term that is among the values.
    fn term<T: Vocabulary>(&self, name: &str) -> (&'static str, &'static str) {
        T::from_code(self.param(name)).map_or(("", ""), |term| (term.zh(), term.en()))
    }

    fn on_title(&self) -> Statement {
        let needed = self.term::<TitleLevel>("needed_level");
        let held = self.term::<TitleLevel>("level");
        let (number, since) = (self.param("certificate_number"), self.param("obtained_on"));
        let (zh, en) = if self.code == FindingCode::TitleMissing {
            ("无".to_owned(), "none".to_owned())
        } else {
            let only = if self.met { ("", "") } else { ("仅有", "only ") };
            (
                format!("{}{}，证书 {number}，{since} 取得", only.0, held.0),
                format!("{}{}, certificate {number}, held since {since}", only.1, held.1),
            )
        };
        Statement {
            zh: format!("房屋建筑市政工程{}及以上职称：{zh}", needed.0),
            en: format!("{} title or above in building and municipal engineering: {en}", needed.1),
        }
    }

    fn on_registration(&self) -> Statement {
        let needed = self.term::<EngineerLevel>("needed_level");
        let level = self.term::<EngineerLevel>("level");
        let class = self.term::<EngineerClass>("class");
        let (number, until) = (self.param("certificate_number"), self.param("registered_until"));
        let (zh, en) = match self.code {
            FindingCode::EngineerMissing => ("无".to_owned(), "none".to_owned()),
            FindingCode::EngineerOtherClass => (
                format!("注册类别为{}，证书 {number}", class.0),
                format!("registered for {}, certificate {number}", class.1),
            ),
            FindingCode::EngineerTooLow => {
                (format!("仅有{}，证书 {number}", level.0), format!("only {}, certificate {number}", level.1))
            }
            FindingCode::EngineerLapsed => (
                format!("{}，证书 {number}，注册有效期已于 {until} 届满", level.0),
                format!("{}, certificate {number}, registration lapsed on {until}", level.1),
            ),
            _ => (
                format!("{}，证书 {number}，注册有效期至 {until}", level.0),
                format!("{}, certificate {number}, registered until {until}", level.1),
            ),
        };
        Statement {
            zh: format!("建筑施工安全类{}及以上注册安全工程师：{zh}", needed.0),
            en: format!("registered safety engineer in construction at {} level or above: {en}", needed.1),
        }
    }

    fn on_work(&self, experience: &Experience) -> Statement {
        let needed = self.param("needed_years");
        let number_in_words = number_in_words(needed);
        let (years, days) = (experience.years, experience.days);
        let mut zh = format!("满 {needed} 年：{years} 年 {days} 天");
        let plural = |count: u64, one: &str| if count == 1 { one.to_owned() } else { format!("{one}s") };
        let mut en = format!(
            "{number_in_words} years: {years} {} {days} {}",
            plural(years.into(), "year"),
            plural(days, "day")
        );
        if !experience.overlaps.is_empty() {
            let spans = |between: &str| {
                let spans = experience.overlaps.iter().map(|it| format!("{}{between}{}", it.from, it.to));
                spans.collect::<Vec<_>>()
            };
            zh.push_str(&format!("，重叠 {} 只计一次", spans(" 至 ").join("、")));
            en.push_str(&format!(", overlap {} counted once", spans("–").join(" and ")));
        }
        Statement { zh, en }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::{
        fixtures::day,
        library::qualification::{Pool, RegisteredSafetyEngineer, Title, TitleField, WorkPeriod, qualifies},
    };

    fn work(from: &str, to: &str) -> WorkPeriod {
        WorkPeriod {
            employer: "厦门建工".into(),
            employer_code: None,
            role: "安全总监".into(),
            from: day(from),
            to: Some(day(to)),
            relevant: true,
        }
    }

    fn words(
        pool: Pool,
        titles: &[Title],
        engineer: Option<&RegisteredSafetyEngineer>,
        history: &[WorkPeriod],
        on: NaiveDate,
    ) -> Vec<Vec<Statement>> {
        let found = qualifies(pool, titles, engineer, history, on);
        let ways = found.ways.iter();
        ways.map(|way| way.findings.iter().map(|it| it.statement(&found.experience)).collect()).collect()
    }

    #[test]
    fn a_day_short_of_ten_years_is_said_to_the_day() {
        let history = [work("2013-03-02", "2015-02-28"), work("2014-03-01", "2023-03-01")];
        let title = Title {
            level: TitleLevel::Intermediate,
            field: TitleField::BuildingMunicipal,
            certificate_number: "闽Z1".into(),
            obtained_on: day("2012-06-30"),
        };
        let mut short = history.clone();
        short[1].to = Some(day("2023-02-28"));
        let ways = words(Pool::Leader, &[title], None, &short, day("2026-03-02"));
        assert_eq!(
            ways[0][0],
            Statement {
                zh: "房屋建筑市政工程副高级及以上职称：仅有中级，证书 闽Z1，2012-06-30 取得".into(),
                en: "senior title or above in building and municipal engineering: only intermediate, \
                     certificate 闽Z1, held since 2012-06-30"
                    .into(),
            }
        );
        assert_eq!(
            ways[0][1],
            Statement {
                zh: "满 10 年：9 年 364 天，重叠 2014-03-01 至 2015-02-28 只计一次".into(),
                en: "ten years: 9 years 364 days, overlap 2014-03-01–2015-02-28 counted once".into(),
            }
        );
        assert_eq!(
            ways[1][0].en,
            "registered safety engineer in construction at intermediate level or above: none"
        );
        let reached = words(Pool::Leader, &[], None, &history, day("2026-03-02"));
        assert!(reached[0][1].en.starts_with("ten years: 10 years 0 days"), "{:?}", reached[0][1]);
        assert_eq!(reached[0][0].zh, "房屋建筑市政工程副高级及以上职称：无");
    }

    #[test]
    fn a_registration_is_said_with_what_is_wrong_with_it() {
        let engineer = |level, class, until: &str| RegisteredSafetyEngineer {
            level,
            class,
            certificate_number: "E1".into(),
            registered_until: day(until),
        };
        let on = day("2026-03-02");
        let said = |it: RegisteredSafetyEngineer| {
            let ways = words(Pool::Leader, &[], Some(&it), &[work("2026-03-02", "2026-03-02")], on);
            assert!(ways[1][1].en.ends_with(": 0 years 1 day"), "{:?}", ways[1][1]);
            ways[1][0].en.split(": ").nth(1).unwrap().to_owned()
        };
        let construction = EngineerClass::Construction;
        for (it, expected) in [
            (
                engineer(EngineerLevel::Senior, construction, "2026-03-02"),
                "senior, certificate E1, registered until 2026-03-02",
            ),
            (
                engineer(EngineerLevel::Senior, construction, "2026-03-01"),
                "senior, certificate E1, registration lapsed on 2026-03-01",
            ),
            (
                engineer(EngineerLevel::Assistant, construction, "2026-03-02"),
                "only assistant, certificate E1",
            ),
            (
                engineer(EngineerLevel::Senior, EngineerClass::Chemical, "2026-03-02"),
                "registered for chemical industry, certificate E1",
            ),
        ] {
            assert_eq!(said(it), expected);
        }
    }
}
