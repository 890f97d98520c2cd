//! What the contract says of itself: title, servers, tags, security.

use serde_json::{Map, Value, json};

use crate::http::language::Language;

/// A tag and what it stands for.
struct Tag {
    name: &'static str,
    /// Its name for people, in Chinese and in English.
    title: (&'static str, &'static str),
    zh: &'static str,
    en: &'static str,
}

/// A group of tags, as documentation pages show them.
struct Group {
    zh: &'static str,
    en: &'static str,
    tags: &'static [Tag],
}

const fn tag(
    name: &'static str,
    title: (&'static str, &'static str),
    zh: &'static str,
    en: &'static str,
) -> Tag {
    Tag { name, title, zh, en }
}

/// The tags by area, in the order of the flow. A resource's tag is added here with its module.
const GROUPS: &[Group] = &[
    Group {
        zh: "单位与人员",
        en: "Organisations and people",
        tags: &[
            tag(
                "sessions",
                ("登录与会话", "Sessions"),
                "登录、续期、注销与会话管理",
                "Log in, refresh, log out, and list or end sessions",
            ),
            tag(
                "organizations",
                ("单位", "Organisations"),
                "七类端口的单位：登记、审核与暂停",
                "Organisations of the seven ports: registration, approval and suspension",
            ),
            tag(
                "users",
                ("用户", "Users"),
                "本单位的用户及其角色",
                "Users of the caller's organisation and their roles",
            ),
            tag(
                "api-tokens",
                ("接口令牌", "API tokens"),
                "单位业务系统使用的接口令牌",
                "API tokens for the systems of an organisation",
            ),
            tag("tasks", ("待办", "Tasks"), "等待本人或本单位办理的事项", "What waits for the caller"),
            tag("notifications", ("消息", "Notifications"), "本人的消息", "The caller's inbox"),
        ],
    },
    Group {
        zh: "服务流程",
        en: "Service flow",
        tags: &[
            tag(
                "projects",
                ("项目", "Projects"),
                "项目登记、变更与时间线",
                "Projects: registration, changes and timeline",
            ),
            tag("policies", ("保单", "Policies"), "保单与批单", "Insurance policies and their endorsements"),
            tag(
                "commissions",
                ("委托服务单", "Commissions"),
                "委托服务单",
                "Commissions: what an insurer asks a provider to do",
            ),
            tag(
                "service-plans",
                ("技术服务方案", "Service plans"),
                "技术服务方案",
                "Service plans: what will be done, when and by whom",
            ),
            tag(
                "visits",
                ("现场服务", "Visits"),
                "现场服务：专家组、时间、程序与资料",
                "Visits: group of experts, time, steps and material",
            ),
            tag("hazards", ("隐患", "Hazards"), "隐患与整改", "Hazards and their rectification"),
            tag(
                "attachments",
                ("资料文件", "Attachments"),
                "现场服务与隐患的资料文件",
                "Files of visits and hazards",
            ),
            tag("service-reports", ("技术服务报告", "Service reports"), "技术服务报告", "Service reports"),
        ],
    },
    Group {
        zh: "专家库",
        en: "Expert library",
        tags: &[
            tag("experts", ("专家", "Experts"), "专家名录与专家信息", "Experts of the library"),
            tag(
                "standing",
                ("专家履职", "Standing of experts"),
                "专家履职、处分与个人信息",
                "Conduct, sanctions and personal data of experts",
            ),
            tag(
                "ties",
                ("利害关系与回避", "Ties and recusal"),
                "利害关系与回避",
                "Ties of experts to parties, and recusal (A12.2)",
            ),
            tag(
                "expert-applications",
                ("入库申请", "Expert applications"),
                "入库申请与审核",
                "Applications for the library and their review",
            ),
            tag(
                "council-sessions",
                ("理事会会议", "Council sessions"),
                "理事会会议与表决",
                "Council sessions and their votes",
            ),
            tag(
                "public-notices",
                ("公示与异议", "Public notices and objections"),
                "公示与异议",
                "Public notices and objections",
            ),
        ],
    },
    Group {
        zh: "公共与运维",
        en: "Reference and operation",
        tags: &[
            tag(
                "calculations",
                ("试算与代码表", "Calculations and code lists"),
                "期限与服务费试算、代码表，无须登录",
                "Open calculations and code lists, without credentials",
            ),
            tag(
                "operation",
                ("运行状态", "Operation"),
                "存活、就绪与版本，供运维使用",
                "Liveness, readiness and version, for operators",
            ),
        ],
    },
];

