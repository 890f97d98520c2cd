//! What can be done next with what was made: links from the answers that make something.

use serde_json::{Map, Value, json};

use super::shared;

/// Links of one answer to others that name what it made.
struct Links {
    /// The operation that makes something.
    from: &'static str,
    /// Where its id stands in the answer.
    id: &'static str,
    /// The parameter that takes the id.
    parameter: &'static str,
    /// The operations that take it.
    to: &'static [&'static str],
}

const fn links(
    from: &'static str,
    id: &'static str,
    parameter: &'static str,
    to: &'static [&'static str],
) -> Links {
    Links { from, id, parameter, to }
}

/// Every link. An operation that is added to what makes something is added here.
#[rustfmt::skip]
const LINKS: &[Links] = &[
    links("register_organization", "/id", "id", &["get_organization", "approve_organization", "reject_organization"]),
    links("create_organization", "/id", "id", &["get_organization", "update_organization", "suspend_organization"]),
    links("create_user", "/id", "id", &["get_user", "update_user", "disable_user", "reset_user_password"]),
    links("create_api_token", "/api_token/id", "id", &["get_api_token", "rotate_api_token", "revoke_api_token"]),
    links("rotate_api_token", "/api_token/id", "id", &["get_api_token", "rotate_api_token", "revoke_api_token"]),
    links("create_calendar_subscription", "/subscription/id", "id", &["get_calendar_subscription", "revoke_calendar_subscription"]),
    links("admit_expert", "/id", "id", &["get_expert", "suspend_expert", "create_conduct_record", "declare_tie"]),
    links("create_conduct_record", "/id", "id", &["get_conduct_record"]),
    links("declare_tie", "/id", "id", &["get_tie", "end_tie"]),
    links("declare_affiliate", "/id", "id", &["get_affiliate", "end_affiliate"]),
    links("create_recusal_request", "/id", "id", &["get_recusal_request", "uphold_recusal_request", "dismiss_recusal_request"]),
    links("create_unavailability", "/id", "id", &["get_unavailability", "replace_unavailability", "remove_unavailability"]),
    links("create_unavailability", "/expert_id", "id", &["list_unavailabilities"]),
    links("register_applicant", "/id", "id", &["get_user"]),
    links("create_expert_application", "/id", "id", &["get_expert_application", "get_expert_application_assessment", "update_expert_application", "submit_expert_application", "withdraw_expert_application", "list_application_files"]),
    links("upload_application_file", "/id", "id", &["get_application_file", "get_application_file_content"]),
    links("upload_application_file", "/application_id", "id", &["get_expert_application", "list_application_files"]),
    links("create_council_session", "/id", "id", &["get_council_session", "update_council_session", "put_applications_to_vote", "record_council_votes", "close_council_session", "list_council_session_applications"]),
    links("create_public_notice", "/id", "id", &["get_public_notice", "list_public_notice_applications", "create_objection"]),
    links("create_objection", "/id", "id", &["get_objection"]),
    links("create_objection", "/public_notice_id", "id", &["get_public_notice"]),
    links("create_project", "/id", "id", &["get_project", "get_project_overview", "update_project", "register_project", "cancel_project", "list_project_events"]),
    links("create_project", "/id", "project_id", &["list_policies"]),
    links("create_policy", "/id", "id", &["get_policy", "endorse_policy", "list_policy_endorsements"]),
    links("create_policy", "/id", "policy_id", &["list_commissions"]),
    links("create_policy", "/project_id", "id", &["get_project"]),
    links("endorse_policy", "/policy/id", "id", &["get_policy", "endorse_policy", "list_policy_endorsements"]),
    links("create_commission", "/id", "id", &["get_commission", "get_commission_overview", "update_commission", "submit_commission", "withdraw_commission"]),
    links("create_commission", "/id", "commission_id", &["list_service_plans"]),
    links("create_commission", "/policy_id", "id", &["get_policy"]),
    links("create_service_plan", "/id", "id", &["get_service_plan", "update_service_plan", "submit_service_plan"]),
    links("create_service_plan", "/commission_id", "id", &["get_commission"]),
    links("create_service_plan", "/commission_id", "commission_id", &["list_visits"]),
    links("issue_rectification_proposal", "/visit_id", "id", &["get_rectification_proposal", "receive_rectification_proposal", "get_visit", "end_visit"]),
    links("create_hazard", "/id", "id", &["get_hazard", "acknowledge_hazard", "comment_hazard", "extend_hazard"]),
    links("create_hazard", "/visit_id", "id", &["get_visit"]),
    links("upload_visit_attachment", "/id", "id", &["get_attachment", "get_attachment_content"]),
    links("upload_visit_attachment", "/visit_id", "id", &["list_attachments", "list_visit_materials"]),
    links("upload_hazard_attachment", "/id", "id", &["get_attachment", "get_attachment_content"]),
    links("upload_hazard_attachment", "/hazard_id", "id", &["get_hazard"]),
    links("create_service_report", "/id", "id", &["get_service_report", "update_service_report", "submit_service_report"]),
    links("create_service_report", "/commission_id", "id", &["get_commission"]),
];

