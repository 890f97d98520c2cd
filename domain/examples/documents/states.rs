//! The state diagrams, in the notation of mermaid.

use std::{collections::BTreeSet, fmt::Write};

use anze_domain::{
    state_machines::{Cause, StateMachine, Transition, state_machines},
    vocabularies::Term,
};

use crate::{Failure, NOTE};

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
pub fn build() -> Result<String, Failure> {
    let machines = state_machines();
    let mut text = String::new();
    writeln!(text, "# 状态图 · States\n\n{NOTE}\n")?;
    writeln!(text, "{INTRODUCTION}")?;
    for machine in &machines {
        writeln!(text, "- [{0} · {1}](#{0}--{2})", machine.zh, machine.en, anchor(machine.en))?;
    }
    for machine in &machines {
        write_machine(&mut text, machine)?;
    }
    Ok(text)
}

fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}

/// What an arrow carries.
fn label(cause: Cause) -> String {
    match cause {
        Cause::Operation(operation) => format!("{operation} {}", operation.zh()),
        Cause::OperationIf(operation, condition) => {
            format!("{operation} {} [{}]", operation.zh(), condition.zh)
        }
        Cause::Platform(condition) => format!("[{}]", condition.zh),
    }
}

/// The three cells of a row of the table: operation, Chinese, English.
fn cells(cause: Cause) -> [String; 3] {
    match cause {
        Cause::Operation(operation) => {
            [format!("`{operation}`"), operation.zh().to_owned(), operation.en().to_owned()]
        }
        Cause::OperationIf(operation, condition) => {
            let with = |name: &str, condition: &str| format!("{name} [{condition}]");
            [format!("`{operation}`"), with(operation.zh(), condition.zh), with(operation.en(), condition.en)]
        }
        Cause::Platform(condition) => {
            ["–".to_owned(), format!("[{}]", condition.zh), format!("[{}]", condition.en)]
        }
    }
}

fn write_machine(text: &mut String, machine: &StateMachine) -> Result<(), Failure> {
    let StateMachine { zh, en, states, beginnings, transitions } = machine;
    writeln!(text, "\n## {zh} · {en}\n\n```mermaid\nstateDiagram-v2")?;
    for Term { code, zh, en } in &states.terms {
        writeln!(text, "    state \"{code} {zh} · {en}\" as {code}")?;
    }
    for beginning in beginnings {
        writeln!(text, "    [*] --> {} : {}", beginning.state, label(beginning.cause))?;
    }
    let moves = |step: &&Transition| step.from != step.to;
    for step in transitions.iter().filter(moves) {
        writeln!(text, "    {} --> {} : {}", step.from, step.to, label(step.cause))?;
    }
    let left: BTreeSet<_> = transitions.iter().filter(moves).map(|step| step.from).collect();
    for last in states.terms.iter().filter(|term| !left.contains(term.code)) {
        writeln!(text, "    {} --> [*]", last.code)?;
    }
    writeln!(text, "```\n\n| from | to | operation | 中文 | English |\n|---|---|---|---|---|")?;
    for beginning in beginnings {
        let [operation, zh, en] = cells(beginning.cause);
        writeln!(text, "| – | `{}` | {operation} | {zh} | {en} |", beginning.state)?;
    }
    for step in transitions {
        let [operation, zh, en] = cells(step.cause);
        writeln!(text, "| `{}` | `{}` | {operation} | {zh} | {en} |", step.from, step.to)?;
    }
    Ok(())
}
