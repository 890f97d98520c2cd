//! Attachments: taken in as they come, told by their bytes, given out as they were.

use std::{fs, io::Read, io::Write, net::TcpStream, path::Path};

use anze_api::{app::settings::Settings, jobs::housekeeping};
use anze_tests::{Cast, Stage, World, actors, both_databases};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The largest file of these worlds, in bytes.
const LIMIT: usize = 4096;

fn small_limit(settings: &mut Settings) {
    settings.upload_limit = u64::try_from(LIMIT).expect("a small number");
}

/// How many files there are below a folder.
fn files_below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

fn picture(size: usize) -> Vec<u8> {
    let mut bytes = actors::jpeg();
    bytes.resize(size, 0);
    bytes
}

/// What is downloaded is what was uploaded, under its digest as tag.
#[both_databases(settings = small_limit)]
fn the_download_equals_the_upload(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let bytes = picture(3000);
    let attachment = cast.leader.attach(story.visit(), "photo", bytes.clone());
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        (&attachment["sha256"], &attachment["size"], &attachment["file_name"]),
        (&json!(digest), &json!(3000), &json!("现场.jpg"))
    );
    let content = format!("{}/content", attachment.path);
    let downloaded = cast.contractor.get(&content).send().expect(200);
    assert_eq!(downloaded.bytes, bytes);
    assert_eq!(downloaded.header("content-type"), Some("image/jpeg"));
    assert_eq!(downloaded.header("x-content-type-options"), Some("nosniff"));
    let named = downloaded.header("content-disposition").unwrap_or_default();
    assert!(
        named.starts_with("attachment;") && named.contains("filename*=UTF-8''%E7%8E%B0%E5%9C%BA.jpg"),
        "{named}"
    );
    assert_eq!(downloaded.etag(), format!("\"{digest}\""));
    let known = cast.contractor.get(&content).header("if-none-match", &downloaded.etag()).send().expect(304);
    assert!(known.bytes.is_empty());
    for (accept, media_type) in [
        ("application/octet-stream", "application/octet-stream"),
        ("image/png, application/octet-stream;q=0.5", "application/octet-stream"),
        ("application/octet-stream, */*", "image/jpeg"),
        ("image/*, application/octet-stream", "image/jpeg"),
        ("application/problem+json", "image/jpeg"),
    ] {
        let accepted = cast.contractor.get(&content).header("accept", accept).send().expect(200);
        assert_eq!(accepted.header("content-type"), Some(media_type), "{accept}");
        let mut depends_on = accepted.header("vary").unwrap_or_default().split(", ");
        assert!(depends_on.any(|name| name == "Accept"), "{accept}");
        assert_eq!(accepted.bytes, bytes);
    }
    cast.another("contractor").get(&content).send().problem(404, "not_found");
}

/// The type is what the bytes say, whatever the name says.
#[both_databases(settings = small_limit)]
fn the_type_is_found_in_the_bytes(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let found = |bytes: Vec<u8>| cast.leader.try_attach(story.visit(), "inspection_record", "图.jpg", bytes);
    assert_eq!(found(actors::png()).expect(201)["media_type"], "image/png");
    assert_eq!(found(actors::pdf()).expect(201)["media_type"], "application/pdf");
    for other in [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec(),
        b"MZ\x90\x00\x03".to_vec(),
        b"hello".to_vec(),
    ] {
        let refused = found(other).problem(422, "file_type_not_taken");
        assert_eq!(refused["rule"], "A14.2");
    }
    found(Vec::new()).problem(422, "file_empty");
    let path = format!("{}/attachments?kind=photo&file_name=a.jpg", story.visit().path);
    cast.leader.post(&path).body("image/jpeg", actors::jpeg()).send().problem(415, "unsupported_media_type");
    // A photo is an image.
    let refused = cast
        .leader
        .post(path)
        .body("application/octet-stream", actors::pdf())
        .send()
        .problem(422, "file_type_not_taken");
    assert!(!refused.text("detail").contains("PDF"), "{refused}");
    assert_eq!(cast.leader.all(&format!("{}/attachments", story.visit().path)).len(), 2);
}