/// Adds the links to the answers of the operations that are there.
pub(super) fn add(document: &mut Value) {
    let all = shared::operations(document).filter_map(|(_, _, operation)| {
        let takes_version = takes(document, operation, VERSION);
        Some((operation.get("operationId")?.as_str()?.to_owned(), takes_version))
    });
    let all: Vec<(String, bool)> = all.collect();
    for operation in shared::operations_mut(document) {
        let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(Value::Object(made)) = operation.pointer_mut("/responses/201") else { continue };
        let mut linked = Map::new();
        for link in LINKS.iter().filter(|link| link.from == id) {
            for target in link.to {
                let Some((_, takes_version)) = all.iter().find(|(id, _)| id == target) else { continue };
                linked.insert((*target).to_owned(), link.object(target, *takes_version));
            }
        }
        if !linked.is_empty() {
            made.insert("links".to_owned(), Value::Object(linked));
        }
    }
}

/// The header that names the version which was read.
const VERSION: &str = "If-Match";

impl Links {
    fn object(&self, target: &str, takes_version: bool) -> Value {
        let mut parameters = Map::new();
        parameters.insert(self.parameter.to_owned(), json!(format!("$response.body#{}", self.id)));
        if takes_version {
            parameters.insert(VERSION.to_owned(), json!("$response.header.ETag"));
        }
        json!({ "operationId": target, "parameters": parameters })
    }
}

/// Whether an operation has a parameter of this name.
fn takes(document: &Value, operation: &Value, name: &str) -> bool {
    let listed = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let mut resolved = listed.filter_map(|parameter| match parameter.get("$ref").and_then(Value::as_str) {
        Some(reference) => document.pointer(reference.strip_prefix('#')?),
        None => Some(parameter),
    });
    resolved.any(|parameter| parameter.get("name").and_then(Value::as_str) == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{http::language::Language, server::openapi::document};

    fn find<'a>(document: &'a Value, id: &str) -> &'a Value {
        let mut operations = shared::operations(document).map(|(.., operation)| operation);
        operations.find(|operation| operation["operationId"] == id).unwrap_or_else(|| panic!("no {id}"))
    }

    #[test]
    fn every_operation_and_parameter_that_a_link_names_exists() {
        let document = document(Language::English);
        let mut seen = 0;
        for (.., operation) in shared::operations(&document) {
            let linked = operation.pointer("/responses/201/links").and_then(Value::as_object);
            for (name, link) in linked.into_iter().flatten() {
                let target = find(&document, link["operationId"].as_str().unwrap());
                for parameter in link["parameters"].as_object().unwrap().keys() {
                    assert!(takes(&document, target, parameter), "{name}: no parameter {parameter}");
                }
                seen += 1;
            }
        }
        let listed: usize = LINKS.iter().map(|link| link.to.len()).sum();
        assert_eq!(seen, listed, "an operation in the table, or its 201, is not there");
    }

    #[test]
    fn whatever_makes_something_links_to_it_and_names_what_its_answer_has() {
        let document = document(Language::English);
        for (.., operation) in shared::operations(&document) {
            let Some(made) = operation["responses"].get("201") else { continue };
            let id = operation["operationId"].as_str().unwrap();
            assert!(made.get("links").is_some(), "{id} has no links");
            for link in LINKS.iter().filter(|link| link.from == id) {
                let mut schema = &made["content"]["application/json"]["schema"];
                for name in link.id.split('/').skip(1) {
                    if let Some(reference) = schema["$ref"].as_str() {
                        schema = document.pointer(reference.strip_prefix('#').unwrap()).unwrap();
                    }
                    schema = schema["properties"].get(name).unwrap_or_else(|| panic!("{id}: no {name}"));
                }
            }
        }
    }
}
