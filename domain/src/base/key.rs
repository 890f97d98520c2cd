//! By what two texts that people typed are the same: the name of a company, the number of a certificate.

/// A text as it is compared: without white space, full-width forms as the others, dashes as hyphens, in upper case.
#[must_use]
pub fn comparison_key(text: &str) -> String {
    text.chars().filter(|it| !it.is_whitespace()).map(of_usual_width).flat_map(char::to_uppercase).collect()
}

/// The character that a full-width form (全角) or a dash stands for.
fn of_usual_width(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_width_dashes_and_case_do_not_make_another() {
        assert_eq!(comparison_key(" 闽g2010 - 0001\u{3000}"), "闽G2010-0001");
        assert_eq!(comparison_key(" ｔ－７２４８２９"), "T-724829");
        assert_eq!(comparison_key("T—1"), comparison_key("t−1"));
        assert_eq!(comparison_key("厦门ＡＢＣ（集团）有限公司"), comparison_key("厦门abc (集团) 有限公司"));
        assert_eq!(comparison_key("！～"), "!~");
        assert_ne!(comparison_key("厦门甲公司"), comparison_key("厦门乙公司"));
    }
}