/// A form is taken with one part alone, the file; it is the same file as if it had been the body, and keeps to the same limit.
#[both_databases(settings = small_limit)]
fn a_file_may_come_in_a_form(world: &World) {
    const FORM: &str = "multipart/form-data; boundary=parts";
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let path = format!("{}/attachments?kind=photo&file_name=a.jpg", story.visit().path);
    let part = |name: &str, bytes: &[u8]| {
        let head =
            format!("--parts\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.jpg\"\r\n\r\n");
        [head.as_bytes(), bytes, b"\r\n"].concat()
    };
    let send = |parts: &[Vec<u8>]| {
        let body = [parts.concat(), b"--parts--\r\n".to_vec()].concat();
        cast.leader.post(path.as_str()).body(FORM, body).send()
    };
    let sent = picture(LIMIT);
    let stored = send(&[part("file", &sent)]).expect(201);
    assert_eq!(stored["size"], LIMIT);
    let content = format!("/api/v1/attachments/{}/content", stored.text("id"));
    assert_eq!(cast.leader.get(content).send().expect(200).bytes, sent);
    let before = files_below(world.data_dir());
    send(&[part("file", &picture(LIMIT + 1))]).problem(413, "payload_too_large");
    send(&[part("file", b"")]).problem(422, "file_empty");
    for wrong in [
        vec![],
        vec![part("photo", &actors::jpeg())],
        vec![part("file", &actors::jpeg()), part("more", b"1")],
    ] {
        send(&wrong).problem(400, "file_form_invalid");
    }
    cast.leader
        .post(path.as_str())
        .body("multipart/form-data", b"no form".to_vec())
        .send()
        .problem(400, "file_form_invalid");
    assert_eq!(files_below(world.data_dir()), before);
}

/// At the limit it is taken, one byte beyond it is not, whether its length is told or not.
#[both_databases(settings = small_limit)]
fn a_file_keeps_to_the_limit(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    cast.leader.attach(story.visit(), "photo", picture(LIMIT));
    let before = files_below(world.data_dir());
    cast.leader
        .try_attach(story.visit(), "photo", "大.jpg", picture(LIMIT + 1))
        .problem(413, "payload_too_large");
    let address = world.base_url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).expect("it listens");
    let head = format!(
        "POST {}/attachments?kind=photo&file_name=a.jpg HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        story.visit().path,
        cast.leader.token().expect("a token")
    );
    stream.write_all(head.as_bytes()).expect("it reads");
    let half = picture(LIMIT / 2 + 1);
    for _ in 0..2 {
        // It may have refused by now.
        let chunk = [format!("{:x}\r\n", half.len()).into_bytes(), half.clone(), b"\r\n".to_vec()].concat();
        if stream.write_all(&chunk).is_err() {
            break;
        }
    }
    stream.write_all(b"0\r\n\r\n").ok();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("payload_too_large"), "{answer}");
    assert_eq!(files_below(world.data_dir()), before);
    assert_eq!(cast.leader.all(&format!("{}/attachments", story.visit().path)).len(), 1);
}

/// A connection that breaks leaves nothing: no record, no file.
#[both_databases(settings = small_limit)]
fn a_broken_upload_leaves_nothing(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let before = files_below(world.data_dir());
    let address = world.base_url().trim_start_matches("http://").to_owned();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(&address).expect("it listens");
        let head = format!(
            "POST {}/attachments?kind=photo&file_name=a.jpg HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/octet-stream\r\nContent-Length: 4000\r\n\r\n",
            story.visit().path,
            cast.leader.token().expect("a token")
        );
        stream.write_all(head.as_bytes()).expect("it reads");
        stream.write_all(&picture(1000)).expect("it reads");
        std::thread::sleep(std::time::Duration::from_millis(100));
        drop(stream);
    }
    let mut left = files_below(world.data_dir());
    for _ in 0..50 {
        if left == before {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
        left = files_below(world.data_dir());
    }
    assert_eq!(left, before, "files stay behind");
    assert_eq!(cast.leader.all(&format!("{}/attachments", story.visit().path)), Vec::<Value>::new());
    cast.leader.attach(story.visit(), "photo", actors::jpeg());
}

