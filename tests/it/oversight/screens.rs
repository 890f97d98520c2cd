//! The screens of the seven ports: each is filled by at most two calls, and every field that it shows is in their answers.
//!
//! The screens are those of the guide `openapi/guide/screens.*.md`; its tables are read here, so that guide and test cannot part.

use std::{collections::BTreeMap, fs, path::Path};

use anze_tests::{Actor, Cast, Record, Stage, Story, World, actors, both_databases};
use serde_json::{Value, json};

/// A call of a screen, and the fields of its answer that the screen shows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Call {
    path: String,
    fields: Vec<String>,
}

/// A screen of a port, with the port as the guide calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Screen {
    port: String,
    name: String,
    calls: Vec<Call>,
}

/// What stands between back quotes.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The screens of the guide in a language: rows of three cells under the heading of a port. A row without a name is the second call of the screen before it.
fn screens(language: &str) -> Vec<Screen> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../openapi/guide/screens.{language}.md"));
    let text = fs::read_to_string(file).expect("the guide is read");
    let (mut port, mut found) = (String::new(), Vec::<Screen>::new());
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("### ") {
            heading.clone_into(&mut port);
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, name, call, fields, _] = cells.as_slice() else { continue };
        let Some(path) = call.strip_prefix("`GET ").and_then(|call| call.strip_suffix('`')) else { continue };
        let call = Call { path: path.to_owned(), fields: quoted(fields) };
        if name.is_empty() {
            found.last_mut().expect("a screen has a name").calls.push(call);
        } else {
            found.push(Screen { port: port.clone(), name: (*name).to_owned(), calls: vec![call] });
        }
    }
    found
}

/// Whether a field such as `items[].project.name` is in an answer: in one item of each list at least.
fn has(answer: &Value, field: &str) -> bool {
    let (first, rest) = field.split_once('.').map_or((field, None), |(first, rest)| (first, Some(rest)));
    let inside = |value: &Value| rest.map_or(!value.is_null(), |rest| has(value, rest));
    match first.strip_suffix("[]") {
        Some(list) => answer[list].as_array().is_some_and(|items| items.iter().any(inside)),
        None => inside(&answer[first]),
    }
}

/// A Monday's records: each screen has something to show.
struct Monday {
    cast: Cast,
    on_site: Story,
    hazard: Record,
    confirmed: Story,
    uploaded: Story,
    planned: Story,
    reported: Story,
    session: Record,
    leader_name: String,
}

impl Monday {
    fn new(world: &World) -> Self {
        let cast = Cast::new(world);
        let cast = cast.clone().served_by(cast.provider.clone());
        let name = actors::login_name("pending");
        let registration = actors::registration_body("contractor", &name);
        cast.nobody().post("/api/v1/registrations").json(registration).send().expect(201);
        let (applicant, draft) = cast.applies("member");
        applicant.certify(&draft);
        applicant.act(&applicant.read(&draft), "submit", Value::Null);
        let (_, reviewed) = cast.is_reviewed("member");
        let session = cast.call_session(30, 20);
        cast.at_session(&session, "applications", json!({ "application_ids": [reviewed.id] })).expect(207);
        let reported = cast.bring_to(Stage::Reported);
        let uploaded = cast.bring_to(Stage::Uploaded);
        cast.bring_to(Stage::Submitted);
        let planned = cast.bring_to(Stage::Planned);
        let on_site = cast.bring_to(Stage::OnSite);
        let hazard = cast.leader.record_hazard(on_site.visit(), Some("MH2024-07-2"), cast.today());
        let proposed = cast.bring_to(Stage::Confirmed);
        let times = cast.tomorrow_morning() + chrono::Days::new(7);
        cast.server.propose(proposed.visit(), actors::proposal_body(&cast.group(), times));
        let confirmed = cast.bring_to(Stage::Confirmed);
        let entry = cast.association.get(format!("/api/v1/experts/{}", cast.leader.expert_id)).send();
        let leader_name = entry.expect(200)["name"].as_str().expect("a name").to_owned();
        Self { cast, on_site, hazard, confirmed, uploaded, planned, reported, session, leader_name }
    }

