//! What the contract says of itself: title, servers, tags, security.

use serde_json::{Map, Value, json};

/// Tags in the order in which they are shown. A resource's tag is added here with its module.
const TAGS: &[(&str, &str)] = &[
    ("sessions", "登录、刷新与会话 · Log in, stay logged in, end sessions"),
    ("organizations", "七类机构及其人员 · Organisations of the seven ports"),
    ("users", "本单位用户 · Users of the own organisation"),
    ("api-tokens", "业务系统对接令牌 · Tokens of an organisation's systems"),
    ("notifications", "本人通知 · What a user was told"),
    ("experts", "专家库 · The expert library"),
    ("standing", "专家履职与资格：处分、谢绝、个人信息 · Conduct, lapses and personal data of experts"),
    ("ties", "利害关系与回避 · Ties, affiliates and recusal (A12.2)"),
    ("expert-applications", "入库申请与审核 · Applications for the library and their review"),
    ("council-sessions", "理事会会议与表决 · Sessions of the council and their votes"),
    ("public-notices", "公示与异议 · Public notices and objections"),
    ("projects", "项目与时间线 · Projects and their timeline"),
    ("policies", "保单与批单 · Policies and their endorsements"),
    ("commissions", "委托服务单 · Commissions of services"),
    ("service-plans", "技术服务方案 · Service plans"),
    ("visits", "现场服务：专家组、时间、程序与资料 · Visits: group, time, steps and material"),
    ("hazards", "隐患与整改 · Hazards and their rectification"),
    ("attachments", "资料文件 · Files of visits and hazards"),
    ("service-reports", "技术服务报告 · Service reports"),
    ("calculations", "期限与服务费试算、代码表，无需登录 · Open calculations and reference data"),
    ("operation", "存活、就绪与版本 · For who runs the service"),
];

/// Title, version, servers, tags and security schemes.
pub(super) fn describe(document: &mut Value) {
    let used: Vec<String> = super::shared::operations(document)
        .flat_map(|(_, _, operation)| operation.get("tags").and_then(Value::as_array).into_iter().flatten())
        .filter_map(|tag| tag.as_str().map(str::to_owned))
        .collect();
    let tags: Vec<Value> = TAGS
        .iter()
        .filter(|(name, _)| used.iter().any(|tag| tag == name))
        .map(|(name, description)| json!({ "name": name, "description": description }))
        .collect();
    let Some(root) = document.as_object_mut() else { return };
    root.insert("openapi".to_owned(), json!("3.1.0"));
    root.insert(
        "info".to_owned(),
        json!({
            // Generated clients make the name of their package of it.
            "title": "Anze",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "contact": { "name": "Anze 安责" },
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        }),
    );
    root.insert("servers".to_owned(), json!([{ "url": "/", "description": "This server" }]));
    root.insert("tags".to_owned(), Value::Array(tags));
    root.insert("security".to_owned(), json!([{ "session": [] }, { "api_token": [] }]));
    let components = root.entry("components").or_insert_with(|| json!({}));
    if let Some(components) = components.as_object_mut() {
        components.insert(
            "securitySchemes".to_owned(),
            json!({
                "session": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "The access token of a login (`POST /api/v1/auth/login`), 15 minutes." },
                "api_token": { "type": "http", "scheme": "bearer", "bearerFormat": "anze_…",
                    "description": "An API token of an organisation's system, with scopes." },
            }),
        );
    }
}

const DESCRIPTION: &str = "安责：厦门市建设工程安全生产责任保险事故预防技术服务平台。\n\n\
    Accident-prevention services of construction-safety insurance in Xiamen.\n\n\
    Every error is a problem (RFC 9457) with a stable `code`, in Chinese, or in English by `Accept-Language`; \
    see [the list of problems](/docs/problems). Changes take `If-Match`, every POST takes `Idempotency-Key`.";

/// `Page_Project` is called `ProjectPage`.
pub(super) fn rename_pages(document: &mut Value) {
    match document {
        Value::Object(members) => {
            let old = std::mem::take(members);
            *members = old
                .into_iter()
                .map(|(name, value)| (page_name(&name).unwrap_or(name), value))
                .collect::<Map<_, _>>();
            members.values_mut().for_each(rename_pages);
        }
        Value::Array(items) => items.iter_mut().for_each(rename_pages),
        Value::String(text) => {
            const PLACE: &str = "#/components/schemas/";
            if let Some(name) = text.strip_prefix(PLACE).and_then(page_name) {
                *text = format!("{PLACE}{name}");
            }
        }
        _ => {}
    }
}

/// The items of a page are the component that they are, not a copy of it.
pub(super) fn refer_to_items(document: &mut Value) {
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return;
    };
    let names: Vec<String> = schemas.keys().cloned().collect();
    for page in &names {
        let Some(item) = page.strip_suffix("Page").filter(|item| names.iter().any(|name| name == item))
        else {
            continue;
        };
        let items = schemas.get_mut(page).and_then(|page| page.pointer_mut("/properties/items/items"));
        if let Some(items) = items {
            *items = json!({ "$ref": format!("#/components/schemas/{item}") });
        }
    }
}

fn page_name(name: &str) -> Option<String> {
    name.strip_prefix("Page_").map(|item| format!("{item}Page"))
}
