//! The closing lines of each operation's description: who may call it, what becomes of the record's state, and with what the operation's
//! own rules refuse it. They are made of what decides, in both languages.

use anze_domain::{
    Vocabulary,
    access::{Operation, TokenAccess, ports, token_access},
};
use serde_json::Value;

use super::{callers, refusals, shared::operations_mut};
use crate::http::{catalogue::status, language::Language};

/// Appends these lines to every operation's description.
pub(super) fn append(document: &mut Value, language: Language) {
    for operation in operations_mut(document) {
        let mut lines = Vec::new();
        if let Some(known) = callers::domain_operation(operation) {
            lines.push(callers_line(known, language));
        }
        lines.extend(transition_lines(operation, language));
        lines.extend(refusal_lines(operation, language));
        let Some(Value::String(text)) = operation.get_mut("description") else { continue };
        if !lines.is_empty() {
            text.push_str("\n\n");
            text.push_str(&lines.join("\n"));
        }
    }
}

fn names<T: Vocabulary>(terms: &[T], language: Language) -> String {
    match language {
        Language::Chinese => terms.iter().map(|term| term.zh()).collect::<Vec<_>>().join("、"),
        Language::English => terms.iter().map(|term| term.en()).collect::<Vec<_>>().join("; "),
    }
}

fn callers_line(operation: Operation, language: Language) -> String {
    let grant = operation.grant();
    let (chinese, relations) = (language == Language::Chinese, names(grant.relations, language));
    if operation.is_open() {
        let line = if chinese {
            "- **调用者**：任何人，无须登录。"
        } else {
            "- **Callers**: anyone, without credentials."
        };
        return line.to_owned();
    }
    let (ports, role) = (names(&ports(operation), language), names(&[grant.role], language));
    let ports = match (ports.is_empty(), chinese) {
        (true, true) => "不属于任何端口的个人".to_owned(),
        (true, false) => "people of no port".to_owned(),
        (false, _) => ports,
    };
    let token = match (token_access(operation), chinese) {
        (TokenAccess::None, true) => "接口令牌不可调用".to_owned(),
        (TokenAccess::None, false) => "no API token".to_owned(),
        (TokenAccess::AnyScope, true) => "任何接口令牌均可调用".to_owned(),
        (TokenAccess::AnyScope, false) => "an API token of any scope".to_owned(),
        (TokenAccess::Scope(scope), true) => format!("接口令牌须有 `{}` 授权范围", scope.code()),
        (TokenAccess::Scope(scope), false) => format!("an API token with the scope `{}`", scope.code()),
    };
    if chinese {
        format!("- **调用者**：{ports}；与记录的关系：{relations}；最低角色：{role}；{token}。")
    } else {
        format!(
            "- **Callers**: ports: {ports}. Relation to the record: {relations}. Lowest role: {role}. Tokens: {token}."
        )
    }
}

fn transition_lines(operation: &Value, language: Language) -> Vec<String> {
    let steps = operation.get("x-transition").and_then(Value::as_array).into_iter().flatten();
    let line = |step: &Value| {
        let code = |value: &Value| value.as_str().map(|code| format!("`{code}`"));
        let from: Vec<String> = step.get("from")?.as_array()?.iter().filter_map(code).collect();
        let (status, to) = (step.get("status")?.as_str()?, code(step.get("to")?)?);
        let condition = step.get("condition").and_then(Value::as_str);
        Some(match language {
            Language::Chinese => {
                let from = if from.is_empty() { "新建".to_owned() } else { from.join("、") };
                let condition = condition.map(|condition| format!("（{condition}）")).unwrap_or_default();
                format!("- **状态**（`{status}`）：{from} → {to}{condition}。")
            }
            Language::English => {
                let from = if from.is_empty() { "new".to_owned() } else { from.join(", ") };
                let condition = condition.map(|condition| format!(" if {condition}")).unwrap_or_default();
                format!("- **State** (`{status}`): {from} → {to}{condition}.")
            }
        })
    };
    steps.filter_map(line).collect()
}

fn refusal_lines(operation: &Value, language: Language) -> Vec<String> {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
    let codes = refusals::of(id);
    let mut lines: Vec<String> = Vec::new();
    if !codes.is_empty() {
        lines.push(match language {
            Language::Chinese => "- **业务规则拒绝**：".to_owned(),
            Language::English => "- **Refusals by its rules**:".to_owned(),
        });
    }
    lines.extend(codes.iter().map(|code| {
        let (title, rule) = match language {
            Language::Chinese => (code.zh.0, code.rule.map(|rule| format!("（{rule}）"))),
            Language::English => (code.en.0, code.rule.map(|rule| format!(" ({rule})"))),
        };
        format!("  - {} `{}`: {title}{}", status(code).as_str(), code.name, rule.unwrap_or_default())
    }));
    lines
}
