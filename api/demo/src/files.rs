//! Files for the demonstration, made here: a photo of grey squares and a page with a line of text.

use std::io::Cursor;

use anze_domain::calendar::working_calendar::SHANGHAI;
use chrono::{DateTime, Utc};
use exif::{Field, In, Rational, Tag, Value, experimental::Writer};

use crate::failure::Failure;

/// Blocks of eight pixels on each side of a photo.
const BLOCKS: u8 = 12;

/// A baseline JPEG of grey squares that says when and where it was taken; another seed, another picture.
pub(super) fn photo(seed: u64, at: DateTime<Utc>, longitude: f64, latitude: f64) -> Result<Vec<u8>, Failure> {
    let side = u16::from(BLOCKS) * 8;
    let mut frame = vec![8];
    frame.extend([side.to_be_bytes(), side.to_be_bytes()].concat());
    frame.extend([1, 1, 0x11, 0]);
    // Sizes of differences are numbered in four bits; "nothing more in this block" is the one other code.
    let sizes = [&[0x00, 0, 0, 0, 12][..], &[0; 12], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]].concat();
    let ends = [&[0x10, 1][..], &[0; 15], &[0]].concat();
    let mut file = vec![0xff, 0xd8];
    let steps = [&[0][..], &[8; 64]].concat();
    let taken = [b"Exif\0\0".as_slice(), &exif(at, longitude, latitude)?].concat();
    let parts = [(0xe1, taken), (0xdb, steps), (0xc0, frame), (0xc4, sizes), (0xc4, ends)];
    for (marker, content) in parts.into_iter().chain([(0xda, vec![1, 1, 0, 0, 63, 0])]) {
        file.extend([0xff, marker]);
        file.extend(u16::try_from(content.len() + 2)?.to_be_bytes());
        file.extend(content);
    }
    file.extend(squares(seed));
    file.extend([0xff, 0xd9]);
    Ok(file)
}

/// The squares, each as the difference from the one before.
fn squares(seed: u64) -> Vec<u8> {
    let mut bits = String::new();
    let mut before = 0_i32;
    let mut state = seed | 1;
    for _ in 0..u32::from(BLOCKS) * u32::from(BLOCKS) {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let grey = i32::try_from(state >> 57).unwrap_or_default() - 64;
        let difference = grey - before;
        before = grey;
        let size = 32 - difference.unsigned_abs().leading_zeros();
        bits.push_str(&format!("{size:04b}"));
        if size > 0 {
            // What is negative is written as its ones' complement.
            let written = if difference < 0 { difference + (1 << size) - 1 } else { difference };
            let width = usize::try_from(size).unwrap_or_default();
            bits.push_str(&format!("{written:0width$b}"));
        }
        bits.push('0');
    }
    while !bits.len().is_multiple_of(8) {
        bits.push('1');
    }
    let bytes = bits
        .as_bytes()
        .chunks(8)
        .map(|byte| byte.iter().fold(0_u8, |value, bit| (value << 1) | u8::from(*bit == b'1')));
    // A byte of ones is followed by one of zeros, so that it is no marker.
    bytes.flat_map(|byte| if byte == 0xff { vec![0xff, 0] } else { vec![byte] }).collect()
}

fn exif(at: DateTime<Utc>, longitude: f64, latitude: f64) -> Result<Vec<u8>, Failure> {
    let text = |text: String| Value::Ascii(vec![text.into_bytes()]);
    let degrees = |degrees: f64| {
        let millionths = format!("{:.0}", degrees * 1_000_000.0).parse().unwrap_or(0);
        let [none, whole] = [0, millionths].map(|num| Rational { num, denom: 1_000_000 });
        Value::Rational(vec![whole, none, none])
    };
    let at = at.with_timezone(&SHANGHAI);
    let fields = [
        (Tag::DateTimeOriginal, text(at.format("%Y:%m:%d %H:%M:%S").to_string())),
        (Tag::OffsetTimeOriginal, text("+08:00".to_owned())),
        (Tag::GPSLatitudeRef, text("N".to_owned())),
        (Tag::GPSLatitude, degrees(latitude)),
        (Tag::GPSLongitudeRef, text("E".to_owned())),
        (Tag::GPSLongitude, degrees(longitude)),
    ]
    .map(|(tag, value)| Field { tag, ifd_num: In::PRIMARY, value });
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut tiff = Cursor::new(Vec::new());
    writer.write(&mut tiff, false)?;
    Ok(tiff.into_inner())
}

/// A PDF of one page with one line, in ASCII.
pub(super) fn page(line: &str) -> Vec<u8> {
    let drawn = format!("BT /F1 18 Tf 60 760 Td ({line}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (number, object) in (1..).zip(&objects) {
        places.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let (start, size) = (file.len(), objects.len() + 1);
    file.push_str(&format!("xref\n0 {size}\n0000000000 65535 f \n{places}"));
    file.push_str(&format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
    file.into_bytes()
}
