//! What a schema asks of a value, in words: types, formats, patterns, ranges, allowed values and types of files. Patterns and
//! codes are for machines, and no text for people shows them.

use std::{collections::BTreeSet, fmt::Display};

use anze_domain::{Words, vocabularies::vocabularies};
use serde_json::Value;

/// The form of a value whose pattern or format has no words of its own.
fn as_the_contract_says() -> Words {
    Words::new("接口文档规定的格式", "of the form that the contract describes")
}

fn found(table: &[(&str, &str, &str)], key: &str) -> Option<Words> {
    table.iter().find(|(known, ..)| *known == key).map(|(_, zh, en)| Words::new(*zh, *en))
}

/// The types of JSON values, any one of them.
#[must_use]
pub fn types(names: &[String]) -> Words {
    let all: Vec<_> = names
        .iter()
        .map(|name| found(TYPES, name).unwrap_or_else(|| Words::new("其他类型", "another type")))
        .collect();
    let joined = |of: fn(&Words) -> &str, separator| all.iter().map(of).collect::<Vec<_>>().join(separator);
    Words::new(joined(|it| &it.zh, "或"), joined(|it| &it.en, " or "))
}

const TYPES: &[(&str, &str, &str)] = &[
    ("array", "列表", "a list"),
    ("boolean", "布尔值", "a boolean"),
    ("integer", "整数", "a whole number"),
    ("null", "空值", "null"),
    ("number", "数字", "a number"),
    ("object", "对象", "an object"),
    ("string", "文本", "a text"),
];

/// What a value of this format of the contract is.
#[must_use]
pub fn format(name: &str) -> Words {
    found(FORMATS, name).unwrap_or_else(as_the_contract_says)
}

const FORMATS: &[(&str, &str, &str)] = &[
    ("date", "日期，例如 2026-11-30", "a date, such as 2026-11-30"),
    ("date-time", "注明时区的日期和时间（RFC 3339）", "a date and time with the offset from UTC (RFC 3339)"),
    ("email", "电子邮箱地址", "an e-mail address"),
    ("url", "网址", "a web address"),
    ("uuid", "记录标识（UUID）", "the id of a record (UUID)"),
];

/// What a text of this pattern of the contract is.
#[must_use]
pub fn pattern(pattern: &str) -> Words {
    found(PATTERNS, pattern).unwrap_or_else(as_the_contract_says)
}

const PATTERNS: &[(&str, &str, &str)] = &[
    (r"^[^\x00-\x08\x0B-\x1F\x7F-\x9F]*$", "不含控制字符的文本", "a text without control characters"),
    (
        r"^[^\x00-\x08\x0B-\x1F\x7F-\x9F]*[^\x00-\x08\x0B-\x1F\x7F-\x9F\s][^\x00-\x08\x0B-\x1F\x7F-\x9F]*$",
        "非空白且不含控制字符的文本",
        "a text that is not blank and has no control characters",
    ),
    (
        r"^[^\s\x00-\x1F\x7F-\x9F]+$",
        "不含空格和控制字符的文本",
        "a text without spaces and control characters",
    ),
    (
        r"^[a-z0-9][a-z0-9._-]+$",
        "以小写字母或数字开头，由小写字母、数字、点、下划线和连字符组成的文本",
        "a text of small letters, digits, dots, underscores and hyphens that begins with a letter or digit",
    ),
    (
        r"^[A-Za-z0-9._-]+$",
        "由字母、数字、点、下划线和连字符组成的文本",
        "a text of letters, digits, dots, underscores and hyphens",
    ),
    (
        r"^[A-Za-z0-9_-]+$",
        "由字母、数字、下划线和连字符组成的文本",
        "a text of letters, digits, underscores and hyphens",
    ),
    (r"^[A-Za-z0-9]+$", "由字母和数字组成的文本", "a text of letters and digits"),
    (r"^[A-Za-z0-9]{32}$", "32 个字母和数字", "32 letters and digits"),
    (r"^1[3-9][0-9]{9}$", "11 位中国大陆手机号码", "a mobile number of mainland China with 11 digits"),
    (r"^[0-9A-HJ-NPQRTUWXY]{18}$", "18 位统一社会信用代码", "a unified social credit code of 18 characters"),
    (r"^[1-9][0-9]{16}[0-9X]$", "18 位公民身份号码", "a citizen identity number of 18 characters"),
    (
        r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?$",
        "至多两位小数的金额，例如 12345.60",
        "an amount with at most two decimal places, such as 12345.60",
    ),
    (
        r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,2})?$",
        "至多两位小数的面积，例如 12345.60",
        "an area with at most two decimal places, such as 12345.60",
    ),
    (
        r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,4})?$",
        "至多四位小数的数，例如 12.5",
        "a number with at most four decimal places, such as 12.5",
    ),
    (
        r"^[A-Za-z0-9-]+$",
        "判定标准的条目编号，例如 MH2024-04-1",
        "the code of an item of the criteria, such as MH2024-04-1",
    ),
    (r"^[0-9A-Fa-f.:]+/[0-9]{1,3}$", "网段，例如 203.0.113.0/24", "a network range, such as 203.0.113.0/24"),
];

/// At least so much.
#[must_use]
pub fn at_least(bound: &dyn Display) -> Words {
    Words::new(format!("不小于 {bound}"), format!("at least {bound}"))
}