    /// Who looks at the screens of a port, by its heading in English.
    fn caller(&self, port: &str) -> &Actor {
        match port {
            "Contractor" => &self.cast.contractor,
            "Supervisor" => &self.cast.supervisor,
            "Owner" => &self.cast.owner,
            "Insurer" => &self.cast.insurer,
            "Provider" => &self.cast.provider,
            "Expert" => &self.cast.leader,
            "Association" => &self.cast.association,
            "Regulator" => &self.cast.regulator,
            other => panic!("the guide has a port {other}"),
        }
    }

    /// The record that a screen is about: of its first call with an `{id}`.
    fn record_id(&self, screen: &Screen) -> &str {
        let reads = |part: &str| screen.calls.iter().any(|call| call.path.contains(part));
        let collection = screen.calls.iter().find_map(|call| call.path.split_once("/{id}"));
        match collection.map_or("", |(collection, _)| collection) {
            "/projects" => &self.on_site.project.id,
            "/hazards" => &self.hazard.id,
            "/commissions" => &self.on_site.commission().id,
            "/service-plans" => &self.planned.plan().id,
            "/service-reports" => &self.reported.report.as_ref().expect("it is reported").id,
            "/visits" if reads("/group-suggestions") => &self.confirmed.visit().id,
            "/visits" if reads("/materials") => &self.uploaded.visit().id,
            "/visits" => &self.on_site.visit().id,
            "/experts" => &self.cast.leader.expert_id,
            "/council-sessions" => &self.session.id,
            _ => "",
        }
    }

    /// The path of a call, with the values that its names stand for.
    fn path(&self, screen: &Screen, call: &Call) -> String {
        let start = self.cast.tomorrow_morning() + chrono::Days::new(14);
        let instant = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let day = |days: i64| (self.cast.today() + chrono::Duration::days(days)).to_string();
        let values = BTreeMap::from([
            ("{id}", self.record_id(screen).to_owned()),
            ("{visit}", self.on_site.visit().id.clone()),
            ("{number}", self.on_site.project["number"].as_str().expect("a number").to_owned()),
            ("{name}", self.leader_name.clone()),
            ("{from}", day(-30)),
            ("{to}", day(180)),
            ("{start}", instant(start)),
            ("{end}", instant(start + chrono::Duration::hours(3))),
        ]);
        values.iter().fold(format!("/api/v1{}", call.path), |path, (name, value)| path.replace(name, value))
    }
}

/// Both languages have the same screens, at least twenty, of every port, with at most two calls each.
#[test]
fn the_guide_has_the_screens_of_every_port() {
    let (english, chinese) = (screens("en"), screens("zh"));
    let calls = |screens: &[Screen]| screens.iter().map(|it| it.calls.clone()).collect::<Vec<_>>();
    assert_eq!(calls(&english), calls(&chinese));
    assert!(english.len() >= 20, "{} screens", english.len());
    for screen in &english {
        assert!((1..=2).contains(&screen.calls.len()), "{}: {} calls", screen.name, screen.calls.len());
        assert!(screen.calls.iter().all(|call| !call.fields.is_empty()), "{} shows nothing", screen.name);
    }
    for port in
        ["Contractor", "Supervisor", "Owner", "Insurer", "Provider", "Expert", "Association", "Regulator"]
    {
        assert!(english.iter().filter(|it| it.port == port).count() >= 2, "{port}");
    }
}

#[both_databases]
fn a_screen_is_filled_by_at_most_two_calls(world: &World) {
    let monday = Monday::new(world);
    let mut faults = Vec::new();
    for screen in screens("en") {
        for call in &screen.calls {
            let answer = monday.caller(&screen.port).get(monday.path(&screen, call)).send();
            let what = format!("{} {}: {}", screen.port, screen.name, call.path);
            if answer.status != 200 {
                faults.push(format!("{what} → {} {}", answer.status, answer.body));
                continue;
            }
            let missing = call.fields.iter().filter(|field| !has(&answer.body, field));
            faults.extend(missing.map(|field| format!("{what}: no {field}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
