use std::collections::BTreeSet;

use actix_web::test::TestRequest;
use anze_api::{
    app::clock::FixedClock,
    server::in_process::{Answer, Product},
};
use anze_domain::{Vocabulary, access::Port};
use serde_json::json;
use tempfile::TempDir;

use super::*;

/// Settings with a database in a directory of its own.
fn settings() -> (TempDir, Settings) {
    let directory = tempfile::Builder::new().prefix("anze-demo-").tempdir().unwrap();
    let url = format!("sqlite://{}/anze.db", directory.path().display());
    let settings = Settings::for_tests(url, directory.path());
    (directory, settings)
}

async fn product(settings: Settings) -> Product {
    let clock = FixedClock::at(DateTime::from_timestamp(1_760_000_000, 0).unwrap());
    Product::start(settings, clock).await.unwrap()
}

async fn send(product: &Product, request: TestRequest) -> Answer {
    product.send(request.peer_addr("192.0.2.1:999".parse().unwrap())).await.unwrap()
}

/// The states of everything that a list of the association shows.
async fn states(product: &Product, credential: &str, list: &str) -> Vec<String> {
    let mut states = Vec::new();
    let mut cursor = String::new();
    loop {
        let uri = format!("/api/v1/{list}?limit=100{cursor}");
        let request =
            TestRequest::get().uri(&uri).insert_header(("authorization", format!("Bearer {credential}")));
        let answer = send(product, request).await;
        assert_eq!(answer.status, 200, "{list}: {}", answer.body);
        let items = answer.body["items"].as_array().unwrap();
        states.extend(items.iter().map(|item| item["status"].as_str().unwrap_or_default().to_owned()));
        match answer.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return states,
        }
    }
}

fn all<T: Vocabulary>() -> BTreeSet<String> {
    T::ALL.iter().map(|term| term.code().to_owned()).collect()
}

/// At the hour at which the tests' application stands, and on a Sunday in the holidays of spring.
#[test]
fn an_empty_database_is_filled_with_every_state_and_no_other_is() {
    let (_directory, settings) = settings();
    let now = DateTime::from_timestamp(1_760_000_000, 0).unwrap();
    let lines = fill(settings.clone(), now).unwrap();
    let password = lines.iter().find_map(|line| line.strip_prefix("password: ")).unwrap().to_owned();
    for port in Port::ALL.iter().map(|port| port.code()).chain(["expert", "token"]) {
        assert!(lines.iter().any(|line| line.starts_with(&format!("{port} "))), "{port}");
    }
    let again = fill(settings.clone(), now).unwrap_err();
    assert!(again.to_string().contains("not empty"), "{again}");

    actix_web::rt::System::new().block_on(async move {
        let product = product(settings).await;
        for (_, login_name, _) in LOGINS {
            let login = json!({ "login_name": login_name, "password": password });
            let request = TestRequest::post().uri("/api/v1/auth/login").set_json(login);
            let answer = send(&product, request).await;
            assert_eq!(answer.status, 200, "{login_name}");
        }
        let login = json!({ "login_name": ASSOCIATION, "password": password });
        let request = TestRequest::post().uri("/api/v1/auth/login").set_json(login);
        let answer = send(&product, request).await;
        let credential = answer.body["access_token"].as_str().unwrap().to_owned();
        let expected = [
            ("projects", all::<anze_domain::service::project::ProjectStatus>()),
            ("commissions", all::<anze_domain::service::commission::CommissionStatus>()),
            ("service-plans", all::<anze_domain::service::service_plan::ServicePlanStatus>()),
            ("visits", all::<anze_domain::service::visit::VisitStatus>()),
            ("hazards", all::<anze_domain::service::hazard::HazardStatus>()),
            ("service-reports", all::<anze_domain::service::service_report::ServiceReportStatus>()),
            (
                "expert-applications",
                all::<anze_domain::library::expert_application::ExpertApplicationStatus>(),
            ),
            ("council-sessions", all::<anze_domain::library::council_session::CouncilSessionStatus>()),
            ("public-notices", all::<anze_domain::library::public_notice::PublicNoticeStatus>()),
            ("objections", all::<anze_domain::library::objection::ObjectionStatus>()),
            ("experts", all::<anze_domain::library::expert::ExpertStatus>()),
            ("recusal-requests", all::<anze_domain::library::tie::RecusalStatus>()),
            ("organizations", all::<anze_domain::identity::organization::OrganizationStatus>()),
        ];
        for (list, expected) in expected {
            let mut found: BTreeSet<_> = states(&product, &credential, list).await.into_iter().collect();
            if list == "expert-applications" {
                // A draft is its applicant's alone.
                let login = json!({ "login_name": "applicant-7", "password": password });
                let request = TestRequest::post().uri("/api/v1/auth/login").set_json(login);
                let answer = send(&product, request).await;
                let applicant = answer.body["access_token"].as_str().unwrap().to_owned();
                assert!(!found.contains("draft"));
                found.extend(states(&product, &applicant, list).await);
            }
            assert_eq!(found, expected, "{list}");
        }
        let experts = states(&product, &credential, "experts").await;
        assert_eq!(experts.len(), 16);
        for ended in ["suspended", "removed"] {
            assert_eq!(experts.iter().filter(|status| *status == ended).count(), 1, "{ended}");
        }
        assert!(!states(&product, &credential, "notifications").await.is_empty());
    });
}

#[test]
fn it_fits_any_present() {
    for present in
        ["2026-02-22T15:59:00Z", "2026-10-08T16:10:00Z", "2027-01-01T01:00:00Z", "2026-11-23T04:00:00Z"]
    {
        let (_directory, settings) = settings();
        let lines = fill(settings, present.parse().unwrap());
        assert!(lines.is_ok(), "{present}: {}", lines.unwrap_err());
    }
}

#[test]
fn photos_and_pages_are_what_they_seem() {
    let at = DateTime::from_timestamp(1_760_000_000, 0).unwrap();
    let photo = files::photo(7, at, 118.1, 24.5).unwrap();
    assert_eq!(infer::get(&photo).unwrap().mime_type(), "image/jpeg");
    assert_ne!(photo, files::photo(9, at, 118.1, 24.5).unwrap());
    let page = files::page("Anze");
    assert_eq!(infer::get(&page).unwrap().mime_type(), "application/pdf");
    let text = String::from_utf8(page).unwrap();
    let start: usize = text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
    assert!(text[start..].starts_with("xref\n"));
}
