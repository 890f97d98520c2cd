//! People's names as those see them who need no more.

/// A name as it is shown to who needs no more: its first character, and no more of its length (王**).
#[must_use]
pub fn masked_name(name: &str) -> String {
    name.trim().chars().next().map_or_else(|| "*".to_owned(), |first| format!("{first}**"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_masked_name_the_first_character_is_left() {
        for (name, shown) in
            [("吴志强", "吴**"), ("王明", "王**"), ("欧阳小明", "欧**"), ("欧", "欧**"), (" ", "*")]
        {
            assert_eq!(masked_name(name), shown);
        }
    }
}
