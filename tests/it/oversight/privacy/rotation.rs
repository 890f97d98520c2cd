//! The key of what is sealed is changed while the server runs.

use anze_api::{
    app::settings::{Secret, Settings},
    jobs::housekeeping,
};
use anze_cli::Rotation;
use anze_tests::{
    Cast, Database, World,
    actors::{self, ExpertEntry},
    both_databases,
};
use chrono::Duration;
use serde_json::{Value, json};

use super::{admitted, unmask};

fn keys() -> [Secret; 2] {
    [7, 9].map(|byte| Secret::new(vec![byte; Secret::MIN_BYTES]))
}

/// The server knows the new key already, and seals with the old one.
fn old_key_first(settings: &mut Settings) {
    settings.sealing_keys = keys().to_vec();
}

/// What the command is given: the new key first.
fn new_key_first(world: &World) -> Settings {
    let [old, new] = keys();
    let mut settings = Settings::for_tests(world.database().url(), world.data_dir());
    settings.sealing_keys = vec![new, old];
    settings
}

/// What it says.
fn said([applications, experts]: [(u32, u32); 2]) -> [String; 2] {
    let line = |table: &str, (sealed, seen): (u32, u32)| {
        format!("{table}.citizen_id_sealed: {sealed} of {seen} sealed again")
    };
    [line("expert_applications", applications), line("experts", experts)]
}

/// The key is changed while citizen ids are written and read.
#[both_databases(settings = old_key_first)]
fn rotation_while_requests_run(world: &World) {
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
    let settings = new_key_first(world);
    let rotate = || anze_cli::rotate_keys(&settings).expect("the keys are rotated");
    let first = std::thread::scope(|scope| {
        let reading = scope.spawn(read_all);
        let first = scope.spawn(rotate).join().expect("it says what it did");
        reading.join().expect("everything is read");
        first
    });
    assert_eq!(first, said([(0, 0), (8, 8)]));
    assert_eq!(rotate(), said([(0, 0), (0, 8)]));
    read_all();
    // The same person is known by the same digest.
    let mut again =
        actors::admission_body(&ExpertEntry::new("member", "civil"), &actors::login_name("expert"));
    again["citizen_id"] = json!(known[0].1);
    cast.association.post("/api/v1/experts").json(again).send().problem(409, "expert_exists");
}

/// What is written, copied by an admission, or sealed by a node that has the old key first while a pass runs is found
/// by the next.
#[both_databases(settings = old_key_first)]
fn rotation_in_passes(world: &World) {
    let cast = Cast::new(world);
    let published = cast.on_notice(2);
    cast.wait(Duration::days(30));
    let mut rotation = Rotation::open(&new_key_first(world)).expect("it begins");
    assert_eq!(rotation.pass().expect("a pass"), 5, "two applications, three experts");
    // An application is drafted, an expert taken over, and the two on notice are admitted.
    cast.applies("member");
    admitted(&cast, &actors::citizen_id());
    // As by a transaction that had read the application before the pass.
    let copied = "UPDATE expert_applications SET citizen_id_sealed = (SELECT sealed.citizen_id_sealed FROM expert_applications \
                  AS sealed ORDER BY sealed.id DESC LIMIT 1) WHERE status = 'on_notice'";
    assert_eq!(world.database().execute(copied), 2);
    let application = world.application();
    let kept = actix_web::rt::System::new().block_on(housekeeping::run_round(&application));
    assert_eq!(kept, Vec::<&str>::new());
    let status = |index: usize| cast.association.read(&published.applicants[index].1).status().to_owned();
    assert_eq!([0, 1].map(status), ["admitted", "admitted"]);
    assert_eq!(rotation.finish().expect("it ends"), said([(5, 3), (6, 6)]));
    let settings = new_key_first(world);
    assert_eq!(anze_cli::rotate_keys(&settings).expect("nothing is left"), said([(0, 3), (0, 6)]));
}

/// What none of the keys opens is named, and holds up no other.
#[both_databases(settings = old_key_first)]
fn rotation_of_what_is_lost(world: &World) {
    let cast = Cast::new(world);
    let lost: Vec<String> = (0..2).map(|_| admitted(&cast, &actors::citizen_id()).0).collect();
    let (kept, citizen_id) = {
        let citizen_id = actors::citizen_id();
        (admitted(&cast, &citizen_id).0, citizen_id)
    };
    let bytes = |id: &str| match world.database().kind() {
        Database::Sqlite => (format!("X'{}'", id.replace('-', "")), "X'00'".to_owned()),
        Database::Postgres => (format!("'{id}'"), r"'\x00'".to_owned()),
    };
    for id in &lost {
        let (id, nothing) = bytes(id);
        let spoilt = format!("UPDATE experts SET citizen_id_sealed = {nothing} WHERE id = {id}");
        assert_eq!(world.database().execute(&spoilt), 1);
    }
    let settings = new_key_first(world);
    for sealed in [4, 0] {
        let told = anze_cli::rotate_keys(&settings).expect_err("it cannot be whole").to_string();
        assert!(told.contains(&format!("experts.citizen_id_sealed: {sealed} of 6 sealed again")), "{told}");
        assert!(told.contains("2 cannot be opened") && lost.iter().all(|id| told.contains(id)), "{told}");
    }
    let read = unmask(&cast.association, &kept, json!({ "reason": "核对" })).expect(200);
    assert_eq!(read["citizen_id"], json!(citizen_id));
    assert_eq!(read.body.get("reason"), None::<&Value>);
}
