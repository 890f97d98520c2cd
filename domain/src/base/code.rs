//! Refusals: a stable code with its rule and its texts, and the violation that carries it.

use std::borrow::Cow;

use crate::Words;

/// What kind of refusal a code is; the API turns it into a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Can never be right as it was given (422).
    Invalid,
    /// Right in itself, but not against what is on record now (409).
    Conflict,
    /// Known to the caller, not for the caller to do (403).
    Forbidden,
    /// Nothing there, or nothing that the caller may see (404).
    Hidden,
}

/// A reason for refusal: its stable name, kind, rule and texts.
///
/// Texts may hold `{name}` for a parameter of the violation.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable name, such as `fee_cap_exceeded`.
    pub name: &'static str,
    /// Kind of refusal.
    pub kind: Kind,
    /// Rule of the regulation behind it, such as `A3.1`.
    pub rule: Option<&'static str>,
    /// Chinese title and detail.
    pub zh: (&'static str, &'static str),
    /// English title and detail.
    pub en: (&'static str, &'static str),
}

/// Defines the codes of a module and their list `CODES`:
/// `NAME = "name", Kind, rule, "标题" / "详情", "Title" / "Detail";`
#[macro_export]
macro_rules! codes {
    ($($ident:ident = $name:literal, $kind:ident, $rule:expr,
        $zh_title:literal / $zh:literal, $en_title:literal / $en:literal;)+) => {
        $(
            #[doc = concat!("`", $name, "`: ", $en_title, " (", $zh_title, ").")]
            pub const $ident: &$crate::Code = &$crate::Code {
                name: $name,
                kind: $crate::Kind::$kind,
                rule: $rule,
                zh: ($zh_title, $zh),
                en: ($en_title, $en),
            };
        )+
        /// Every code of this module.
        pub const CODES: &[&$crate::Code] = &[$($ident),+];
    };
}

/// One field of the input that is wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// JSON Pointer (RFC 6901) into what was sent, such as `/lines/0/times`.
    pub pointer: Cow<'static, str>,
    /// Why it is wrong.
    pub code: &'static Code,
    /// Values for the code's texts.
    pub params: Vec<(&'static str, Words)>,
}

/// A rule that was broken: which, with what values, at which fields.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", code.name)]
pub struct Violation {
    /// The refusal.
    pub code: &'static Code,
    /// Values for the code's texts.
    pub params: Vec<(&'static str, Words)>,
    /// Every field that is wrong; empty where no single field is.
    pub fields: Vec<Field>,
}

impl Violation {
    /// A violation of `code` without values.
    #[must_use]
    pub fn new(code: &'static Code) -> Self {
        Self { code, params: Vec::new(), fields: Vec::new() }
    }

    /// Adds a value for the texts.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Words>) -> Self {
        self.params.push((name, value.into()));
        self
    }

    /// Says which field it is about.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<Cow<'static, str>>) -> Self {
        let field = Field { pointer: pointer.into(), code: self.code, params: self.params.clone() };
        self.fields.push(field);
        self
    }

    /// One violation of all these fields, or none.
    ///
    /// # Errors
    /// The one violation where there is one. Of several, [`INVALID_INPUT`] with every field where one can
    /// never be right; else the first with every field, so that two conflicts are still a conflict.
    pub fn all(violations: Vec<Self>) -> Result<(), Self> {
        let Some(first) = violations.first() else { return Ok(()) };
        let mut one = first.clone();
        if violations.len() > 1 {
            if violations.iter().any(|violation| violation.code.kind == Kind::Invalid) {
                one = Self::new(INVALID_INPUT);
            }
            one.fields = violations.into_iter().flat_map(|violation| violation.fields).collect();
        }
        Err(one)
    }
}

codes! {
    INVALID_INPUT = "invalid_input", Invalid, None,
        "输入有误" / "有内容不符合要求，请按所列各项改正。",
        "Invalid input" / "One or more fields are not valid. The list of errors names each field and the reason.";
    WRONG_STATE = "wrong_state", Conflict, Some("A4"),
        "当前状态不允许该操作" / "当前状态为“{status}”，不能办理“{operation}”。",
        "Operation not possible in this state" / "The state is “{status}”. The operation “{operation}” is not possible in this state.";
    REASON_REQUIRED = "reason_required", Invalid, None,
        "须说明理由" / "办理该操作须填写理由。",
        "Reason required" / "State the reason for this operation.";
    NOTHING_AMENDED = "nothing_amended", Conflict, None,
        "没有更正内容" / "所填内容与现有信息一致，没有需要更正的内容。",
        "Nothing amended" / "Each field of the request has the value that is on record already. Give at least one new value.";
    PERIOD_REVERSED = "period_reversed", Invalid, None,
        "起止时间颠倒" / "结束时间不得早于开始时间。",
        "Period ends before it begins" / "The end must not be before the start.";
    SAME_PERSON = "same_person", Conflict, None,
        "须由他人确认" / "编制人不得确认本人编制的内容，请由本单位其他人员确认。",
        "Confirmation by a second person required" / "A person cannot confirm what they prepared themselves. Another person must confirm it.";
    UNKNOWN_REFERENCE = "unknown_reference", Conflict, Some("A11.3"),
        "所引用的记录不存在" / "所引用的记录不存在，或您无权据此办理。",
        "Referenced record not found" / "The referenced record does not exist, or you are not permitted to use it here.";
    REFERENCE_FIXED = "reference_fixed", Conflict, None,
        "所属记录不可变更" / "记录建立后不得变更其所属记录，请另行建立。",
        "Parent record cannot change" / "A record keeps the parent record with which it was created. Create a new record instead.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_violations_become_one_that_names_every_field() {
        let both = vec![
            Violation::new(PERIOD_REVERSED).at("/period/end"),
            Violation::new(REASON_REQUIRED).at("/reason"),
        ];
        let Err(one) = Violation::all(both) else { panic!("two violations are an error") };
        assert_eq!(one.code, INVALID_INPUT);
        let pointers: Vec<_> = one.fields.iter().map(|field| field.pointer.as_ref()).collect();
        assert_eq!(pointers, ["/period/end", "/reason"]);
    }

    #[test]
    fn several_conflicts_stay_a_conflict() {
        let state = || Violation::new(WRONG_STATE).with("status", Words::verbatim("draft")).at("/a");
        let person = || Violation::new(SAME_PERSON).at("/b");
        let one = Violation::all(vec![state(), person()]).unwrap_err();
        assert_eq!((one.code, &one.params), (WRONG_STATE, &vec![("status", Words::verbatim("draft"))]));
        let codes: Vec<_> = one.fields.iter().map(|field| field.code).collect();
        assert_eq!(codes, [WRONG_STATE, SAME_PERSON]);
        let mixed = Violation::all(vec![state(), Violation::new(REASON_REQUIRED).at("/reason")]).unwrap_err();
        assert_eq!(mixed.code, INVALID_INPUT);
        assert_eq!(Violation::all(vec![state()]), Err(state()));
        assert_eq!(Violation::all(Vec::new()), Ok(()));
    }

    #[test]
    fn names_of_codes_are_unique() {
        let mut names: Vec<_> = crate::codes().iter().map(|code| code.name).collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before);
    }
}
