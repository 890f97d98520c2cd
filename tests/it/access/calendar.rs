//! A calendar holds the dates of the records that its reader may read: exactly those, and no more by subscription.

use std::collections::BTreeSet;

use anze_tests::{Actor, Answer, Cast, Stage, World, actors::proposal_body, both_databases};
use chrono::TimeDelta;
use icalendar::{Calendar, CalendarComponent, Component, EventLike};
use serde_json::{Value, json};

use super::list_scope::{known, set_records};

/// Kind, record and date of an entry.
type Entries = BTreeSet<(String, String, String)>;

const YEAR: &str = "from=2026-01-01&to=2026-12-31";
/// The policies of the test cast end after the first of them.
const YEARS: [u32; 4] = [2026, 2027, 2028, 2029];

/// Every entry of the years.
fn of_years(caller: &Actor) -> Vec<Value> {
    YEARS
        .iter()
        .flat_map(|year| caller.all(&format!("/api/v1/calendar?from={year}-01-01&to={year}-12-31")))
        .collect()
}

fn entries(listed: &[Value]) -> Entries {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let date = |it: &Value| match it["starts_at"].as_str() {
        Some(start) => start.to_owned(),
        None => text(&it["day"]),
    };
    listed.iter().map(|it| (text(&it["kind"]), text(&it["record"]["id"]), date(it))).collect()
}

/// What the caller's own lists say.
fn expected(caller: &Actor) -> Entries {
    let all = |collection: &str| {
        let path = format!("/api/v1/{collection}");
        if caller.get(&path).send().status == 200 { caller.all(&path) } else { Vec::new() }
    };
    let mut found = Entries::new();
    let mut add = |kind: &str, record: &Value, date: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        found.insert((kind.to_owned(), text(&record["id"]), text(date)));
    };
    for visit in all("visits") {
        match visit["status"].as_str().expect("a state") {
            "planned" | "proposed" => add("visit_window_end", &visit, &visit["window_end"]),
            "agreed" | "in_progress" | "ended" | "submitted" | "returned" | "accepted" => {
                add("visit", &visit, &visit["scheduled_start"]);
            }
            _ => {}
        }
        if ["ended", "returned"].iter().any(|status| visit["status"] == *status) {
            add("upload_due", &visit, &visit["upload_due_at"]);
        }
    }
    for hazard in all("hazards") {
        if ["open", "acknowledged"].iter().any(|status| hazard["status"] == *status) {
            add("hazard_due", &hazard, &hazard["due_on"]);
        }
    }
    all("policies").iter().for_each(|policy| add("policy_end", policy, &policy["period_end"]));
    for session in all("council-sessions").iter().filter(|it| it["status"] == "open") {
        add("council_session", session, &session["held_on"]);
    }
    found
}

#[both_databases]
fn a11_3_a_calendar_holds_the_dates_of_what_can_be_read(world: &World) {
    let cast = Cast::new(world);
    let strangers = set_records(&cast, world);
    let ended = cast.bring_to(Stage::Agreed);
    cast.end(&cast.walk_the_site(ended.visit()));
    let planned = cast.bring_to(Stage::Confirmed);
    let times = proposal_body(&cast.group(), cast.now() + TimeDelta::days(3));
    cast.server.propose(&cast.visits(planned.commission())[0], times);
    let known = known(&cast);
    let people = known.iter().filter(|(name, _)| *name != "insurer_token");
    let mut kinds = BTreeSet::new();
    for (name, caller) in people.copied().chain(strangers.iter().map(|(name, it)| (*name, it))) {
        if caller.get("/api/v1/tasks").send().status != 200 {
            continue;
        }
        let listed = of_years(caller);
        let mut found = entries(&listed);
        assert_eq!(found.len(), listed.len(), "{name} has an entry twice");
        // The time by which answers are due stands in the list of tasks alone.
        let answers: Entries = found.iter().filter(|(kind, ..)| kind == "answers_due").cloned().collect();
        for (_, visit, _) in &answers {
            let visit = caller.get(format!("/api/v1/visits/{visit}")).send().expect(200);
            assert_eq!(visit["status"], "proposed");
        }
        found.retain(|entry| !answers.contains(entry));
        assert_eq!(found, expected(caller), "{name}");
        kinds.extend(listed.iter().map(|it| it["kind"].as_str().expect("a kind").to_owned()));
        narrowed(caller, &caller.all(&format!("/api/v1/calendar?{YEAR}")));
    }
    assert_eq!(
        kinds.iter().map(String::as_str).collect::<Vec<_>>(),
        [
            "answers_due",
            "council_session",
            "hazard_due",
            "policy_end",
            "upload_due",
            "visit",
            "visit_window_end"
        ]
    );
}

