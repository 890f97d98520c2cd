//! A mail server for tests: it takes messages, refuses them, or breaks off, as the domain of the address says.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{LazyLock, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anze_api::app::settings::Settings;

/// Whose messages are refused for the moment, before anything is sent.
pub const LATER: &str = "later.example";
/// Whose messages are refused for good.
pub const NEVER: &str = "never.example";
/// Whose messages are taken, and then the connection breaks off without an answer.
pub const BROKEN: &str = "broken.example";

/// A message that was taken.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Address to which it went.
    pub to: String,
    /// Its id.
    pub message_id: String,
    /// Its subject, decoded.
    pub subject: String,
    /// Its text, decoded.
    pub text: String,
}

impl Letter {
    /// The code in the text: a line of 32 letters and digits.
    #[track_caller]
    pub fn code(&self) -> String {
        let is_code = |line: &&str| line.len() == 32 && line.bytes().all(|byte| byte.is_ascii_alphanumeric());
        self.text
            .lines()
            .map(str::trim)
            .find(is_code)
            .unwrap_or_else(|| panic!("no code in {self:?}"))
            .to_owned()
    }
}

struct MailServer {
    port: u16,
    taken: Mutex<Vec<Letter>>,
}

/// The mail server of all tests of a program.
static SERVER: LazyLock<MailServer> = LazyLock::new(|| {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            thread::spawn(move || {
                // Who breaks off is not waited for.
                let _ = serve(&connection);
            });
        }
    });
    MailServer { port, taken: Mutex::default() }
});

/// Settings of a platform that sends e-mail, to the mail server of the tests.
pub fn with_mail(settings: &mut Settings) {
    settings.smtp_url = Some(format!("smtp://127.0.0.1:{}", SERVER.port).parse().expect("an address"));
    settings.mail_from = Some("安责平台 <no-reply@example.com>".parse().expect("a sender"));
}

/// What was taken for this address so far.
pub fn letters(to: &str) -> Vec<Letter> {
    let taken = SERVER.taken.lock().unwrap_or_else(PoisonError::into_inner);
    taken.iter().filter(|letter| letter.to == to).cloned().collect()
}

/// The letter with this number for this address, the first being 0; waits until it is taken.
#[track_caller]
pub fn letter(to: &str, number: usize) -> Letter {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(letter) = letters(to).get(number) {
            return letter.clone();
        }
        assert!(Instant::now() < until, "no letter {number} for {to}: {:?}", letters(to));
        thread::sleep(Duration::from_millis(20));
    }
}

/// Speaks SMTP (RFC 5321) as far as a client without extensions needs it.
fn serve(connection: &TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(connection.try_clone()?);
    let mut out = connection;
    let mut to = String::new();
    out.write_all(b"220 mail.example ESMTP\r\n")?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let command = line.trim_end().to_ascii_uppercase();
        let domain = to.split_once('@').map_or("", |(_, domain)| domain).to_owned();
        let answer: &str = if command.starts_with("EHLO") || command.starts_with("HELO") {
            "250-mail.example\r\n250 8BITMIME\r\n"
        } else if command.starts_with("RCPT TO:") {
            let address = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
            address.map_or("", |(address, _)| address).clone_into(&mut to);
            match to.split_once('@').map_or("", |(_, domain)| domain) {
                LATER => "451 try again later\r\n",
                NEVER => "550 no such mailbox\r\n",
                _ => "250 ok\r\n",
            }
        } else if command == "DATA" {
            out.write_all(b"354 go ahead\r\n")?;
            take(&mut lines, &to)?;
            if domain == BROKEN {
                return Ok(());
            }
            "250 taken\r\n"
        } else if command == "QUIT" {
            out.write_all(b"221 bye\r\n")?;
            return Ok(());
        } else {
            "250 ok\r\n"
        };
        out.write_all(answer.as_bytes())?;
    }
}

/// Reads a message to its end and keeps it.
fn take(lines: &mut impl BufRead, to: &str) -> std::io::Result<()> {
    let mut raw = Vec::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line == b".\r\n" {
            break;
        }
        raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
    let parsed = mailparse::parse_mail(&raw).expect("a message");
    let header = |name: &str| {
        let found = parsed.headers.iter().find(|header| header.get_key().eq_ignore_ascii_case(name));
        found.map(mailparse::MailHeader::get_value).unwrap_or_default()
    };
    let letter = Letter {
        to: to.to_owned(),
        message_id: header("message-id"),
        subject: header("subject"),
        text: parsed.get_body().expect("a text"),
    };
    SERVER.taken.lock().unwrap_or_else(PoisonError::into_inner).push(letter);
    Ok(())
}
