//! What a file says of itself: its type, from its bytes; of a photo, when and where it was taken.

use std::io::Cursor;

use anze_domain::{
    base::location::{CoordinateSystem, Location},
    calendar::working_calendar::SHANGHAI,
};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use exif::{Exif, In, Tag, Value};

/// The media types that are taken.
pub const MEDIA_TYPES: &[&str] = &[
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heif",
    "video/mp4",
    "application/pdf",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
];

/// The media type of a file with this beginning; none where it is not taken.
#[must_use]
pub fn media_type(head: &[u8]) -> Option<&'static str> {
    let found = infer::get(head)?.mime_type();
    MEDIA_TYPES.iter().copied().find(|taken| *taken == found)
}

/// When and where a photo was taken, as it says itself: hints, which anyone can write.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Hints {
    /// Time of the photo by its metadata, in UTC. Absent if it names none.
    pub captured_at: Option<DateTime<Utc>>,
    /// Position of the photo by its metadata. Absent if it names none.
    pub location: Option<Location>,
}

/// The hints of a file with this beginning.
#[must_use]
pub fn hints(head: &[u8]) -> Hints {
    let Ok(exif) = exif::Reader::new().read_from_container(&mut Cursor::new(head)) else {
        return Hints::default();
    };
    Hints { captured_at: captured_at(&exif), location: location_of(&exif) }
}

fn captured_at(exif: &Exif) -> Option<DateTime<Utc>> {
    let mut taken = exif::DateTime::from_ascii(ascii(exif, Tag::DateTimeOriginal)?).ok()?;
    if let Some(offset) = ascii(exif, Tag::OffsetTimeOriginal) {
        // A time zone that cannot be read is none.
        taken.parse_offset(offset).ok();
    }
    let local = NaiveDate::from_ymd_opt(i32::from(taken.year), u32::from(taken.month), u32::from(taken.day))?
        .and_hms_opt(u32::from(taken.hour), u32::from(taken.minute), u32::from(taken.second))?;
    // A camera without a time zone shows the time of the site.
    let zone = match taken.offset {
        Some(minutes) => FixedOffset::east_opt(i32::from(minutes) * 60)?,
        None => SHANGHAI,
    };
    local.and_local_timezone(zone).single().map(|at| at.to_utc())
}

fn ascii(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(lines) => lines.first().map(Vec::as_slice),
        _ => None,
    }
}

fn location_of(exif: &Exif) -> Option<Location> {
    let latitude = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, b"S")?;
    let longitude = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, b"W")?;
    let possible = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    possible.then_some(Location { longitude, latitude, coordinate_system: CoordinateSystem::Wgs84 })
}

/// Degrees out of degrees, minutes and seconds; negative where the reference says `negative`.
fn degrees(exif: &Exif, tag: Tag, reference: Tag, negative: &[u8]) -> Option<f64> {
    let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    let [degrees, minutes, seconds, ..] = parts.as_slice() else { return None };
    let whole = degrees.to_f64() + minutes.to_f64() / 60.0 + seconds.to_f64() / 3600.0;
    let sign = if ascii(exif, reference)?.starts_with(negative) { -1.0 } else { 1.0 };
    whole.is_finite().then_some(sign * whole)
}

#[cfg(test)]
mod tests {
    use exif::{Field, Rational, experimental::Writer};

    use super::*;
    use crate::http::forms;

    #[test]
    fn every_type_of_file_that_is_taken_has_words() {
        for media_type in MEDIA_TYPES {
            assert_ne!(forms::file_types(&[media_type]).zh, "其他文件", "{media_type}");
        }
    }

    fn ratio(num: u32, denom: u32) -> Rational {
        Rational { num, denom }
    }

    /// A photo with nothing but what it says of itself.
    fn photo(latitude: [Rational; 3], offset: Option<&str>) -> Vec<u8> {
        let ascii = |text: &str| Value::Ascii(vec![text.as_bytes().to_vec()]);
        let field = |tag, value| Field { tag, ifd_num: In::PRIMARY, value };
        let mut fields = vec![
            field(Tag::DateTimeOriginal, ascii("2026:03:10 09:30:00")),
            field(Tag::GPSLatitudeRef, ascii("N")),
            field(Tag::GPSLatitude, Value::Rational(latitude.to_vec())),
            field(Tag::GPSLongitudeRef, ascii("E")),
            field(Tag::GPSLongitude, Value::Rational(vec![ratio(118, 1), ratio(6, 1), ratio(0, 1)])),
        ];
        fields.extend(offset.map(|offset| field(Tag::OffsetTimeOriginal, ascii(offset))));
        let mut writer = Writer::new();
        fields.iter().for_each(|field| writer.push_field(field));
        let mut tiff = Cursor::new(Vec::new());
        writer.write(&mut tiff, false).unwrap();
        let tiff = tiff.into_inner();
        let length = u16::try_from(tiff.len() + 8).unwrap();
        [&[0xff, 0xd8, 0xff, 0xe1], &length.to_be_bytes()[..], b"Exif\0\0", &tiff, &[0xff, 0xd9]].concat()
    }

    #[test]
    fn a_photo_says_when_and_where() {
        let bytes = photo([ratio(24, 1), ratio(30, 1), ratio(0, 1)], None);
        assert_eq!(media_type(&bytes), Some("image/jpeg"));
        let hints = hints(&bytes);
        assert_eq!(hints.captured_at.unwrap().to_rfc3339(), "2026-03-10T01:30:00+00:00");
        let location = hints.location.unwrap();
        assert!((location.latitude - 24.5).abs() < 1e-9 && (location.longitude - 118.1).abs() < 1e-9);
    }

    #[test]
    fn a_time_zone_counts_and_a_place_that_is_none_does_not() {
        let bytes = photo([ratio(24, 0), ratio(30, 1), ratio(0, 1)], Some("+00:00"));
        let hints = hints(&bytes);
        assert_eq!(hints.captured_at.unwrap().to_rfc3339(), "2026-03-10T09:30:00+00:00");
        assert_eq!(hints.location, None);
    }

    #[test]
    fn what_is_no_photo_says_nothing_and_what_is_not_listed_is_not_taken() {
        assert_eq!(hints(b"%PDF-1.7"), Hints::default());
        assert_eq!(media_type(b"%PDF-1.7"), Some("application/pdf"));
        for other in [b"<svg xmlns='http://www.w3.org/2000/svg'/>".as_slice(), b"MZ\x90\x00", b"", b"text"] {
            assert_eq!(media_type(other), None);
        }
    }
}
