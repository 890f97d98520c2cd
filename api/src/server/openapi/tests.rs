use std::collections::{BTreeMap, BTreeSet};

use anze_domain::vocabularies::vocabularies;
use serde_json::{Value, json};

use super::*;
use crate::http::contract::{SINCE, SUNSET};

#[test]
fn every_schema_has_its_limits() {
    assert_eq!(bounds::missing(&mut document(Language::English)), Vec::<String>::new());
}

#[test]
fn the_limits_test_finds_what_it_should() {
    let mut document = document(Language::English);
    document["components"]["schemas"]["Bad"] =
        json!({ "type": "object", "properties": { "text": { "type": "string" } } });
    assert_eq!(bounds::missing(&mut document), ["/components/schemas/Bad/properties/text"]);
}

#[test]
fn every_operation_is_described() {
    let document = document(Language::English);
    let mut ids = BTreeSet::new();
    for (path, method, operation) in shared::operations(&document) {
        for member in ["operationId", "summary", "description"] {
            assert!(operation[member].is_string(), "{method} {path} has no {member}");
        }
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{method} {path}");
        let id = operation["operationId"].as_str().unwrap();
        assert!(id.contains('_') && ids.insert(id.to_owned()), "{id}");
        let tags = document["tags"].as_array().unwrap();
        assert!(
            tags.iter().any(|tag| tag["name"] == operation["tags"][0]),
            "{method} {path}: tag is not described"
        );
    }
}

#[test]
fn what_is_deprecated_goes_a_year_later_at_the_earliest() {
    for (path, method, operation) in shared::operations(&document(Language::English)) {
        let [since, sunset] = [SINCE, SUNSET].map(|name| operation.get(name).and_then(Value::as_str));
        assert_eq!(operation.get("deprecated").is_some(), since.is_some(), "{method} {path}");
        assert_eq!(since.is_some(), sunset.is_some(), "{method} {path}");
        if let Some((since, sunset)) = since.zip(sunset) {
            let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
            assert!(day(sunset) >= day(since) + chrono::Months::new(12), "{method} {path}");
        }
    }
}

#[test]
fn every_json_body_has_an_example() {
    let document = document(Language::English);
    for (path, method, operation) in shared::operations(&document) {
        let responses = operation["responses"].as_object().unwrap().values();
        for holder in responses.chain(operation.get("requestBody")) {
            if let Some(media) = holder.pointer("/content/application~1json") {
                assert!(
                    media.get("example").or(media.get("examples")).is_some(),
                    "{method} {path} has a body without an example: {media}"
                );
            }
        }
    }
}

#[test]
fn the_example_of_every_operation_is_a_recorded_call() {
    let (document, recorded) = (document(Language::English), examples::recorded());
    let mut known = BTreeSet::new();
    for (path, method, operation) in shared::operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        let call = recorded.get(id).unwrap_or_else(|| panic!("{method} {path}: {id} was not recorded"));
        known.insert(id);
        let response = &operation["responses"][call["response"]["status"].to_string()];
        let shown = response.pointer("/content/application~1json/example");
        assert_eq!(shown, call["response"].get("body"), "{id}: the answer");
        let location = response.pointer("/headers/Location/example");
        assert_eq!(location, call["response"].get("location"), "{id}: Location");
        assert_eq!(location.is_some(), call["response"]["status"] == 201, "{id}: Location");
        if let Some(media) = operation.pointer("/requestBody/content/application~1json") {
            let forms = media.get("examples").and_then(Value::as_object).into_iter().flatten();
            let mut shown = forms.map(|(_, form)| &form["value"]).chain(media.get("example"));
            assert!(shown.any(|shown| *shown == call["request"]), "{id}: the request");
        }
    }
    let unknown: Vec<&String> = recorded.keys().filter(|id| !known.contains(id.as_str())).collect();
    assert!(unknown.is_empty(), "recorded of operations that the contract does not have: {unknown:?}");
}

