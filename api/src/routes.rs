//! Every resource, mounted once: the server and the contract are both made from this.

use utoipa_actix_web::{scope::scope, service_config::ServiceConfig};

/// Mounts every module. Paths with fixed words stand before those with parameters in their place.
pub fn mount(config: &mut ServiceConfig<'_>) {
    crate::ops::mount(config);
    // One scope: of two with the same prefix the second would never be asked.
    config.service(scope("/api/v1").configure(|config| {
        crate::session::mount(config);
        crate::organization::mount(config);
        crate::user::mount(config);
        crate::api_token::mount(config);
        crate::notification::mount(config);
        crate::privacy::mount(config);
        crate::expert::mount(config);
        crate::standing::mount(config);
        crate::tie::mount(config);
        crate::expert::mount(config);
        crate::unavailability::mount(config);
        crate::expert_application::mount(config);
        crate::council_session::mount(config);
        crate::public_notice::mount(config);
        crate::objection::mount(config);
        crate::project::mount(config);
        crate::policy::mount(config);
        crate::commission::mount(config);
        crate::service_plan::mount(config);
        crate::visit::mount(config);
        crate::hazard::mount(config);
        crate::attachment::mount(config);
        crate::service_report::mount(config);
        crate::calculations::mount(config);
        crate::reference::mount(config);
    }));
}
