//! The scripts, styles and pictures of the page. Their address carries a digest of all of them, so that a browser may
//! keep them for good.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web};
use sha2::{Digest, Sha256};
use utoipa_swagger_ui::Config;

use crate::http::problem::ApiError;

/// Our own files.
const OWN: &[(&str, &str, &str)] = &[
    ("contract.js", JAVASCRIPT, include_str!("assets/contract.js")),
    ("icon.svg", "image/svg+xml", include_str!("assets/icon.svg")),
    ("login.js", JAVASCRIPT, include_str!("assets/login.js")),
    ("page.css", CSS, include_str!("assets/page.css")),
    ("page.js", JAVASCRIPT, include_str!("assets/page.js")),
    ("requests.js", JAVASCRIPT, include_str!("assets/requests.js")),
    ("words.js", JAVASCRIPT, include_str!("assets/words.js")),
];
/// The files of Swagger UI that the page loads.
const SWAGGER_UI: &[(&str, &str)] = &[("swagger-ui-bundle.js", JAVASCRIPT), ("swagger-ui.css", CSS)];
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// Every file by its name.
struct Assets {
    version: String,
    files: BTreeMap<&'static str, (&'static str, web::Bytes)>,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let own =
        OWN.iter().map(|&(name, media, text)| (name, (media, web::Bytes::from_static(text.as_bytes()))));
    let configuration = Arc::new(Config::default());
    let foreign = SWAGGER_UI.iter().filter_map(|&(name, media)| {
        let file = utoipa_swagger_ui::serve(name, Arc::clone(&configuration)).ok().flatten()?;
        Some((name, (media, web::Bytes::from(file.bytes.into_owned()))))
    });
    let files: BTreeMap<_, _> = own.chain(foreign).collect();
    let digest = files.values().fold(Sha256::new(), |digest, (_, bytes)| digest.chain_update(bytes));
    let version = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Assets { version, files }
});

/// The address of a file.
pub(super) fn address(name: &str) -> String {
    format!("/docs/assets/{}/{name}", ASSETS.version)
}

/// Answers with a file. A page from before an upgrade names the old version and gets the new file, but may not keep it.
pub(super) async fn asset(path: web::Path<(String, String)>) -> Result<HttpResponse, ApiError> {
    let (version, name) = path.into_inner();
    let (media, bytes) = ASSETS.files.get(name.as_str()).ok_or_else(ApiError::not_found)?;
    let caching = if version == ASSETS.version { "public, max-age=31536000, immutable" } else { "no-cache" };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, caching)).content_type(*media).body(bytes.clone()))
}
