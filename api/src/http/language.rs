//! Chinese by default, English where the caller prefers it.

use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};
use anze_domain::{Code, Words, base::words::filled};

/// The language of titles and details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// 中文.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The language that the request's `Accept-Language` prefers.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let mut best = (Self::Chinese, 0);
        for text in headers.get_all(ACCEPT_LANGUAGE).filter_map(|value| value.to_str().ok()) {
            for range in text.split(',') {
                let mut parts = range.split(';');
                let tag = parts.next().unwrap_or_default().trim();
                let primary = tag.split('-').next().unwrap_or_default();
                let language = match primary {
                    "*" => Self::Chinese,
                    _ if primary.eq_ignore_ascii_case("zh") => Self::Chinese,
                    _ if primary.eq_ignore_ascii_case("en") => Self::English,
                    _ => continue,
                };
                let quality = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
                if quality > best.1 {
                    best = (language, quality);
                }
            }
        }
        best.0
    }

    /// The value of `Content-Language`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The language with this tag; Chinese where there is none.
    #[must_use]
    pub fn from_tag(tag: &str) -> Self {
        if tag == Self::English.tag() { Self::English } else { Self::Chinese }
    }

    /// Words in this language.
    #[must_use]
    pub fn pick(self, words: Words) -> String {
        match self {
            Self::Chinese => words.zh,
            Self::English => words.en,
        }
    }

    /// Title and detail of a code, with its parameters filled in.
    #[must_use]
    pub fn texts(self, code: &Code, params: &[(&'static str, Words)]) -> (String, String) {
        let (title, template) = match self {
            Self::Chinese => code.zh,
            Self::English => code.en,
        };
        let values = params.iter().map(|(name, words)| match self {
            Self::Chinese => (*name, words.zh.as_str()),
            Self::English => (*name, words.en.as_str()),
        });
        (filled(title, values.clone()), filled(template, values))
    }
}

/// A quality such as `0.8` in thousandths.
fn thousandths(text: &str) -> u16 {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = format!("{whole}{part:0<3}");
    digits.parse().map_or(0, |value: u16| value.min(1000))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_preferred_language_is_taken() {
        for (header, language) in [
            ("", Language::Chinese),
            ("en", Language::English),
            ("en-GB,zh;q=0.9", Language::English),
            ("zh-CN,en;q=0.9", Language::Chinese),
            ("en;q=0.1, zh-TW;q=0.25", Language::Chinese),
            ("de, fr;q=0.8", Language::Chinese),
            ("en;q=0", Language::Chinese),
            ("de, en;q=0.5", Language::English),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(header));
            assert_eq!(Language::of(&headers), language, "{header}");
        }
    }
}
