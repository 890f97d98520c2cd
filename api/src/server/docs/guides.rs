//! The guides: each file of `openapi/guide/` as a page.

use actix_web::{HttpResponse, web};

use super::{
    markdown,
    page::{Parts, Words, escape, frame, language_named},
};
use crate::http::{language::Language, problem::ApiError};

/// The files by name (`expert-app.en`), listed when the service is built.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/guides.rs"));

/// A guide in one language.
pub(super) struct Guide {
    name: &'static str,
    language: Language,
    text: &'static str,
}

impl Guide {
    fn of_file(&(file, text): &(&'static str, &'static str)) -> Option<Self> {
        let (name, language) = file.rsplit_once('.')?;
        let language = match language {
            "en" => Language::English,
            "zh" => Language::Chinese,
            _ => return None,
        };
        Some(Self { name, language, text })
    }

    /// Its name in addresses.
    #[cfg(test)]
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Its heading.
    pub(super) fn title(&self) -> &'static str {
        self.text.lines().find_map(|line| line.strip_prefix("# ")).map_or(self.name, str::trim)
    }

    /// Where its page is.
    pub(super) fn address(&self) -> String {
        format!("{}/guides/{}", Words::of(self.language).path(), self.name)
    }
}

/// The guides in this language.
pub(super) fn of(language: Language) -> impl Iterator<Item = Guide> {
    FILES.iter().filter_map(Guide::of_file).filter(move |guide| guide.language == language)
}

/// The address of the page of a guide that a link names by its file, such as `expert-app.en.md#errors`.
pub(super) fn address_of_file(link: &str) -> Option<String> {
    let (file, fragment) = link.split_at(link.find('#').unwrap_or(link.len()));
    let name = file.strip_prefix("./").unwrap_or(file).strip_suffix(".md")?;
    let guide = FILES.iter().find(|(file, _)| *file == name).and_then(Guide::of_file)?;
    Some(format!("{}{fragment}", guide.address()))
}

/// Answers with the page of a guide.
pub(super) async fn guide(path: web::Path<(String, String)>) -> Result<HttpResponse, ApiError> {
    let (language, name) = path.into_inner();
    let language = language_named(&language);
    let other_language = match language {
        Language::Chinese => Language::English,
        Language::English => Language::Chinese,
    };
    let guide = of(language).find(|guide| guide.name == name).ok_or_else(ApiError::not_found)?;
    let other = of(other_language).find(|other| other.name == name);
    let other = other.map_or_else(|| Words::of(other_language).path().to_owned(), |other| other.address());
    let navigation: String = of(language)
        .map(|listed| {
            let current = if listed.name == name { " aria-current=\"page\"" } else { "" };
            format!("<a href=\"{}\"{current}>{}</a>", listed.address(), escape(listed.title()))
        })
        .collect();
    let main = format!("<article>{}</article>", markdown::html(guide.text));
    let parts = Parts { navigation, main, ..Parts::default() };
    Ok(frame(language, guide.title(), &parts, &other))
}