#[test]
fn examples_are_valid() {
    let document = document(Language::English);
    let mut seen = 0;
    let mut check = |schema: &Value, example: &Value, pointer: &str| {
        let whole = json!({ "components": document["components"], "allOf": [schema] });
        let schema = jsonschema::options().should_validate_formats(true).build(&whole).unwrap();
        let errors: Vec<_> = schema.iter_errors(example).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{pointer}: {errors:?} in {example}");
        seen += 1;
    };
    let mut holders = Vec::new();
    collect(&document, "", &mut holders);
    for (pointer, holder) in holders {
        if let Some(example) = holder.get("example") {
            check(&holder["schema"], example, &pointer);
        }
        for (_, example) in holder.get("examples").and_then(Value::as_object).into_iter().flatten() {
            check(&holder["schema"], &example["value"], &pointer);
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for example in schema.get("examples").and_then(Value::as_array).into_iter().flatten() {
            check(schema, example, name);
        }
        for (property, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if let Some(example) = inner.get("example") {
                check(inner, example, &format!("{name}/{property}"));
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

/// Everything that has a `schema` beside its examples: media types, parameters, headers.
fn collect<'a>(value: &'a Value, pointer: &str, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(members) => {
            if members.get("schema").is_some_and(Value::is_object) {
                found.push((pointer.to_owned(), value));
            }
            members.iter().for_each(|(name, inner)| collect(inner, &format!("{pointer}/{name}"), found));
        }
        Value::Array(items) => items.iter().for_each(|inner| collect(inner, pointer, found)),
        _ => {}
    }
}

#[test]
fn bodies_refuse_unknown_fields() {
    let document = document(Language::English);
    for (path, method, operation) in shared::operations(&document) {
        let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") else {
            continue;
        };
        assert_closed(&document, schema, &format!("{method} {path}"));
    }
}

fn assert_closed(document: &Value, schema: &Value, pointer: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        assert_closed(document, document.pointer(&reference[1..]).unwrap(), reference);
        return;
    }
    if schema["properties"].is_object() {
        assert_eq!(schema["additionalProperties"], json!(false), "{pointer}");
    }
    for keyword in ["oneOf", "anyOf"] {
        for part in schema[keyword].as_array().into_iter().flatten() {
            assert_closed(document, part, pointer);
        }
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        assert_closed(document, inner, &format!("{pointer}/{name}"));
    }
    if schema["items"].is_object() {
        assert_closed(document, &schema["items"], pointer);
    }
}

/// Every text for people in a document, with its JSON Pointer.
fn all_texts(document: &mut Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    texts::each_text(document, "", &mut |pointer, text| found.push((pointer.to_owned(), text.clone())));
    found
}

#[test]
fn every_text_has_its_chinese() {
    let (_, missing) = translated_document(routes::mount, Language::Chinese);
    let listed: BTreeSet<_> = missing.iter().map(|(_, text)| text).collect();
    assert!(
        missing.is_empty(),
        "{} texts have no Chinese in openapi/chinese/*.toml: {missing:#?}",
        listed.len()
    );
}

#[test]
fn every_code_list_is_described_in_chinese() {
    let lacking = vocabularies()
        .into_iter()
        .filter(|list| in_chinese(list.description) == with_numbers(list.description));
    assert_eq!(lacking.map(|list| list.name).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn no_chinese_text_is_left_whose_english_is_gone() {
    let (mut document, _) = translated_document(routes::mount, Language::Chinese);
    let mut shown: BTreeSet<_> = all_texts(&mut document).into_iter().map(|(_, text)| text).collect();
    // `GET /reference` shows the lists that the contract does not hold, too.
    shown.extend(vocabularies().iter().map(|list| in_chinese(list.description)));
    let unused = texts::translated().filter(|(_, chinese)| {
        let chinese = with_numbers(chinese);
        !shown.iter().any(|text| text.starts_with(&chinese))
    });
    let unused: Vec<_> = unused.collect();
    assert!(unused.is_empty(), "{unused:#?}");
}

#[test]
fn texts_say_more_than_their_name() {
    for language in [Language::English, Language::Chinese] {
        let mut document = document(language);
        let mut poor = Vec::new();
        for (pointer, text) in all_texts(&mut document) {
            let name = pointer.rsplit('/').nth(1).unwrap_or_default();
            if is_poor(&text, name, language) {
                poor.push(format!("{pointer}: {text}"));
            }
        }
        assert!(poor.is_empty(), "{language:?}, {} texts: {poor:#?}", poor.len());
    }
}

/// Whether a text is too short to say anything, or says only the name of what it describes.
fn is_poor(text: &str, name: &str, language: Language) -> bool {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let short = match language {
        Language::English => text.split_whitespace().count() < 2 || text.chars().count() < 8,
        Language::Chinese => text.chars().count() < 4,
    };
    short || plain(text) == plain(name)
}

#[test]
fn a_poor_text_is_told_from_a_good_one() {
    for (text, name) in
        [("When.", "due_on"), ("Due on.", "due_on"), ("Which one", "which_one"), ("They.", "x")]
    {
        assert!(is_poor(text, name, Language::English), "{text}");
    }
    assert!(!is_poor("Last day on which the material is on time.", "due_on", Language::English));
    assert!(is_poor("何时", "due_on", Language::Chinese));
    assert!(!is_poor("资料按期提交的最后一日。", "due_on", Language::Chinese));
}

#[test]
fn english_texts_are_english_and_chinese_texts_are_chinese() {
    let chinese = |text: &str| text.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
    let mut document = document(Language::Chinese);
    let foreign: Vec<_> = all_texts(&mut document).into_iter().filter(|(_, text)| !chinese(text)).collect();
    assert!(foreign.is_empty(), "{foreign:#?}");
    let mut document = super::document(Language::English);
    // The introduction gives the product's name in Chinese.
    let foreign =
        all_texts(&mut document).into_iter().filter(|(at, text)| chinese(text) && at != "/info/description");
    assert_eq!(foreign.collect::<Vec<_>>(), []);
}

#[test]
fn everything_that_is_described_elsewhere_has_a_description() {
    let document = document(Language::English);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut silent = Vec::new();
    for (name, schema) in schemas {
        if !schema["description"].is_string() {
            silent.push(name.clone());
        }
        for (property, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if !inner["description"].is_string() {
                silent.push(format!("{name}.{property}"));
            }
        }
    }
    for (path, method, operation) in shared::operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter.get("$ref").is_none() && !parameter["description"].is_string() {
                silent.push(format!("{method} {path} {}", parameter["name"]));
            }
        }
    }
    assert!(silent.is_empty(), "{} are not described: {silent:#?}", silent.len());
}

#[test]
fn every_problem_has_a_filled_example_in_both_languages() {
    for language in [Language::English, Language::Chinese] {
        let document = document(language);
        let problems = document[problem_examples::MEMBER].as_object().unwrap();
        for (code, problem) in problems {
            let example = &problem["example"];
            assert_eq!((&example["code"], &example["status"]), (&json!(code), &problem["status"]), "{code}");
            for text in ["title", "detail"] {
                let text = example[text].as_str().unwrap();
                assert!(!text.is_empty() && !text.contains('{'), "{code}: {text}");
            }
        }
    }
}

#[test]
fn each_operation_names_its_callers_and_its_problems() {
    let document = document(Language::English);
    let problems = document[problem_examples::MEMBER].as_object().unwrap();
    for (path, method, operation) in shared::operations(&document) {
        let open = operation["security"] == json!([]);
        let known = callers::domain_operation(operation).is_some();
        assert_eq!(known && !open, operation["x-ports"].is_array(), "{method} {path}");
        let responses = operation["responses"].as_object().unwrap();
        let codes = operation[problem_codes::MEMBER].as_object().unwrap();
        for (status, codes) in codes {
            assert!(responses.contains_key(status), "{method} {path} {status}");
            for code in codes.as_array().unwrap() {
                assert_eq!(problems[code.as_str().unwrap()]["example"]["code"], *code);
            }
        }
        for status in responses.keys().filter(|status| status.starts_with(['4', '5'])) {
            assert!(codes.contains_key(status), "{method} {path} {status}");
        }
    }
}

#[test]
fn every_enumeration_names_its_constants() {
    let mut seen = 0;
    bounds::visit(&mut document(Language::English), &mut |pointer, schema| {
        let Some(codes) = schema.get("enum").and_then(Value::as_array) else { return };
        let texts = |keyword: &str| -> Vec<String> {
            let texts = schema.get(keyword).and_then(Value::as_array).into_iter().flatten();
            texts.map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let names = texts("x-enum-varnames");
        assert_eq!(names.len(), codes.len(), "{pointer}");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), codes.len(), "{pointer}: {names:?}");
        for name in &names {
            let plain = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
            assert!(plain && name.starts_with(|first: char| first.is_ascii_uppercase()), "{pointer}: {name}");
        }
        assert_eq!(texts("x-enumNames"), names, "{pointer}");
        let meanings = texts("x-enum-descriptions");
        assert_eq!(meanings.len(), codes.len(), "{pointer}");
        assert!(meanings.iter().all(|meaning| !meaning.trim().is_empty()), "{pointer}");
        seen += 1;
    });
    assert!(seen > 40, "{seen}");
}

