//! One filled example of each problem code, under `x-problems` of the contract.

use serde_json::{Map, Value, json};

use crate::http::{
    catalogue::{self, status},
    examples::example,
    language::Language,
    problem::ApiError,
};

/// The member of the contract that holds the examples by code.
pub(super) const MEMBER: &str = "x-problems";

/// Adds status, rule, title and a filled example of each code that an operation can answer with.
pub(super) fn add(document: &mut Value, language: Language) {
    let problems = catalogue::all().map(|code| {
        let mut problem = json!({
            "status": status(code).as_u16(),
            "example": ApiError::from(example(code)).problem(language, None, None),
        });
        if let Some((problem, rule)) = problem.as_object_mut().zip(code.rule) {
            problem.insert("rule".to_owned(), json!(rule));
        }
        (code.name.to_owned(), problem)
    });
    document[MEMBER] = Value::Object(problems.collect::<Map<_, _>>());
}