/// Title, version, servers, tags and security schemes.
pub(super) fn describe(document: &mut Value, language: Language) {
    let used: Vec<String> = super::shared::operations(document)
        .flat_map(|(_, _, operation)| operation.get("tags").and_then(Value::as_array).into_iter().flatten())
        .filter_map(|tag| tag.as_str().map(str::to_owned))
        .collect();
    let is_used = |tag: &&Tag| used.iter().any(|name| name == tag.name);
    let text = |zh: &'static str, en: &'static str| match language {
        Language::Chinese => zh,
        Language::English => en,
    };
    let tags = GROUPS.iter().flat_map(|group| group.tags).filter(is_used);
    let tags: Vec<Value> = tags
        .map(|tag| {
            let title = text(tag.title.0, tag.title.1);
            json!({ "name": tag.name, "description": text(tag.zh, tag.en), "x-displayName": title })
        })
        .collect();
    let groups: Vec<Value> = GROUPS
        .iter()
        .map(|group| {
            let names: Vec<_> = group.tags.iter().filter(is_used).map(|tag| tag.name).collect();
            json!({ "name": text(group.zh, group.en), "tags": names })
        })
        .collect();
    let Some(root) = document.as_object_mut() else { return };
    root.insert("openapi".to_owned(), json!("3.1.0"));
    root.insert(
        "info".to_owned(),
        json!({
            // Generated clients make the name of their package of it.
            "title": "Anze",
            "version": env!("CARGO_PKG_VERSION"),
            "description": text(INTRODUCTION_ZH, INTRODUCTION_EN).trim(),
            "contact": { "name": "Anze 安责" },
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            // Names the interface whatever it is called, in every version: a directory of interfaces finds it again.
            "x-api-id": "8a5b8c9a-0d69-4ff4-9b1d-cb0db388550f",
            "x-audience": "external-public",
        }),
    );
    root.insert(
        "servers".to_owned(),
        json!([{
            "url": "/",
            "description": text(
                "提供本文档的服务器：正式环境（production）或测试环境（test），由运营单位告知",
                "The server that gives this document: production or test, as its operator says",
            ),
            // Systems outside the operator's network call it.
            "x-internal": false,
        }]),
    );
    root.insert("tags".to_owned(), Value::Array(tags));
    root.insert("x-tagGroups".to_owned(), Value::Array(groups));
    root.insert("security".to_owned(), json!([{ "session": [] }, { "api_token": [] }]));
    let components = root.entry("components").or_insert_with(|| json!({}));
    if let Some(components) = components.as_object_mut() {
        components.insert(
            "securitySchemes".to_owned(),
            json!({
                "session": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": text(
                        "登录（`POST /api/v1/auth/login`）所得的访问令牌，在应答所示的 `expires_in` 秒内有效。\
                         服务器按 RFC8725 校验：只接受 HS256 签名，并核对类型、签发者、受众和到期时间。客户端不应解析其内容。",
                        "The access token of a login (`POST /api/v1/auth/login`). It is valid for the `expires_in` seconds of that answer. \
                         The server verifies it as RFC8725 asks: HS256 only, with type, issuer, audience and expiry. \
                         Clients do not read its content.",
                    ) },
                "api_token": { "type": "http", "scheme": "bearer", "bearerFormat": "anze_…",
                    "description": text(
                        "单位业务系统的接口令牌，只能调用其授权范围内的接口。",
                        "An API token of an organisation's system. It may call the operations of its scopes.",
                    ) },
            }),
        );
    }
}

/// The introduction, in each language.
const INTRODUCTION_EN: &str = include_str!("../../../../openapi/introduction.en.md");
const INTRODUCTION_ZH: &str = include_str!("../../../../openapi/introduction.zh.md");

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