/// At most so much.
#[must_use]
pub fn at_most(bound: &dyn Display) -> Words {
    Words::new(format!("不大于 {bound}"), format!("at most {bound}"))
}

/// More than so much.
#[must_use]
pub fn more_than(bound: &dyn Display) -> Words {
    Words::new(format!("大于 {bound}"), format!("greater than {bound}"))
}

/// Less than so much.
#[must_use]
pub fn less_than(bound: &dyn Display) -> Words {
    Words::new(format!("小于 {bound}"), format!("less than {bound}"))
}

/// From the one to the other, where they are known.
#[must_use]
pub fn between(least: Option<&str>, most: Option<&str>) -> Words {
    match (least, most) {
        (Some(least), Some(most)) => {
            Words::new(format!("在 {least} 至 {most} 之间"), format!("between {least} and {most}"))
        }
        (Some(least), None) => at_least(&least),
        (None, Some(most)) => at_most(&most),
        (None, None) => Words::new("在接口文档规定的范围内", "in the range that the contract gives"),
    }
}

/// The values of an enumeration: the terms of the code list that they are from, or numbers.
#[must_use]
pub fn allowed(values: &[Value]) -> Words {
    let codes: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    if codes.len() < values.len() {
        let plain =
            values.iter().filter(|value| value.is_number()).map(|value| Words::verbatim(&value.to_string()));
        let plain: Vec<_> = plain.collect();
        return if plain.len() == values.len() { Words::list(plain) } else { listed_in_the_contract() };
    }
    let wanted: BTreeSet<_> = codes.iter().copied().collect();
    let lists = vocabularies();
    // Several lists may have these codes: the shortest of them says the least that was not meant.
    let list = lists
        .iter()
        .filter(|list| wanted.iter().all(|code| list.terms.iter().any(|term| term.code == *code)))
        .min_by_key(|list| list.terms.len());
    match list {
        Some(list) if !wanted.is_empty() => {
            let terms = list.terms.iter().filter(|term| wanted.contains(term.code));
            Words::list(terms.map(|term| Words::new(term.zh, term.en)))
        }
        _ => listed_in_the_contract(),
    }
}

fn listed_in_the_contract() -> Words {
    Words::new("接口文档所列的值", "those that the contract lists")
}

/// Types of files, by their media types.
#[must_use]
pub fn file_types(media_types: &[&str]) -> Words {
    Words::list(
        media_types
            .iter()
            .map(|it| found(FILE_TYPES, it).unwrap_or_else(|| Words::new("其他文件", "other files"))),
    )
}

const FILE_TYPES: &[(&str, &str, &str)] = &[
    ("image/jpeg", "JPEG 图片", "JPEG image"),
    ("image/png", "PNG 图片", "PNG image"),
    ("image/webp", "WebP 图片", "WebP image"),
    ("image/heif", "HEIF 图片", "HEIF image"),
    ("video/mp4", "MP4 视频", "MP4 video"),
    ("application/pdf", "PDF 文档", "PDF document"),
    ("application/zip", "ZIP 压缩包", "ZIP archive"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word 文档", "Word document"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel 表格", "Excel spreadsheet"),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Every pattern and format below this schema.
    fn forms<'a>(
        document: &'a Value,
        schema: &'a Value,
        seen: &mut BTreeSet<&'a str>,
        all: &mut BTreeSet<(&'static str, &'a str)>,
    ) {
        match schema {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    if seen.insert(reference) {
                        forms(
                            document,
                            document.pointer(reference.trim_start_matches('#')).unwrap(),
                            seen,
                            all,
                        );
                    }
                    return;
                }
                for key in ["pattern", "format"] {
                    all.extend(members.get(key).and_then(Value::as_str).map(|form| (key, form)));
                }
                members.values().for_each(|value| forms(document, value, seen, all));
            }
            Value::Array(items) => items.iter().for_each(|item| forms(document, item, seen, all)),
            _ => {}
        }
    }

    #[test]
    fn every_pattern_and_format_that_a_body_can_break_is_described() {
        let document = crate::testing::published_contract();
        let (mut seen, mut all) = (BTreeSet::new(), BTreeSet::new());
        let paths = document["paths"].as_object().unwrap().values();
        for operation in paths.flat_map(|path| path.as_object().unwrap().values()) {
            if let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") {
                forms(&document, schema, &mut seen, &mut all);
            }
        }
        assert!(all.len() > 10, "{all:?}");
        // A format that JSON Schema does not check is never broken.
        let unchecked = ["int32", "int64", "double", "password"];
        for (key, form) in all.into_iter().filter(|(_, form)| !unchecked.contains(form)) {
            let table = if key == "pattern" { PATTERNS } else { FORMATS };
            assert!(found(table, form).is_some(), "{key} {form}");
        }
    }

    #[test]
    fn allowed_values_are_named_by_their_terms() {
        let grades = allowed(&[json!("general"), json!("major")]);
        assert_eq!((grades.zh.as_str(), grades.en.is_ascii()), ("一般隐患、重大隐患", true));
        assert_eq!(allowed(&[json!(1), json!(2)]), Words::new("1、2", "1, 2"));
        assert_eq!(allowed(&[json!("no such code")]), listed_in_the_contract());
    }
}
