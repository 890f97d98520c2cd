//! Whether a caller takes what an operation gives.

use actix_web::http::header::{ACCEPT, HeaderMap};

/// Whether `Accept` allows JSON.
#[must_use]
pub fn takes_json(headers: &HeaderMap) -> bool {
    quality(headers, "application/json") > 0.0
}

/// How much `Accept` prefers this media type, from 0 (refused) to 1. Of the ranges that fit, the narrowest decides.
#[must_use]
pub fn quality(headers: &HeaderMap, media_type: &str) -> f32 {
    let group = media_type.split('/').next().unwrap_or_default();
    let mut decided: Option<(u8, f32)> = None;
    let mut asked = false;
    for line in headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok()) {
        for range in line.split(',').map(str::trim).filter(|range| !range.is_empty()) {
            asked = true;
            let mut parts = range.split(';').map(str::trim);
            let narrowness = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
                range if range == media_type => 3,
                range if range.strip_suffix("/*") == Some(group) => 2,
                "*/*" => 1,
                _ => continue,
            };
            let stated = parts.find_map(|part| {
                let (name, value) = part.split_once('=')?;
                let stated = value.trim().parse::<f32>().ok();
                stated.filter(|_| name.trim().eq_ignore_ascii_case("q"))
            });
            if decided.is_none_or(|(before, _)| narrowness > before) {
                decided = Some((narrowness, stated.unwrap_or(1.0)));
            }
        }
    }
    if asked { decided.map_or(0.0, |(_, quality)| quality) } else { 1.0 }
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

    #[test]
    fn types_are_compared_by_their_quality() {
        for (accept, jpeg, octets) in [
            ("", 1.0, 1.0),
            ("application/octet-stream", 0.0, 1.0),
            ("image/*, application/octet-stream;q=0.5", 1.0, 0.5),
            ("IMAGE/JPEG;q=0.2, */*;q=0.1", 0.2, 0.1),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            let found = ["image/jpeg", "application/octet-stream"].map(|it| quality(&headers, it));
            assert_eq!(found.map(f32::to_bits), [jpeg, octets].map(f32::to_bits), "{accept}");
        }
    }
}
