//! People's names as strangers see them.

/// A name as it may be shown: first and last character, what is between hidden (王*明, 王*).
#[must_use]
pub fn masked_name(name: &str) -> String {
    let letters: Vec<char> = name.trim().chars().collect();
    match letters.as_slice() {
        [] => String::new(),
        [_] => "*".to_owned(),
        [first, _] => format!("{first}*"),
        [first, middle @ .., last] => format!("{first}{}{last}", "*".repeat(middle.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_name_is_hidden() {
        for (name, shown) in
            [("王小明", "王*明"), ("王明", "王*"), ("欧阳小明", "欧**明"), ("王", "*"), ("", "")]
        {
            assert_eq!(masked_name(name), shown);
        }
    }
}
