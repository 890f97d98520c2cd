//! The glossary: the terms of the measures and of the platform, and every vocabulary.

use std::fmt::{self, Write};

use anze_domain::{
    base::regulation::with_numbers,
    vocabularies::{CodeList, vocabularies},
};

use crate::{
    Failure, NOTE,
    terms::{OF_THE_MEASURES, OF_THE_PLATFORM, Term},
};

/// The text of `docs/glossary.md`.
pub fn build() -> Result<String, Failure> {
    let mut text = String::new();
    writeln!(text, "# 术语表 · Glossary\n\n{NOTE}\n")?;
    writeln!(
        text,
        "One word for each concept: in the measures, in the code, in the tables, in the API and in these documents.\n"
    )?;
    writeln!(text, "- [办法用语 · Terms of the measures](#办法用语--terms-of-the-measures)")?;
    writeln!(text, "- [平台用语 · Terms of the platform](#平台用语--terms-of-the-platform)")?;
    writeln!(text, "- [代码表 · Code lists](#代码表--code-lists)\n")?;
    writeln!(text, "## 办法用语 · Terms of the measures\n")?;
    writeln!(text, "The terms of the association's measures of 2025, in the order of their articles.\n")?;
    table(&mut text, OF_THE_MEASURES, "条款 · Article")?;
    writeln!(text, "\n## 平台用语 · Terms of the platform\n")?;
    writeln!(text, "Terms that the measures do not have, or use without defining them.\n")?;
    table(&mut text, OF_THE_PLATFORM, "规则 · Rule")?;
    writeln!(text, "\n## 代码表 · Code lists\n")?;
    writeln!(
        text,
        "Each list with its codes as they stand in JSON and in the database. `GET /api/v1/reference` answers the same lists."
    )?;
    for list in vocabularies() {
        code_list(&mut text, &list)?;
    }
    Ok(text)
}

fn table(text: &mut String, terms: &[Term], rule_heading: &str) -> fmt::Result {
    writeln!(text, "| 中文 | English | 在平台中 · On the platform | {rule_heading} |\n|---|---|---|---|")?;
    for term in terms {
        writeln!(text, "| {} | {} | {} | {} |", term.zh, term.en, term.on_the_platform, term.rule)?;
    }
    Ok(())
}

fn code_list(text: &mut String, list: &CodeList) -> fmt::Result {
    writeln!(text, "\n### {}\n\n{}\n", list.name, with_numbers(list.description))?;
    writeln!(text, "| code | 中文 | English |\n|---|---|---|")?;
    for term in &list.terms {
        writeln!(text, "| `{}` | {} | {} |", term.code, term.zh, term.en)?;
    }
    Ok(())
}
