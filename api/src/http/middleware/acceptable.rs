//! Whether a caller takes what an operation gives.

use actix_web::http::header::{ACCEPT, HeaderMap};

/// Whether `Accept` allows JSON. Of the ranges that fit, the narrowest decides.
#[must_use]
pub fn takes_json(headers: &HeaderMap) -> bool {
    let mut decided: Option<(u8, bool)> = None;
    let mut asked = false;
    for line in headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok()) {
        for range in line.split(',').map(str::trim).filter(|range| !range.is_empty()) {
            asked = true;
            let mut parts = range.split(';').map(str::trim);
            let narrowness = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "application/json" => 3,
                "application/*" => 2,
                "*/*" => 1,
                _ => continue,
            };
            let refused = parts.any(|part| {
                part.split_once('=').is_some_and(|(name, value)| {
                    name.trim().eq_ignore_ascii_case("q")
                        && value.trim().parse::<f32>().is_ok_and(|q| q <= 0.0)
                })
            });
            if decided.is_none_or(|(before, _)| narrowness > before) {
                decided = Some((narrowness, !refused));
            }
        }
    }
    !asked || decided.is_some_and(|(_, taken)| taken)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_narrowest_range_decides() {
        for (accept, taken) in [
            ("", true),
            ("*/*", true),
            ("application/json", true),
            ("text/html, */*;q=0.1", true),
            ("text/html", false),
            ("application/json;q=0, */*", false),
            ("*/*;q=0, application/*", true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(takes_json(&headers), taken, "{accept}");
        }
    }
}
