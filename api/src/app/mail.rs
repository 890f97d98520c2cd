//! E-mail: messages that are handed to the operator's mail server.

use std::time::Duration;

use anze_domain::identity::delivery::AttemptOutcome;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp::Error,
};

use crate::app::settings::Settings;

/// Hands messages to the mail server.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    timeout: Duration,
}

/// What became of an attempt, and what the mail server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted {
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// What the mail server said, or what went wrong.
    pub detail: String,
}

impl Mailer {
    /// The mailer of the settings. None where they name no mail server.
    #[must_use]
    pub fn of(settings: &Settings) -> Option<Self> {
        let (url, from) = (settings.smtp_url.as_ref()?, settings.mail_from.clone()?);
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose()).ok()?;
        let transport = builder.timeout(Some(settings.smtp_timeout)).build();
        Some(Self { transport, from, timeout: settings.smtp_timeout })
    }

    /// The message as it is sent. Its id is that of the delivery, so that a mail program knows it again.
    ///
    /// # Errors
    /// What is wrong with the address or the text.
    pub fn message(&self, id: &str, to: &str, subject: &str, text: String) -> Result<Message, String> {
        let to: Mailbox = to.parse().map_err(|error| format!("the address is not usable: {error}"))?;
        let domain = self.from.email.domain();
        Message::builder()
            .message_id(Some(format!("<{id}@{domain}>")))
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|error| format!("the message cannot be written: {error}"))
    }

    /// Whether the mail server answers: nothing is sent.
    pub async fn reach(&self) -> Result<(), Attempted> {
        let deferred = |detail: String| Attempted { outcome: AttemptOutcome::Deferred, detail };
        match tokio::time::timeout(self.timeout.saturating_mul(2), self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(deferred("the mail server does not answer".to_owned())),
            Ok(Err(error)) => Err(deferred(describe(&error))),
            Err(_elapsed) => Err(deferred("the mail server did not answer in time".to_owned())),
        }
    }

    /// Hands the message to the mail server.
    pub async fn send(&self, message: Message) -> Attempted {
        match tokio::time::timeout(self.timeout.saturating_mul(4), self.transport.send(message)).await {
            Ok(Ok(response)) => {
                let said: Vec<&str> = response.message().collect();
                Attempted { outcome: AttemptOutcome::Sent, detail: said.join(" ") }
            }
            Ok(Err(error)) => Attempted { outcome: outcome_of(&error), detail: describe(&error) },
            Err(_elapsed) => Attempted {
                outcome: AttemptOutcome::Unknown,
                detail: "the mail server did not answer in time".to_owned(),
            },
        }
    }
}

/// What the mail server refuses was not sent, and neither was anything before the connection stood. Whatever else breaks off may have
/// done so after the mail server took the message.
fn outcome_of(error: &Error) -> AttemptOutcome {
    // The library tells a connection that was never made in words alone.
    let never_connected = error.is_tls() || error.to_string().starts_with("Connection error");
    if error.is_transient() || error.is_client() || never_connected {
        AttemptOutcome::Deferred
    } else if error.is_permanent() {
        AttemptOutcome::Refused
    } else {
        AttemptOutcome::Unknown
    }
}

fn describe(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = next.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailer(port: u16) -> Mailer {
        let mut settings = Settings::for_tests("sqlite://x", "x");
        settings.smtp_url = Some(format!("smtp://127.0.0.1:{port}").parse().unwrap());
        settings.mail_from = Some("安责平台 <no-reply@example.com>".parse().unwrap());
        Mailer::of(&settings).unwrap()
    }

    #[actix_web::test]
    async fn nothing_was_sent_over_a_connection_that_was_never_made() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mailer = mailer(free);
        let message = mailer.message("1", "a@example.com", "主题", "正文".to_owned()).unwrap();
        assert_eq!(mailer.send(message).await.outcome, AttemptOutcome::Deferred);
        assert_eq!(mailer.reach().await.unwrap_err().outcome, AttemptOutcome::Deferred);
    }

    #[test]
    fn a_message_goes_to_one_address() {
        let mailer = mailer(25);
        for bad in ["", "a", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example"] {
            assert!(mailer.message("1", bad, "s", String::new()).is_err(), "{bad}");
        }
        let message = mailer.message("1", "a@b.example", "s\r\nBcc: c@d.example", String::new()).unwrap();
        let sent = String::from_utf8(message.formatted()).unwrap();
        assert!(!sent.contains("\r\nBcc:"), "{sent}");
        assert!(sent.contains("Message-ID: <1@example.com>\r\n"), "{sent}");
    }
}
