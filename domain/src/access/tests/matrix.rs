//! The matrix as text, so that whoever changes a permission sees it in the diff.

use std::fmt::Write as _;

use super::*;
use crate::Violation;

/// The committed matrix; `UPDATE_MATRIX=1 cargo test -p anze-domain` writes it anew.
const MATRIX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/access/matrix.txt");

/// How a cell says who may: the lowest role that is enough, else the refusal for an administrator.
fn cell(decide: impl Fn(Role) -> Result<(), Violation>) -> &'static str {
    if let Some(role) = Role::ALL.iter().find(|role| decide(**role).is_ok()) {
        return role.code();
    }
    match code(decide(Role::Admin)) {
        Some("unauthenticated") => "401",
        Some("not_found") => "404",
        _ => "403",
    }
}

/// A column of the matrix: what it is called, who calls, and what part that gives them in a record.
type Column = (&'static str, Caller, fn(&mut Relations));

/// No part beyond what the record says; nothing is the caller's own.
fn as_recorded(relations: &mut Relations) {
    relations.own = None;
}

fn table(
    text: &mut String,
    columns: &[Column],
    decide: fn(&Caller, Operation, &Relations) -> Result<(), Violation>,
) {
    let width = |name: &str| name.len().max("operator".len());
    write!(text, "{:<32}", "operation").unwrap();
    for (name, ..) in columns {
        write!(text, " {name:<width$}", width = width(name)).unwrap();
    }
    text.push_str(" token\n");
    for operation in Operation::ALL {
        let open = OPEN.contains(operation);
        write!(text, "{:<32}", operation.code()).unwrap();
        for (name, caller, give_part) in columns {
            let mut relations = of_record(operation.resource());
            give_part(&mut relations);
            let said = cell(|role| decide(&as_role(role, caller), *operation, &relations));
            let said = if said == "viewer" && open { "open" } else { said };
            write!(text, " {said:<width$}", width = width(name)).unwrap();
        }
        let any_token = may(&token(Vec::new(), &of(Port::Contractor)), *operation, &everything()).is_ok();
        let scope = operation.grant().scope.map_or(if any_token { "any" } else { "-" }, Vocabulary::code);
        writeln!(text, " {}", if open { "open" } else { scope }).unwrap();
    }
}

fn matrix() -> String {
    let mut text = String::from(
        "# Who may do what. Written by `UPDATE_MATRIX=1 cargo test -p anze-domain matrix`; a change is reviewed as a diff.\n\
         # A cell is the lowest role that may: viewer, operator or admin; `open` needs no login. Else how an administrator is\n\
         # refused: 401 not logged in, 403 not for them to do, 404 not visible to them. `token` is the scope that an API token\n\
         # needs; `any` needs none, `-` is for people only.\n\n\
         ## On a record: by the part that the caller has in it\n\n",
    );
    let by_part: [Column; 15] = [
        ("nobody", Caller::NOBODY, as_recorded),
        ("stranger", stranger(Port::Contractor), as_recorded),
        ("own", stranger(Port::Contractor), |relations| relations.own = relations.own.map(|_| id(ELSEWHERE))),
        ("contractor", of(Port::Contractor), as_recorded),
        ("supervisor", of(Port::Supervisor), as_recorded),
        ("owner", of(Port::Owner), as_recorded),
        ("insurer", of(Port::Insurer), as_recorded),
        ("provider", of(Port::Provider), as_recorded),
        ("leader", expert(EXPERTS[0]), as_recorded),
        ("member", expert(EXPERTS[1]), as_recorded),
        ("applicant", applicant(), as_recorded),
        ("association", of(Port::Association), as_recorded),
        ("association_as_provider", of(Port::Association), |relations| {
            *relations = Relations {
                own: None,
                providers: vec![party(Port::Association)],
                ..std::mem::take(relations)
            };
        }),
        ("regulator", of(Port::Regulator), as_recorded),
        ("regulator_elsewhere", stranger(Port::Regulator), as_recorded),
    ];
    table(&mut text, &by_part, may);
    text.push_str(
        "\n## Before any record: by port alone, as operations that make or list records are guarded\n\n",
    );
    let mut by_port: Vec<Column> = vec![("nobody", Caller::NOBODY, as_recorded)];
    by_port.extend(Port::ALL.iter().map(|port| -> Column { (port.code(), of(*port), as_recorded) }));
    by_port.push(("expert", expert(EXPERTS[0]), as_recorded));
    by_port.push(("applicant", applicant(), as_recorded));
    table(&mut text, &by_port, |caller, operation, _| may_ever(caller, operation));
    text
}

#[test]
fn the_matrix_is_as_committed() {
    let matrix = matrix();
    if std::env::var_os("UPDATE_MATRIX").is_some() {
        std::fs::write(MATRIX, &matrix).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(MATRIX).unwrap_or_default();
    for (line, (now, before)) in (1..).zip(matrix.lines().zip(committed.lines())) {
        assert_eq!(now, before, "line {line}; UPDATE_MATRIX=1 writes it anew");
    }
    assert_eq!(matrix.lines().count(), committed.lines().count(), "UPDATE_MATRIX=1 writes it anew");
}