/// Generators for Kotlin and Dart make classes for a `oneOf` that cannot be sent.
#[test]
fn no_body_has_several_forms() {
    let mut document = document(Language::English);
    let (mut choices, mut seen) = (Vec::new(), 0);
    bounds::visit(&mut document, &mut |pointer, schema| {
        seen += 1;
        let several = schema.get("anyOf").and_then(Value::as_array).is_some_and(
            |forms| !matches!(forms.as_slice(), [_, null] if *null == json!({ "type": "null" })),
        );
        if several || schema.contains_key("oneOf") {
            choices.push(pointer.to_owned());
        }
    });
    assert!(choices.is_empty() && seen > 1000, "{seen}: {choices:#?}");
}

/// The components that a value refers to, directly or through others.
fn components_of(document: &Value, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str);
            if let Some(name) = name.and_then(|text| text.strip_prefix("#/components/schemas/"))
                && found.insert(name.to_owned())
            {
                components_of(document, &document["components"]["schemas"][name], found);
            }
            members.values().for_each(|inner| components_of(document, inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| components_of(document, inner, found)),
        _ => {}
    }
}

#[test]
fn what_only_bodies_hold_is_named_input() {
    let document = document(Language::English);
    let (mut sent, mut answered) = (BTreeSet::new(), BTreeSet::new());
    for (_, _, operation) in shared::operations(&document) {
        components_of(&document, &operation["requestBody"], &mut sent);
        components_of(&document, &operation["responses"], &mut answered);
        components_of(&document, &operation["parameters"], &mut answered);
    }
    let only_sent: BTreeSet<_> = sent.difference(&answered).collect();
    let named: BTreeSet<_> =
        sent.iter().chain(&answered).filter(|component| component.ends_with("Input")).collect();
    assert_eq!(only_sent, named);
}

#[test]
fn postman_is_given_every_operation_with_what_it_answers_and_default_for_the_refusals() {
    let contract = document(Language::English);
    let import = for_postman(contract.clone());
    let statuses = |document: &Value| {
        let mut statuses = BTreeMap::new();
        for (_, _, operation) in shared::operations(document) {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            let answers = operation["responses"].as_object().unwrap();
            statuses.insert(id, answers.keys().cloned().collect::<BTreeSet<String>>());
        }
        statuses
    };
    let (all, imported) = (statuses(&contract), statuses(&import));
    assert_eq!(all.keys().collect::<Vec<_>>(), imported.keys().collect::<Vec<_>>());
    for (id, answers) in &imported {
        assert!(answers.contains("default"), "{id}");
        let successes =
            |answers: &BTreeSet<String>| answers.iter().filter(|status| status.starts_with('2')).count();
        assert_eq!(successes(answers), successes(&all[id]), "{id}");
        assert!(!answers.contains("401"), "{id}");
    }
    assert_eq!(import["components"]["parameters"]["IdempotencyKey"]["example"], "{{$guid}}");
}
