//! Every resource, mounted once: the server and the contract are both made from this.

use utoipa_actix_web::{scope::scope, service_config::ServiceConfig};

use crate::{
    api_token, calculations, commission, expert, ops, organization, policy, project, reference, session, user,
};

/// Mounts every module. Paths with fixed words stand before those with parameters in their place.
pub fn mount(config: &mut ServiceConfig<'_>) {
    ops::mount(config);
    // One scope: of two with the same prefix the second would never be asked.
    config.service(scope("/api/v1").configure(|config| {
        calculations::mount(config);
        session::mount(config);
        organization::mount(config);
        user::mount(config);
        api_token::mount(config);
        expert::mount(config);
        project::mount(config);
        policy::mount(config);
        commission::mount(config);
        reference::mount(config);
    }));
}