/// Each filter keeps what it says, and a page goes on where the one before it ended.
fn narrowed(caller: &Actor, listed: &[Value]) {
    let Some(first) = listed.first() else { return };
    let asked = |query: &str| caller.all(&format!("/api/v1/calendar?{query}"));
    let kept =
        |keep: &dyn Fn(&Value) -> bool| listed.iter().filter(|it| keep(it)).cloned().collect::<Vec<_>>();
    let kind = first["kind"].as_str().expect("a kind");
    assert_eq!(asked(&format!("{YEAR}&kind={kind}")), kept(&|it| it["kind"] == kind));
    if let Some(project) = first["project"]["id"].as_str() {
        assert_eq!(
            asked(&format!("{YEAR}&project_id={project}")),
            kept(&|it| it["project"]["id"] == project)
        );
    }
    let day = first["day"].as_str().expect("a day");
    assert_eq!(asked(&format!("from={day}&to={day}")), kept(&|it| it["day"] == day));
    let (mut paged, mut path) = (Vec::new(), format!("/api/v1/calendar?{YEAR}&limit=3"));
    loop {
        let page = caller.get(&path).send().expect(200);
        paged.extend(page.items().iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/v1/calendar?{YEAR}&limit=3&cursor={cursor}");
    }
    assert_eq!(paged, listed);
}

/// The events of an iCalendar file, as a parser that others wrote reads them.
fn events(answer: &Answer) -> Vec<icalendar::Event> {
    assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
    let text = std::str::from_utf8(&answer.bytes).expect("a text");
    assert!(text.lines().all(|line| line.len() <= 75), "a line that is not folded: {text}");
    let calendar: Calendar = text.parse().expect("an iCalendar file");
    let event = |it: &CalendarComponent| it.as_event().cloned();
    calendar.components.iter().filter_map(event).collect()
}

#[both_databases]
fn a_calendar_program_reads_by_subscription_until_it_is_revoked(world: &World) {
    let cast = Cast::new(world);
    let agreed = cast.bring_to(Stage::Agreed);
    let visit = cast.leader.read(agreed.visit());
    let period = format!("from={0}&to={0}", &visit.body["scheduled_start"].as_str().expect("a time")[..10]);
    let by_accept = |accept: &str| {
        cast.leader.get(format!("/api/v1/calendar?{period}")).header("accept", accept).send().expect(200)
    };
    assert_eq!(by_accept("application/json, text/calendar;q=0.5").items().len(), 1);
    let of_day = events(&by_accept("text/calendar"));
    let [event] = of_day.as_slice() else { panic!("one event: {of_day:#?}") };
    let id = visit.body["id"].as_str().expect("an id");
    assert_eq!(event.get_uid(), Some(format!("visit-{id}@anze").as_str()));
    let summary = event.get_summary().expect("a summary");
    assert!(
        summary.starts_with("现场服务 ")
            && summary.contains(visit.body["number"].as_str().expect("a number"))
    );
    assert_eq!(
        event.get_location(),
        cast.leader.get(format!("/api/v1/projects/{}", agreed.project.id)).send()["address"].as_str()
    );

    let subscribe = |name: &str| {
        cast.leader
            .post("/api/v1/calendar/subscriptions")
            .header("accept-language", "en")
            .json(json!({ "name": name }))
            .send()
    };
    let created = subscribe("手机").expect(201);
    let path = created.text("path").to_owned();
    let feed = || cast.nobody().get(&path).send();
    let first = feed().expect(200);
    assert!(
        events(&first).iter().any(|event| event.get_summary().is_some_and(|it| it.starts_with("Visit ")))
    );
    // Nothing has changed: nothing is sent.
    let again = cast.nobody().get(&path).header("if-none-match", &first.etag()).send();
    assert_eq!(again.status, 304);
    let listed = cast.leader.all("/api/v1/calendar/subscriptions");
    let place = created.header("location").expect("a place");
    assert_eq!(cast.leader.get(place).send().expect(200).body, listed[0]);
    cast.mechanic.get(place).send().problem(404, "not_found");
    assert_eq!((listed.len(), &listed[0]["name"]), (1, &json!("手机")));
    assert!(listed[0]["last_used_at"].is_string(), "{listed:#?}");
    // It is the leader's alone.
    let revoke = |who: &Actor| {
        who.delete(format!("/api/v1/calendar/subscriptions/{}", listed[0]["id"].as_str().expect("an id")))
            .send()
    };
    assert!(cast.mechanic.all("/api/v1/calendar/subscriptions").is_empty());
    revoke(&cast.mechanic).problem(404, "not_found");
    feed().expect(200);
    revoke(&cast.leader).expect(204);
    feed().problem(404, "not_found");
    revoke(&cast.leader).problem(404, "not_found");

    // Whose user is disabled reads no more.
    let colleague = cast.colleague(&cast.contractor, "viewer");
    let created =
        colleague.post("/api/v1/calendar/subscriptions").json(json!({ "name": "日历" })).send().expect(201);
    let path = created.text("path").to_owned();
    let period_end = cast.contractor.all(&format!("/api/v1/calendar?{YEAR}&kind=visit"));
    assert_eq!(period_end.len(), 1);
    assert!(!events(&cast.nobody().get(&path).send().expect(200)).is_empty());
    let me = colleague.get("/api/v1/me").send().expect(200);
    let user = format!("/api/v1/users/{}", me.text("id"));
    let seen = cast.contractor.get(&user).send();
    cast.contractor.post(format!("{user}/disable")).if_match(seen.etag()).send().expect(200);
    cast.nobody().get(&path).send().problem(404, "not_found");
}

#[both_databases]
fn bad_calendars_are_refused(world: &World) {
    let cast = Cast::new(world);
    let of = |query: &str| cast.leader.get(format!("/api/v1/calendar?{query}")).outside_the_contract().send();
    of("from=2026-01-01&to=2526-01-01").problem(422, "period_too_long");
    of("from=2026-01-01&to=2027-01-02").problem(422, "period_too_long");
    of("from=2026-01-01&to=2027-01-01").expect(200);
    of("from=2026-01-02&to=2026-01-01").problem(422, "period_reversed");
    for query in [
        "",
        "from=2026-01-01",
        "from=2026-02-30&to=2026-03-01",
        "from=x&to=y",
        "from=2026-01-01&to=2026-01-02&kind=x",
    ] {
        of(query).problem(400, "invalid_parameter");
    }
    for token in ["x", "0123456789012345678901234567890123456789012", "%00"] {
        let answer =
            cast.nobody().get(format!("/api/v1/calendar/feeds/{token}")).outside_the_contract().send();
        assert_eq!(answer.status, 404, "{answer}");
    }
    // The twentieth is the last.
    for number in 0..20 {
        let body = json!({ "name": format!("日历 {number}") });
        cast.leader.post("/api/v1/calendar/subscriptions").json(body).send().expect(201);
    }
    let one_more = cast.leader.post("/api/v1/calendar/subscriptions").json(json!({ "name": "日历" })).send();
    one_more.problem(409, "too_many_calendar_subscriptions");
}
