//! Every resource, mounted once: the server and the contract are both made from this.

use utoipa_actix_web::{scope::scope, service_config::ServiceConfig};

/// What mounts the endpoints of a module.
type Mount = fn(&mut ServiceConfig<'_>);

/// Where the API lies.
const API: &str = "/api/v1";

/// The modules of the API. Paths with fixed words stand before those with parameters in their place.
const MODULES: &[Mount] = &[
    crate::identity::session::mount,
    crate::identity::organization::mount,
    crate::identity::user::mount,
    crate::identity::api_token::mount,
    crate::identity::email::mount,
    crate::identity::notification::mount,
    crate::oversight::task::mount,
    crate::oversight::calendar::mount,
    crate::oversight::privacy::mount,
    crate::library::expert::mount,
    crate::library::standing::mount,
    crate::library::tie::mount,
    crate::library::unavailability::mount,
    crate::library::expert_application::mount,
    crate::library::council_session::mount,
    crate::library::public_notice::mount,
    crate::library::objection::mount,
    crate::service::project::mount,
    crate::oversight::overview::mount,
    crate::oversight::timeline::mount,
    crate::service::policy::mount,
    crate::service::commission::mount,
    crate::service::service_plan::mount,
    crate::service::visit::mount,
    crate::service::hazard::mount,
    crate::evidence::attachment::mount,
    crate::service::service_report::mount,
    crate::service::calculations::mount,
    crate::server::reference::mount,
];

/// Mounts every module.
pub fn mount(config: &mut ServiceConfig<'_>) {
    crate::server::ops::mount(config);
    // One scope: of two with the same prefix the second would never be asked.
    config.service(scope(API).configure(|config| MODULES.iter().for_each(|mount| mount(config))));
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use utoipa_actix_web::AppExt;

    use super::*;
    use crate::{http::language::Language, server::openapi};

    /// The methods and paths that a module mounts, as it says itself.
    fn routes(mount: Mount) -> Vec<String> {
        let app = actix_web::App::new().into_utoipa_app();
        let (_, document) = app.service(scope(API).configure(mount)).split_for_parts();
        names(&serde_json::to_value(document).unwrap())
    }

    fn names(document: &serde_json::Value) -> Vec<String> {
        let paths = document["paths"].as_object().unwrap();
        let methods = |path: &String, item: &serde_json::Value| {
            let methods: Vec<_> =
                item.as_object().unwrap().keys().map(|method| format!("{method} {path}")).collect();
            methods
        };
        paths.iter().flat_map(|(path, item)| methods(path, item)).collect()
    }

    #[test]
    fn nothing_is_mounted_twice_and_what_is_mounted_is_the_contract() {
        let mut mounted: BTreeMap<String, usize> = BTreeMap::new();
        for route in MODULES.iter().flat_map(|mount| routes(*mount)) {
            *mounted.entry(route).or_default() += 1;
        }
        let twice: Vec<_> = mounted.iter().filter(|(_, count)| **count > 1).collect();
        assert!(twice.is_empty(), "{twice:#?}");
        let mut published = names(&openapi::document(Language::English));
        published.retain(|route| route.contains(API));
        published.sort();
        assert!(mounted.keys().eq(&published), "{mounted:#?} {published:#?}");
    }
}
