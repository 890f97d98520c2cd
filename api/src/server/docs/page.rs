//! The page: introduction, guides and, by Swagger UI, every operation to read and to try.

use std::sync::OnceLock;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, HeaderValue, VARY},
    web,
};
use serde::Deserialize;

use super::{
    assets,
    document::{CACHED, document},
    guides, markdown,
};
use crate::http::{contract::Contract, language::Language};

/// Nothing from elsewhere, nothing inline. Swagger UI draws its icons from `data:` and shows answered files from `blob:`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the page says itself.
pub(super) struct Words {
    tag: &'static str,
    path: &'static str,
    contract: &'static str,
    title: &'static str,
    lead: &'static str,
    introduction: &'static str,
    guides: &'static str,
    operations: &'static str,
    problems: &'static str,
    document: &'static str,
    search: &'static str,
    nothing_found: &'static str,
    other_language: (&'static str, &'static str, &'static str),
    login_name: &'static str,
    password: &'static str,
    log_in: &'static str,
    log_out: &'static str,
    logged_in: &'static str,
    unreachable: &'static str,
    loading: &'static str,
    failed: &'static str,
    headers: &'static str,
    no_script: &'static str,
}

const ENGLISH: Words = Words {
    tag: "en",
    path: "/docs/en",
    contract: "/openapi.json",
    title: "API documentation",
    lead: "The contract, to read and to try",
    introduction: "Introduction",
    guides: "Guides",
    operations: "Operations",
    problems: "Problems",
    document: "OpenAPI document",
    search: "Search operations, e.g. submit_commission",
    nothing_found: "No operation has all of these words.",
    other_language: ("/docs/zh", "zh-CN", "中文"),
    login_name: "Login name",
    password: "Password",
    log_in: "Log in",
    log_out: "Log out",
    logged_in: "Logged in as",
    unreachable: "The server does not answer.",
    loading: "Loading the operations…",
    failed: "The operations could not be loaded:",
    headers: "“Try it out” sends a fresh Idempotency-Key with every request, and in If-Match the ETag \
        that the page read last for the record, unless you enter a value. Read a record first to change it.",
    no_script: "The operations are shown by a script; the document itself is at",
};

const CHINESE: Words = Words {
    tag: "zh-CN",
    path: "/docs/zh",
    contract: "/openapi.zh.json",
    title: "接口文档",
    lead: "接口契约，可查阅、可试用",
    introduction: "简介",
    guides: "对接指南",
    operations: "接口",
    problems: "错误码",
    document: "OpenAPI 文件",
    search: "搜索接口，例如 submit_commission",
    nothing_found: "没有同时包含这些词的接口。",
    other_language: ("/docs/en", "en", "English"),
    login_name: "登录名",
    password: "密码",
    log_in: "登录",
    log_out: "退出",
    logged_in: "已登录：",
    unreachable: "服务器没有应答。",
    loading: "正在载入接口……",
    failed: "接口未能载入：",
    headers: "试用时，每次请求自动携带新的 Idempotency-Key，并以本页最近一次读到的该记录的 ETag 填写 If-Match；\
        自行填写的值不作改动。修改记录前，请先读取该记录。",
    no_script: "接口由脚本显示；契约文件见",
};

impl Words {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Chinese => &CHINESE,
            Language::English => &ENGLISH,
        }
    }

    /// The address of the page.
    pub(super) fn path(&self) -> &'static str {
        self.path
    }
}

/// The language that the address names.
pub(super) fn language_named(name: &str) -> Language {
    if name == "en" { Language::English } else { Language::Chinese }
}

/// The page in the language that the browser prefers.
pub(super) async fn negotiated(request: HttpRequest, contract: web::Data<Contract>) -> HttpResponse {
    let mut response = page(Language::of(request.headers()), &contract);
    response.headers_mut().append(VARY, HeaderValue::from_static("Accept-Language"));
    response
}

/// The page in the language that the address names.
pub(super) async fn in_language(path: web::Path<String>, contract: web::Data<Contract>) -> HttpResponse {
    page(language_named(&path), &contract)
}

