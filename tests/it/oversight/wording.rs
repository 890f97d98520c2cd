//! Timelines and inboxes in words: every reader in their own language, without a table of codes of their own.

use anze_tests::{Actor, Cast, Record, Stage, World, both_databases};
use chrono::DateTime;
use serde_json::{Value, json};
use uuid::Uuid;

/// The whole list in the order in which it came to be, as a reader of this language gets it.
#[track_caller]
fn read(reader: &Actor, path: &str, language: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = reader
            .get(format!("{path}?sort=created_at&limit=100{cursor}"))
            .header("accept-language", language)
            .send()
            .expect(200);
        let tag = if language == "en" { "en" } else { "zh-CN" };
        assert_eq!(page.header("content-language"), Some(tag));
        all.extend(page.items().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

fn timeline(reader: &Actor, project: &Record, language: &str) -> Vec<Value> {
    read(reader, &format!("{}/timeline", project.path), language)
}

/// Words stand beside a code: they are not blank, not the code, and in the language.
#[track_caller]
fn assert_words(of: &Value, words: &str, code: &str, language: &str) {
    let (words, code) = (of[words].as_str().unwrap_or_default(), of[code].as_str().unwrap_or_default());
    assert!(!words.trim().is_empty() && words != code, "{of:#}");
    assert_eq!(words.is_ascii(), language == "en", "{words}: {of:#}");
}

/// An entry of a timeline or of an inbox has its kind of record and its facts in words.
#[track_caller]
fn assert_told(of: &Value, language: &str) {
    assert_words(of, "subject_title", "subject", language);
    for fact in of["facts"].as_array().into_iter().flatten() {
        assert_words(fact, "label", "name", language);
        let text = fact["text"].as_str().unwrap_or_default();
        let is_stored_form = |part: &str| {
            part.parse::<Uuid>().is_ok() || DateTime::parse_from_rfc3339(part).is_ok() || part.contains('_')
        };
        assert!(!text.is_empty() && !text.split([' ', '、', ',']).any(is_stored_form), "{fact:#}");
    }
}

/// A fact that is an instant is stored as one, and read as local time.
#[track_caller]
fn assert_instants(of: &Value) {
    for fact in of["facts"].as_array().into_iter().flatten() {
        if ["scheduled_start", "scheduled_end", "due_at", "answer_by"]
            .map(Value::from)
            .contains(&fact["name"])
        {
            let mut values = fact["value"].as_str().unwrap_or_default().split(' ');
            assert!(values.all(|value| DateTime::parse_from_rfc3339(value).is_ok()), "{fact:#}");
        }
    }
}

/// The one entry with this name, or the first of several.
fn named<'a>(entries: &'a [Value], name: &str) -> &'a Value {
    entries.iter().find(|entry| entry["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

fn text(entry: &Value, name: &str) -> Value {
    let facts = entry["facts"].as_array().into_iter().flatten();
    facts.filter(|fact| fact["name"] == name).map(|fact| fact["text"].clone()).next().unwrap_or_default()
}

/// Every step from the project's draft to the end of the commission has a title in both languages.
#[both_databases]
fn a_timeline_is_told_in_the_readers_language(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    cast.mechanic.record_hazard(story.visit(), Some("MH2024-07-2"), cast.today());
    let story = cast.bring_on(
        story.project,
        Stage::Completed,
        &[anze_tests::actors::line("education_and_training", 1)],
    );
    let reference = world.anonymous().get("/api/v1/reference").send().expect(200);
    let lists = reference["vocabularies"].as_array().cloned().unwrap_or_default();
    let terms = |list: &str| {
        let list = lists.iter().find(|it| it["name"] == list).unwrap_or_else(|| panic!("no {list}"));
        list["terms"].as_array().cloned().unwrap_or_default()
    };
    let events = terms("EventName");
    for list in ["RecordKind", "EventFactName"] {
        assert!(!terms(list).is_empty(), "{list}");
    }
    let chinese = timeline(&cast.association, &story.project, "zh-CN");
    let english = timeline(&cast.association, &story.project, "en");
    assert_eq!(chinese.len(), english.len());
    for (language, tag, entries) in [("zh", "zh-CN", &chinese), ("en", "en", &english)] {
        for entry in entries {
            assert_words(entry, "title", "name", tag);
            let term = events
                .iter()
                .find(|term| term["code"] == entry["name"])
                .unwrap_or_else(|| panic!("{entry:#}"));
            assert_eq!(term[language], entry["title"]);
            for (code, title) in [("from", "from_title"), ("to", "to_title")] {
                assert_eq!(entry[code].is_null(), entry[title].is_null(), "{entry:#}");
                if !entry[code].is_null() {
                    assert_words(entry, title, code, tag);
                }
            }
            assert_told(entry, tag);
            assert_instants(entry);
            assert_words(entry, "actor_kind_title", "actor_kind", tag);
        }
    }
    for name in [
        "project_registered",
        "policy_recorded",
        "commission_completed",
        "service_plan_confirmed",
        "visit_accepted",
        "hazard_recorded",
        "service_report_acknowledged",
    ] {
        named(&chinese, name);
    }
    let [zh, en] = [&chinese, &english].map(|entries| named(entries, "commission_submitted"));
    assert_eq!((&zh["title"], &en["title"]), (&json!("提交委托服务单"), &json!("Commission submitted")));
    assert_eq!((&zh["from_title"], &en["to_title"]), (&json!("草稿"), &json!("Submitted")));
    assert_eq!(text(zh, "fee_mode"), "按保费比例");
    let [fee_zh, fee_en] =
        [text(zh, "fee"), text(en, "fee")].map(|fee| fee.as_str().unwrap_or_default().to_owned());
    assert!(fee_zh.ends_with(" 元") && fee_en.starts_with("CNY "), "{fee_zh} {fee_en}");
    // What is stored is the same, whatever the language.
    for (zh, en) in chinese.iter().zip(&english) {
        for member in ["name", "subject", "from", "to", "digest"] {
            assert_eq!(zh[member], en[member]);
        }
    }
    // Who sees the step alone reads its title too.
    let steps = timeline(&cast.supervisor, &story.project, "zh");
    assert_eq!(named(&steps, "commission_submitted")["title"], "提交委托服务单");
    assert_eq!(named(&steps, "commission_submitted")["facts"], json!([]));
}

/// Chinese and English readers of one inbox read the same message in their own language.
#[both_databases]
fn an_inbox_is_told_in_the_readers_language(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    cast.mechanic.record_hazard(story.visit(), Some("MH2024-07-2"), cast.today());
    for (language, of_language) in [("zh-CN", "text_zh"), ("en", "text_en")] {
        let told = read(&cast.contractor, "/api/v1/notifications", language);
        assert!(told.len() > 1, "{told:?}");
        for message in &told {
            assert_words(message, "title", "kind", language);
            assert_eq!(message["text"], message[of_language]);
            assert_told(message, language);
            assert_instants(message);
        }
        let hazard = told.iter().find(|message| message["kind"] == "major_hazard").expect("it was told");
        let title = if language == "en" { "A major hazard was found" } else { "发现重大事故隐患" };
        assert_eq!(hazard["title"], title);
        let id = hazard["id"].as_str().unwrap_or_default();
        let read = cast.contractor.post(format!("/api/v1/notifications/{id}/read"));
        let read = read.header("accept-language", language).send().expect(200);
        assert_eq!((&read["title"], read.header("content-language")), (&hazard["title"], Some(language)));
    }
}

/// What an earlier version stored under other names is shown by its codes.
#[both_databases]
fn earlier_names_are_shown_as_they_are_stored(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Insured);
    let earlier = "UPDATE events SET name = 'policy_taken_down', facts = '[[\"sum_insured\",\"5\"],[\"premium_total\",\"much\"]]' \
                   WHERE name = 'policy_recorded'";
    assert_eq!(world.database().execute(earlier), 1);
    for language in ["zh-CN", "en"] {
        let entries = timeline(&cast.contractor, &story.project, language);
        let entry = named(&entries, "policy_taken_down");
        assert_eq!(entry["title"], "policy_taken_down");
        assert_words(entry, "subject_title", "subject", language);
        assert_eq!(
            entry["facts"][0],
            json!({ "name": "sum_insured", "value": "5", "label": "sum_insured", "text": "5" })
        );
        assert_eq!(
            (&entry["facts"][1]["value"], &entry["facts"][1]["text"]),
            (&json!("much"), &json!("much"))
        );
    }
}