/// The same bytes on another visit are marked, not refused; on the same visit they are nothing special.
#[both_databases(settings = small_limit)]
fn the_same_bytes_elsewhere_are_marked(world: &World) {
    let cast = Cast::new(world);
    let first = cast.bring_to(Stage::OnSite);
    let second = cast.bring_to(Stage::OnSite);
    let bytes = actors::jpeg();
    let original = cast.leader.attach(first.visit(), "photo", bytes.clone());
    let twin = cast.mechanic.attach(first.visit(), "photo", bytes.clone());
    let borrowed = cast.leader.attach(second.visit(), "photo", bytes);
    assert!(original["same_as_id"].is_null() && twin["same_as_id"].is_null());
    assert_eq!(borrowed["same_as_id"], json!(original.id));
}

/// A11.2: evidence comes from the contractor to a hazard, everything else from the group.
#[both_databases(settings = small_limit)]
fn each_kind_comes_from_its_side(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let hazard = cast.leader.record_hazard(story.visit(), None, cast.today());
    cast.contractor.try_attach(&hazard, "photo", "a.jpg", actors::jpeg()).problem(422, "kind_not_here");
    cast.leader
        .try_attach(&hazard, "rectification_evidence", "a.jpg", actors::jpeg())
        .problem(422, "kind_not_here");
    cast.leader
        .try_attach(story.visit(), "rectification_evidence", "a.jpg", actors::jpeg())
        .problem(422, "kind_not_here");
    let shown = cast.leader.attach(&hazard, "photo", actors::jpeg());
    assert_eq!((&shown["hazard_id"], &shown["visit_id"]), (&json!(hazard.id), &json!(story.visit().id)));
    cast.contractor.try_attach(story.visit(), "photo", "a.jpg", actors::jpeg()).problem(403, "forbidden");
    for name in ["a/b.jpg", "a\\b.jpg", " ", &"长".repeat(256)] {
        cast.leader.try_attach(story.visit(), "photo", name, actors::jpeg()).expect(400);
    }
}

/// A file whose record did not come to be is swept away after a while; what is named stays, and so does what is new.
#[both_databases(settings = small_limit)]
fn a_file_that_nothing_names_is_swept_away(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let before = files_below(world.data_dir());
    let named = picture(100);
    let attachment = cast.leader.attach(story.visit(), "photo", named.clone());
    let path = format!("{}/attachments?kind=photo&file_name=a.jpg", story.visit().path);
    let upload = || {
        cast.leader
            .post(path.as_str())
            .idempotency_key("photo")
            .body("application/octet-stream", actors::jpeg())
            .send()
    };
    upload().expect(201);
    upload().problem(422, "idempotency_key_reused");
    assert_eq!(files_below(world.data_dir()), before + 3);
    let application = world.application();
    let sweep = |older_than: DateTime<Utc>| {
        let folders = async {
            let mut removed = 0;
            for folder in 0..=u8::MAX {
                removed +=
                    housekeeping::sweep_files(&application, folder, older_than).await.expect("it sweeps");
            }
            removed
        };
        actix_web::rt::System::new().block_on(folders)
    };
    let (past, future) = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + Duration::days(40_000));
    assert_eq!(sweep(past), 0);
    assert_eq!(sweep(future), 1);
    assert_eq!(sweep(future), 0);
    assert_eq!(files_below(world.data_dir()), before + 2);
    let content = cast.contractor.get(format!("{}/content", attachment.path)).send().expect(200);
    assert_eq!(content.bytes, named);
}
