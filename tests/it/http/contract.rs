//! What holds for every operation of the contract, whatever it does.

use std::collections::BTreeSet;

use anze_tests::{Answer, Cast, World, both_databases, contract::contract};
use reqwest::Method;

/// An id that nothing has, in the place of every parameter of a path.
fn filled(template: &str) -> String {
    let segment = |segment: &str| match segment.starts_with('{') {
        true => "019470d8-3c1c-7c8e-8000-000000000001".to_owned(),
        false => segment.to_owned(),
    };
    template.split('/').map(segment).collect::<Vec<_>>().join("/")
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let operations = contract().operations();
    let names: BTreeSet<&str> = operations.iter().map(|operation| operation.operation_id.as_str()).collect();
    assert!(!names.contains(""), "an operation has no operationId");
    assert_eq!(names.len(), operations.len(), "two operations have the same operationId");
}

/// Who says nothing about themselves is told 401 wherever the contract asks for credentials, before their body is looked at.
#[both_databases]
fn nobody_is_refused_wherever_credentials_are_asked_for(world: &World) {
    let nobody = world.anonymous();
    let guarded = contract().operations().into_iter().filter(|operation| !operation.open);
    let let_in: Vec<String> = guarded
        .filter(|operation| {
            let method = Method::from_bytes(operation.method.as_bytes()).expect("a method");
            let answer = nobody
                .request(method, filled(&operation.path))
                .body("text/plain", "not what is asked for")
                .send();
            answer.status != 401 || answer.header("content-type") != Some("application/problem+json")
        })
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    assert!(let_in.is_empty(), "not refused with 401: {let_in:#?}");
}

/// And so is who brings a token that was never given out.
#[both_databases]
fn a_made_up_token_is_refused_wherever_credentials_are_asked_for(world: &World) {
    let stranger = world.anonymous().with_token("eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.");
    for operation in contract().operations().into_iter().filter(|operation| !operation.open) {
        let method = Method::from_bytes(operation.method.as_bytes()).expect("a method");
        stranger.request(method, filled(&operation.path)).send().expect(401);
    }
}

/// Every body that the contract gives as an example can be right: whoever may do the operation is told nothing about it.
#[both_databases]
fn every_example_of_a_body_can_be_right(world: &World) {
    let cast = Cast::new(world);
    let (applicant, nobody) = (cast.registers(), cast.nobody().clone());
    let people =
        [&cast.association, &cast.insurer, &cast.contractor, &cast.leader, &cast.supervisor, &applicant];
    let (mut tried, mut wrong) = (0, Vec::new());
    for operation in contract().operations() {
        let Some(example) = contract().body_example(&operation.operation_id) else { continue };
        let method = || Method::from_bytes(operation.method.as_bytes()).expect("a method");
        let ask = |client: &anze_tests::Client| -> Answer {
            client.request(method(), filled(&operation.path)).if_match("\"1-0\"").json(example.clone()).send()
        };
        let answer = if operation.open {
            ask(&nobody)
        } else {
            let answers = people.iter().map(|person| ask(person));
            answers
                .into_iter()
                .find(|answer| ![401, 403].contains(&answer.status.as_u16()))
                .expect("someone may")
        };
        tried += 1;
        // What refers to nothing can be done as it stands.
        if ["admit_expert", "create_project"].contains(&operation.operation_id.as_str()) {
            answer.expect(201);
            continue;
        }
        // A code was sent to somebody else.
        let unknown_code = answer["code"] == "email_code_invalid";
        if [400, 415, 422].contains(&answer.status.as_u16()) && !unknown_code {
            wrong.push(format!("{}: {answer}", operation.operation_id));
        }
    }
    assert!(tried > 70 && wrong.is_empty(), "{tried} tried, wrong: {}", wrong.join("\n"));
}

/// What is not there is told as every problem is.
#[both_databases]
fn an_unknown_path_is_a_problem_too(world: &World) {
    let answer = world.anonymous().get("/api/v1/nothing-of-that-name").send().expect(404);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
}
