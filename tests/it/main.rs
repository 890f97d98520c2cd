//! End-to-end tests: the real server, both databases, every answer held against the contract.

#[cfg(test)]
mod admission;
#[cfg(test)]
mod allowed_actions;
#[cfg(test)]
mod api_token;
#[cfg(test)]
mod attachment;
#[cfg(test)]
mod batch;
#[cfg(test)]
mod calculation;
#[cfg(test)]
mod commission;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod expert;
#[cfg(test)]
mod flow;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod hazard;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod operation;
#[cfg(test)]
mod organization;
#[cfg(test)]
mod permission;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod project;
#[cfg(test)]
mod scheduling;
#[cfg(test)]
mod service_plan;
#[cfg(test)]
mod service_report;
#[cfg(test)]
mod session;
#[cfg(test)]
mod side;
#[cfg(test)]
mod standing;
#[cfg(test)]
mod tie;
#[cfg(test)]
mod timeline;
#[cfg(test)]
mod user;
#[cfg(test)]
mod visit;
#[cfg(test)]
mod wording;
