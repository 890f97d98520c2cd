//! What goes by e-mail: addresses that are confirmed, notifications beside the inbox, passwords that are reset, and a mail server
//! that refuses or breaks off.

use std::{collections::BTreeSet, thread, time::Duration as Wait};

use anze_tests::{
    Actor, Answer, Cast, Client, Stage, World, both_databases,
    mail::{BROKEN, LATER, Letter, NEVER, letter, letters, with_mail},
    world::PASSWORD,
};
use chrono::Duration;
use serde_json::{Value, json};

const CHANGED: &str = "six granite lions, two bridges";

/// An address that no other test has.
fn address(domain: &str) -> String {
    format!("{}@{domain}", uuid::Uuid::new_v4().simple())
}

fn change(who: &Actor, address: &str) -> Answer {
    who.put("/api/v1/me/email").json(json!({ "address": address })).send()
}

fn confirm(who: &Actor, code: &str) -> Answer {
    who.post("/api/v1/me/email/confirm").json(json!({ "code": code })).send()
}

/// Gives somebody an address that they have confirmed.
#[track_caller]
fn with_address(who: &Actor) -> String {
    let address = address("example.com");
    change(who, &address).expect(204);
    confirm(who, &letter(&address, 0).code()).expect(204);
    address
}

fn settings(who: &Actor) -> Answer {
    who.get("/api/v1/notifications/settings").send().expect(200)
}

fn inbox_only(who: &Actor, kinds: &[&str]) -> Answer {
    who.put("/api/v1/notifications/settings").json(json!({ "inbox_only": kinds })).send()
}

/// Waits until the database says so.
#[track_caller]
fn until(world: &World, sql: &str, wanted: i64) {
    for _ in 0..400 {
        if world.database().number(sql) == wanted {
            return;
        }
        thread::sleep(Wait::from_millis(25));
    }
    assert_eq!(world.database().number(sql), wanted, "{sql}");
}

#[both_databases(settings = with_mail)]
fn an_address_is_confirmed_by_the_code_that_went_to_it(world: &World) {
    let cast = Cast::new(world);
    let (first, second) = (address("example.com"), address("example.com"));
    assert!(settings(&cast.contractor)["email"].is_null());
    change(&cast.contractor, &first).expect(204);
    let sent = letter(&first, 0);
    assert_eq!(sent.subject, "【安责】确认电子邮箱");
    // It is the contractor's, and was sent to this address.
    confirm(&cast.insurer, &sent.code()).problem(422, "email_code_invalid");
    confirm(&cast.contractor, &sent.code()).expect(204);
    confirm(&cast.contractor, &sent.code()).problem(422, "email_code_invalid");
    assert_eq!(settings(&cast.contractor)["email"]["address"], json!(first));
    // A later code voids the earlier one; until then the former address stays.
    change(&cast.contractor, &second).expect(204);
    let early = letter(&second, 0).code();
    change(&cast.contractor, &second).expect(204);
    confirm(&cast.contractor, &early).problem(422, "email_code_invalid");
    assert_eq!(settings(&cast.contractor)["email"]["address"], json!(first));
    let late = letter(&second, 1).code();
    world.clock().advance(Duration::hours(24));
    let contractor = cast.contractor.speaking_as(relogin(&cast, &cast.contractor));
    confirm(&contractor, &late).problem(422, "email_code_invalid");
    change(&contractor, &second).expect(204);
    confirm(&contractor, &letter(&second, 2).code()).expect(204);
    assert_eq!(settings(&contractor)["email"]["address"], json!(second));
    contractor.delete("/api/v1/me/email").send().expect(204);
    assert!(settings(&contractor)["email"].is_null());
    // No code is kept in the clear, and none at all once it was sent.
    until(world, "SELECT count(*) AS n FROM deliveries WHERE sealed_code IS NOT NULL", 0);
}

fn relogin(cast: &Cast, who: &Actor) -> Client {
    cast.person(&who.login_name)
}

#[both_databases(settings = with_mail)]
fn bad_addresses_and_too_many_codes_are_refused(world: &World) {
    let cast = Cast::new(world);
    for bad in [
        "no address",
        "a@",
        "@b.example",
        "a@b@c.example",
        "a b@c.example",
        "a@b.example\r\nBcc: c@d.example",
    ] {
        let answer =
            cast.owner.put("/api/v1/me/email").json(json!({ "address": bad })).outside_the_contract().send();
        assert_eq!(answer.status, 422, "{bad}: {answer}");
    }
    let mine = address("example.com");
    for _ in 0..5 {
        change(&cast.owner, &mine).expect(204);
    }
    change(&cast.owner, &mine).problem(409, "too_many_codes");
    world.clock().advance(Duration::hours(1));
    let owner = cast.owner.speaking_as(relogin(&cast, &cast.owner));
    change(&owner, &mine).expect(204);
    assert_eq!(letter(&mine, 5).to, mine);
}

