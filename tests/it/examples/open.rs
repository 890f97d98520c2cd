//! What anybody may ask: deadlines, fees, the code tables, and whether the service is well.

use serde_json::json;

use super::tour::Tour;

pub fn look_around(tour: &Tour) {
    let nobody = tour.cast.nobody();
    let ended_at = "2026-02-13T16:30:00%2B08:00";
    for path in [
        "/livez",
        "/readyz",
        "/version",
        "/api/v1/reference",
        &format!("/api/v1/deadlines?ended_at={ended_at}&working_days=2"),
    ] {
        nobody.get(path).send().expect(200);
    }
    // The first of the two that the contract shows.
    let quote = json!({ "fee_mode": "premium_ratio", "premium_total": "100000.03", "fee": "21000.01" });
    nobody.post("/api/v1/fee-quotes").json(quote).send().expect(200);
}
