//! What is searched for is found: exactly those records of the caller's list whose name holds the text, or whose number begins with
//! it.

use anze_tests::{
    Actor, Cast, Stage, World,
    actors::{self, line},
    both_databases,
};
use serde_json::{Value, json};

/// A text as it is compared: without spaces, full-width forms as the others, in upper case.
fn compared(text: &str) -> String {
    let usual = |it: char| match it {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(it) - 0xfee0).unwrap_or(it),
        other => other,
    };
    text.chars().filter(|it| !it.is_whitespace()).map(usual).collect::<String>().to_uppercase()
}

fn ids(records: &[Value]) -> Vec<String> {
    records.iter().map(|it| it["id"].to_string()).collect()
}

fn searched(caller: &Actor, list: &str, text: &str) -> Vec<Value> {
    let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    caller.all(&format!("/api/v1/{list}?q={text}"))
}

/// The field with the name and the field with the number; none where the records of the list have none.
const LISTS: [(&str, Option<&str>, Option<&str>); 9] = [
    ("organizations", Some("name"), Some("unified_social_credit_code")),
    ("projects", Some("name"), Some("number")),
    ("experts", Some("name"), None),
    ("policies", None, Some("policy_number")),
    ("commissions", None, Some("number")),
    ("service-plans", None, Some("number")),
    ("visits", None, Some("number")),
    ("hazards", None, Some("number")),
    ("service-reports", None, Some("number")),
];

fn project(cast: &Cast, name: &str) -> actors::Record {
    let mut body = actors::project_body(cast);
    body["name"] = json!(name);
    let drafted = cast.contractor.create("/api/v1/projects", body);
    cast.contractor.act(&drafted, "register", Value::Null)
}

#[both_databases]
fn a_list_is_searched_by_name_and_number(world: &World) {
    let cast = Cast::new(world);
    for name in ["厦门海沧大桥（二期）", "海沧 ＡＢＣ 产业园", "翔安100%\u{5149}电_园", "翔安1000"]
    {
        let project = project(&cast, name);
        cast.bring_on(project, Stage::Reported, &[line("hazard_inspection", 1)]);
    }
    let story = cast.bring_to(Stage::OnSite);
    cast.leader.record_hazard(story.visit(), None, cast.today());
    let experts = cast.association.all("/api/v1/experts");
    let of_expert: String = experts[0]["name"].as_str().expect("a name").chars().take(2).collect();
    let texts = [
        of_expert.as_str(),
        "海沧",
        "沧大桥",
        "大桥（二期",
        "abc产业",
        "ａｂｃ",
        "c 产",
        "100%",
        "电_",
        "%%",
        "__",
        "0%",
        "翔安10",
        "XM-",
        "xm-2026-000001",
        "FW-2026-0000",
        "WT-2026",
        "BG-2026-000002",
        "2026",
        "没有这样的名字",
        "'; --",
        "\"x\"",
        "示例",
        "9135",
    ];
    let callers = [
        &cast.association,
        &cast.contractor,
        &cast.supervisor,
        &cast.owner,
        &cast.insurer,
        &cast.provider,
        &cast.server,
        &cast.regulator,
        &cast.leader,
        &cast.insurer_system,
    ];
    let mut found_in = std::collections::BTreeSet::new();
    for caller in callers {
        let projects: Vec<Value> = if caller.get("/api/v1/projects").send().status == 200 {
            caller.all("/api/v1/projects")
        } else {
            Vec::new()
        };
        for (list, name, number) in LISTS {
            let path = format!("/api/v1/{list}");
            let refused = caller.get(&path).send().status;
            if refused != 200 {
                assert_eq!(caller.get(format!("{path}?q=ab")).send().status, refused, "{list}");
                continue;
            }
            let all = caller.all(&path);
            for text in texts {
                let wanted = compared(text);
                let holds = |record: &Value, name: Option<&str>, number: Option<&str>| {
                    let field = |field: Option<&str>| {
                        field.map(|field| compared(record[field].as_str().unwrap_or_default()))
                    };
                    field(name).is_some_and(|it| it.contains(&wanted))
                        || field(number).is_some_and(|it| it.starts_with(&wanted))
                };
                let of_project = |record: &Value| {
                    let its =
                        projects.iter().find(|it| list != "projects" && it["id"] == record["project_id"]);
                    its.is_some_and(|it| holds(it, Some("name"), Some("number")))
                };
                let masked = list == "experts" && caller.organization_id != cast.association.organization_id;
                let expected: Vec<Value> = all
                    .iter()
                    .filter(|it| !masked && (holds(it, name, number) || of_project(it)))
                    .cloned()
                    .collect();
                let found = searched(caller, list, text);
                assert_eq!(ids(&found), ids(&expected), "{} searches {list} for {text}", caller.name);
                if !found.is_empty() {
                    found_in.insert(list);
                }
            }
        }
    }
    assert_eq!(found_in.len(), LISTS.len(), "{found_in:?}");
}

/// A draft that gets another name is found by that alone.
#[both_databases]
fn another_name_is_found_and_the_former_is_not(world: &World) {
    let cast = Cast::new(world);
    let mut body = actors::project_body(&cast);
    body["name"] = json!("集美旧称");
    let draft = cast.contractor.create("/api/v1/projects", body.clone());
    assert_eq!(searched(&cast.contractor, "projects", "旧称").len(), 1);
    body["name"] = json!("集美新称");
    let path = format!("/api/v1/projects/{}", draft.id);
    cast.contractor.put(&path).if_match(draft.etag.clone()).json(body).send().expect(200);
    assert_eq!(searched(&cast.contractor, "projects", "旧称"), Vec::<Value>::new());
    assert_eq!(searched(&cast.contractor, "projects", "新称").len(), 1);
    assert_eq!(searched(&cast.contractor, "projects", "集美").len(), 1);
}

/// One character, spaces alone, and a text without end are refused by name; a cursor is for its search.
#[both_databases]
fn a_search_has_two_to_fifty_characters(world: &World) {
    let cast = Cast::new(world);
    for _ in 0..3 {
        cast.contractor.register_project(&cast);
    }
    for text in ["", "a", "%E6%B5%B7", "%20%20%20", &"a".repeat(51), &"a".repeat(10_000)] {
        let refused = cast.contractor.get(format!("/api/v1/projects?q={text}")).send();
        assert!([400, 414].contains(&refused.status.as_u16()), "{text}: {}", refused.status);
        if refused.status == 400 {
            assert_eq!(refused["code"], "invalid_parameter", "{text}");
        }
    }
    let page = cast.contractor.get("/api/v1/projects?q=xm-&limit=2").send().expect(200);
    assert_eq!(page.items().len(), 2);
    let cursor = page.text("next_cursor");
    let next =
        cast.contractor.get(format!("/api/v1/projects?q=xm-&limit=2&cursor={cursor}")).send().expect(200);
    assert_eq!(next.items().len(), 1);
    cast.contractor
        .get(format!("/api/v1/projects?q=xm-2&limit=2&cursor={cursor}"))
        .send()
        .problem(400, "bad_cursor");
}