#[both_databases(settings = with_mail)]
fn what_is_told_goes_by_email_as_each_user_wants(world: &World) {
    let cast = Cast::new(world);
    // The association would be told of much more.
    let cast = cast.clone().served_by(cast.provider.clone());
    let (provider, contractor) = (with_address(&cast.server), with_address(&cast.contractor));
    inbox_only(&cast.contractor, &["policy_recorded"]).expect(200);
    let story = cast.bring_to(Stage::Submitted);
    let told = letter(&provider, 1);
    assert_eq!(told.subject, "【安责】收到委托服务单");
    let number = story.commission().body["number"].as_str().expect("a number");
    assert!(told.text.contains(number), "{told:?}");
    let name = story.project.body["name"].as_str().expect("a name");
    assert!(told.text.contains(name), "{told:?}");
    // The inbox has both, the mailbox what was not switched off.
    assert_eq!(cast.contractor.notifications("policy_recorded").len(), 1);
    let subjects = |to: &str| letters(to).into_iter().map(|it| it.subject).collect::<Vec<_>>();
    until(world, "SELECT count(*) AS n FROM deliveries WHERE status = 'pending' OR status = 'sending'", 0);
    assert_eq!(subjects(&contractor), ["【安责】确认电子邮箱"]);
    // What cannot wait cannot be switched off (A15.1).
    inbox_only(&cast.contractor, &["policy_recorded", "major_hazard"])
        .invalid_field("/inbox_only/1", "notification_always_sent");
    let item = |kind: &str| {
        let settings = settings(&cast.contractor);
        settings["items"]
            .as_array()
            .and_then(|all| all.iter().find(|it| it["kind"] == kind).cloned())
            .expect("a kind")
    };
    assert_eq!(
        (&item("policy_recorded")["by_email"], &item("policy_recorded")["always"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(
        (&item("major_hazard")["by_email"], &item("major_hazard")["always"]),
        (&json!(true), &json!(true))
    );
    inbox_only(&cast.contractor, &[]).expect(200);
    assert_eq!(item("policy_recorded")["by_email"], json!(true));
    // Whose address is gone is told in the inbox alone.
    cast.server.delete("/api/v1/me/email").send().expect(204);
    cast.bring_to(Stage::Submitted);
    assert_eq!(subjects(&provider).len(), 2);
    assert!(cast.server.notifications("commission_submitted").len() > 1);
}

/// Two nodes send what is due: each message once, and each attempt is on record.
#[both_databases(settings = with_mail)]
fn two_nodes_send_nothing_twice(world: &World) {
    let cast = Cast::new(world);
    let cast = cast.clone().served_by(cast.provider.clone());
    let address = with_address(&cast.server);
    let _second = world.second_node();
    for _ in 0..12 {
        cast.bring_to(Stage::Submitted);
    }
    letter(&address, 12);
    until(world, "SELECT count(*) AS n FROM deliveries WHERE status <> 'sent'", 0);
    let all = letters(&address);
    let ids: BTreeSet<&str> = all.iter().map(|it: &Letter| it.message_id.as_str()).collect();
    assert_eq!((all.len(), ids.len()), (13, 13));
    until(world, "SELECT count(*) AS n FROM delivery_attempts WHERE outcome = 'sent'", 13);
}

#[both_databases(settings = with_mail)]
fn a_mail_server_that_refuses_is_asked_again_and_one_that_breaks_off_is_not(world: &World) {
    let cast = Cast::new(world);
    let attempts = "SELECT count(*) AS n FROM delivery_attempts WHERE outcome = ";
    let (never, broken, later) = (address(NEVER), address(BROKEN), address(LATER));
    change(&cast.owner, &never).expect(204);
    until(world, &format!("{attempts}'refused'"), 1);
    change(&cast.insurer, &broken).expect(204);
    until(world, &format!("{attempts}'unknown'"), 1);
    change(&cast.contractor, &later).expect(204);
    until(world, &format!("{attempts}'deferred'"), 1);
    // 1 min, 5 min, 30 min, 2 h and 6 h later; a day later the code has expired.
    for (made, minutes) in (2..=6).zip([1, 5, 30, 120, 360]) {
        world.clock().advance(Duration::minutes(minutes));
        until(world, &format!("{attempts}'deferred'"), made);
    }
    world.clock().advance(Duration::days(1));
    until(world, &format!("{attempts}'refused'"), 2);
    world.clock().advance(Duration::days(3));
    for (status, count) in [("failed", 2), ("unknown", 1), ("pending", 0), ("sending", 0), ("sent", 0)] {
        until(world, &format!("SELECT count(*) AS n FROM deliveries WHERE status = '{status}'"), count);
    }
    assert_eq!((letters(&never).len(), letters(&broken).len(), letters(&later).len()), (0, 1, 0));
    until(world, "SELECT count(*) AS n FROM delivery_attempts", 9);
}

fn request_reset(nobody: &Client, login_name: &str) -> Answer {
    nobody.post("/api/v1/auth/password-resets").json(json!({ "login_name": login_name })).send()
}

fn complete_reset(nobody: &Client, code: &str, password: &str) -> Answer {
    let body = json!({ "code": code, "new_password": password });
    nobody.post("/api/v1/auth/password-resets/complete").json(body).send()
}

fn login(nobody: &Client, name: &str, password: &str) -> Answer {
    nobody.post("/api/v1/auth/login").json(json!({ "login_name": name, "password": password })).send()
}

#[both_databases(settings = with_mail)]
fn a_forgotten_password_is_reset_by_email(world: &World) {
    let cast = Cast::new(world);
    let (nobody, name) = (cast.nobody(), &cast.leader.login_name);
    let address = with_address(&cast.leader);
    // An account with an address, one without, and none at all are told the same.
    let answers = [name, &cast.owner.login_name, "nobody-of-that-name"].map(|name| {
        let answer = request_reset(nobody, name).expect(204);
        (answer.status, answer.bytes.clone())
    });
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    let code = letter(&address, 1).code();
    complete_reset(nobody, &code, "short").problem(422, "invalid_input");
    complete_reset(nobody, &code, &"a".repeat(12)).problem(422, "password_too_weak");
    world.clock().advance(Duration::minutes(10) - Duration::seconds(1));
    let leader = cast.leader.speaking_as(relogin(&cast, &cast.leader));
    complete_reset(nobody, &code, CHANGED).expect(204);
    leader.get("/api/v1/me").send().problem(401, "unauthenticated");
    login(nobody, name, PASSWORD).problem(401, "invalid_credentials");
    login(nobody, name, CHANGED).expect(200);
    complete_reset(nobody, &code, PASSWORD).problem(422, "email_code_invalid");
    // A code that is ten minutes old is none.
    request_reset(nobody, name).expect(204);
    let late = letter(&address, 2).code();
    world.clock().advance(Duration::minutes(10));
    complete_reset(nobody, &late, PASSWORD).problem(422, "email_code_invalid");
    complete_reset(nobody, &"a".repeat(32), PASSWORD).problem(422, "email_code_invalid");
    let until_sent = "SELECT count(*) AS n FROM deliveries WHERE kind = 'password_reset'";
    assert_eq!(world.database().number(until_sent), 2);
}

#[both_databases(settings = with_mail)]
fn many_requests_for_a_reset_slow_down(world: &World) {
    let cast = Cast::new(world);
    let nobody = cast.nobody();
    for name in [&cast.leader.login_name, "nobody-of-that-name"] {
        for _ in 0..3 {
            request_reset(nobody, name).expect(204);
        }
        let told = request_reset(nobody, name).problem(429, "too_many_attempts");
        assert_eq!(told.header("retry-after"), Some("1"), "{told}");
    }
    // A login is another matter.
    login(nobody, &cast.leader.login_name, PASSWORD).expect(200);
}

/// Two who use the same code at the same moment: one of them has set the password.
#[both_databases(settings = with_mail)]
fn a_code_works_once(world: &World) {
    let cast = Cast::new(world);
    let address = with_address(&cast.leader);
    request_reset(cast.nobody(), &cast.leader.login_name).expect(204);
    let code = letter(&address, 1).code();
    let passwords = ["six granite lions, two bridges", "seven stone lanterns, one ferry"];
    let answers: Vec<u16> = thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|number| {
                let (code, nobody) = (&code, cast.nobody());
                scope.spawn(move || complete_reset(nobody, code, passwords[number % 2]).status.as_u16())
            })
            .collect();
        tries.into_iter().map(|it| it.join().expect("it answers")).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 204).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| [204, 422].contains(status)), "{answers:?}");
}

/// Where no mail server is set, nothing is promised that goes by e-mail.
#[both_databases]
fn without_a_mail_server_nothing_goes_by_email(world: &World) {
    let cast = Cast::new(world);
    change(&cast.owner, "owner@example.com").problem(409, "email_off");
    request_reset(cast.nobody(), &cast.owner.login_name).problem(409, "email_off");
    assert_eq!(settings(&cast.owner)["email"], Value::Null);
}
