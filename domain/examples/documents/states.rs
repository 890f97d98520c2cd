//! The state diagrams, in the notation of mermaid.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

use anze_domain::{
    access::Operation,
    state_machines::{Cause, StateMachine, Transition, state_machines},
    vocabularies::Term,
};

use crate::{Failure, NOTE};

/// The Chinese and the English title of each operation, by its id.
type Titles = BTreeMap<String, (String, String)>;

const INTRODUCTION: &str = "\
Every kind of record that has states, with the operations that move it.

- A box shows the code of a state, as it stands in JSON, with its Chinese and its English name.
- An arrow carries the operation that takes the step. A condition in brackets says when it does.
- An arrow with a condition alone is a step that the platform takes by itself.
- The table below a diagram also lists the operations that leave the state as it is. Some of them act on another record: a visit can only be started while its
  commission is `in_service`.
- A change that the table does not list for a state is refused in that state with the code `wrong_state`.
";

/// The text of `docs/states.md`.
pub fn build(root: &Path) -> Result<String, Failure> {
    let titles = titles(&root.join("openapi/anze.openapi.json"))?;
    let machines = state_machines();
    let mut text = String::new();
    writeln!(text, "# 状态图 · States\n\n{NOTE}\n")?;
    writeln!(text, "{INTRODUCTION}")?;
    for machine in &machines {
        writeln!(text, "- [{0} · {1}](#{0}--{2})", machine.zh, machine.en, anchor(machine.en))?;
    }
    for machine in &machines {
        write_machine(&mut text, machine, &titles)?;
    }
    Ok(text)
}

fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}

fn titles(contract: &Path) -> Result<Titles, Failure> {
    let contract: serde_json::Value = serde_json::from_str(&fs::read_to_string(contract)?)?;
    let paths = contract.pointer("/paths").and_then(|paths| paths.as_object());
    let operations = paths.into_iter().flat_map(|paths| paths.values()).filter_map(|path| path.as_object());
    let mut titles = Titles::new();
    for operation in operations.flat_map(|path| path.values()) {
        let read = |name: &str| operation.get(name).and_then(|value| value.as_str());
        if let (Some(id), Some((zh, en))) =
            (read("operationId"), read("summary").and_then(|summary| summary.split_once(" · ")))
        {
            titles.insert(id.to_owned(), (zh.to_owned(), en.to_owned()));
        }
    }
    Ok(titles)
}

fn title(titles: &Titles, operation: Operation) -> Result<&(String, String), Failure> {
    let missing = || Failure::new(format!("the contract has no title for {operation}"));
    titles.get(operation.code()).ok_or_else(missing)
}

/// What an arrow carries.
fn label(titles: &Titles, cause: Cause) -> Result<String, Failure> {
    Ok(match cause {
        Cause::Operation(operation) => format!("{operation} {}", title(titles, operation)?.0),
        Cause::OperationIf(operation, condition) => {
            format!("{operation} {} [{}]", title(titles, operation)?.0, condition.zh)
        }
        Cause::Platform(condition) => format!("[{}]", condition.zh),
    })
}

/// The three cells of a row of the table: operation, Chinese, English.
fn cells(titles: &Titles, cause: Cause) -> Result<[String; 3], Failure> {
    Ok(match cause {
        Cause::Operation(operation) => {
            let (zh, en) = title(titles, operation)?;
            [format!("`{operation}`"), zh.clone(), en.clone()]
        }
        Cause::OperationIf(operation, condition) => {
            let (zh, en) = title(titles, operation)?;
            let with = |title: &str, condition: &str| format!("{title} [{condition}]");
            [format!("`{operation}`"), with(zh, condition.zh), with(en, condition.en)]
        }
        Cause::Platform(condition) => {
            ["–".to_owned(), format!("[{}]", condition.zh), format!("[{}]", condition.en)]
        }
    })
}

fn write_machine(text: &mut String, machine: &StateMachine, titles: &Titles) -> Result<(), Failure> {
    let StateMachine { zh, en, states, beginnings, transitions } = machine;
    writeln!(text, "\n## {zh} · {en}\n\n```mermaid\nstateDiagram-v2")?;
    for Term { code, zh, en } in &states.terms {
        writeln!(text, "    state \"{code} {zh} · {en}\" as {code}")?;
    }
    for beginning in beginnings {
        writeln!(text, "    [*] --> {} : {}", beginning.state, label(titles, beginning.cause)?)?;
    }
    let moves = |step: &&Transition| step.from != step.to;
    for step in transitions.iter().filter(moves) {
        writeln!(text, "    {} --> {} : {}", step.from, step.to, label(titles, step.cause)?)?;
    }
    let left: BTreeSet<_> = transitions.iter().filter(moves).map(|step| step.from).collect();
    for last in states.terms.iter().filter(|term| !left.contains(term.code)) {
        writeln!(text, "    {} --> [*]", last.code)?;
    }
    writeln!(text, "```\n\n| from | to | operation | 中文 | English |\n|---|---|---|---|---|")?;
    for beginning in beginnings {
        let [operation, zh, en] = cells(titles, beginning.cause)?;
        writeln!(text, "| – | `{}` | {operation} | {zh} | {en} |", beginning.state)?;
    }
    for step in transitions {
        let [operation, zh, en] = cells(titles, step.cause)?;
        writeln!(text, "| `{}` | `{}` | {operation} | {zh} | {en} |", step.from, step.to)?;
    }
    Ok(())
}
