//! The list of problems, which the `type` of each problem leads to.

use std::fmt::Write;

use actix_web::HttpResponse;
use anze_domain::base::regulation::with_numbers;

use super::page::{Parts, Words, escape, frame};
use crate::http::{catalogue, examples::example, language::Language};

const TITLE: &str = "错误码 · Problems";

/// Answers with the list of problems.
pub(super) async fn problems() -> HttpResponse {
    let parts = Parts { main: format!("<h1>{TITLE}</h1>{}", sections()), ..Parts::default() };
    frame(Language::Chinese, TITLE, &parts, Words::of(Language::English).path())
}

/// A section for each code, in both languages.
fn sections() -> String {
    let mut page = String::new();
    for code in catalogue::all() {
        let status = catalogue::status(code).as_u16();
        let rule = code.rule.map(|rule| format!(" · {}", escape(rule))).unwrap_or_default();
        let violation = example(code);
        let detail = |language: Language| escape(&language.texts(code, &violation.params).1);
        // Writing to a text does not fail.
        let _ = write!(
            page,
            "<section class=\"problem\" id=\"{name}\"><h2><code>{name}</code> · {status}{rule}</h2><p><b>{}</b> {}</p>\
             <p lang=\"en\"><b>{}</b> {}</p></section>",
            escape(&with_numbers(code.zh.0)),
            detail(Language::Chinese),
            escape(&with_numbers(code.en.0)),
            detail(Language::English),
            name = escape(code.name),
        );
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_section() {
        let page = sections();
        for code in catalogue::all() {
            assert!(page.contains(&format!("<section class=\"problem\" id=\"{}\">", code.name)));
        }
    }
}
