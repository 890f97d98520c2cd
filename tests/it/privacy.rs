//! Personal data of experts (A11.3, PIPL): unmasked with a reason, exported by the expert, sealed by a key that can
//! be changed while the server runs.

use anze_api::{
    cli,
    settings::{Secret, Settings},
};
use anze_tests::{
    Actor, Cast, Database, World,
    actors::{self, ExpertEntry},
    both_databases, database,
};
use serde_json::{Value, json};

/// An expert with this citizen id, and who they log in as.
fn admitted(cast: &Cast, citizen_id: &str) -> (String, String) {
    let name = actors::login_name("expert");
    let mut body = actors::admission_body(&ExpertEntry::new("member", "civil"), &name);
    body["citizen_id"] = json!(citizen_id);
    (cast.association.create("/api/v1/experts", body).id, name)
}

fn unmask(who: &Actor, expert: &str, body: Value) -> anze_tests::Answer {
    who.post(format!("/api/v1/experts/{expert}/unmask")).json(body).send()
}

both_databases! {
    /// Each reading leaves its reason on record, and what was read nowhere.
    fn unmasking_is_on_record_without_what_was_read(world) {
        let cast = Cast::new(world);
        let citizen_id = actors::citizen_id();
        let (expert, name) = admitted(&cast, &citizen_id);
        let reason = || json!({ "reason": "核对劳务费个税申报信息" });
        unmask(&cast.provider, &expert, reason()).expect(403);
        unmask(&cast.regulator, &expert, reason()).expect(403);
        unmask(&cast.leader, &expert, reason()).expect(403);
        unmask(&cast.association, &expert, json!({ "reason": "  " })).expect(422);
        for _ in 0..2 {
            let read = cast
                .association
                .post(format!("/api/v1/experts/{expert}/unmask"))
                .idempotency_key("the-same-twice")
                .json(reason())
                .send()
                .expect(200);
            assert_eq!(read["citizen_id"], json!(citizen_id));
            assert_eq!(read.header("cache-control"), Some("no-store"));
        }
        let counted = |what: &str| world.database().number(&format!("SELECT COUNT(*) AS n FROM events WHERE {what}"));
        assert_eq!(counted("name = 'expert_unmasked' AND reason LIKE '核对%'"), 2);
        assert_eq!(counted(&format!("facts LIKE '%{citizen_id}%' OR reason LIKE '%{citizen_id}%'")), 0);
        let me = cast.person(&name);
        let export = me.get("/api/v1/experts/me/export").send().expect(200);
        assert_eq!(export["personal"]["citizen_id"], json!(citizen_id));
        assert_eq!((&export["complete"], export.text("login_name")), (&json!(true), name.as_str()));
        let unmasked = export["events"].as_array().expect("events").iter().filter(|it| it["name"] == "expert_unmasked");
        assert_eq!(unmasked.count(), 2);
        cast.association.get("/api/v1/experts/me/export").send().expect(403);
        let masked = cast.regulator.get(format!("/api/v1/experts/{expert}")).send().expect(200);
        assert!(masked.text("name").ends_with("**"), "{masked}");
    }
}

fn keys() -> [Secret; 2] {
    [7, 9].map(|byte| Secret::new(vec![byte; Secret::MIN_BYTES]))
}

/// The server knows the new key already, and seals with the old one.
fn old_key_first(settings: &mut Settings) {
    settings.sealing_keys = keys().to_vec();
}

/// The key is changed while citizen ids are written and read.
fn a_key_is_changed_while_requests_run(world: &World) {
    let cast = Cast::new(world);
    let known: Vec<(String, String)> = (0..5)
        .map(|_| actors::citizen_id())
        .map(|citizen_id| (admitted(&cast, &citizen_id).0, citizen_id))
        .collect();
    let read_all = || {
        for (expert, citizen_id) in &known {
            let read = unmask(&cast.association, expert, json!({ "reason": "核对" })).expect(200);
            assert_eq!(read["citizen_id"], json!(citizen_id));
        }
    };
    let mut settings = Settings::for_tests(world.database().url(), world.data_dir());
    let [old, new] = keys();
    settings.sealing_keys = vec![new, old];
    let rotate = || cli::rotate_keys(&settings).expect("the keys are rotated");
    let said = std::thread::scope(|scope| {
        let reading = scope.spawn(read_all);
        let said = scope.spawn(rotate).join().expect("it says what it did");
        reading.join().expect("everything is read");
        said
    });
    let applied = "expert_applications.citizen_id_sealed: 0 of 0 sealed again";
    assert_eq!(said, ["experts.citizen_id_sealed: 8 of 8 sealed again", applied]);
    assert_eq!(rotate(), ["experts.citizen_id_sealed: 0 of 8 sealed again", applied]);
    read_all();
    // The same person is known by the same digest.
    let mut again =
        actors::admission_body(&ExpertEntry::new("member", "civil"), &actors::login_name("expert"));
    again["citizen_id"] = json!(known[0].1);
    cast.association.post("/api/v1/experts").json(again).send().problem(409, "expert_exists");
}

/// The change of key on both databases.
mod rotation {
    use super::*;

    #[test]
    fn sqlite() {
        let name = concat!(module_path!(), "::sqlite");
        database::run_with(Database::Sqlite, name, old_key_first, a_key_is_changed_while_requests_run);
    }

    #[test]
    fn postgres() {
        let name = concat!(module_path!(), "::postgres");
        database::run_with(Database::Postgres, name, old_key_first, a_key_is_changed_while_requests_run);
    }
}
