//! Code lists: each term has a stable code, a Chinese and an English name.

/// A closed list of terms, each with a stable `snake_case` code and its two names.
pub trait Vocabulary: Copy + Eq + Sized + Send + Sync + 'static {
    /// The list's own name, in `PascalCase`.
    const NAME: &'static str;
    /// What the list says, in one sentence.
    const DESCRIPTION: &'static str;
    /// Every term, in its natural order.
    const ALL: &'static [Self];
    /// The stable code, as it stands in JSON and in the database.
    fn code(self) -> &'static str;
    /// The Chinese name.
    fn zh(self) -> &'static str;
    /// The English name.
    fn en(self) -> &'static str;
    /// The term with this code.
    #[must_use]
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|term| term.code() == code)
    }
}

/// The public name of a list: the one that was given, or else the name of its type. A list keeps its public name when its type
/// is renamed.
#[must_use]
pub const fn list_name(type_name: &'static str, given: &[&'static str]) -> &'static str {
    match given {
        [name, ..] => name,
        [] => type_name,
    }
}

/// Says that a text is no term of a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{code}` is no {list}")]
pub struct UnknownTerm {
    /// The list's name.
    pub list: &'static str,
    /// What was given.
    pub code: String,
}

/// Defines an enumeration and its [`Vocabulary`]: `Variant = "code" / "中文" / "English"`. `pub enum Name as "Other"` gives the list
/// a public name that differs from the name of its type.
#[macro_export]
macro_rules! vocabulary {
    ($(#[doc = $doc:literal])+ $(#[$meta:meta])* pub enum $name:ident $(as $list:literal)? {
        $($(#[$vmeta:meta])* $variant:ident = $code:literal / $zh:literal / $en:literal),+ $(,)?
    }) => {
        $(#[doc = $doc])+ $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = concat!($zh, " · ", $en)] $(#[$vmeta])* $variant,)+
        }

        impl $crate::Vocabulary for $name {
            const NAME: &'static str = $crate::base::vocabulary::list_name(stringify!($name), &[$($list)?]);
            const DESCRIPTION: &'static str = concat!($($doc),+);
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
            fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }
            fn en(self) -> &'static str {
                match self { $(Self::$variant => $en),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad($crate::Vocabulary::code(*self))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::base::vocabulary::UnknownTerm;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                <Self as $crate::Vocabulary>::from_code(text).ok_or_else(|| {
                    $crate::base::vocabulary::UnknownTerm { list: <Self as $crate::Vocabulary>::NAME, code: text.to_owned() }
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::Vocabulary::code(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