fn page(language: Language, contract: &Contract) -> HttpResponse {
    let words = Words::of(language);
    let list: String = guides::of(language)
        .map(|guide| format!("<li><a href=\"{}\">{}</a></li>", guide.address(), escape(guide.title())))
        .collect();
    let list = if list.is_empty() { list } else { format!("<ul class=\"guides\">{list}</ul>") };
    let main = format!(
        "<section id=\"introduction\"><h1>Anze 安责 <small>{lead}</small></h1>{introduction}</section>\
         <section id=\"guides\"><h2>{guides}</h2>{list}\
         <ul><li><a href=\"/docs/problems\">{problems}</a></li><li><a href=\"{contract}\">{document}</a></li></ul></section>\
         <section id=\"operations\"><h2>{operations}</h2><p class=\"note\">{headers}</p>\
         <p id=\"loading\" data-failed=\"{failed}\">{loading}</p><noscript>{no_script} <a href=\"{contract}\">{contract}</a></noscript>\
         <p id=\"nothing-found\" hidden>{nothing_found}</p><div id=\"swagger-ui\"></div></section>",
        lead = words.lead,
        introduction = introduction(language, contract),
        guides = words.guides,
        problems = words.problems,
        contract = words.contract,
        document = words.document,
        operations = words.operations,
        headers = words.headers,
        failed = words.failed,
        loading = words.loading,
        no_script = words.no_script,
        nothing_found = words.nothing_found,
    );
    let tools = format!(
        "<input id=\"search\" type=\"search\" placeholder=\"{search}\" aria-label=\"{search}\" autocomplete=\"off\">\
         <form id=\"login\" data-unreachable=\"{unreachable}\">\
         <input name=\"login_name\" placeholder=\"{login_name}\" aria-label=\"{login_name}\" autocomplete=\"username\" required>\
         <input name=\"password\" type=\"password\" placeholder=\"{password}\" aria-label=\"{password}\" \
         autocomplete=\"current-password\" required><button>{log_in}</button><output id=\"refused\"></output></form>\
         <div id=\"session\">{logged_in} <b id=\"who\"></b> <button id=\"log-out\">{log_out}</button></div>",
        search = words.search,
        unreachable = words.unreachable,
        login_name = words.login_name,
        password = words.password,
        log_in = words.log_in,
        log_out = words.log_out,
        logged_in = words.logged_in,
    );
    let head = format!(
        "<link rel=\"preload\" href=\"{contract}\" as=\"fetch\" crossorigin>\
         <link rel=\"stylesheet\" href=\"{swagger}\"><script defer src=\"{bundle}\"></script>\
         <script type=\"module\" src=\"{script}\"></script>",
        contract = words.contract,
        swagger = assets::address("swagger-ui.css"),
        bundle = assets::address("swagger-ui-bundle.js"),
        script = assets::address("page.js"),
    );
    let links: String = guides::of(language)
        .map(|guide| format!("<a class=\"sub\" href=\"{}\">{}</a>", guide.address(), escape(guide.title())))
        .collect();
    let navigation = format!(
        "<a href=\"#introduction\">{}</a><a href=\"#guides\">{}</a>{links}<a href=\"#operations\">{}</a><div id=\"areas\"></div>",
        words.introduction, words.guides, words.operations,
    );
    frame(language, words.title, &Parts { head, tools, navigation, main }, words.other_language.0)
}

/// The parts of a page that differ from page to page, as HTML.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) head: String,
    pub(super) tools: String,
    pub(super) navigation: String,
    pub(super) main: String,
}

/// A page with the product's head and navigation.
pub(super) fn frame(language: Language, title: &str, parts: &Parts, other: &str) -> HttpResponse {
    let words = Words::of(language);
    let (_, other_tag, other_name) = words.other_language;
    let page = format!(
        "<!doctype html><html lang=\"{tag}\" data-contract=\"{contract}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} · Anze 安责</title>\
         <link rel=\"icon\" href=\"{icon}\">{head}<link rel=\"stylesheet\" href=\"{style}\"></head><body>\
         <header><a class=\"brand\" href=\"{path}\">Anze 安责</a>{tools}\
         <a id=\"other-language\" href=\"{other}\" hreflang=\"{other_tag}\" lang=\"{other_tag}\">{other_name}</a></header>\
         <div class=\"columns\"><nav aria-label=\"{title}\">{navigation}</nav><main>{main}</main></div></body></html>",
        tag = words.tag,
        contract = words.contract,
        title = escape(title),
        icon = assets::address("icon.svg"),
        head = parts.head,
        style = assets::address("page.css"),
        path = words.path,
        tools = parts.tools,
        other = escape(other),
        navigation = parts.navigation,
        main = parts.main,
    );
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, CACHED))
        .insert_header((CONTENT_LANGUAGE, language.tag()))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .content_type("text/html; charset=utf-8")
        .body(page)
}

/// `info.description` of the contract, as HTML.
fn introduction(language: Language, contract: &Contract) -> &'static str {
    static CHINESE: OnceLock<String> = OnceLock::new();
    static ENGLISH: OnceLock<String> = OnceLock::new();
    let made = match language {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    };
    made.get_or_init(|| markdown::html(&description(&document(language, contract))))
}

fn description(document: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Document {
        info: Info,
    }
    #[derive(Deserialize)]
    struct Info {
        description: String,
    }
    // The document is our own, and a test reads its introduction on the page.
    serde_json::from_slice(document).map(|document: Document| document.info.description).unwrap_or_default()
}

/// Text for HTML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
