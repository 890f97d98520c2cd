//! Every resource, mounted once: the server and the contract are both made from this.

use utoipa_actix_web::{scope::scope, service_config::ServiceConfig};

use crate::{calculations, commission, ops, policy, project, reference, service_plan};
/// Mounts every module. Paths with fixed words stand before those with parameters in their place.
pub fn mount(config: &mut ServiceConfig<'_>) {
    crate::ops::mount(config);
    // One scope: of two with the same prefix the second would never be asked.
    config.service(scope("/api/v1").configure(|config| {
        calculations::mount(config);
        commission::mount(config);
        crate::api_token::mount(config);
        crate::attachment::mount(config);
        crate::calculations::mount(config);
        crate::commission::mount(config);
        crate::expert::mount(config);
        crate::hazard::mount(config);
        crate::organization::mount(config);
        crate::policy::mount(config);
        crate::project::mount(config);
        crate::reference::mount(config);
        crate::service_report::mount(config);
        crate::session::mount(config);
        crate::user::mount(config);
        crate::visit::mount(config);
        policy::mount(config);
        project::mount(config);
        reference::mount(config);
        service_plan::mount(config);
    }));
}
