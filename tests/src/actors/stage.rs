//! The seven steps in a row, up to where a test begins.

use chrono::{DateTime, Days, NaiveTime, Utc};
use serde_json::Value;

use super::{Cast, Record, line};

/// How far a commission has come. Each stage is reached only through those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The contractor registered the project (A4.1).
    Registered,
    /// The insurer recorded its policy.
    Insured,
    /// The insurer drafted the commission.
    Drafted,
    /// … and submitted it (A4.2).
    Submitted,
    /// The provider accepted it.
    Accepted,
    /// The provider submitted its plan (A4.3).
    Planned,
    /// The insurer confirmed it: the commission is in service (A4.4).
    Confirmed,
    /// Group and time of the first visit are agreed.
    Agreed,
    /// The first visit is on site, four steps taken (A4.5).
    OnSite,
    /// … with the proposal issued, and ended.
    Ended,
    /// Its material is submitted (A4.6).
    Uploaded,
    /// … and accepted.
    Served,
    /// The report is submitted (A4.7).
    Reported,
    /// … and acknowledged: the commission is completed.
    Completed,
}

/// What came to be on the way; each record as it was when it was last touched.
#[derive(Clone, Debug)]
pub struct Story {
    /// From [`Stage::Registered`].
    pub project: Record,
    /// From [`Stage::Insured`].
    pub policy: Option<Record>,
    /// From [`Stage::Drafted`].
    pub commission: Option<Record>,
    /// From [`Stage::Planned`].
    pub plan: Option<Record>,
    /// The first visit, from [`Stage::Confirmed`].
    pub visit: Option<Record>,
    /// From [`Stage::Reported`].
    pub report: Option<Record>,
}

impl Story {
    /// The policy.
    #[track_caller]
    pub fn policy(&self) -> &Record {
        self.policy.as_ref().expect("it has come to a policy")
    }

    /// The commission.
    #[track_caller]
    pub fn commission(&self) -> &Record {
        self.commission.as_ref().expect("it has come to a commission")
    }

    /// The plan.
    #[track_caller]
    pub fn plan(&self) -> &Record {
        self.plan.as_ref().expect("it has come to a plan")
    }

    /// The first visit.
    #[track_caller]
    pub fn visit(&self) -> &Record {
        self.visit.as_ref().expect("it has come to a visit")
    }

    /// The report.
    #[track_caller]
    pub fn report(&self) -> &Record {
        self.report.as_ref().expect("it has come to a report")
    }
}

impl Cast {
    /// Brings a commission of one hazard inspection to a stage.
    #[track_caller]
    pub fn bring_to(&self, stage: Stage) -> Story {
        self.bring(stage, &[line("hazard_inspection", 1)])
    }

    /// Brings a commission of these lines to a stage. Premium 100,000.03, fee 20,000.00.
    #[track_caller]
    pub fn bring(&self, stage: Stage, lines: &[Value]) -> Story {
        self.bring_on(self.contractor.register_project(self), stage, lines)
    }

    /// As [`Cast::bring`], on a project that is registered already.
    #[track_caller]
    pub fn bring_on(&self, project: Record, stage: Stage, lines: &[Value]) -> Story {
        let mut story =
            Story { project, policy: None, commission: None, plan: None, visit: None, report: None };
        self.to_the_commission(stage, lines, &mut story);
        self.to_the_service(stage, &mut story);
        self.to_the_report(stage, &mut story);
        story
    }

    #[track_caller]
    fn to_the_commission(&self, stage: Stage, lines: &[Value], story: &mut Story) {
        if stage >= Stage::Insured {
            story.policy = Some(self.insurer.record_policy(&story.project, "100000.03"));
        }
        if stage >= Stage::Drafted {
            let draft = self.insurer.draft_commission(story.policy(), &self.server, lines, "20000.00");
            story.commission = Some(draft);
        }
        if stage >= Stage::Submitted {
            story.commission = Some(self.insurer.submit(story.commission()));
        }
        if stage >= Stage::Accepted {
            story.commission = Some(self.server.accept(story.commission()));
        }
        if stage >= Stage::Planned {
            story.plan = Some(self.server.plan(story.commission()));
        }
    }

    #[track_caller]
    fn to_the_service(&self, stage: Stage, story: &mut Story) {
        if stage >= Stage::Confirmed {
            story.plan = Some(self.insurer.confirm(story.plan()));
            story.commission = Some(self.insurer.read(story.commission()));
            story.visit = self.visits(story.commission()).into_iter().next();
        }
        if stage >= Stage::Agreed {
            story.visit = Some(self.agree_on(story.visit(), self.tomorrow_morning()));
        }
        if stage >= Stage::OnSite {
            story.visit = Some(self.walk_the_site(story.visit()));
        }
        if stage >= Stage::Ended {
            story.visit = Some(self.end(story.visit()));
        }
        if stage >= Stage::Uploaded {
            story.visit = Some(self.upload(story.visit()));
        }
        if stage >= Stage::Served {
            story.visit = Some(self.server.accept(story.visit()));
        }
    }

    #[track_caller]
    fn to_the_report(&self, stage: Stage, story: &mut Story) {
        if stage >= Stage::Reported {
            let draft = self.server.draft_report(story.commission());
            story.report = Some(self.server.submit(&draft));
        }
        if stage >= Stage::Completed {
            story.report = Some(self.insurer.acknowledge(story.report()));
            story.commission = Some(self.insurer.read(story.commission()));
        }
    }

    /// Nine in the morning of the day after today, in Xiamen.
    pub fn tomorrow_morning(&self) -> DateTime<Utc> {
        let one = NaiveTime::from_hms_opt(1, 0, 0).expect("it is a time");
        let day = self.today().checked_add_days(Days::new(1)).expect("there is a day after today");
        day.and_time(one).and_utc()
    }
}
